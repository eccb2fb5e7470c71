"""A company of which everything changed in the last year, more than any page was drawn for."""

from __future__ import annotations

from decimal import Decimal

from companies.facts import Capital, Fact, FactSpan, FactValue
from companies.profile import LegalOwner
from reporting.contents.changes import changes_of_last_year
from reporting.contents.composing import compose
from reporting.material import Material
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.makers import band, company, person, seat, since
from tests.reporting.pdf_text import overflowing, said
from tests.reporting.worst_cases import LONG_NAME

WORD, TEXT = "Å" * 1_500, f"{LONG_NAME}. " * 10  # both longer than what the table of changes shows whole
BEFORE, AFTER = since("2015-06-01", "2026-03-31"), since("2026-04-01")
PEOPLE = tuple(person(500 + n, f"{LONG_NAME} {n}") for n in range(40))
SUCCESSORS = tuple(person(600 + n, f"Efterfølger Nummer {n} {LONG_NAME}") for n in range(40))
OWNERS = tuple(person(700 + n, f"Ejer Nummer {n} Vesterhede-Sønderkær") for n in range(60))
FIRMS = tuple(company(60 + n, f"{LONG_NAME} Revision {n}") for n in range(2))


def upheaval() -> Material:
    """Forty directors for forty others, sixty owners with other bands, other auditors, texts of ten thousand "
    "letters."""
    small, larger = band("5", "9.99"), band("10", "14.99")
    facts: dict[Fact, tuple[FactValue, FactValue]] = {
        Fact.NAME: ("Gammelt Navn ApS", LONG_NAME),
        Fact.PURPOSE: (WORD, TEXT),
        Fact.SIGNING_RULE: (TEXT, WORD),
        Fact.CAPITAL: (Capital(Decimal(1), "DKK"), Capital(Decimal("999999999999.99"), "DKK")),
    }
    profile = makers.profile(
        name=LONG_NAME,
        purpose=TEXT,
        signing_rule=WORD,
        roles=(
            *(seat(one, "Direktion", "DIREKTØR", BEFORE) for one in PEOPLE),
            *(seat(one, "Direktion", "DIREKTØR", AFTER) for one in SUCCESSORS),
        ),
        auditors=(seat(FIRMS[0], "Revision", "REVISION", BEFORE), seat(FIRMS[1], "Revision", "REVISION", AFTER)),
        legal_owners=(
            *(LegalOwner(one, small, small, BEFORE) for one in OWNERS),
            *(LegalOwner(one, larger, small, AFTER) for one in OWNERS),
        ),
    )
    past = tuple(
        FactSpan(fact, value, period)
        for fact, values in facts.items()
        for value, period in zip(values, (BEFORE, AFTER), strict=True)
    )
    return makers.material(ReportType.REVISION, profile=profile, past=past)


def test_it_tells_each_change_once():
    changes = changes_of_last_year(upheaval())

    assert len(changes) == 4 + 2 * 40 + 1 + 60
    assert len(set(changes)) == len(changes)


def test_it_prints_all_of_them_and_nothing_leaves_its_page():
    material = upheaval()
    text = said(material)

    assert text.count("Fratrådt") >= 41
    assert all(f"Efterfølger Nummer {n} " in text for n in range(40))
    assert all(f"Ejer Nummer {n} Vesterhede-Sønderkær: 10-14,99 %, stemmer 5-9,99 %" in text for n in range(60))
    assert overflowing(compose(material).html) == []
