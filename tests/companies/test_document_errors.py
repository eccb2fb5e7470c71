"""A document that breaks the format is refused with path and reason."""

from __future__ import annotations

from datetime import date

import pytest

from companies.errors import DocumentError
from companies.sources.cvr import read_profile
from companies.sources.document import Node
from companies.sources.participants import read_beneficial
from tests.companies.builders import (
    attribute,
    beneficial_owner,
    company,
    organ,
    owner,
    person,
    relation,
    spell,
    value,
)

DAY = date(2024, 6, 1)


@pytest.mark.parametrize(
    ("fields", "path", "reason"),
    [
        ({"cvrNummer": None}, "cvrNummer", "expected a CVR number of up to eight digits, found None"),
        ({"cvrNummer": 123456789}, "cvrNummer", "found 123456789"),
        ({"cvrNummer": "12a"}, "cvrNummer", "found '12a'"),
        ({"cvrNummer": True}, "cvrNummer", "expected text"),
        ({"enhedsNummer": "4000"}, "enhedsNummer", "expected a whole number, found '4000'"),
        ({"enhedsNummer": 10**30}, "enhedsNummer", "expected a whole number"),
        ({"enhedsNummer": 10**14}, "enhedsNummer", "of at most fourteen digits, found 100000000000000"),
        ({"enhedstype": "PERSON"}, "enhedstype", "expected 'VIRKSOMHED', found 'PERSON'"),
        ({"navne": []}, "navne", "expected at least one name"),
        ({"navne": {}}, "navne", "expected a list, found an object"),
        ({"navne": ["x"]}, "navne[0]", "expected an object, found 'x'"),
        ({"navne": [spell(navn=["x"])]}, "navne[0].navn", "expected text"),
        ({"navne": [spell(navn="x" * 501)]}, "navne", "at most 500 characters"),
        ({"navne": [spell("2024-13-01", navn="x")]}, "navne[0].periode.gyldigFra", "expected a day such as 2024-12-31"),
        ({"navne": [{"navn": "x", "periode": "2024"}]}, "navne[0].periode", "expected an object, found '2024'"),
        ({"reklamebeskyttet": "ja"}, "reklamebeskyttet", "expected true or false, found 'ja'"),
        ({"sidstOpdateret": "i går"}, "sidstOpdateret", "expected a moment"),
        ({"virksomhedMetadata": []}, "virksomhedMetadata", "expected an object, found a list"),
        (
            {"erstMaanedsbeskaeftigelse": [{"aar": 2024, "maaned": 13}]},
            "erstMaanedsbeskaeftigelse[0].maaned",
            "1 to 12",
        ),
        (
            {"attributter": [attribute("KAPITAL", value("mange", "2010-01-01"))]},
            "attributter[0].vaerdier[0].vaerdi",
            "expected a number of at most 30 digits, found 'mange'",
        ),
        (
            {"deltagerRelation": [owner(person(1, "A"), value("1.5", "2010-01-01"))]},
            "deltagerRelation[0].organisationer[0].medlemsData[0].attributter[0].vaerdier[0].vaerdi",
            "expected a fraction from 0 to 1, found text",
        ),
        (
            {"deltagerRelation": [relation({"enhedstype": "PERSON"}, organ("REGISTER", "EJERREGISTER"))]},
            "deltagerRelation[0].deltager.enhedsNummer",
            "expected a whole number of at most fourteen digits, found None",
        ),
        (
            {
                "deltagerRelation": [
                    None,
                    relation({"enhedsNummer": 1, "enhedstype": "VIRKSOMHED", "forretningsnoegle": "x"}),
                ]
            },
            "deltagerRelation[1].deltager.forretningsnoegle",
            "expected a CVR number, found text",
        ),
    ],
)
def test_it_names_path_and_reason(fields, path, reason):
    with pytest.raises(DocumentError) as refusal:
        read_profile(company() | fields, day=DAY)
    assert refusal.value.path == f"Vrvirksomhed.{path}"
    assert reason in refusal.value.reason


@pytest.mark.parametrize(
    "fields",
    [
        {"deltagerRelation": [beneficial_owner(person(1, "Anna Hemmelig " * 50))]},
        {"deltagerRelation": [beneficial_owner(person(1, "A"), attribute("EJERANDEL_PROCENT", value("Hemmelig 1.2")))]},
        {"deltagerRelation": [relation(person(1, "A", beliggenhedsadresse=["Hemmelig Vej 4"]))]},
        {"deltagerRelation": [{"deltager": ["Anna Hemmelig"]}]},
        {"telefonNummer": ["Hemmelig 20304050"]},
        {"elektroniskPost": "anna@hemmelig.example, Hemmelig"},
        {"virksomhedMetadata": [{"nyesteKontaktoplysninger": ["Hemmelig"]}]},
    ],
)
def test_it_quotes_nothing_that_may_be_about_a_person(fields):
    """Errors end in logs, and a refused company's in the report of somebody who may not see its owners."""
    document = company() | fields

    def read() -> None:
        read_profile(document, day=DAY)
        read_beneficial(Node(document), DAY)

    with pytest.raises(DocumentError) as refusal:
        read()
    assert "emmelig" not in str(refusal.value)
    assert "found " in refusal.value.reason


def test_it_ignores_what_it_does_not_know():
    assert (
        read_profile(company(heltNytFelt={"a": [1]}, attributter=[attribute("NYT", value("x"))]), day=DAY).purpose == ""
    )
