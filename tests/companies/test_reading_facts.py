"""Addresses, contacts, industries, employees and attributes of a document."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from companies.profile import Capital, Industry, Period
from companies.sources.cvr import read_profile
from tests.companies.builders import attribute, company, spell, value

DAY = date(2024, 6, 1)


def read(**fields):
    return read_profile(company(**fields), day=DAY)


def address(**fields):
    return spell("2010-01-01", **{"landekode": "DK", "vejnavn": "Prøvevej", "husnummerFra": 12, **fields})


def test_it_reads_a_danish_address():
    profile = read(
        beliggenhedsadresse=[
            address(
                bogstavFra="B",
                etage="1",
                sidedoer="tv",
                conavn="c/o Nogen",
                bynavn="Prøveby",
                postnummer=800,
                postdistrikt="Høje Taastrup",
                kommune={"kommuneKode": 169, "kommuneNavn": "HØJE-TAASTRUP"},
            )
        ]
    )
    place = profile.address
    assert (place.street_name, place.house_number, place.floor, place.door) == ("Prøvevej", "12B", "1", "tv")
    assert (place.care_of, place.city_name) == ("c/o Nogen", "Prøveby")
    assert (place.postal_code, place.postal_district) == ("0800", "Høje Taastrup")
    assert (place.municipality_code, place.municipality_name, place.country_code) == ("0169", "HØJE-TAASTRUP", "DK")


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ({"husnummerFra": 12, "husnummerTil": None}, "12"),
        ({"husnummerFra": 12, "husnummerTil": 12}, "12"),
        ({"husnummerFra": 12, "husnummerTil": 14}, "12-14"),
        ({"husnummerFra": 12, "bogstavFra": "A", "husnummerTil": 12, "bogstavTil": "C"}, "12A-12C"),
        ({"husnummerFra": 12, "bogstavFra": "A", "bogstavTil": "C"}, "12A-12C"),
        ({"husnummerFra": None}, ""),
    ],
)
def test_it_writes_house_numbers_as_people_do(numbers, expected):
    assert read(beliggenhedsadresse=[address(**numbers)]).address.house_number == expected


def test_it_reads_a_foreign_address():
    place = read(beliggenhedsadresse=[spell("2010-01-01", landekode="SE", fritekst="Storgatan 1\nMalmö")]).address
    assert (place.country_code, place.free_text, place.street_name) == ("SE", "Storgatan 1\nMalmö", "")


def test_it_never_reads_hidden_contacts():
    profile = read(
        telefonNummer=[spell("2010-01-01", kontaktoplysning="10101010", hemmelig=True)],
        elektroniskPost=[
            spell("2020-01-01", kontaktoplysning="skjult@prøve.example", hemmelig=True),
            spell("2010-01-01", kontaktoplysning="åben@prøve.example", hemmelig=False),
        ],
        obligatoriskEmail=[spell("2010-01-01", kontaktoplysning="post@prøve.example", hemmelig=True)],
        virksomhedMetadata={"nyesteKontaktoplysninger": ["10101010"]},
    )
    assert profile.telephone == ""
    assert profile.email == "åben@prøve.example"


def test_it_reads_industries_with_their_leading_zero():
    profile = read(
        hovedbranche=[spell("2010-01-01", branchekode=11100, branchetekst="Dyrkning af korn")],
        bibranche1=[spell("2010-01-01", branchekode="620100", branchetekst="Computerprogrammering")],
        bibranche2=[spell("2010-01-01", "2012-01-01", branchekode="123456", branchetekst="Forbi")],
    )
    assert profile.industry == Industry("011100", "Dyrkning af korn")
    assert profile.secondary_industries == (Industry("620100", "Computerprogrammering"),)


def test_it_reads_months_newest_first_and_intervals_without_numbers():
    profile = read(
        erstMaanedsbeskaeftigelse=[
            {
                "aar": 2023,
                "maaned": 12,
                "antalAnsatte": 3,
                "antalAarsvaerk": 2.5,
                "intervalKodeAntalAnsatte": "ANTAL_2_4",
            },
            {"aar": 2024, "maaned": 7, "antalAnsatte": 9, "antalAarsvaerk": None},
            {"aar": 2024, "maaned": 2, "antalAnsatte": None, "intervalKodeAntalAnsatte": "ANTAL_10_19"},
            {"aar": 2022, "maaned": 1, "antalAnsatte": 1, "intervalKodeAntalAnsatte": "ANTAL_1_1"},
            {"aar": 2021, "maaned": 1, "antalAnsatte": None, "intervalKodeAntalAnsatte": "ANTAL_1000_999999"},
        ]
    )
    seen = [(one.year, one.month, one.count, one.full_time_equivalents, one.interval) for one in profile.employees]
    assert seen == [
        (2024, 2, None, None, "10-19"),
        (2023, 12, 3, Decimal("2.5"), "2-4"),
        (2022, 1, 1, None, "1"),
        (2021, 1, None, None, "1000+"),
    ]


def test_it_reads_the_attributes():
    since = "2010-01-01"
    profile = read(
        attributter=[
            attribute("KAPITAL", value("500000.00", since)),
            attribute("KAPITALVALUTA", value("EUR", since)),
            attribute("KAPITAL_DELVIST", value("125000.00", since)),
            attribute("FORMÅL", value("At prøve.", since)),
            attribute("TEGNINGSREGEL", value("Alene.", since)),
            attribute("VEDTÆGT_SENESTE", value("2019-05-14", since)),
            attribute("REGNSKABSÅR_START", value("--07-01", since)),
            attribute("REGNSKABSÅR_SLUT", value("--06-30", since)),
            attribute("FØRSTE_REGNSKABSPERIODE_START", value("2010-01-01", since)),
            attribute("FØRSTE_REGNSKABSPERIODE_SLUT", value("2011-06-30", since)),
            attribute("REVISION_FRAVALGT", value("true", since)),
            attribute("BØRSNOTERET", value("false", since)),
            attribute("OMFATTET_AF_LOV_OM_HVIDVASK_OG_TERRORFINANSIERING", value("true", since)),
            attribute("EJERREGISTRERING_UNDER_5_PROCENT", value("false", since)),
            attribute("NOGET_NYT", value("ukendt", since)),
        ]
    )
    assert profile.capital == Capital(
        Decimal("500000.00"), "EUR", is_partly_paid=True, paid_amount=Decimal("125000.00")
    )
    assert (profile.purpose, profile.signing_rule, profile.articles_date) == ("At prøve.", "Alene.", date(2019, 5, 14))
    assert (profile.financial_year_start, profile.financial_year_end) == ("--07-01", "--06-30")
    assert profile.first_period == Period(date(2010, 1, 1), date(2011, 6, 30))
    assert (profile.is_audit_waived, profile.is_listed) == (True, False)
    assert (profile.is_covered_by_money_laundering_act, profile.has_owners_under_five_percent) == (True, False)


def test_it_tells_absent_from_false():
    profile = read()
    assert (profile.is_audit_waived, profile.is_listed, profile.has_owners_under_five_percent) == (None, None, None)
    assert (profile.capital, profile.address, profile.industry, profile.form) == (None, None, None, None)


def test_it_reads_credit_events_and_protection():
    profile = read(
        reklamebeskyttet=True,
        status=[
            spell("2020-01-01", "2020-12-31", kreditoplysningkode=2, kreditoplysningtekst="Konkurs"),
            spell("2021-01-01", kreditoplysningkode="4", kreditoplysningtekst="Konkurs sluttet"),
            spell("2025-01-01", kreditoplysningkode="9", kreditoplysningtekst="Endnu ikke"),
        ],
    )
    assert profile.is_protected
    assert [(event.code, event.text) for event in profile.credit_events] == [("4", "Konkurs sluttet"), ("2", "Konkurs")]


def test_it_keeps_moments_in_utc():
    document = company(sidstOpdateret="2024-02-01T12:00:00.000+01:00")
    retrieved_at = datetime(2024, 5, 1, tzinfo=UTC)
    profile = read_profile(document, day=DAY, retrieved_at=retrieved_at)
    assert profile.source_updated_at == datetime(2024, 2, 1, 11, tzinfo=UTC)
    assert profile.retrieved_at == retrieved_at
