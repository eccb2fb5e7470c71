"""What changed in the last year: one table, and marks where the things themselves stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from companies.facts import (
    Address,
    Capital,
    CreditEvent,
    DatedText,
    Fact,
    FactSpan,
    Form,
    Restructuring,
    RestructuringKind,
)
from companies.profile import BeneficialOwner, LegalOwner, Period
from reporting.contents.articles import articles_section
from reporting.contents.beneficial import beneficial_section
from reporting.contents.changes import changes_of_last_year, changes_section, is_recent, year_before
from reporting.contents.company import identity_section
from reporting.contents.leads import revision_lead
from reporting.contents.owners import legal_owners_section
from reporting.contents.people import auditor_section, management_section
from reporting.material import Material
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.makers import AUDITOR, FORMER_AUDITOR, KAREN, OLE, band, person, seat, since
from tests.reporting.section_text import facts, rows, sentences

SIGNE, AKSEL = person(4, "Signe Lyngbæk Dal"), person(3, "Aksel Rugholm")


def quiet(**changes: Any) -> Material:
    """A company of which nothing changed in the year before 22 November 2026, but for what is given."""
    still: dict[str, Any] = {
        "roles": (seat(KAREN, "Direktion", "ADM. DIR.", since("2019-01-01")),),
        "auditors": (seat(AUDITOR, "Revision", "REVISION", since("2021-06-01")),),
        "legal_owners": (LegalOwner(OLE, band("100", "100"), band("100", "100"), since("2015-06-01")),),
    }
    past = changes.pop("past", ())
    return makers.material(profile=makers.profile(**{**still, **changes}), past=past)


def span(fact: Fact, value: Any, *days: str | None) -> FactSpan:
    return FactSpan(fact, value, since(*days))  # type: ignore[arg-type]


def told(material: Material) -> list[str]:
    return rows(changes_section(material))


def test_it_says_that_nothing_changed():
    [nothing] = sentences(changes_section(quiet()))
    assert nothing == "Der er ikke registreret ændringer fra 23. november 2025 til 22. november 2026."
    assert (
        revision_lead(quiet())
        == "Ejes af Ole Brinkskov (100\u00a0%). Der er ikke registreret ændringer det seneste år."
    )


@pytest.mark.parametrize(
    ("moved", "expected"),
    [("2025-11-22", False), ("2025-11-23", True), ("2026-11-22", True), ("2026-11-23", False)],
)
def test_it_looks_at_the_year_that_ends_today(moved: str, expected: bool):
    assert is_recent(date.fromisoformat(moved), makers.TODAY) is expected


def test_it_counts_a_year_from_the_29th_of_february_to_the_28th():
    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_it_tells_what_became_of_the_companys_own_facts():
    past = (
        span(Fact.NAME, "Havnelys Handel ApS", "2009-03-01", "2026-01-31"),
        span(Fact.NAME, "Havnelys Elektronik A/S", "2026-02-01"),
        span(Fact.FORM, Form("80", "ApS", "Anpartsselskab"), "2009-03-01", "2026-01-31"),
        span(Fact.FORM, Form("60", "A/S", "Aktieselskab"), "2026-02-01"),
        span(Fact.CAPITAL, Capital(Decimal(125_000), "DKK"), "2009-03-01", "2026-01-31"),
        span(Fact.CAPITAL, Capital(Decimal(500_000), "DKK"), "2026-02-01"),
        span(Fact.FINANCIAL_YEAR, ("--07-01", "--06-30"), "2009-03-01", "2026-02-28"),
        span(Fact.FINANCIAL_YEAR, ("--01-01", "--12-31"), "2026-03-01"),
        span(Fact.AUDIT_WAIVED, True, "2009-03-01", "2026-03-31"),
        span(Fact.AUDIT_WAIVED, False, "2026-04-01"),
        span(Fact.STATUS, "UNDER REKONSTRUKTION", "2009-03-01", "2026-04-30"),
        span(Fact.STATUS, "NORMAL", "2026-05-01"),
    )

    assert told(quiet(past=past)) == [
        "01-05-2026 | Status | Under rekonstruktion | Aktiv",
        "01-04-2026 | Revision fravalgt | Ja | Nej",
        "01-03-2026 | Regnskabsår | 1. juli – 30. juni | 1. januar – 31. december",
        "01-02-2026 | Navn | Havnelys Handel ApS | Havnelys Elektronik A/S",
        "01-02-2026 | Virksomhedsform | Anpartsselskab (ApS) | Aktieselskab (A/S)",
        "01-02-2026 | Registreret kapital | 125.000 DKK | 500.000 DKK",
    ]


def test_it_tells_credit_events_and_mergers():
    events = (
        CreditEvent("2", "Konkurs", since("2026-05-02")),
        CreditEvent("7", "REKONSTRUKTION", since("2025-06-01", "2026-03-31")),
    )
    merged = (DatedText("FUNKTION", "INDGÅENDE", since("2026-01-15")),)
    merger = Restructuring(RestructuringKind.MERGER, None, "Fusion med Lydkaj ApS", incoming=merged)

    assert told(quiet(credit_events=events, restructurings=(merger,))) == [
        "02-05-2026 | Kredithændelse | – | Konkurs",
        "31-03-2026 | Kredithændelse | REKONSTRUKTION | –",
        "15-01-2026 | Fusion | – | Fusion med Lydkaj ApS",
    ]


def test_it_tells_two_changes_of_one_thing_apart():
    past = (
        span(Fact.SIGNING_RULE, "Direktøren alene.", "2009-03-01", "2026-01-31"),
        span(Fact.SIGNING_RULE, "", "2026-02-01", "2026-02-28"),
        span(Fact.SIGNING_RULE, "Bestyrelsen.", "2026-03-01"),
    )

    assert told(quiet(past=past)) == [
        "01-03-2026 | Tegningsregel | – | Bestyrelsen.",
        "01-02-2026 | Tegningsregel | Direktøren alene. | –",
    ]


def test_it_passes_over_a_change_that_nobody_can_see():
    past = (
        span(
            Fact.ADDRESS,
            Address(street_name="Nyvej", house_number="1", municipality_code="0101"),
            "2009-03-01",
            "2026-01-31",
        ),
        span(Fact.ADDRESS, Address(street_name="Nyvej", house_number="1", municipality_code="0102"), "2026-02-01"),
    )

    assert told(quiet(past=past)) == []
    assert "[Ændret]" not in facts(identity_section(quiet(past=past)))["Adresse"]


def test_it_shortens_a_text_of_many_pages():
    past = (span(Fact.PURPOSE, "kort", "2009-03-01", "2026-01-31"), span(Fact.PURPOSE, "å" * 5_000, "2026-02-01"))

    assert told(quiet(past=past)) == [f"01-02-2026 | Formål | kort | {'å' * 900}… (forkortet, i alt 5000 tegn)"]


def test_it_tells_who_came_who_went_and_who_changed_function():
    roles = (
        seat(AKSEL, "Direktion", "DIREKTØR", since("2026-04-01")),
        seat(KAREN, "Direktion", "ADM. DIR.", since("2019-01-01", "2026-03-31")),
        seat(SIGNE, "Bestyrelse", "FORMAND", since("2026-06-01")),
        seat(SIGNE, "Bestyrelse", "BESTYRELSESMEDLEM", since("2020-06-01", "2026-05-31")),
        seat(OLE, "Bestyrelse", "FORMAND", since("2015-06-01", "2025-11-22")),
    )
    material = quiet(roles=roles)

    assert told(material) == [
        "01-06-2026 | Bestyrelse: ændret funktion | Signe Lyngbæk Dal, Medlem | Signe Lyngbæk Dal, Formand",
        "01-04-2026 | Direktion: tiltrådt | – | Aksel Rugholm, Direktør",
        "31-03-2026 | Direktion: fratrådt | Karen Vindfald Mostrup, Administrerende direktør | –",
    ]
    section = management_section(material)
    assert rows(section, "Direktion") == [
        "Aksel Rugholm [Ny] | Direktør | 01-04-2026 |",
        "Karen Vindfald Mostrup [Fratrådt] | Administrerende direktør | 01-01-2019 | 31-03-2026",
    ]
    assert rows(section, "Bestyrelse") == [
        "Signe Lyngbæk Dal [Ændret] | Formand (før: Medlem, 01-06-2020 – 31-05-2026) | 01-06-2026 |"
    ]


def test_it_tells_one_auditor_in_the_place_of_another_as_one_change():
    auditors = (
        seat(AUDITOR, "Revision", "REVISION", since("2026-06-01")),
        seat(FORMER_AUDITOR, "Revision", "REVISION", since("2012-06-01", "2026-05-31")),
    )
    material = quiet(auditors=auditors)

    assert told(material) == [f"01-06-2026 | Revisor | {FORMER_AUDITOR.name} | {AUDITOR.name}"]
    assert rows(auditor_section(material)) == [
        f"{AUDITOR.name} [Ny] | {AUDITOR.cvr} | 01-06-2026 |",
        f"{FORMER_AUDITOR.name} [Fratrådt] | {FORMER_AUDITOR.cvr} | 01-06-2012 | 31-05-2026",
    ]


def test_it_tells_what_became_of_owners():
    whole, half = band("100", "100"), band("50", "66.66")
    owners = (
        LegalOwner(OLE, half, whole, since("2026-06-01")),
        LegalOwner(OLE, whole, whole, since("2015-06-01", "2026-05-31")),
        LegalOwner(SIGNE, band("33.33", "49.99"), None, since("2026-06-01")),
        LegalOwner(KAREN, None, None, since("2015-06-01", "2026-01-31")),
    )
    material = quiet(legal_owners=owners)

    assert told(material) == [
        "01-06-2026 | Legal ejer: ændret andel | Ole Brinkskov: 100 % | Ole Brinkskov: 50-66,66 %, stemmer 100 %",
        "01-06-2026 | Legal ejer: ny | – | Signe Lyngbæk Dal: 33,33-49,99 %",
        "31-01-2026 | Legal ejer: udgået | Karen Vindfald Mostrup: ikke oplyst | –",
    ]
    section = legal_owners_section(material)
    assert rows(section) == [
        "Ole Brinkskov [Ændret] | 50-66,66 % | 100 % | 01-06-2026 | –",
        "Signe Lyngbæk Dal [Ny] | 33,33-49,99 % | ikke oplyst | 01-06-2026 | –",
    ]
    assert rows(section, "Tidligere legale ejere og andele") == [
        "Ole Brinkskov | 100 % | 100 % | 01-06-2015 | 31-05-2026",
        "Karen Vindfald Mostrup [Udgået] | ikke oplyst | ikke oplyst | 01-06-2015 | 31-01-2026",
    ]


def test_it_tells_changes_of_beneficial_owners_only_where_they_are_asked_for():
    now = BeneficialOwner(KAREN, Decimal("0.6"), Decimal("0.6"), since("2026-06-01"))
    before = BeneficialOwner(KAREN, Decimal("0.4"), Decimal("0.5"), since("2019-01-01", "2026-05-31"))
    gone = BeneficialOwner(OLE, Decimal("0.3"), None, since("2019-01-01", "2026-05-31"))
    found = replace(makers.beneficial(now), former=(before, gone))
    material = replace(quiet(), report_type=ReportType.REELLE_EJERE, beneficial=found)

    assert told(material) == []
    assert [one.what for one in changes_of_last_year(material, with_beneficial=True)] == [
        "Reel ejer: ændret andel",
        "Reel ejer: udgået",
    ]
    section = beneficial_section(material)
    assert rows(section) == ["Karen Vindfald Mostrup [Ændret] | 60 % | 60 % | Ejerandel eller stemmer | 01-06-2026"]
    assert rows(section, "Tidligere reelle ejere og andele") == [
        "Karen Vindfald Mostrup | 40 % | 50 % | Ejerandel eller stemmer | 01-01-2019 (til 31-05-2026)",
        "Ole Brinkskov [Udgået] | 30 % | – | Ejerandel eller stemmer | 01-01-2019 (til 31-05-2026)",
    ]


def test_it_does_not_call_a_new_companys_first_facts_changes():
    founded = date(2026, 3, 1)
    past = (span(Fact.NAME, "Havnelys Elektronik A/S", "2026-03-04"), span(Fact.PURPOSE, "At handle.", "2026-03-04"))
    roles = (
        seat(KAREN, "Direktion", "DIREKTØR", since("2026-03-04")),
        seat(OLE, "Bestyrelse", "FORMAND", since("2026-07-01")),
    )
    material = quiet(founded_date=founded, past=past, roles=roles, legal_owners=(), auditors=())

    assert told(material) == ["01-07-2026 | Bestyrelse: tiltrådt | – | Ole Brinkskov, Formand"]
    assert sentences(changes_section(material))[0].startswith("Virksomheden blev stiftet 1. marts 2026;")


def test_it_warns_of_what_the_register_has_filed_ahead():
    ahead = LegalOwner(SIGNE, band("100", "100"), None, since("2027-01-01"))
    material = quiet(next_change_date=date(2027, 1, 1), coming_owners=(ahead,))

    assert sentences(changes_section(material))[0] == (
        "Registret har allerede oplysninger, som først gælder fra 1. januar 2027; de er ikke vist."
    )
    assert sentences(legal_owners_section(material))[1] == (
        "Anmeldt med virkning fra 1. januar 2027: Signe Lyngbæk Dal. De er ikke regnet med nogen steder i rapporten."
    )


def test_it_marks_facts_that_changed_and_tells_the_capitals_history():
    past = (
        span(Fact.CAPITAL, Capital(Decimal(40_000), "DKK"), "2009-03-01", "2019-12-31"),
        span(Fact.CAPITAL, Capital(Decimal(600_000), "DKK"), "2020-01-01", "2026-01-31"),
        span(Fact.CAPITAL, Capital(Decimal(500_000), "DKK"), "2026-02-01"),
        span(Fact.SIGNING_RULE, "Direktøren alene.", "2009-03-01", "2019-12-31"),
        span(Fact.SIGNING_RULE, "Bestyrelsen.", "2020-01-01"),
    )
    section = articles_section(quiet(past=past))

    assert facts(section)["Registreret kapital"] == "500.000 DKK [Ændret]"
    assert "[Ændret]" not in facts(section)["Tegningsregel"]
    assert rows(section, "Kapitalens historik") == [
        "500.000 DKK [Ændret] | −100.000 DKK | 01-02-2026 | –",
        "600.000 DKK | +560.000 DKK | 01-01-2020 | 31-01-2026",
        "40.000 DKK | – | 01-03-2009 | 31-12-2019",
    ]
    assert rows(section, "Tidligere registreringer") == ["Tegningsregel | Direktøren alene. | 01-03-2009 | 31-12-2019"]


def test_it_says_in_the_first_sentence_what_changed():
    roles = (seat(AKSEL, "Direktion", "DIREKTØR", since("2026-04-01")),)
    past = (
        span(Fact.NAME, "Havnelys Handel ApS", "2009-03-01", "2026-01-31"),
        span(Fact.NAME, "Havnelys Elektronik A/S", "2026-02-01"),
    )

    assert revision_lead(quiet(roles=roles, past=past)).endswith(
        "Det seneste år er der registreret 2 ændringer (direktion og navn)."
    )


def test_it_tells_a_spell_without_a_first_day_by_its_end():
    owners = (LegalOwner(OLE, band("100", "100"), None, Period(None, date(2026, 5, 31))),)

    assert told(quiet(legal_owners=owners)) == ["31-05-2026 | Legal ejer: udgået | Ole Brinkskov: 100 % | –"]
