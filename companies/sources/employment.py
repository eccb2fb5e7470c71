"""How many people a company employs: the live monthly series, and the series that came before it."""

from __future__ import annotations

import re
from datetime import date

from companies.profile import Employees
from companies.sources.document import Node

INTERVAL = re.compile(r"ANTAL_(\d+)_(\d+)")
OPEN_INTERVAL = 100_000  # "1000 and more" is filed as 1000 to 999999
# The key of each series, best first; what names its period, and how many months that is.
SERIES = (
    ("erstMaanedsbeskaeftigelse", "maaned", 1),
    ("maanedsbeskaeftigelse", "maaned", 1),
    ("kvartalsbeskaeftigelse", "kvartal", 3),
    ("aarsbeskaeftigelse", "", 12),
)


def read_employees(company: Node, day: date) -> tuple[Employees, ...]:
    """What was known on the day, newest first.

    An older series only tells of the time before the better ones begin.
    """
    found: list[Employees] = []
    for key, unit, months in SERIES:
        first = min(((one.year, one.month) for one in found), default=(day.year, day.month + 1))
        series = (_employees(node, unit, months) for node in company.items(key))
        found.extend(one for one in series if (one.year, one.month) < first)
    return tuple(sorted(found, key=lambda one: (one.year, one.month), reverse=True))


def _employees(node: Node, unit: str, months: int) -> Employees:
    return Employees(
        year=_counted(node, "aar", 9999),
        month=_counted(node, unit, 12 // months) * months if unit else 12,
        count=node.integer("antalAnsatte"),
        full_time_equivalents=node.decimal("antalAarsvaerk"),
        interval=_interval(node.text("intervalKodeAntalAnsatte")),
        full_time_interval=_interval(node.text("intervalKodeAntalAarsvaerk")),
        months=months,
    )


def _counted(node: Node, key: str, most: int) -> int:
    number = node.integer(key)
    if number is None or not 1 <= number <= most:
        raise node.error(key, f"a number from 1 to {most}")
    return number


def _interval(code: str) -> str:
    """ANTAL_10_19 as "10-19", ANTAL_1_1 as "1", ANTAL_1000_999999 as "1000+"."""
    match = INTERVAL.fullmatch(code)
    if not match:
        return ""
    low, high = int(match[1]), int(match[2])
    if high >= OPEN_INTERVAL:
        return f"{low}+"
    return str(low) if low == high else f"{low}-{high}"
