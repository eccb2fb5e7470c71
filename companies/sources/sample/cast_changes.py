"""The companies of the cast that are known for what changed lately, and for participants that readers stumble on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from companies.sources.sample import cast
from companies.sources.sample.plans import ANCHOR, AUDITED, Foreigner, Person, Plan, RegisteredOwner, Seat
from companies.sources.sample.town import Town

DAY = ANCHOR - timedelta(days=100)  # on which everything changed
DAY_BEFORE, SOON_AFTER = DAY - timedelta(days=1), DAY + timedelta(days=20)
AGE = 3000  # days
RAISED = date(2023, 2, 1)  # the first raise of capital, longer ago than a year
CHANGES_CAST = (
    *cast.CHANGED_EVERYTHING,
    *cast.ESTATE_OWNED,
    *cast.NAMELESS,
    *cast.POSSIBLY_ABOVE,
    *cast.MERGED,
)
ADDED = len(CHANGES_CAST) + len(cast.POSSIBLY_ABOVE)  # with their holding companies


def add_changes(town: Town) -> None:
    """Add them after all others, so that those stay as they were."""
    for cvr in cast.CHANGED_EVERYTHING:
        _add_changed(town, cvr)
    for cvr in cast.ESTATE_OWNED:
        plan = _company(town, "ApS", cvr)
        estate = Foreigner(town.person().unit_number, f"Boet efter {town.person().name}", "")
        town.owns(estate, plan, "0.6")
        town.owns(town.person(), plan, "0.4")
    for cvr in cast.NAMELESS:
        plan = _company(town, "ApS", cvr)
        nameless = Person(town.person().unit_number, "")
        plan.seats.append(Seat(nameless, "direktion", "DIREKTØR", plan.founded))
        town.owns(nameless, plan, "0.34")
        town.owns(town.person(), plan, "0.66")
        plan.beneficial = [
            RegisteredOwner(holding.owner, holding.share, holding.votes, plan.founded)
            for holding in plan.holdings
            if isinstance(holding.owner, Person)
        ]
    for cvr in cast.POSSIBLY_ABOVE:
        plan, holding = _company(town, "ApS", cvr), town.company("ApS", is_holding=True)
        _audited(holding)
        owner, other = town.people(2)
        town.owns(owner, holding, "1")
        town.owns(owner, plan, "0.21")
        town.owns(holding, plan, "0.06")
        town.owns(other, plan, "0.73")
    for cvr in cast.MERGED:
        plan = _company(town, "A/S", cvr)
        town.owns(town.person(), plan, "1")
        plan.merger = (f"Fusion af {plan.name} og {town.company_name('ApS', 'Service')}", DAY)


def _company(town: Town, form: str, cvr: str, **facts: Any) -> Plan:
    plan = town.company(form, cvr=cvr, age=AGE, **facts)
    _audited(plan)
    return plan


def _audited(plan: Plan) -> None:
    if plan.accounts:
        plan.accounts.assistance = AUDITED


def _add_changed(town: Town, cvr: str) -> None:
    """An ApS that became an A/S: new name, place, articles, capital, people and owners, all on one day."""
    plan = _company(town, "A/S", cvr, capital=800_000)
    if plan.accounts:
        plan.accounts.revenue = 21_000_000
    plan.former_names = [(town.company_name("ApS", "Handel"), plan.founded, DAY_BEFORE)]
    plan.former_form = ("ApS", DAY_BEFORE)
    plan.moved = DAY
    plan.former_attributes = [
        ("KAPITAL", "40000.00", plan.founded, RAISED - timedelta(days=1)),
        ("KAPITAL", "125000.00", RAISED, DAY_BEFORE),
        ("TEGNINGSREGEL", "Selskabet tegnes af den samlede ledelse.", plan.founded, DAY_BEFORE),
        ("FORMÅL", "Virksomhedens formål er at drive handel.", plan.founded, DAY_BEFORE),
    ]
    town.replace_director(plan, day=DAY)
    town.replace_auditor(plan, day=DAY)
    _change_board(town, plan)
    first, second, third = town.people(3)
    plan.holdings = []
    for owner, share, start, end in (
        (first, "0.7", plan.founded, DAY_BEFORE),
        (second, "0.3", plan.founded, DAY_BEFORE),
        (first, "0.55", DAY, None),
        (third, "0.45", DAY, None),
    ):
        holding = town.owns(owner, plan, share)
        holding.start, holding.end = start, end
    plan.beneficial = [
        RegisteredOwner(holding.owner, Decimal(holding.share), Decimal(holding.share), holding.start, holding.end)
        for holding in plan.holdings
        if isinstance(holding.owner, Person) and holding.share is not None
    ]


def _change_board(town: Town, plan: Plan) -> None:
    """Chairman and a member change places; another member leaves for somebody new."""
    board = [seat for seat in plan.seats if seat.organ == "bestyrelse"]
    for seat, function in zip(board[:2], ("BESTYRELSESMEDLEM", "FORMAND"), strict=True):
        seat.end = DAY_BEFORE
        plan.seats.append(replace(seat, function=function, start=DAY, end=None))
    board[2].end = SOON_AFTER
    plan.seats.append(Seat(town.person(), "bestyrelse", "BESTYRELSESMEDLEM", SOON_AFTER + timedelta(days=1)))
