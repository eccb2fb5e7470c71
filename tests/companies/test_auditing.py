"""The words of filings, in one vocabulary."""

from __future__ import annotations

import pytest

from companies.auditing import Assistance, ModifiedOpinion, assistance_of, modified_opinion_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Revisionspåtegning", Assistance.AUDIT),
        ("Auditor's report on audited financial statements", Assistance.AUDIT),
        ("Den uafhængige revisors erklæring", Assistance.AUDIT),
        ("Independent Auditor’s Report", Assistance.AUDIT),
        ("Erklæring om udvidet gennemgang", Assistance.EXTENDED_REVIEW),
        ("Auditor's report on extended review", Assistance.EXTENDED_REVIEW),
        ("Den uafhængige revisors erklæring om udvidet gennemgang", Assistance.EXTENDED_REVIEW),
        ("Independent Practitioner’s Extended Review Report", Assistance.EXTENDED_REVIEW),
        ("Den uafhængige revisors erklæringer (review)", Assistance.REVIEW),
        ("The independent auditor's reports (Review)", Assistance.REVIEW),
        ("Andre erklæringer med sikkerhed", Assistance.OTHER_ASSURANCE),
        ("The independent auditor's reports (Other assurance Reports)", Assistance.OTHER_ASSURANCE),
        ("Andre erklæringer uden sikkerhed", Assistance.NO_ASSURANCE),
        ("Auditor's reports (Other non-assurance reports)", Assistance.NO_ASSURANCE),
        ("Ingen  bistand ", Assistance.NONE),
        ("No auditor assistance", Assistance.NONE),
    ],
)
def test_it_knows_each_kind_of_assistance_in_both_languages(text: str, expected: Assistance):
    assert assistance_of(text) == expected.value


def test_it_keeps_words_that_it_does_not_know():
    assert assistance_of("Bistand af anden art") == "Bistand af anden art"
    assert assistance_of("") == ""


def test_it_knows_which_kinds_meet_the_duty_to_be_audited():
    assert [kind for kind in Assistance if kind.meets_audit_duty] == [Assistance.AUDIT, Assistance.EXTENDED_REVIEW]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Konklusion med forbehold", ModifiedOpinion.QUALIFIED),
        ("Grundlag for konklusion med forbehold", ModifiedOpinion.QUALIFIED),
        ("Basis for Qualified Opinion", ModifiedOpinion.QUALIFIED),
        ("Grundlag for afkræftende konklusion", ModifiedOpinion.ADVERSE),
        ("Basis for Adverse Opinion", ModifiedOpinion.ADVERSE),
        ("Manglende konklusion", ModifiedOpinion.DISCLAIMER),
        ("Basis for Disclaimer of Opinion", ModifiedOpinion.DISCLAIMER),
        ("Konklusion", None),
        ("Basis for Opinion", None),
        ("Konklusion uden forbehold", None),
        ("Unqualified opinion", None),
        ("", None),
    ],
)
def test_it_knows_how_an_opinion_is_modified(text: str, expected: ModifiedOpinion | None):
    assert modified_opinion_of(text) == expected
