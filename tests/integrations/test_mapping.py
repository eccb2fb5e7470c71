"""The mapping: what is refused, what is warned of, and how the messages follow it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companies.catalogue import EXAMPLES, FIELDS, Part, Subject
from companies.profile import Profile
from integrations.mapping import (
    MOST_ENTRIES,
    NEVER_EXPORTED,
    NOT_IDENTIFIED,
    NOTHING_UPDATED,
    Entry,
    FieldMapping,
    check_mapping,
    exportable_fields,
)
from integrations.messages import digest, export_message, update_message

URL = "https://crm.example/companies"
LASSO = Subject(Profile(cvr="34580820", unit_number=4_001, name="LASSO X A/S", as_of_date=date(2026, 6, 1)))


def errors(*entries: Entry) -> list[tuple[str, str]]:
    checked = check_mapping(mapping=FieldMapping(entries), update_url=URL)
    assert not (checked.errors and checked.warnings)
    return [(error.path, error.message) for error in checked.errors]


def warnings(*entries: Entry, update_url: str | None = URL) -> tuple[str, ...]:
    checked = check_mapping(mapping=FieldMapping(entries), update_url=update_url)
    assert checked.errors == ()
    return checked.warnings


CVR = Entry(field="cvr", is_update=True)


def test_it_refuses_an_empty_mapping():
    assert errors() == [("mapping", "is empty; map at least one field, such as cvr.")]


def test_it_refuses_a_field_that_the_catalogue_lacks_and_names_the_nearest():
    assert errors(CVR, Entry(field="Telefone"), Entry(field="xyzzyxyzzy")) == [
        ("mapping[1].field", "'Telefone' is not a field of the catalogue; did you mean 'telephone'?"),
        (
            "mapping[2].field",
            "'xyzzyxyzzy' is not a field of the catalogue; the list of fields has all that can be mapped.",
        ),
    ]


def test_it_refuses_beneficial_owners():
    assert errors(Entry(field="beneficialOwners")) == [("mapping[0].field", NEVER_EXPORTED)]
    assert {field.part for field in exportable_fields()} == {Part.COMPANY, Part.ACCOUNTS}


def test_it_refuses_one_name_for_two_members():
    assert errors(CVR, Entry(field="lassoId", name="cvr"), Entry(name="cvr", constant=1)) == [
        ("mapping[1].name", "'cvr' is the name of mapping[0] already; give it another."),
        ("mapping[2].name", "'cvr' is the name of mapping[0] already; give it another."),
    ]
    assert errors(CVR, Entry(field="cvr", name="number")) == [], "one field may stand twice under two names"


@pytest.mark.parametrize(
    ("entry", "path", "sentence"),
    [
        (Entry(), "mapping[0].field", "is missing"),
        (Entry(constant="x"), "mapping[0].field", "is missing"),
        (Entry(field="cvr", constant="x"), "mapping[0].constant", "cannot stand beside a field"),
        (Entry(field="cvr", name="n" * 101), "mapping[0].name", "has 101 characters; at most 100"),
        (Entry(name="source", constant="x" * 1000), "mapping[0].constant", "has 1002 characters as JSON"),
        (Entry(name="a\0b", constant=1), "mapping[0].name", "NUL"),
        (Entry(name="source", constant={"a": ["\0"]}), "mapping[0].constant", "NUL"),
    ],
)
def test_it_refuses_what_cannot_be_a_member(entry, path, sentence):
    ((found, message),) = errors(entry)
    assert found == path
    assert sentence in message


def test_it_refuses_more_members_than_a_message_may_have():
    entries = [Entry(name=f"c{number}", constant=number) for number in range(MOST_ENTRIES + 1)]
    assert errors(*entries) == [("mapping", "has 501 fields; at most 500 can be mapped.")]
    assert errors(*entries[:-1]) == []


def test_it_warns_when_an_update_would_not_say_of_which_company_it_is():
    name = Entry(field="name", is_update=True)
    assert warnings(Entry(field="cvr"), name) == (NOT_IDENTIFIED,)
    assert warnings(Entry(field="cvr"), name, update_url=None) == (NOT_IDENTIFIED,), "the feed has nothing but this"
    assert warnings(CVR, name) == ()
    assert warnings(Entry(field="lassoId", name="id", is_update=True), name) == ()
    for placeholder in ("{cvr}", "{lassoId}"):
        assert warnings(Entry(field="cvr"), name, update_url=f"{URL}/{placeholder}") == ()


def test_it_warns_when_no_update_will_ever_be_sent():
    constant = Entry(name="source", constant="Lasso", is_update=True)
    assert warnings(Entry(field="cvr"), constant) == (NOTHING_UPDATED,)
    assert warnings(Entry(field="cvr"), constant, update_url=None) == ()


def test_it_writes_the_members_in_the_mappings_order_under_their_names_and_nothing_else():
    mapping = FieldMapping(
        (
            Entry(field="name", name="navn"),
            Entry(name="source", constant={"system": "Lasso", "tags": [1, 2.5, True, None]}),
            Entry(field="telephone"),
            CVR,
            Entry(name="kind", constant="company", is_update=True),
        )
    )
    assert export_message(subject=LASSO, mapping=mapping) == (
        '{"navn":"LASSO X A/S","source":{"system":"Lasso","tags":[1,2.5,true,null]},"telephone":null,"cvr":34580820,'
        '"kind":"company"}'
    )
    assert update_message(subject=LASSO, mapping=mapping) == '{"cvr":34580820,"kind":"company"}'


def test_it_keeps_the_types_of_values_and_writes_null_for_what_is_absent():
    entries = [Entry(field=name) for name in ("employees", "isActive", "foundedDate", "revenue", "cvr", "zipCode")]
    known = [entry for entry in entries if entry.field in FIELDS]
    message = json.loads(export_message(subject=EXAMPLES[0], mapping=FieldMapping(tuple(known))))
    assert message == {entry.field: FIELDS[entry.field].value(EXAMPLES[0]) for entry in known}
    assert isinstance(message["cvr"], int)
    assert isinstance(message["zipCode"], str)
    nothing = json.loads(export_message(subject=Subject(), mapping=FieldMapping((CVR, Entry(field="revenue")))))
    assert nothing == {"cvr": None, "revenue": None}


def test_it_writes_danish_letters_as_they_are():
    subject = Subject(Profile(cvr="34580820", unit_number=1, name='Ærø "Ål" A/S', as_of_date=date(2026, 6, 1)))
    assert export_message(subject=subject, mapping=FieldMapping((Entry(field="name"),))) == r'{"name":"Ærø \"Ål\" A/S"}'


def test_a_digest_tells_messages_apart():
    assert digest('{"cvr":1}') == digest('{"cvr":1}') != digest('{"cvr":2}')
    assert len(digest("{}")) == 64


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.builds(Entry, field=st.sampled_from([field.name for field in exportable_fields()]), is_update=st.booleans()),
        min_size=1,
        max_size=12,
        unique_by=lambda entry: entry.field,
    ),
    st.sampled_from(EXAMPLES),
)
def test_a_message_is_what_the_catalogue_says(entries, subject):
    mapping = FieldMapping(tuple(entries))
    assert check_mapping(mapping=mapping, update_url=None).errors == ()
    exported = json.loads(export_message(subject=subject, mapping=mapping))
    assert exported == {entry.field: FIELDS[entry.field].value(subject) for entry in entries}
    assert list(exported) == [entry.field for entry in entries]
    updated = json.loads(update_message(subject=subject, mapping=mapping))
    assert updated == {entry.field: exported[entry.field] for entry in entries if entry.is_update}
