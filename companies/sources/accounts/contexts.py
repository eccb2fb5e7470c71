"""Contexts of a filing: what period and whose figures a fact is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from lxml import etree

from companies.errors import AccountsError
from companies.sources.accounts.elements import DANISH, is_ifrs

XBRL = "{http://www.xbrl.org/2003/instance}"
EXPLICIT = "{http://xbrl.org/2006/xbrldi}explicitMember"
TYPED = "{http://xbrl.org/2006/xbrldi}typedMember"
DANISH_AXIS, IFRS_AXIS = "ConsolidatedSoloDimension", "ConsolidatedAndSeparateFinancialStatementsAxis"
PERIOD_AXIS = "TypeOfReportingPeriodDimension"
CURRENCY = re.compile(r"(?:[A-Za-z0-9_.-]+:)?([A-Z]{3})")


class Scope(Enum):
    """Whose figures."""

    BARE = "no dimension"  # the company's by the Danish taxonomy, the group's by IFRS
    COMPANY = "company"
    GROUP = "group"
    OTHER = "a slice of something"


# By axis: which members stand for the company and for the group.
MEMBERS = {
    DANISH_AXIS: {"SoloMember": Scope.COMPANY, "ConsolidatedMember": Scope.GROUP},
    IFRS_AXIS: {"SeparateMember": Scope.COMPANY, "ConsolidatedMember": Scope.GROUP},
}


@dataclass(frozen=True, slots=True)
class Context:
    """A period (`start_date` None: an instant), whose figures, and the axes it is cut along, without prefixes."""

    identifier: str
    scheme: str
    start_date: date | None
    end_date: date
    scope: Scope
    axes: frozenset[str] = frozenset()

    @property
    def is_registered_period(self) -> bool:
        """Whether it tells of the year registered in CVR where that is not the year reported (since 2019)."""
        return PERIOD_AXIS in self.axes

    def covers_year(self, start: date, end: date) -> bool:
        """Whether it is about that financial year, or about its last day."""
        return self.end_date == end and self.start_date in {None, start}


def read_contexts(root: etree._Element) -> dict[str, Context]:
    """The contexts by id, wherever they stand in the document.

    Raises:
        AccountsError: a period is broken.
    """
    return {element.get("id", ""): _context(element) for element in root.iter(f"{XBRL}context")}


def read_units(root: etree._Element) -> dict[str, str]:
    """Currency codes by unit id; other measures (pure, shares) have none."""
    units = {}
    for unit in root.iter(f"{XBRL}unit"):
        measure = unit.find(f"{XBRL}measure")
        match = CURRENCY.fullmatch((measure.text or "").strip()) if measure is not None else None
        units[unit.get("id", "")] = match[1] if match else ""
    return units


def _context(element: etree._Element) -> Context:
    identifier = element.find(f"{XBRL}entity/{XBRL}identifier")
    period = element.find(f"{XBRL}period")
    start = _day(period, "startDate")
    # A "forever" context has no day at all: it covers no year.
    end = _day(period, "instant") or _day(period, "endDate") or date.max
    members = _members(element)
    return Context(
        identifier=(identifier.text or "").strip() if identifier is not None else "",
        scheme=identifier.get("scheme", "") if identifier is not None else "",
        start_date=start,
        end_date=end,
        scope=_scope(members),
        axes=frozenset(axis for _, axis, _ in members),
    )


def _members(element: etree._Element) -> list[tuple[str, str, str]]:
    """Namespace and name of each axis with the name of the member, in `scenario` or `segment` alike.

    A member that only repeats an axis's default is left out.
    """
    found = []
    for member in element.iter(EXPLICIT, TYPED):
        prefix, _, axis = member.get("dimension", "").rpartition(":")
        value = (member.text or "").strip().rpartition(":")[2] if member.tag == EXPLICIT else "typed"
        if (axis, value) != (PERIOD_AXIS, "AllReportingPeriodsMember"):
            found.append((member.nsmap.get(prefix or None, ""), axis, value))
    return found


def _scope(members: list[tuple[str, str, str]]) -> Scope:
    if not members:
        return Scope.BARE
    if len(members) > 1:
        return Scope.OTHER
    namespace, axis, member = members[0]
    is_known = is_ifrs(namespace) if axis == IFRS_AXIS else namespace.startswith(DANISH)
    return MEMBERS.get(axis, {}).get(member, Scope.OTHER) if is_known else Scope.OTHER


def _day(period: etree._Element | None, name: str) -> date | None:
    found = period.find(f"{XBRL}{name}") if period is not None else None
    if found is None:
        return None
    text = (found.text or "").strip()
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        raise AccountsError(
            f"Line {found.sourceline}: a context has {text[:40]!r} as {name}, which is no day (YYYY-MM-DD)."
        ) from None
    # XBRL: an end written as midnight is the end of the day before.
    is_midnight = name != "startDate" and text[10:].startswith("T00:00:00")
    return day - timedelta(days=1) if is_midnight and day > date.min else day
