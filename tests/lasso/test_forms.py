"""Forms of request bodies: everything wrong at once, each with its path and in our words."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import BeforeValidator, Field

from lasso.errors import FieldErrors
from lasso.forms import Form, read_cvr, read_flag, read_text


class Inner(Form):
    short_name: Annotated[str, BeforeValidator(read_text)] = Field(min_length=1, max_length=5)
    is_wanted: Annotated[bool, BeforeValidator(read_flag)] = False


class Outer(Form):
    cvr: Annotated[str, BeforeValidator(read_cvr)]
    first_inner: Inner | None = None
    inners: list[Inner] = Field(default_factory=list, max_length=2)


class Many(Form):
    inners: list[Inner] = Field(default_factory=list)


def errors_of(data: object) -> list[tuple[str, str]]:
    with pytest.raises(FieldErrors) as caught:
        Outer.read(data)
    return [(error.path, error.message) for error in caught.value.errors]


def test_it_reads_names_in_any_letter_case_at_every_level():
    form = Outer.read({"CVR": " 99000007 ", "FirstInner": {"SHORTNAME": " x "}, "inners": [{"shortname": "y"}]})
    assert form.cvr == "99000007"
    assert form.first_inner == Inner(shortName="x", isWanted=False)
    assert [inner.short_name for inner in form.inners] == ["y"]
    assert form.model_fields_set == {"cvr", "first_inner", "inners"}


def test_it_tells_everything_at_once_with_its_path():
    assert errors_of(
        {
            "cvr": True,
            "firstInner": {"shortName": "", "isWanted": 1},
            "inners": [{"shortName": "abcdef"}, None],
        }
    ) == [
        ("cvr", "must be a CVR number such as 34580820, found true."),
        ("firstInner.shortName", "must not be empty."),
        ("firstInner.isWanted", "must be true or false, found 1."),
        ("inners[0].shortName", "may have at most 5 characters, found 6."),
        ("inners[1]", "must be a JSON object, found null."),
    ]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"cvr": 1, "cvrs": 2}, ("cvrs", "is not a field; did you mean cvr?")),
        (
            {"cvr": 1, "firstInner": {"shortName": "x", "shortNam": "y"}},
            ("firstInner.shortNam", "is not a field; did you mean shortName?"),
        ),
        (
            {"cvr": 1, "inners": [{"shortName": "x"}, {"shortName": "x", "cvr": 1}]},
            ("inners[1].cvr", "is not a field; known are isWanted, shortName."),
        ),
    ],
)
def test_it_advises_on_a_name_by_the_form_that_it_stands_in(data, error):
    assert errors_of(data) == [error]


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({}, ("cvr", "is missing; it is a required field.")),
        ([], ("", "must be a JSON object, found [].")),
        ({"cvr": 1, "inners": {}}, ("inners", "must be a list, found {}.")),
        ({"cvr": 1, "inners": [{}, {}, {}]}, ("inners", "may have at most 2 entries, found 3.")),
        ({"cvr": "1" * 100}, ("cvr", f'must be a CVR number of 8 digits such as 34580820, found "{"1" * 56}….')),
    ],
)
def test_it_says_what_was_found(data, error):
    assert error in errors_of(data)


def test_it_counts_more_than_it_lists():
    with pytest.raises(FieldErrors) as caught:
        Many.read({"inners": [{"shortName": 1}] * 150})
    assert (len(caught.value.errors), caught.value.count) == (100, 150)
    assert caught.value.message.endswith("(and 149 more errors)")


def test_it_tells_of_many_unknown_names_at_once():
    unknown = {f"n{number}": 1 for number in range(6)}
    assert errors_of({"cvr": 1, "inners": [{"shortName": "a", "x": 1}, {"shortName": "b"} | unknown]}) == [
        ("inners[0].x", "is not a field; known are isWanted, shortName."),
        ("inners[1]", 'has 6 fields that are not known, the first of them "n0".'),
    ]
