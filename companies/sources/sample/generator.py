"""The fictional register: the cast, some groups, and a crowd of ordinary companies."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from companies.sources.sample import cast
from companies.sources.sample.auditing import settle_audits
from companies.sources.sample.cast_changes import ADDED, add_changes
from companies.sources.sample.cast_figures import FIGURES_CAST, add_figures
from companies.sources.sample.cast_plans import add_cast, add_partners, add_unaudited
from companies.sources.sample.documents import document_of
from companies.sources.sample.filings import SampleFiling, filings_of
from companies.sources.sample.plans import Person, Plan, RegisteredOwner
from companies.sources.sample.town import Town

SEED = 34580820
SIZE = 260
GROUPS = 10
FORMS = ("ApS",) * 11 + ("A/S",) * 4 + ("ENK", "I/S", "IVS", "FOR")
SPLITS = (("1",), ("0.5", "0.5"), ("0.7", "0.3"), ("0.4", "0.35", "0.25"), ("0.34", "0.33", "0.33"), ("0.92", "0.08"))
BENEFICIAL_THRESHOLD = Decimal("0.25")
INDIRECT = "Har indirekte besiddelser"
AS_DIRECTOR = "Er reel ejer som udpeget daglig ledelse"
AS_BOARD_MEMBER = "Er reel ejer som bestyrelsesmedlem"


def sample_documents() -> Iterator[dict[str, Any]]:
    """Every company's Vrvirksomhed document; the same bytes each time."""
    town = build_town()
    for plan in town.plans:
        # A source of chance of its own: adding a company leaves the others as they were.
        yield document_of(plan, _beneficial(plan), Town(int(plan.cvr)).rng)


def sample_filings() -> Iterator[SampleFiling]:
    """Every filing of annual accounts, with when it was published; the same bytes each time."""
    for plan in build_town().plans:
        yield from filings_of(plan, Town(int(plan.cvr)).rng)


@lru_cache(maxsize=1)
def build_town() -> Town:
    """Everybody and everything, made up once a process."""
    town = Town(SEED)
    add_cast(town)
    for number in range(GROUPS):
        _add_group(town, number)
    added_later = len(cast.UNAUDITED_WITHOUT_WAIVER) + len(FIGURES_CAST) + ADDED
    while len(town.plans) < SIZE - added_later:
        _add_ordinary(town)
    settle_audits(town)
    add_unaudited(town)
    add_figures(town)
    add_changes(town)
    return town


def _add_group(town: Town, number: int) -> None:
    """Persons over holdings over a parent over subsidiaries."""
    parent = town.company("A/S", is_holding=number % 2 == 0)
    for share in SPLITS[number % len(SPLITS)]:
        holding = town.company("ApS", is_holding=True)
        town.owns(town.person(), holding, "1")
        town.owns(holding, parent, share)
    for share in ("1", "0.6", "0.3334")[: 2 + number % 2]:
        subsidiary = town.company("ApS")
        town.owns(parent, subsidiary, share)
        if share != "1":
            town.owns(town.person(), subsidiary, str(1 - Decimal(share)))


def _add_ordinary(town: Town) -> None:
    plan = town.company(town.rng.choice(FORMS))
    if plan.form in {"ENK", "I/S"}:
        add_partners(town, plan)
    elif plan.form != "FOR":
        for share in town.rng.choice(SPLITS):
            town.owns(town.person(), plan, share)


def _beneficial(plan: Plan) -> list[RegisteredOwner]:
    """What is registered; unless the plan says, what the exact holdings make of the rule of more than 25 %."""
    if plan.beneficial is not None:
        return plan.beneficial
    if plan.is_bare or plan.is_listed or plan.form in {"ENK", "FOR", "FFO", "FAS"}:
        return []
    held: dict[Person, tuple[Decimal, Decimal, bool]] = {}
    _collect(plan, Decimal(1), Decimal(1), (plan,), held)
    owners = [
        RegisteredOwner(person, share, votes, plan.founded, conditions=(INDIRECT,) if is_indirect else ())
        for person, (share, votes, is_indirect) in held.items()
        if max(share, votes) > BENEFICIAL_THRESHOLD
    ]
    return owners or management_as_owners(plan)


def management_as_owners(plan: Plan) -> list[RegisteredOwner]:
    """The management in force, put in where there is no real owner."""
    roles = {"direktion": AS_DIRECTOR, "bestyrelse": AS_BOARD_MEMBER}
    first = next((organ for organ in roles if any(seat.organ == organ and not seat.end for seat in plan.seats)), "")
    return [
        RegisteredOwner(seat.holder, None, None, seat.start, via_role=roles[first])
        for seat in plan.seats
        if seat.organ == first and seat.end is None and isinstance(seat.holder, Person)
    ]


def _collect(
    plan: Plan,
    share: Decimal,
    votes: Decimal,
    path: tuple[Plan, ...],
    held: dict[Person, tuple[Decimal, Decimal, bool]],
) -> None:
    """Add what each person holds by the chains above the plan, once round a cycle."""
    for holding in plan.holdings:
        if holding.end is not None or holding.share is None or holding.votes is None:
            continue
        owner, part, voice = holding.owner, share * holding.share, votes * holding.votes
        if isinstance(owner, Person):
            before = held.get(owner, (Decimal(0), Decimal(0), False))
            held[owner] = (before[0] + part, before[1] + voice, before[2] or len(path) > 1)
        elif isinstance(owner, Plan) and owner not in path:
            _collect(owner, part, voice, (*path, owner), held)
