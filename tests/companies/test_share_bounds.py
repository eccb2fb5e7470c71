"""The bounds hold the exact share on any graph, which is found another way: linear equations solved in fractions."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companies.profile import ShareBand
from companies.share_bounds import MOST_VISITS, Stake, share_bounds
from companies.sources.shares import HIGH_BY_FLOOR

COMPANIES, PERSONS = "ABCDEF", "PQRS"
STEP = Fraction(1, 1_000_000)


@dataclass(frozen=True)
class Holding:
    """An owner's exact fraction and the band in which the register shows it."""

    low: Decimal
    high: Decimal
    exact: Fraction


@st.composite
def registers(draw, *, with_circles=True):
    """Who holds what of each company: bands of the register, exact shares, missing percentages; at most one together.

    Any company may own itself, and any circle may be closed, also one that nobody outside has a part in.
    """
    holdings = {}
    companies = COMPANIES[: draw(st.integers(1, len(COMPANIES)))]
    for place, company in enumerate(companies):
        owners = draw(st.permutations((companies if with_circles else companies[place + 1 :]) + PERSONS))
        left = Fraction(1)
        entries = []
        for owner in owners[: draw(st.integers(0, 5))]:
            low, high = draw(_bands(left))
            entries.append((owner, low, high))
            left -= Fraction(low)
        for owner, low, high in entries:
            most = min(Fraction(high), Fraction(low) + left)
            exact = Fraction(low) + (most - Fraction(low)) * Fraction(draw(st.integers(0, 8)), 8)
            left -= exact - Fraction(low)
            holdings[owner, company] = Holding(low, high, exact)
    return holdings


@st.composite
def _bands(draw, left):
    kind = draw(st.sampled_from(["band", "band", "band", "exact", "missing"]))
    floors = [floor for floor in HIGH_BY_FLOOR if Fraction(floor) <= left]
    if kind == "band" and floors:
        floor = draw(st.sampled_from(floors))
        return floor, HIGH_BY_FLOOR[floor]
    if kind == "exact":
        exact = Decimal(draw(st.integers(0, int(left * 10_000)))) / 10_000
        return exact, exact
    return Decimal(0), Decimal(1)


def bounds(holdings, root="A", ends=PERSONS):
    stakes = [Stake(owner, owned, held.low, held.high) for (owner, owned), held in holdings.items()]
    return share_bounds(root=root, ends=ends, stakes=stakes)


def exact(fractions):
    """Holdings that are known exactly."""
    return {pair: Holding(Decimal(text), Decimal(text), Fraction(text)) for pair, text in fractions.items()}


def truth(holdings, end, root="A"):
    """What the end holds of the root: the equations `v = S v` solved exactly, where `v` of the end is one.

    Companies from which no chain leads to the end have nothing of it, so they are left out: the others' equations
    have one solution, also when a circle that nobody outside has a part in stands in the register.
    """
    owners: dict[str, dict[str, Fraction]] = {}
    for (owner, owned), held in holdings.items():
        if held.exact:
            owners.setdefault(owned, {})[owner] = held.exact
    reaching = {end}
    while more := {owned for owned, its in owners.items() if owned not in reaching and reaching & its.keys()}:
        reaching |= more
    if root not in reaching:
        return Fraction(0)
    names = sorted(reaching - {end})
    rows = [
        [Fraction(int(name == other)) - owners[name].get(other, 0) for other in names]
        + [owners[name].get(end, Fraction(0))]
        for name in names
    ]
    for pivot in range(len(names)):
        swap = next(row for row in range(pivot, len(names)) if rows[row][pivot])
        rows[pivot], rows[swap] = rows[swap], rows[pivot]
        rows[pivot] = [entry / rows[pivot][pivot] for entry in rows[pivot]]
        for row in range(len(names)):
            if row != pivot and rows[row][pivot]:
                rows[row] = [a - rows[row][pivot] * b for a, b in zip(rows[row], rows[pivot], strict=True)]
    return rows[names.index(root)][-1]


def chains_summed(holdings, end, root="A"):
    """The same where there are no circles: the products along all chains, one by one, summed."""
    if root == end:
        return Fraction(1)
    its = [(owner, held.exact) for (owner, owned), held in holdings.items() if owned == root]
    return sum((share * chains_summed(holdings, end, owner) for owner, share in its), Fraction(0))


def assert_hold(holdings, found, truth_of):
    for end, band in found.items():
        share = truth_of(holdings, end)
        assert Fraction(band.low) <= share <= Fraction(band.high), (end, band, share)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(registers())
def test_the_bounds_hold_the_exact_share_on_any_graph(holdings):
    assert_hold(holdings, bounds(holdings), truth)


@settings(deadline=None, max_examples=150)
@given(registers(with_circles=False))
def test_the_bounds_hold_the_sum_over_chains(holdings):
    found = bounds(holdings)
    assert_hold(holdings, found, chains_summed)
    assert all(truth(holdings, end) == chains_summed(holdings, end) for end in PERSONS)


@settings(deadline=None, max_examples=150)
@given(registers(with_circles=False))
def test_exact_shares_give_the_exact_share(holdings):
    known = {
        pair: Holding(exact, exact, Fraction(exact))
        for pair, held in holdings.items()
        for exact in [Decimal(int(held.exact * 10_000)) / 10_000]
    }
    for end, band in bounds(known).items():
        share = truth(known, end)
        assert Fraction(band.low) <= share <= Fraction(band.high)
        assert Fraction(band.high) - Fraction(band.low) <= STEP


@settings(deadline=None, max_examples=150)
@given(registers())
def test_the_ends_hold_one_together_at_most(holdings):
    found = bounds(holdings)
    assert sum(Fraction(band.low) for band in found.values()) <= 1
    assert all(0 <= band.low <= band.high <= 1 for band in found.values())


@settings(deadline=None, max_examples=150)
@given(registers())
def test_bounds_stay_bounds_when_the_rounds_are_stopped(holdings):
    stopped_after = {visits: bounds_with(visits, holdings) for visits in (0, 5, MOST_VISITS)}
    for found in stopped_after.values():
        assert_hold(holdings, found, truth)
    for end, band in stopped_after[MOST_VISITS].items():
        assert stopped_after[0][end].low <= band.low <= band.high <= stopped_after[0][end].high


def bounds_with(visits, holdings):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("companies.share_bounds.MOST_VISITS", visits)
        return bounds(holdings)


@settings(deadline=None, max_examples=60)
@given(registers(with_circles=False), st.sampled_from(PERSONS))
def test_the_most_can_be_reached(holdings, end):
    """A corner of what the bands allow gives it, so no narrower bound would be right."""
    ordered: dict[str, list[tuple[str, Holding]]] = {}
    for (owner, owned), held in holdings.items():
        ordered.setdefault(owned, []).append((owner, held))
    best = dict.fromkeys(PERSONS, Fraction(0)) | {end: Fraction(1)}
    # Without circles a later letter never is owned by an earlier one.
    for owned in sorted(ordered, reverse=True):
        best[owned] = max(_corner(its, best) for its in permutations(ordered[owned]))
    share, high = best.get("A", Fraction(0)), Fraction(bounds(holdings)[end].high)
    assert share <= high <= share + STEP


def _corner(entries, values):
    """The value when the owners are filled up in this order."""
    left = 1 - sum((Fraction(held.low) for _, held in entries), Fraction(0))
    value = Fraction(0)
    for owner, held in entries:
        more = min(Fraction(held.high) - Fraction(held.low), left)
        left -= more
        value += (Fraction(held.low) + more) * values.get(owner, Fraction(0))
    return value


def test_own_shares_count_for_the_other_owners():
    found = bounds(exact({("A", "A"): "0.2", ("P", "A"): "0.4", ("Q", "A"): "0.3"}))
    assert abs(found["P"].low - Decimal("0.5")) <= Decimal("0.000001")
    assert found["P"].low <= Decimal("0.5") <= found["P"].high <= Decimal("0.500001")
    assert found["Q"].low <= Decimal("0.375") <= found["Q"].high


def test_shares_that_a_subsidiary_has_of_its_owner_count_for_the_other_owners():
    found = bounds(exact({("B", "A"): "0.5", ("A", "B"): "1", ("P", "A"): "0.2", ("Q", "A"): "0.3"}))
    assert abs(found["P"].low - Decimal("0.4")) <= Decimal("0.000001")
    assert abs(found["Q"].high - Decimal("0.6")) <= Decimal("0.000001")


def test_nobody_holds_of_a_circle_that_nobody_outside_has_a_part_in():
    circle = exact({("B", "A"): "1", ("C", "B"): "1", ("B", "C"): "1"})
    assert bounds(circle | exact({("P", "D"): "1"}))["P"] == ShareBand(Decimal(0), Decimal(0))


def test_an_entry_without_a_percentage_is_nothing_where_the_others_have_all():
    circle = exact({("B", "A"): "1", ("A", "B"): "1"})
    found = bounds(circle | {("P", "A"): Holding(Decimal(0), Decimal(1), Fraction(0))})
    assert found["P"] == ShareBand(Decimal(0), Decimal(0))


def test_a_rest_through_a_narrow_door_of_a_circle_is_all_of_it():
    """99 % go round, and yet nobody but P comes to anything."""
    found = bounds(exact({("B", "A"): "0.99", ("A", "B"): "0.99", ("P", "A"): "0.01", ("Q", "B"): "0.01"}))
    assert found["P"].low <= Decimal("0.502513") <= found["P"].high
    assert found["P"].high - found["P"].low <= Decimal("0.000002")


def test_several_ways_to_one_owner_are_filled_up_only_once():
    """P has half of B and of C, which share A: what B gains of A is lost for C, so P has a half at most."""
    bands = {
        ("B", "A"): Holding(Decimal("0.5"), Decimal("0.6666"), Fraction(1, 2)),
        ("C", "A"): Holding(Decimal("0.3333"), Decimal("0.4999"), Fraction(1, 3)),
    }
    found = bounds(bands | exact({("P", "B"): "0.5", ("P", "C"): "0.5"}))
    assert found["P"] == ShareBand(Decimal("0.41665"), Decimal("0.5"))


def test_entries_that_contradict_each_other_make_nothing_certain():
    found = bounds(exact({("P", "A"): "0.9", ("Q", "A"): "0.8"}))
    assert found["P"] == ShareBand(Decimal("0.2"), Decimal("0.9"))
    assert found["Q"] == ShareBand(Decimal("0.1"), Decimal("0.8"))


def test_it_ends_on_sixty_levels_and_five_thousand_owners():
    chain = [f"K{level}" for level in range(60)]
    people = [f"P{number}" for number in range(5000)]
    stakes = [Stake(owner, owned, Decimal("0.9"), Decimal("0.9999")) for owned, owner in pairwise(chain)]
    stakes += [
        Stake(person, chain[-1], Decimal(number) / 10**8, Decimal(number) / 10**8)
        for number, person in enumerate(people)
    ]
    found = share_bounds(root=chain[0], ends=people, stakes=stakes)
    assert len(found) == 5000
    assert found["P4999"] == ShareBand(Decimal(0), Decimal("0.000050"))


def test_it_ends_on_one_great_circle_where_all_own_all():
    companies = [f"K{number}" for number in range(60)]
    people = [f"P{number}" for number in range(60)]
    low, high = Decimal("0.005"), Decimal("0.02")
    stakes = [Stake(owner, owned, low, high) for owner in companies for owned in companies]
    stakes += [Stake(person, owned, low, high) for person, owned in zip(people, companies, strict=True)]
    found = share_bounds(root=companies[0], ends=people, stakes=stakes)
    assert all(0 < band.low < band.high <= 1 for band in found.values())
