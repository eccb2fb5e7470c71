"""How wide texts are taken for in charts, and where they break."""

from __future__ import annotations

import pytest

from reporting.charts.text import text_width, wrap
from tests.reporting import worst_cases
from tests.reporting.chart_geometry import measured

SAMPLES = (
    "66,67-89,99 %",
    "(33.33-49.99%)",
    "Ærenshøj Transport A/S",
    worst_cases.LONG_NAME,
    "WWW MMM Ørsted@Å%&—… 1111111",
    "ilIjt.,:;'|![]",
    "ßÄÖÜ äöü é §§",
    "Łódź Ñandú Ωμέγα Жук",
)


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("is_bold", [True, False])
def test_it_takes_no_text_for_narrower_than_the_font_makes_it(sample: str, is_bold: bool):
    assert text_width(sample, 9.4) >= measured(sample, 9.4, is_bold=is_bold) - 0.01


def test_it_takes_no_text_for_much_wider_than_it_is():
    assert text_width(worst_cases.LONG_NAME, 10) <= 1.12 * measured(worst_cases.LONG_NAME, 10, is_bold=True)


def test_it_wraps_names_and_ends_what_does_not_fit():
    lines = wrap(worst_cases.LONG_NAME, size=9, width=150, lines=2)

    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(text_width(line, 9) <= 150 for line in lines)
    assert wrap("Kort", size=9, width=150, lines=2) == ["Kort"]
    assert wrap("", size=9, width=150, lines=2) == [""]


def test_it_breaks_a_long_word_after_its_hyphen():
    assert wrap("Vesterhede-Sønderkær", size=10, width=80, lines=3) == ["Vesterhede-", "Sønderkær"]


def test_it_breaks_a_word_without_hyphens_where_the_line_is_full():
    lines = wrap("X" * 10_000, size=9, width=150, lines=4)

    assert len(lines) == 4
    assert lines[3].endswith("…")
    assert all(text_width(line, 9) <= 150 for line in lines)
    assert "".join(wrap("Å" * 40, size=9, width=150, lines=9)) == "Å" * 40
