"""Bounds of indirect shares: what is certain and what is possible."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from companies.graph import ChainEnd, Edge, Node, OwnershipGraph, Verdict
from companies.indirect import indirect_shares
from companies.ownership import contains_cycle
from companies.profile import ParticipantKind, ShareBand
from companies.sources.shares import band_of


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


def test_it_ends_at_every_owner_that_is_not_looked_behind():
    made = graph(("B", "A", exact("0.6")), ("P", "A", exact("0.4")))
    made = replace(made, nodes={**made.nodes, "B": replace(made.nodes["B"], end=ChainEnd.UNKNOWN)})
    assert shares(made) == {"B": (Decimal("0.6"), Decimal("0.6")), "P": (Decimal("0.4"), Decimal("0.4"))}
