"""What auditors said of each year's accounts."""

from __future__ import annotations

from reporting.contents.auditing import LONGEST_WORDS, auditor_section
from reporting.contents.blocks import Heading, Paragraph
from tests.reporting import makers
from tests.reporting.story_makers import year
from tests.reporting.tables import lines, tables


def test_it_tells_statement_conclusion_and_firm_of_each_year():
    years = (
        year(2025, going_concern="Uden kapital lukker vi.", auditor_number="mne12345"),
        year(2024, modified_opinion="Konklusion med forbehold", opinion="Bortset fra lageret.", auditor_name=""),
        year(2023, assistance="Ingen bistand", opinion="", audit_firm="", audit_firm_cvr="", auditor_name=""),
        year(2022, assistance="Andre erklæringer uden sikkerhed", opinion="", audit_firm="Gamle Tal P/S"),
        year(2021, opinion="", audit_firm_cvr=makers.cvr(9), audit_firm="Gamle Tal P/S"),
    )
    (table,) = tables(auditor_section(years))
    firm = "Tallinje Statsautoriseret Revisionspartnerselskab"
    assert lines(table) == {
        "31-12-2025": [
            "Revisionspåtegning",
            "Nævner ingen forbehold Væsentlig usikkerhed om fortsat drift",
            f"{firm} Mette Kornmod, mne12345",
        ],
        "31-12-2024": ["Revisionspåtegning", "Konklusion med forbehold Forbehold", firm],
        "31-12-2023": ["Ingen bistand", "Ingen konklusion med sikkerhed", "–"],
        "31-12-2022": [
            "Andre erklæringer uden sikkerhed",
            "Ingen konklusion med sikkerhed",
            "Gamle Tal P/S Skiftet Mette Kornmod",
        ],
        "31-12-2021": ["Revisionspåtegning", "–", "Gamle Tal P/S Mette Kornmod"],
    }


def test_it_prints_the_words_of_older_reservations_and_cuts_them():
    years = (
        year(2025, opinion="Bortset fra alt."),
        year(2024, opinion=f"Bortset fra {'x' * 3000}", going_concern="Penge."),
        year(2023),
    )
    headings = [block.text for block in auditor_section(years).blocks if isinstance(block, Heading)]
    paragraphs = [block.text for block in auditor_section(years).blocks if isinstance(block, Paragraph)]
    assert headings == [
        "Revisors konklusion, regnskabsåret til 31. december 2024",
        "Usikkerhed om fortsat drift, regnskabsåret til 31. december 2024",
    ]
    assert paragraphs[0] == f"Bortset fra {'x' * (LONGEST_WORDS - 12)}… (forkortet)"
    assert paragraphs[1] == "Penge."
