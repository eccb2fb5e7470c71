"""The monthly employment series of a fictional company."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

from companies.facts import employee_interval
from companies.sources.sample.plans import ANCHOR, Plan

MONTHS = 18


def months_of(plan: Plan, rng: random.Random) -> list[dict[str, Any]]:
    """The last months up to two before the register's day; numbers left out where only the interval is public."""
    if plan.staff is None or plan.ended:
        return []
    rows = []
    for back in range(2, MONTHS + 2):
        month = _month_before(ANCHOR, back)
        if month < plan.founded:
            break
        staff = max(1, plan.staff + rng.randint(-1, 1) * max(1, plan.staff // 20))
        low, high = employee_interval(staff)
        rows.append(
            {
                "aar": month.year,
                "maaned": month.month,
                "antalAnsatte": None if plan.interval_only else staff,
                "antalAarsvaerk": None if plan.interval_only else round(staff * 0.87, 2),
                "intervalKodeAntalAnsatte": f"ANTAL_{low}_{high}",
                "intervalKodeAntalAarsvaerk": f"ANTAL_{low}_{high}",
            }
        )
    return rows


def _month_before(day: date, back: int) -> date:
    months = day.year * 12 + day.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)
