"""Employment before the monthly series, several lives, codes without texts: what older and newer documents hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from companies.profile import Industry, Period
from companies.sources.cvr import read_profile
from tests.companies.builders import attribute, company, spell, value

DAY = date(2024, 6, 1)


def read(day=DAY, **fields):
    return read_profile(company(**fields), day=day)


def test_it_reads_older_series_for_the_time_before_the_better_ones():
    series = {
        "erstMaanedsbeskaeftigelse": [{"aar": 2019, "maaned": 11, "antalAnsatte": 5}],
        "maanedsbeskaeftigelse": [{"aar": 2019, "maaned": 11, "antalAnsatte": 99}, {"aar": 2019, "maaned": 7}],
        "kvartalsbeskaeftigelse": [{"aar": 2019, "kvartal": 2, "antalAnsatte": 4}, {"aar": 2019, "kvartal": 4}],
        "aarsbeskaeftigelse": [
            {"aar": 2018, "antalAnsatte": 3, "antalAarsvaerk": 2.5, "intervalKodeAntalAarsvaerk": "ANTAL_2_4"}
        ],
    }
    seen = [(one.year, one.month, one.months, one.count) for one in read(**series).employees]
    assert seen == [(2019, 11, 1, 5), (2019, 7, 1, None), (2019, 6, 3, 4), (2018, 12, 12, 3)]
    [year] = read(date(2019, 5, 31), **series).employees
    assert (year.full_time_equivalents, year.full_time_interval) == (Decimal("2.5"), "2-4")
    assert read(date(2018, 11, 30), **series).employees == ()


def test_it_reads_industries_as_coded_on_the_day_with_and_without_texts():
    fields = {
        "hovedbranche": [
            spell("2025-01-01", branchekode="494100", branchetekst=None),
            spell("2010-01-01", "2024-12-31", branchekode="494200", branchetekst="Flytteforretninger"),
        ]
    }
    assert read(date(2024, 12, 31), **fields).industry == Industry("494200", "Flytteforretninger")
    assert read(date(2025, 1, 1), **fields).industry == Industry("494100", "")


def test_it_reads_what_the_register_says_of_the_company_besides():
    since = "2010-01-01"
    profile = read(
        regNummer=[spell(regnummer="ApS12345"), spell(regnummer="ApS12345")],
        fejlRegistreret=True,
        naermesteFremtidigeDato="2024-07-01",
        samtId=57,
        virksomhedMetadata={"virkningsDato": "2010-01-15"},
        attributter=[
            attribute("KAPITAL", value("500000", since)),
            attribute("KAPITALKLASSER", value("true", since)),
            attribute("OMLÆGNINGSPERIODE_START", value("2023-01-01", since)),
            attribute("OMLÆGNINGSPERIODE_SLUT", value("2024-06-30", since)),
            attribute("OFFENTLIG_EJERBOG", value("Ja", since)),
            attribute("STATSLIG_VIRK", value("måske", since)),
            attribute("OPLØSNINGSTRUSSEL_SENESTE", value("2024-05-01", since)),
            attribute("GENOPTAGELSE_TVANGSOPLØSNING", value("2024-05-20", since)),
        ],
    )
    assert profile.registration_numbers == ("ApS12345",)
    assert (profile.is_registered_in_error, profile.source_version) == (True, 57)
    assert (profile.next_change_date, profile.effective_date) == (date(2024, 7, 1), date(2010, 1, 15))
    assert profile.capital is not None
    assert profile.capital.has_classes
    assert profile.changed_period == Period(date(2023, 1, 1), date(2024, 6, 30))
    assert (profile.has_public_owner_book, profile.is_state_owned) == (True, None)
    assert (profile.dissolution_threat, profile.dissolution_reversal) == ("2024-05-01", "2024-05-20")


def test_it_takes_the_newest_name_where_the_history_has_none():
    assert read(navne=[], virksomhedMetadata={"nyesteNavn": {"navn": "Prøvested Ny ApS"}}).name == "Prøvested Ny ApS"
    assert read(navne=[spell(navn=None), spell("2010-01-01", navn="Prøvested ApS")]).name == "Prøvested ApS"
