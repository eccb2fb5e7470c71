"""Contexts of an XBRL instance: what period and whose figures a fact is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lxml import etree

from companies.errors import AccountsError

XBRL = "{http://www.xbrl.org/2003/instance}"
EXPLICIT = "{http://xbrl.org/2006/xbrldi}explicitMember"
TYPED = "{http://xbrl.org/2006/xbrldi}typedMember"
# The company itself, said in so many words: the same as no dimension at all.
SOLO = ("ConsolidatedSoloDimension", "SoloMember")
IFRS_SEPARATE = ("ConsolidatedAndSeparateFinancialStatementsAxis", "SeparateMember")


@dataclass(frozen=True, slots=True)
class Context:
    """A period (`start_date` None: an instant) and the dimensions, as (axis, member) without prefixes."""

    identifier: str
    scheme: str
    start_date: date | None
    end_date: date
    dimensions: frozenset[tuple[str, str]]

    @property
    def is_plain(self) -> bool:
        """Whether it is about the company as such: not the group, and no slice such as a five-year table."""
        return not self.dimensions - {SOLO}

    @property
    def is_ifrs_separate(self) -> bool:
        """Whether it is about the parent company in an IFRS filing."""
        return self.dimensions == {IFRS_SEPARATE}

    def covers_year(self, start: date, end: date) -> bool:
        """Whether it is about that financial year, or about its last day."""
        return self.end_date == end and self.start_date in {None, start}


def read_contexts(root: etree._Element) -> dict[str, Context]:
    """The contexts by id.

    Raises:
        AccountsError: a period is broken.
    """
    return {element.get("id", ""): _context(element) for element in root.iterfind(f"{XBRL}context")}


def _context(element: etree._Element) -> Context:
    identifier = element.find(f"{XBRL}entity/{XBRL}identifier")
    period = element.find(f"{XBRL}period")
    start = _day(period, "startDate")
    # A company's "forever" context has no day at all: it covers no year.
    end = _day(period, "instant") or _day(period, "endDate") or date.max
    return Context(
        identifier=(identifier.text or "").strip() if identifier is not None else "",
        scheme=identifier.get("scheme", "") if identifier is not None else "",
        start_date=start,
        end_date=end,
        dimensions=frozenset(_dimensions(element)),
    )


def _dimensions(element: etree._Element) -> list[tuple[str, str]]:
    """Explicit and typed members, in `scenario` or `segment` alike."""
    found = [
        (_local(member.get("dimension", "")), _local((member.text or "").strip())) for member in element.iter(EXPLICIT)
    ]
    return found + [(_local(member.get("dimension", "")), "typed") for member in element.iter(TYPED)]


def _day(period: etree._Element | None, name: str) -> date | None:
    found = period.find(f"{XBRL}{name}") if period is not None else None
    if found is None:
        return None
    text = (found.text or "").strip()
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        raise AccountsError(f"A context of the filing has {text[:40]!r} as {name}, which is no day.") from None
    # XBRL: an end written as midnight is the end of the day before.
    return day - timedelta(days=1) if name != "startDate" and text[10:].startswith("T00:00:00") else day


def _local(name: str) -> str:
    return name.rpartition(":")[2]
