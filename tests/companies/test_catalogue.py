"""The field catalogue: names, labels, types, and values as an integrating customer gets them."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from companies.catalogue import FieldType, Part, Subject, catalogue, field_values
from companies.catalogue.formats import telephone
from companies.figures import FIGURE_NAMES, Accounts, Figure
from companies.profile import (
    Address,
    Capital,
    Employees,
    LegalOwner,
    Participant,
    ParticipantKind,
    Period,
    Profile,
    Role,
)

KINDS: dict[FieldType, type | tuple[type, ...]] = {
    FieldType.TEXT: str,
    FieldType.NUMBER: (int, float),
    FieldType.MONEY: (int, float),
    FieldType.PERCENTAGE: (int, float),
    FieldType.BOOLEAN: bool,
    FieldType.DATE: str,
    FieldType.MONTH: str,
    FieldType.MONTH_DAY: str,
    FieldType.LIST: list,
    FieldType.OBJECTS: list,
}
SHAPES = {
    FieldType.DATE: r"\d{4}-\d{2}-\d{2}",
    FieldType.MONTH: r"\d{4}-\d{2}",
    FieldType.MONTH_DAY: r"--\d{2}-\d{2}",
    FieldType.TEXT: r"\S(.*\S)?",
}
DAY = date(2026, 6, 1)
EVER = Period()
INGA = Participant(4009900101, ParticipantKind.PERSON, "Inga Sivbjerg")
ODD = Participant(4009900102, ParticipantKind.PERSON, "Odd Sivbjerg")


def values(*names, accounts=None, **facts):
    profile = Profile(cvr="99771003", unit_number=1, name="Sivbjerg ApS", as_of_date=DAY, **facts)
    found = field_values(Subject(profile, accounts), names)
    return list(found.values()) if len(names) > 1 else found[names[0]]


def test_it_has_the_fields_of_the_api_and_many_more():
    names = [field.name for field in catalogue()]
    assert len(names) == len(set(names)) >= 120
    assert {
        "name", "cvr", "lassoId", "statusCode", "statusText", "companyType", "employees", "primaryIndustry",
        "primaryIndustryCode", "secondaryIndustry", "secondaryIndustryCode", "address1", "address2", "zipCode", "city",
        "country", "telephone", "fax", "email", "website", "streetName", "houseNo", "houseLetter",
    } <= set(names)  # fmt: skip


def test_it_has_every_figure_that_is_read_from_accounts():
    figures = {name for name in FIGURE_NAMES if name != "employees"} | {"averageEmployees"}
    assert figures <= {field.name for field in catalogue(Part.ACCOUNTS)}


@pytest.mark.parametrize("field", catalogue(), ids=lambda field: field.name)
def test_it_says_of_each_field_what_it_is(field):
    assert re.fullmatch(r"[a-z]+([A-Z]?[a-z0-9]+)*", field.name)
    assert field.label_da[0].isupper()
    assert field.label_en[0].isupper()
    if field.part is Part.BENEFICIAL:
        assert field.example is None
        return
    example: Any = field.example
    kinds = (isinstance(example, KINDS[field.type]), isinstance(example, bool))
    assert kinds == (True, field.type is FieldType.BOOLEAN)
    if shape := SHAPES.get(field.type):
        assert re.fullmatch(shape, example)
    if field.type is FieldType.LIST:
        assert {type(one) for one in example} == {str}
    if field.type is FieldType.OBJECTS:
        assert {type(one) for one in example} == {dict}


def test_its_labels_are_unique_in_both_languages():
    for labels in ([field.label_da for field in catalogue()], [field.label_en for field in catalogue()]):
        assert len(set(labels)) == len(labels)


def test_its_examples_are_what_the_fictional_company_gives():
    examples = {field.name: field.example for field in catalogue()}
    assert json.loads(json.dumps(examples)) == examples
    chosen = {name: examples[name] for name in ("cvr", "name", "telephone", "address1", "employees", "capital")}
    assert chosen == {
        "cvr": 99771003,
        "name": "Sivbjerg Vævestole A/S",
        "telephone": "+45 71 74 78 12",
        "address1": "Skyttelstræde 12B, 2. tv",
        "employees": "5-9",
        "capital": 500000,
    }
    assert [examples[name] for name in ("houseNo", "houseLetter", "zipCode", "city")] == [
        "12",
        "B",
        "9999",
        "Sivkøbing",
    ]
    assert [examples[name] for name in ("revenue", "financeIncome", "solvencyRatio")] == [12400000, 12500.5, 42.5]
    assert examples["accountsPublishedDate"] == "2026-05-19"  # 22.30 UTC the day before
    assert examples["legalOwners"] == [
        {
            "lassoId": "CVR-1-99771011",
            "cvr": 99771011,
            "name": "Sivbjerg Beholdning ApS",
            "type": "VIRKSOMHED",
            "ownership": {"from": 0.6667, "to": 0.8999},
            "voteRights": {"from": 0.9, "to": 0.9999},
            "shareClass": "A",
        }
    ]


def test_what_is_absent_is_null_and_an_absent_list_is_empty():
    found = field_values(
        Subject(Profile(cvr="99771003", unit_number=1, name="Sivbjerg ApS", as_of_date=DAY)),
        [field.name for field in catalogue()],
    )
    present = {name: value for name, value in found.items() if value not in (None, [])}
    assert present == {
        "cvr": 99771003,
        "lassoId": "CVR-1-99771003",
        "unitNumber": 1,
        "name": "Sivbjerg ApS",
        "statusCode": "AKTIV",
        "statusText": "Aktiv",
        "isActive": True,
        "registeredInError": False,
        "commerciallyProtected": False,
        "productionUnitCount": 0,
    }
    assert "" not in found.values()
    assert found["management"] == found["productionUnits"] == found["contradictoryFigures"] == []


def test_it_knows_no_field_of_another_name():
    with pytest.raises(KeyError, match="telefon"):
        values("telefon")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("71747812", "+45 71 74 78 12"),
        ("+45 7174 7812", "+45 71 74 78 12"),
        ("004571747812", "+45 71 74 78 12"),
        ("+46846500401", "+46 8 465 004 01"),
        ("71747812 lokal 5", "71747812 lokal 5"),
        ("ring på", "ring på"),
        ("123", "123"),
        ("", None),
    ],
)
def test_it_formats_telephones_internationally_and_leaves_what_is_none(written, shown):
    assert values("telephone", telephone=written) == shown


def test_it_formats_the_same_telephone_only_once():
    telephone.cache_clear()
    for _ in range(3):
        telephone("71747812")
    assert telephone.cache_info().misses == 1


@pytest.mark.parametrize(
    ("dated", "undated", "is_active", "code", "text"),
    [
        ("NORMAL", "Aktiv", True, "AKTIV", "Aktiv"),
        ("NORMAL", "Ophørt", False, "OPHOERT", "Ophørt"),
        ("", "", False, "OPHOERT", "Ophørt"),
        ("UNDER KONKURS", "UNDERKONKURS", True, "UNDER_KONKURS", "Under konkurs"),
        ("NORMAL", "UNDERKONKURS", True, "UNDER_KONKURS", "Under konkurs"),
        ("OPLØST EFTER KONKURS", "Ophørt", False, "OPLOEST_EFTER_KONKURS", "Opløst efter konkurs"),
    ],
)
def test_its_status_is_the_one_that_says_more(dated, undated, is_active, code, text):
    found = values("statusCode", "statusText", status=dated, overall_status=undated, is_active=is_active)
    assert found == [code, text]


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        (Address(street_name="Sivvej", house_number="12-14"), ["Sivvej 12-14", None, "12-14", None]),
        (Address(street_name="Sivvej", house_number="4b", floor="st"), ["Sivvej 4b, st", None, "4", "B"]),
        (Address(street_name="Sivvej", house_number="4", postal_box="77"), ["Sivvej 4", "Postboks 77", "4", None]),
        (Address(postal_box="77"), ["Postboks 77", None, None, None]),
        (
            Address(country_code="SE", free_text="Vassgatan 1\n999 99 Vassby\n"),
            ["Vassgatan 1", "999 99 Vassby", None, None],
        ),
        (Address(country_code="SE"), [None, None, None, None]),
    ],
)
def test_it_writes_addresses_as_on_an_envelope(address, lines):
    assert values("address1", "address2", "houseNo", "houseLetter", address=address) == lines


@pytest.mark.parametrize(
    ("count", "interval", "shown"),
    [(7, "5-9", "5-9"), (7, "", "5-9"), (0, "", "0"), (1, "", "1"), (4711, "", "1000+"), (None, "", None)],
)
def test_it_tells_employees_by_the_registers_intervals(count, interval, shown):
    month = Employees(2026, 3, count, None, interval)
    assert values("employees", "employeeCount", "employeesMonth", employees=(month,)) == [shown, count, "2026-03"]


def test_the_chief_executive_is_the_managing_director_or_the_only_director():
    def director(who, function="DIREKTØR", period=EVER):
        return Role(who, "Direktion", function, period)

    assert values("ceo", roles=(director(ODD), director(INGA, "ADM. DIR."))) == "Inga Sivbjerg"
    assert values("ceo", roles=(director(ODD),)) == "Odd Sivbjerg"
    assert values("ceo", roles=(director(ODD), director(INGA))) is None
    assert values("ceo", roles=(director(ODD, period=Period(None, date(2026, 5, 31))),)) is None


def test_it_tells_amounts_as_numbers_and_contradictions_by_name():
    accounts = Accounts(
        cvr="99771003",
        start_date=date(2025, 1, 1),
        end_date=date(2025, 12, 31),
        published_at=datetime(2026, 5, 1, tzinfo=UTC),
        figures={
            "equity": Figure(Decimal("-4000.00")),
            "assets": Figure(Decimal(0)),
            "result": Figure(None, (Decimal(1), Decimal(-1))),
            "employees": Figure(None, (Decimal(1), Decimal(2))),
        },
    )
    names = ("equity", "assets", "result", "solvencyRatio", "contradictoryFigures")
    assert values(*names, accounts=accounts) == [-4000, 0, None, None, ["averageEmployees", "result"]]
    assert values("capital", capital=Capital(Decimal("80000.50"), "DKK")) == 80000.5


def test_it_tells_of_somebody_whom_the_register_does_not_name():
    nobody = [Participant(-number, ParticipantKind.OTHER, "") for number in (1, 2)]
    seats = tuple(Role(one, "Direktion", "DIREKTØR", EVER) for one in nobody)
    holding = LegalOwner(nobody[0], None, None, EVER)

    ceo, management, owners = values("ceo", "management", "legalOwners", roles=seats, legal_owners=(holding,))

    told = {"lassoId": None, "cvr": None, "name": None, "type": "ANDEN_DELTAGER"}
    assert ceo is None
    assert management == [{**told, "function": "DIREKTØR"}] * 2
    assert owners == [{**told, "ownership": None, "voteRights": None, "shareClass": None}]
