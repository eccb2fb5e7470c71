"""What a company's own facts were before, each with its days."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from companies.errors import CompanyUnknown
from companies.facts import Capital, Fact, Period
from companies.importing import import_documents
from companies.register import find_profile_with_past
from companies.sources.past_facts import read_past_facts
from tests.companies.builders import CVR, attribute, company, spell, value

DAY = date(2026, 6, 1)


def spans(document, fact, day=DAY):
    return [(one.value, one.period) for one in read_past_facts(document, day=day) if one.fact is fact]


def since(start, end=None):
    return Period(date.fromisoformat(start), date.fromisoformat(end) if end else None)


def test_it_tells_each_name_with_its_days():
    names = [spell("2020-01-01", navn="Ny ApS"), spell("2012-03-01", "2019-12-31", navn="Gammel ApS")]

    assert spans(company(navne=names), Fact.NAME) == [
        ("Gammel ApS", since("2012-03-01", "2019-12-31")),
        ("Ny ApS", since("2020-01-01")),
    ]


def test_it_joins_a_value_that_was_registered_again():
    again = [value("Direktøren alene.", "2015-01-01"), value("Direktøren alene.", "2010-01-01", "2014-12-31")]

    assert spans(company(attributter=[attribute("TEGNINGSREGEL", *again)]), Fact.SIGNING_RULE) == [
        ("Direktøren alene.", since("2010-01-01"))
    ]


def test_it_tells_a_raise_of_capital():
    document = company(
        attributter=[
            attribute("KAPITAL", value("500000.00", "2026-02-01"), value("40000.00", "2012-03-01", "2026-01-31")),
            attribute("KAPITALVALUTA", value("DKK", "2012-03-01")),
        ]
    )

    assert spans(document, Fact.CAPITAL) == [
        (Capital(Decimal("40000.00"), "DKK"), since("2012-03-01", "2026-01-31")),
        (Capital(Decimal("500000.00"), "DKK"), since("2026-02-01")),
    ]


def test_it_leaves_a_hole_where_nothing_was_on_file():
    rules = [value("Begge i forening.", "2020-01-01"), value("Direktøren alene.", "2010-01-01", "2014-12-31")]

    assert spans(company(attributter=[attribute("TEGNINGSREGEL", *rules)]), Fact.SIGNING_RULE) == [
        ("Direktøren alene.", since("2010-01-01", "2014-12-31")),
        ("", since("2015-01-01", "2019-12-31")),
        ("Begge i forening.", since("2020-01-01")),
    ]


def test_it_leaves_out_what_is_filed_ahead():
    names = [spell("2026-06-02", navn="Kommende ApS"), spell("2012-03-01", "2026-06-01", navn="Nuværende ApS")]

    assert spans(company(navne=names), Fact.NAME) == [("Nuværende ApS", since("2012-03-01"))]
    assert spans(company(navne=names), Fact.NAME, date(2026, 6, 2))[-1] == ("Kommende ApS", since("2026-06-02"))


def test_it_keeps_what_was_on_file_when_the_company_ended():
    document = company(
        livsforloeb=[spell("2012-03-01", "2024-10-15")],
        virksomhedsstatus=[spell("2012-03-01", "2024-10-15", status="NORMAL"), spell("2024-10-16", status="OPLØST")],
        attributter=[attribute("FORMÅL", value("At handle.", "2012-03-01", "2024-10-15"))],
    )

    assert spans(document, Fact.PURPOSE) == [("At handle.", since("2012-03-01"))]
    assert spans(document, Fact.STATUS) == [
        ("NORMAL", since("2012-03-01", "2024-10-15")),
        ("OPLØST", since("2024-10-16")),
    ]


def test_it_knows_a_value_without_a_first_day():
    assert spans(company(navne=[spell(navn="Uden Dato ApS")]), Fact.NAME) == [("Uden Dato ApS", Period())]


def test_it_tells_nothing_of_more_values_than_a_company_has():
    many = [value(str(number), "2010-01-01") for number in range(5_001)]

    assert read_past_facts(company(attributter=[attribute("FORMÅL", *many)]), day=DAY) == tuple(
        one for one in read_past_facts(company(), day=DAY)
    )


@pytest.mark.django_db
def test_it_comes_with_the_profile_of_a_stored_company():
    names = [spell("2020-01-01", navn="Ny ApS"), spell("2012-03-01", "2019-12-31", navn="Gammel ApS")]
    import_documents([company(navne=names)], now=datetime(2026, 6, 1, 12, tzinfo=UTC), source="test")

    profile, past = find_profile_with_past(cvr=CVR, day=date(2019, 12, 31))

    assert profile.name == "Gammel ApS"
    assert [one.value for one in past if one.fact is Fact.NAME] == ["Gammel ApS"]
    with pytest.raises(CompanyUnknown):
        find_profile_with_past(cvr="99900022", day=DAY)
