"""The print stylesheet: colours that can be read, and what both engines draw."""

from __future__ import annotations

import itertools
import re

import pytest

from reporting.charts import plots, shapes
from reporting.document.addresses import STYLESHEET

CSS = re.sub(r"/\*.*?\*/", "", STYLESHEET.read_text(encoding="utf-8"), flags=re.DOTALL)
PAPER, BAND = "#ffffff", "#17364d"
RULES = re.findall(r"([^{}]+)\{([^{}]*)\}", CSS)
# What stands on the dark band at the top of the first page.
ON_BAND = (".cover", ".cover-facts")
# Read aloud, not shown: the heads of a table that needs none.
UNSEEN = ".unseen th"


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two colours."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def text_colours() -> list[tuple[str, str]]:
    """(selector, colour) of every rule that sets the colour of text."""
    return [
        (selector.strip(), colour)
        for selector, body in RULES
        for colour in re.findall(r"(?<![-\w])color:\s*(#[0-9a-f]{6})", body)
        if selector.strip() != UNSEEN
    ]


def grounds() -> set[str]:
    """The light grounds that text may stand on."""
    found = {colour for _, body in RULES for colour in re.findall(r"background:\s*(#[0-9a-f]{6})", body)}
    return {PAPER, *found} - {BAND}


def test_it_knows_how_contrast_is_computed():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_it_sets_all_text_in_colours_that_can_be_read():
    on_band = [(selector, colour) for selector, colour in text_colours() if selector.startswith(ON_BAND)]
    on_paper = [pair for pair in text_colours() if pair not in on_band]

    assert len(on_band) >= 4
    assert len(on_paper) >= 20
    assert [(selector, colour) for selector, colour in on_band if contrast(colour, BAND) < 4.5] == []
    assert [
        (selector, colour, ground)
        for (selector, colour), ground in itertools.product(on_paper, grounds())
        if contrast(colour, ground) < 4.5
    ] == []


def test_it_writes_in_charts_in_colours_that_can_be_read():
    for colour in (shapes.INK, shapes.FAINT, plots.FAINT):
        for ground in (shapes.PAPER, shapes.TINT):
            assert contrast(colour, ground) >= 4.5
    assert contrast(shapes.PAPER, shapes.FILLED) >= 4.5


def test_it_draws_lines_and_bars_that_can_be_seen():
    for colour in (plots.DARK, plots.MIDDLE, plots.LIMIT, plots.ZERO):
        assert contrast(colour, PAPER) >= 3
    # Bars of earlier years are told from the newest by their lightness, and from the paper by it too.
    assert contrast(plots.LIGHT, plots.DARK) >= 3
    assert contrast(plots.LIGHT, PAPER) >= 1.9


@pytest.mark.parametrize("word", ["grid", "string-set", "hyphens", "anywhere", "@import", "url(", "rgba(", "hsl("])
def test_it_keeps_to_what_both_engines_draw(word: str):
    assert word not in CSS


def test_it_has_a_class_for_every_whole_width():
    assert all(f".w-{n} {{ width: {n}%; }}" in CSS for n in range(1, 101))
