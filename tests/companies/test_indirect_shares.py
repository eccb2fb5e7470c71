"""Bounds of indirect shares: what is certain, what is possible, and never less than the truth."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from companies.graph import ChainEnd, Edge, Node, OwnershipGraph, Verdict
from companies.indirect import indirect_shares
from companies.ownership import contains_cycle
from companies.profile import ParticipantKind, ShareBand
from companies.sources.shares import HIGH_BY_FLOOR, band_of


def graph(*edges, ends="PQR"):
    """Companies are A (the root) to E, ends are persons."""
    names = {"A"} | {one for edge in edges for one in edge[:2]}
    nodes = {
        name: Node(name, ParticipantKind.PERSON, name, end=ChainEnd.PERSON)
        if name in ends
        else Node(name, ParticipantKind.COMPANY, name)
        for name in names
    }
    made = tuple(Edge(who, what, _band(share), _band(rest[0] if rest else share)) for who, what, share, *rest in edges)
    return OwnershipGraph("A", nodes, made, has_cycle=contains_cycle(made))


def _band(share):
    return band_of(Decimal(share)) if isinstance(share, str) else share


def exact(share):
    return ShareBand(Decimal(share), Decimal(share))


def shares(made):
    return {one.owner: (one.share_low, one.share_high) for one in indirect_shares(made)}


def test_it_multiplies_along_a_chain():
    made = graph(("B", "A", exact("0.5")), ("P", "B", exact("0.6")))
    assert shares(made) == {"P": (Decimal("0.3"), Decimal("0.3"))}
    assert indirect_shares(made)[0].verdict is Verdict.CERTAIN


def test_it_multiplies_the_ends_of_bands():
    made = graph(("B", "A", "0.5"), ("P", "B", "0.3333"))
    (one,) = indirect_shares(made)
    assert (one.share_low, one.share_high) == (Decimal("0.16665"), Decimal("0.333234"))
    assert one.verdict is Verdict.POSSIBLE


def test_it_sums_over_chains():
    made = graph(
        ("B", "A", exact("0.4")), ("C", "A", exact("0.4")), ("P", "B", exact("0.5")), ("P", "C", exact("0.25"))
    )
    assert shares(made) == {"P": (Decimal("0.3"), Decimal("0.3"))}


def test_it_caps_by_what_the_others_leave():
    made = graph(("P", "A", "0.6667"), ("Q", "A", "0.2"))
    assert shares(made) == {"P": (Decimal("0.6667"), Decimal("0.8")), "Q": (Decimal("0.2"), Decimal("0.2499"))}


def test_it_counts_votes_apart():
    made = graph(("P", "A", "0.1", "0.9"), ("Q", "A", "0.9", "0.1"))
    found = {one.owner: one for one in indirect_shares(made)}
    assert (found["P"].share_high, found["P"].votes_low, found["P"].verdict) == (
        Decimal("0.1"),
        Decimal("0.9"),
        Verdict.CERTAIN,
    )


def test_it_takes_an_unfiled_percentage_for_anything():
    made = graph(("P", "A", None), ("Q", "A", "0.5"))
    assert shares(made) == {"Q": (Decimal("0.5"), Decimal("0.6666")), "P": (Decimal(0), Decimal("0.5"))}


def test_it_is_no_at_a_quarter_and_certain_above():
    assert [one.verdict for one in indirect_shares(graph(("P", "A", exact("0.25"))))] == [Verdict.NO]
    assert [one.verdict for one in indirect_shares(graph(("P", "A", exact("0.250001"))))] == [Verdict.CERTAIN]


def test_it_excludes_own_shares_from_the_total():
    made = graph(("A", "A", exact("0.2")), ("P", "A", exact("0.4")), ("Q", "A", exact("0.4")))
    found = shares(made)
    assert set(found) == {"P", "Q"}
    low, high = found["P"]
    assert Decimal("0.499998") <= low <= Decimal("0.5") <= high <= Decimal("0.500002")


def test_it_ends_on_a_cycle_that_nobody_outside_owns():
    made = graph(("B", "A", exact("1")), ("A", "B", exact("1")))
    assert indirect_shares(made) == ()


def test_it_ends_on_a_cycle_of_wide_bands():
    made = graph(("B", "A", "0.9"), ("A", "B", "0.9"), ("P", "A", "0.05"), ("Q", "B", "0.05"))
    for low, high in shares(made).values():
        assert 0 < low < high <= 1


def test_it_lists_the_largest_first_and_no_company_between():
    made = graph(("B", "A", "0.5"), ("P", "B", "1"), ("Q", "A", "0.3333"))
    assert [one.owner for one in indirect_shares(made)] == ["P", "Q"]


COMPANIES, PERSONS = "ABCDE", "PQR"


@st.composite
def exact_holdings(draw):
    """Who holds how many percent of each company; others companies hold at most 90 of any, so cycles can be solved."""
    held = {}
    for company in COMPANIES:
        left, left_for_companies = 100, 90
        for owner in draw(st.permutations(COMPANIES + PERSONS)):
            most = min(left, left_for_companies) if owner in COMPANIES else left
            percent = draw(st.sampled_from([0, 0, *range(5, most + 1)])) if most >= 5 else 0
            if percent:
                held[owner, company] = Fraction(percent, 100)
                left -= percent
                left_for_companies -= percent if owner in COMPANIES else 0
    return held


def solved(held):
    """What each person holds of A: the linear equations solved exactly."""
    size = len(COMPANIES)
    rows = [
        [Fraction(int(row == column)) - held.get((COMPANIES[row], COMPANIES[column]), 0) for column in range(size)]
        + [Fraction(int(row == 0))]
        for row in range(size)
    ]
    for pivot in range(size):
        swap = next(row for row in range(pivot, size) if rows[row][pivot])
        rows[pivot], rows[swap] = rows[swap], rows[pivot]
        rows[pivot] = [entry / rows[pivot][pivot] for entry in rows[pivot]]
        for row in range(size):
            if row != pivot:
                rows[row] = [a - rows[row][pivot] * b for a, b in zip(rows[row], rows[pivot], strict=True)]
    through = {company: rows[index][-1] for index, company in enumerate(COMPANIES)}
    return {who: sum(held.get((who, company), 0) * through[company] for company in COMPANIES) for who in PERSONS}


def band_around(percent):
    share = Decimal(percent.numerator) / Decimal(percent.denominator)
    return band_of(max(floor for floor in HIGH_BY_FLOOR if floor <= share))


@settings(deadline=None, max_examples=60)
@given(exact_holdings())
def test_the_bounds_hold_the_exact_share_on_any_graph(held):
    made = graph(*((who, what, band_around(share)) for (who, what), share in held.items()))
    truth = solved(held)
    for one in indirect_shares(made):
        assert Fraction(one.share_low) <= truth[one.owner] <= Fraction(one.share_high)


@settings(deadline=None, max_examples=60)
@given(exact_holdings())
def test_exact_shares_give_exact_bounds(held):
    made = graph(
        *(
            (who, what, exact(share.numerator * 100 // share.denominator / Decimal(100)))
            for (who, what), share in held.items()
        )
    )
    truth = solved(held)
    for one in indirect_shares(made):
        assert abs(Fraction(one.share_low) - truth[one.owner]) < Fraction(1, 10_000)
        assert one.share_low <= one.share_high
