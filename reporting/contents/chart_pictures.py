"""An ownership chart as blocks: its sheets with what they go on from, the legend, and what it does not show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lasso.language import translate as _
from lasso.language import translate_count as _n
from reporting.charts.ownership import OwnershipChart
from reporting.charts.shapes import legend
from reporting.contents.blocks import Block, Note, Picture
from reporting.contents.formats import enumeration

# Names at a cut are told shortly: the boxes themselves and the list have them in full.
NAME_LENGTH = 60
MOST_NAMES = 6


def pictures_of(chart: OwnershipChart, description: str) -> Iterator[Block]:
    """The sheets of a chart, each a picture on one page, and notes on how to read them.

    The loops of the chart are not told of here.
    """
    total = len(chart.sheets)
    drawings = legend(chart.shapes, has_circle=any(owner != owned for owner, owned in chart.loops))
    for number, sheet in enumerate(chart.sheets, start=1):
        is_last = number == total
        yield Picture(
            sheet.svg,
            description,
            drawings if is_last else (),
            caption=_caption(number, total, sheet.begins, sheet.ends),
        )
    yield Note(" ".join(_notes(chart)))


def _caption(number: int, total: int, begins: Sequence[tuple[str, str]], ends: Sequence[tuple[str, str]]) -> str:
    """`Diagram 2 af 3. Fortsat fra diagram 1: A Havnelys Holding ApS. Fortsætter i diagram 3: A.`"""
    if total == 1:
        return ""
    sentences = [_("Diagram {n} af {total}.").format(n=number, total=total)]
    if begins:
        words = _("Fortsat fra diagram {n} ved {letters}.")
        sentences.append(words.format(n=number - 1, letters=enumeration(_lettered(begins), most=MOST_NAMES)))
    if ends:
        words = _("Fortsætter i diagram {n} ved {letters}.")
        letters = [letter for letter, _name in ends] if number > 1 else _lettered(ends)
        sentences.append(words.format(n=number + 1, letters=enumeration(letters, most=MOST_NAMES)))
    return " ".join(sentences)


def _lettered(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{letter} ({_shortened(name)})" if name else letter for letter, name in pairs]


def _shortened(name: str) -> str:
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1].rstrip()}…"


def _notes(chart: OwnershipChart) -> Iterator[str]:
    yield _("Ved hver streg står ejerandelen og i parentes stemmeandelen, hvor den er en anden.")
    if chart.hidden_count:
        text = _n(
            "Diagrammet viser de største; {n} er samlet i en boks. Alle står i tabellen nedenfor.",
            "Diagrammet viser de største; {n} er samlet i bokse. Alle står i tabellen nedenfor.",
            chart.hidden_count,
        )
        yield text.format(n=chart.hidden_count)
    if chart.undrawn:
        text = _n(
            "{n} ejerandel er ikke tegnet, fordi der er for mange ved samme boks: {shares}. Den står i tabellen.",
            "{n} ejerandele er ikke tegnet, fordi der er for mange ved samme boks: {shares}. De står i tabellen.",
            len(chart.undrawn),
        )
        shares = [
            _("{owner} ejer af {owned}").format(owner=_shortened(owner), owned=_shortened(owned))
            for owner, owned in chart.undrawn
        ]
        yield text.format(n=len(chart.undrawn), shares=enumeration(shares))
