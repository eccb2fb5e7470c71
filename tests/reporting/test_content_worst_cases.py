"""More of everything than a page was drawn for, and text that means harm."""

from __future__ import annotations

import pytest

from reporting.contents.composing import compose
from reporting.contents.neutralising import neutralise
from reporting.models import ReportType
from tests.reporting import worst_cases
from tests.reporting.pdf_text import page_texts, printed


def test_it_prints_all_sixty_owners_and_forty_directors():
    text = " ".join(page_texts(printed(worst_cases.crowded(ReportType.REVISION_UDVIDET))))

    assert all(f"Ejer Nummer {n} Vesterhede-Sønderkær" in text for n in range(60))
    assert all(f"Kommanditaktieselskab {n} Direktør" in text for n in range(40))
    assert all(f"Datterselskab {n} ApS" in text for n in range(45))


@pytest.mark.parametrize("report_type", ReportType)
def test_it_prints_markup_from_data_as_text(report_type: ReportType):
    composition = compose(worst_cases.hostile(report_type))

    assert "<script>" not in composition.html
    assert "<img" not in composition.html
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in composition.html


@pytest.mark.parametrize("report_type", ReportType)
def test_it_leaves_no_sign_that_turns_or_hides_text(report_type: ReportType):
    composition = compose(worst_cases.hostile(report_type))

    for text in (composition.html, composition.title, *composition.warnings):
        assert not set(text) & set("\u202e\u2066\u200b\x07")


def test_it_breaks_a_word_of_ten_thousand_letters():
    text = "".join(page_texts(printed(worst_cases.hostile(ReportType.REVISION))))

    assert text.count("Å") >= 10_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A\u202eB\u202c", "AB"),
        ("soft\u00adhyphen", "softhyphen"),
        ("a\u2011b", "a-b"),
        ("a\u2028b", "a\nb"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("\x00\x1b\x7f\x85", ""),
        ("\ud800\ue000\U000f0000\U000e0041\ufeff\uffff", ""),
        ("Æøå Ñandú Łódź Ωμέγα Жук 日本 🙂", "Æøå Ñandú Łódź Ωμέγα Жук 日本 🙂"),
    ],
)
def test_it_drops_only_what_does_harm(text: str, expected: str):
    assert neutralise(text) == expected


def test_it_says_which_ownership_closes_a_circle():
    text = " ".join(page_texts(printed(worst_cases.circular(ReportType.REELLE_EJERE))))

    assert "Kredsejerskab: Ring Øst ApS ejer også Ring Vest ApS, så kæden fører tilbage til sig selv." in text
    assert "Egne andele: Havnelys Elektronik A/S ejer en del af sig selv. De er ikke tegnet" in text
    assert "egne andele" in text
