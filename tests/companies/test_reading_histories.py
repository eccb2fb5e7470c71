"""Histories are unordered; current is what covers the day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from companies.profile import Capital, Period
from companies.sources.cvr import read_profile
from tests.companies.builders import attribute, company, spell, value

DAY = date(2024, 6, 1)


def test_it_takes_what_covers_the_day_wherever_it_stands():
    document = company(
        navne=[
            spell("2022-01-01", None, navn="Nyeste ApS"),
            spell("2010-01-01", "2015-12-31", navn="Ældste ApS"),
            spell("2016-01-01", "2021-12-31", navn="Mellemste ApS"),
        ]
    )
    assert read_profile(document, day=DAY).name == "Nyeste ApS"
    assert read_profile(document, day=date(2021, 12, 31)).name == "Mellemste ApS"
    assert read_profile(document, day=date(2015, 12, 31)).name == "Ældste ApS"
    assert [span.name for span in read_profile(document, day=DAY).names] == [
        "Nyeste ApS",
        "Mellemste ApS",
        "Ældste ApS",
    ]


def test_it_takes_the_latest_start_of_several_that_cover_the_day():
    document = company(
        virksomhedsform=[
            spell("2020-01-01", None, virksomhedsformkode=60, kortBeskrivelse="A/S", langBeskrivelse="Aktieselskab"),
            spell("2010-01-01", None, virksomhedsformkode=80, kortBeskrivelse="APS", langBeskrivelse="Anpartsselskab"),
        ]
    )
    newest = read_profile(document, day=DAY).form
    assert newest is not None
    assert newest.short == "A/S"
    earlier = read_profile(document, day=date(2019, 12, 31)).form
    assert earlier is not None
    assert (earlier.code, earlier.short, earlier.long) == ("80", "ApS", "Anpartsselskab")


def test_it_lives_with_periods_that_are_null():
    document = company(
        navne=[{"navn": "Uden Periode ApS", "periode": None}, spell(None, "2001-01-01", navn="Før ApS")],
        telefonNummer=[spell(None, None, kontaktoplysning="10203040", hemmelig=False)],
    )
    profile = read_profile(document, day=DAY)
    assert profile.name == "Uden Periode ApS"
    assert profile.telephone == "10203040"


def test_it_does_not_show_what_begins_later():
    document = company(telefonNummer=[spell("2024-06-02", None, kontaktoplysning="10203040", hemmelig=False)])
    assert read_profile(document, day=DAY).telephone == ""
    assert read_profile(document, day=date(2024, 6, 2)).telephone == "10203040"


def test_it_keeps_a_name_over_a_hole_in_its_history():
    document = company(
        navne=[spell("2010-01-01", "2012-12-31", navn="Gammelt ApS"), spell("2030-01-01", navn="Nyt ApS")]
    )
    assert read_profile(document, day=DAY).name == "Gammelt ApS"
    assert read_profile(document, day=date(2000, 1, 1)).name == "Gammelt ApS"


def test_it_takes_attribute_values_by_day_over_entries_of_one_type():
    document = company(
        attributter=[
            attribute("KAPITAL", value("500000.00", "2020-01-01")),
            attribute("KAPITAL", value("125000.00", "2010-01-01", "2019-12-31")),
            attribute("KAPITALVALUTA", value("DKK", "2010-01-01")),
        ]
    )
    expected = {DAY: 500_000, date(2019, 12, 31): 125_000}
    for day, amount in expected.items():
        assert read_profile(document, day=day).capital == Capital(Decimal(amount), "DKK")


def test_it_describes_an_ended_company_as_on_its_last_day():
    document = company(
        livsforloeb=[spell("2010-01-01", "2020-03-31")],
        navne=[spell("2010-01-01", "2020-03-31", navn="Endt ApS")],
        virksomhedsstatus=[spell("2010-01-01", "2020-03-31", status="NORMAL"), spell("2020-04-01", status="OPLØST")],
        telefonNummer=[spell("2010-01-01", "2020-03-31", kontaktoplysning="10203040", hemmelig=False)],
        virksomhedMetadata={"sammensatStatus": "Ophørt", "stiftelsesDato": "2009-12-24"},
    )
    profile = read_profile(document, day=DAY)
    assert (profile.name, profile.telephone, profile.status) == ("Endt ApS", "10203040", "OPLØST")
    assert (profile.is_active, profile.ended_date, profile.founded_date) == (
        False,
        date(2020, 3, 31),
        date(2009, 12, 24),
    )
    assert read_profile(document, day=date(2020, 3, 31)).is_active


def test_it_says_of_both_statuses_what_each_says():
    document = company(
        virksomhedsstatus=[spell("2010-01-01", status="NORMAL")], virksomhedMetadata={"sammensatStatus": "Ophørt"}
    )
    profile = read_profile(document, day=DAY)
    assert (profile.status, profile.overall_status, profile.is_active) == ("NORMAL", "Ophørt", False)


def test_it_reads_a_life_that_was_resumed():
    document = company(livsforloeb=[spell("2018-01-01"), spell("2010-01-01", "2015-01-31")])
    assert read_profile(document, day=date(2016, 1, 1)).ended_date == date(2015, 1, 31)
    resumed = read_profile(document, day=DAY)
    assert (resumed.is_active, resumed.ended_date, resumed.founded_date) == (True, None, date(2010, 1, 1))


def test_a_period_holds_on_its_first_and_last_day():
    period = Period(date(2020, 1, 1), date(2020, 12, 31))
    assert period.covers(date(2020, 1, 1))
    assert period.covers(date(2020, 12, 31))
    assert not period.covers(date(2019, 12, 31))
    assert not period.covers(date(2021, 1, 1))
