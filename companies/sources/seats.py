"""One seat of one participant, however many entries the register has of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from companies.profile import Period, Role

DAY = timedelta(days=1)


def joined(roles: Iterable[Role]) -> list[Role]:
    """The roles, with entries of the same function in the same organ that overlap or follow on each other made one.

    Re-registrations repeat what holds already; shown as filed, a director would sit in the board twice.
    """
    seats: dict[tuple[int, str, str], list[Role]] = {}
    for role in roles:
        seats.setdefault((role.participant.unit_number, role.organ.casefold(), role.function), []).append(role)
    return [role for entries in seats.values() for role in (_joined(entries) if len(entries) > 1 else entries)]


def _joined(entries: list[Role]) -> list[Role]:
    first, *others = sorted(entries, key=lambda role: role.period.start_date or date.min)
    seats = [first]
    for role in others:
        last = seats[-1]
        if role.period.start_date is None or _is_connected(last.period, role.period.start_date):
            # What the later entry says besides holds.
            seats[-1] = replace(role, period=Period(last.period.start_date, _later(last.period, role.period)))
        else:
            seats.append(role)
    return seats


def _is_connected(before: Period, start: date) -> bool:
    end = before.end_date
    return end is None or end == date.max or start <= end + DAY


def _later(one: Period, other: Period) -> date | None:
    return max(one.end_date, other.end_date) if one.end_date and other.end_date else None
