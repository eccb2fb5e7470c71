"""Documents that are known as they are: not read again, and yet nothing is missed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.fingerprints import DOCUMENT_READER_VERSION
from companies.importing import import_documents
from companies.models import BeneficialOwnership, Change, Company, OwnershipEdge
from companies.register import find_profile
from tests.companies.builders import company, hit, owner, person, spell, value

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANNA = person(4_000_000_001, "Anna Prøvesen")


def load(*documents, source="test"):
    return import_documents(documents, now=NOW, source=source)


def queries_of(*documents):
    """How often the database is asked to find all of them unchanged."""
    with CaptureQueriesContext(connection) as queries:
        summary = load(*documents)
    assert (summary.unchanged, summary.unchanged) == (len(documents), summary.total)
    return len(queries)


def named(name, **fields):
    return company(navne=[spell("2010-01-01", navn=name)], **fields)


@pytest.mark.parametrize("form", [lambda one: one, json.dumps, lambda one: json.dumps(hit(one)).encode()])
def test_it_asks_but_once_about_documents_that_it_knows(form):
    documents = [form(company("99900011")), form(company("99900022"))]
    load(*documents)
    assert queries_of(*documents) == 1


def test_it_does_not_count_when_the_register_last_touched_a_row():
    def text(moment):
        touched = {"sidstIndlaest": moment, "sidstValideret": None}
        return json.dumps(company(hjemmeside=[spell(kontaktoplysning="a.example", **touched)], **touched), indent=1)

    load(text("2026-05-31T00:00:00.000+02:00"))
    assert queries_of(text("2026-06-01T09:30:00Z")) == 1


def test_it_counts_what_only_looks_like_that():
    load(named('Prøvested "sidstIndlaest":"2025" ApS'))
    assert load(named('Prøvested "sidstIndlaest":"2026" ApS')).changed == 1
    assert Company.objects.get().name == 'Prøvested "sidstIndlaest":"2026" ApS'


def test_it_remembers_the_same_document_in_other_bytes():
    load(company())
    other = json.dumps(company(), indent=2)
    assert queries_of(other) > 1
    assert queries_of(other) == 1
    assert (Company.objects.get().version, Change.objects.count()) == (1, 0)


def test_it_takes_what_it_knew_again_when_another_version_has_come_between():
    before, after = named("Prøvested Før ApS"), named("Prøvested Efter ApS")
    load(before)
    assert load(before, after, before).changed == 2
    assert (Company.objects.get().name, Company.objects.get().version) == ("Prøvested Før ApS", 3)


def test_it_reads_the_same_document_of_a_source_that_tells_more():
    load(company())
    assert not BeneficialOwnership.objects.exists()
    assert load(company(), source="cvr-re").changed == 1
    assert BeneficialOwnership.objects.get().relations == []


def test_it_refuses_again_what_it_refused():
    document = company(reklamebeskyttet="ja")
    assert [load(document).refused, load(document).refused] == [1, 1]


def test_it_knows_each_document_of_a_reply_in_one_line():
    line = json.dumps({"hits": {"hits": [hit(company("99900011")), hit(company("99900022"))]}})
    load(line)
    summary = load(line)
    assert (summary.unchanged, summary.total) == (2, 2)
    assert load(json.dumps({"hits": {"hits": [hit(named("Nyt Navn ApS"))]}})).changed == 1


def test_it_reads_anew_what_an_older_reader_read():
    document = company(deltagerRelation=[owner(ANNA, value("0.5", "2020-01-01"))])
    load(document)
    Company.objects.update(reader_version=DOCUMENT_READER_VERSION - 1, name="Som før læst")
    OwnershipEdge.objects.all().delete()
    summary = load(document)
    assert (summary.unchanged, summary.total) == (1, 1)
    assert (Company.objects.get().name, Company.objects.get().version) == ("Prøvested 99900011 ApS", 1)
    assert OwnershipEdge.objects.get().owner_name == "Anna Prøvesen"
    assert not Change.objects.exists()
    assert queries_of(document) == 1


def test_it_counts_the_unchanged_beside_the_others():
    load(company("99900011"), company("99900022"))
    summary = load(company("99900011"), company("99900022", reklamebeskyttet=True), company("99900030"), "{")
    assert (summary.unchanged, summary.changed, summary.created, summary.refused) == (1, 1, 1, 1)
    assert find_profile(cvr="99900022", day=date(2026, 6, 1)).is_protected
