"""The companies of the cast that are known for something in their annual accounts alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from companies.sources.sample import cast
from companies.sources.sample.plans import ANCHOR, AUDITED
from companies.sources.sample.town import Town

FOUNDED, FOUNDED_LATE = date(2018, 5, 15), date(2024, 9, 1)
CLASS_C_MEDIUM, CLASS_C_LARGE = "Regnskabsklasse C, mellemstor virksomhed", "Regnskabsklasse C, stor virksomhed"
# Who is known for what, with the form and the facts that make them so.
KNOWN_FOR: tuple[tuple[tuple[str, str], str, dict[str, Any]], ...] = (
    (cast.FIRST_YEAR, "ApS", {"founded": FOUNDED_LATE, "has_long_first_year": True}),
    (cast.MOVED_YEAR, "ApS", {"year_end": (6, 30), "former_year_end": (12, 31)}),
    (cast.YEAR_MISSING, "ApS", {"skipped": 2}),
    (cast.RESTATED, "A/S", {"restated_by": 640_000, "revenue": 38_000_000, "shows_revenue": True}),
    (
        cast.LARGE,
        "A/S",
        {
            "staff": 2_400,
            "capital": 50_000_000,
            "accounting_class": CLASS_C_LARGE,
            "revenue": 4_200_000_000,
            "rounded_to": 1_000,
            "shows_revenue": True,
        },
    ),
    (
        cast.IMPLAUSIBLE_EMPLOYEES,
        "A/S",
        {"staff": 110, "accounting_class": CLASS_C_MEDIUM, "revenue": 120_000_000, "employees_factor": 1000},
    ),
    (
        cast.GROUP_ONLY,
        "A/S",
        {"staff": 140, "accounting_class": CLASS_C_MEDIUM, "revenue": 160_000_000, "is_group_only": True},
    ),
    (cast.NEW_AUDIT_FIRM, "ApS", {"new_firm_since": date(2025, 6, 1)}),
    (cast.GOING_CONCERN, "ApS", {"has_going_concern": True, "margin": -0.03, "solidity": 0.15}),
)
FIGURES_CAST = tuple(cvr for cvrs, _form, _facts in KNOWN_FOR for cvr in cvrs)


def add_figures(town: Town) -> None:
    """Add them, each owned by one person and audited; after all others, so that those stay as they were."""
    for cvrs, form, facts in KNOWN_FOR:
        for cvr in cvrs:
            _add(town, form, cvr, dict(facts))


def _add(town: Town, form: str, cvr: str, facts: dict[str, Any]) -> None:
    """One of them: a fact is the company's where that has such, else its accounts'."""
    age = (ANCHOR - facts.pop("founded", FOUNDED)).days
    firm_since = facts.pop("new_firm_since", None)
    facts = {"year_end": (12, 31), "assistance": AUDITED} | facts
    of_company = {name: facts.pop(name) for name in ("year_end", "staff", "capital") if name in facts}
    plan = town.company(form, cvr=cvr, age=age, **of_company)
    town.owns(town.person(), plan, "1")
    for name, value in facts.items():
        setattr(plan.accounts, name, value)
    if firm_since:
        town.replace_auditor(plan, day=firm_since)
