"""What does not fit between the registered beneficial owners and the chains of legal owners."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from companies.beneficial import AbsenceReason, BeneficialOwners
from companies.circles import contains_circle
from companies.discrepancies import Aspect, DiscrepancyKind, Gravity, find_discrepancies
from companies.graph import ChainEnd, Edge, Node, OwnershipGraph
from companies.hidden import Reach, Reaches
from companies.indirect import indirect_shares
from companies.profile import BeneficialOwner, Participant, ParticipantKind, Period, ShareBand
from companies.sources.shares import band_of

DAY = date(2026, 6, 1)
KEYS = {"A": "CVR-1-99900011", "B": "CVR-1-99900022", "C": "CVR-1-99900030", "F": "CVR-3-90"} | {
    letter: f"CVR-3-{number}" for number, letter in enumerate("PQR", start=1)
}


def graph(*edges, dissolved=""):
    """A is the root, B and C are companies, P, Q and R persons, F is foreign."""
    letters = {"A"} | {letter for edge in edges for letter in edge[:2]}
    owned = {edge[1] for edge in edges}
    nodes = {KEYS[letter]: _node(letter, letter in owned, letter not in dissolved) for letter in letters}
    made = tuple(
        Edge(KEYS[who], KEYS[what], _band(share), _band(rest[0] if rest else share))
        for who, what, share, *rest in edges
    )
    targets: dict[str, list[str]] = {}
    for edge in made:
        targets.setdefault(edge.owned, []).append(edge.owner)
    return OwnershipGraph(KEYS["A"], nodes, made, has_cycle=contains_circle(targets))


def _node(letter, is_owned, is_active):
    if letter in "PQR":
        return Node(KEYS[letter], ParticipantKind.PERSON, letter, end=ChainEnd.PERSON)
    if letter == "F":
        return Node(KEYS[letter], ParticipantKind.OTHER, letter, country_code="SE", end=ChainEnd.FOREIGN)
    end = ChainEnd.NONE if is_owned else ChainEnd.NO_OWNERS
    return Node(
        KEYS[letter], ParticipantKind.COMPANY, letter, KEYS[letter][-8:], form="ApS", is_active=is_active, end=end
    )


def _band(share):
    """A floor of the register for a text, an exact share for a number."""
    return band_of(Decimal(share)) if share is not None else None


def owner(letter, share, votes=None, *conditions, via_role=""):
    participant = Participant(int(KEYS[letter][6:]), ParticipantKind.PERSON, letter)
    number = Decimal(share) if share else None
    return BeneficialOwner(
        participant, number, Decimal(votes) if votes else None, Period(date(2020, 1, 1)), conditions, via_role
    )


def registered(*owners, absence=AbsenceReason.NONE, listed_owner=""):
    return BeneficialOwners("99900011", DAY, owners, (), absence, None, listed_owner)


def found(made, beneficial):
    return [
        (one.kind, one.gravity, one.name, one.aspects)
        for one in find_discrepancies(beneficial=beneficial, indirect=indirect_shares(made), graph=made)
    ]


K, G = DiscrepancyKind, Gravity
CAPITAL, VOTES = Aspect.CAPITAL, Aspect.VOTES
ALONE = graph(("P", "A", "1"))
TWO = graph(("P", "A", "0.6667"), ("Q", "A", "0.25"))


def test_nothing_is_found_where_all_fits():
    assert found(TWO, registered(owner("P", "0.7", "0.6667"), owner("Q", "0.3", "0.3333"))) == []


@pytest.mark.parametrize(
    ("share", "votes", "aspects"),
    [
        ("0.6", "0.7", (CAPITAL,)),  # less than the least
        ("0.76", "0.7", (CAPITAL,)),  # Q's least leaves 75 %
        ("0.7", "0.9", (VOTES,)),
        ("0.1", "0.1", (CAPITAL, VOTES)),
    ],
)
def test_a_registered_share_may_be_impossible(share, votes, aspects):
    (one, *_) = found(TWO, registered(owner("P", share, votes, "Andre rettigheder"), owner("Q", "0.26")))
    assert one == (K.OUTSIDE_BOUNDS, G.CONTRADICTION, "P", aspects)


def test_a_hundredth_of_a_percent_is_no_discrepancy():
    assert found(ALONE, registered(owner("P", "0.9999"))) == []
    assert [one[0] for one in found(ALONE, registered(owner("P", "0.9998")))] == [K.OUTSIDE_BOUNDS]


def test_what_stands_behind_an_open_end_may_explain_a_greater_share():
    abroad = graph(("F", "A", "0.25"), ("P", "A", "0.3333"), ("Q", "A", "0.3333"))
    kinds = found(abroad, registered(owner("P", "0.6"), owner("Q", "0.34")))
    assert kinds == [
        (K.MORE_THAN_SHOWN, G.QUESTION, "P", (CAPITAL,)),
        (K.OPEN_CHAIN, G.GAP, "F", ()),
    ]
    # 33.33 % are Q's, whoever stands behind F.
    assert found(abroad, registered(owner("P", "0.67"), owner("Q", "0.34")))[0] == (
        K.OUTSIDE_BOUNDS,
        G.CONTRADICTION,
        "P",
        (CAPITAL,),
    )


def test_a_holding_that_is_too_small_to_be_registered_may_explain_a_greater_share():
    through = graph(("B", "A", "0.2"), ("P", "B", "1"), ("Q", "A", "0.5"))
    assert found(through, registered(owner("P", "0.28"), owner("Q", "0.6")))[0][:2] == (K.MORE_THAN_SHOWN, G.QUESTION)
    # Up to 24.99 % through B and below 5 % of A itself: not 31 %.
    assert found(through, registered(owner("P", "0.31"), owner("Q", "0.6")))[0][:2] == (
        K.OUTSIDE_BOUNDS,
        G.CONTRADICTION,
    )


OWN = graph(("A", "A", "0.1"), ("P", "A", "0.5"), ("Q", "A", "0.3333"))
AROUND = graph(("B", "A", "0.25"), ("P", "A", "0.6667"), ("A", "B", "0.3333"), ("Q", "B", "0.5"))


@pytest.mark.parametrize(("made", "share"), [(OWN, "0.52"), (AROUND, "0.7")])
def test_own_shares_counted_by_mistake_are_a_question(made, share):
    """Own shares are to be excluded, so P has at least 55.55 % (and 72.73 %), not 50 % (and 66.67 %)."""
    (one, *_) = found(made, registered(owner("P", share), owner("Q", "0.35", None, "Andre rettigheder")))
    assert one == (K.OWN_SHARES_COUNTED, G.QUESTION, "P", (CAPITAL,))
    below = found(made, registered(owner("P", "0.49"), owner("Q", "0.35", None, "Andre rettigheder")))
    assert below[0] == (K.OUTSIDE_BOUNDS, G.CONTRADICTION, "P", (CAPITAL,))


def test_a_registered_owner_may_certainly_be_below():
    small = graph(("P", "A", "0.1"), ("Q", "A", "0.6667"))
    assert found(small, registered(owner("P", "0.3"), owner("Q", "0.7"))) == [
        (K.BELOW_THRESHOLD, G.CONTRADICTION, "P", (CAPITAL,))
    ]


def test_a_registered_owner_at_the_end_of_no_chain_may_hold_otherwise():
    assert found(
        TWO, registered(owner("P", "0.7"), owner("Q", "0.25"), owner("R", None, None, "Ret til at udpege"))
    ) == [
        (K.NO_GROUND, G.QUESTION, "Q", ()),
        (K.NOT_IN_CHAINS, G.QUESTION, "R", ()),
    ]
    # The others' least leaves 8.33 %.
    assert found(TWO, registered(owner("P", "0.7"), owner("Q", "0.26"), owner("R", "0.3")))[-1] == (
        K.NOT_IN_CHAINS,
        G.CONTRADICTION,
        "R",
        (CAPITAL,),
    )


def test_a_registered_owner_without_shares_or_conditions_is_a_gap():
    assert found(ALONE, registered(owner("P", None))) == [(K.SHARE_MISSING, G.GAP, "P", ())]
    assert found(ALONE, registered(owner("P", None, None, "Har indirekte besiddelser"))) == []


def test_a_certain_owner_who_is_not_registered_is_a_contradiction_and_a_possible_one_a_question():
    three = graph(("P", "A", "0.5"), ("Q", "A", "0.2"), ("R", "B", "1"), ("B", "A", "0.25"))
    assert found(three, registered(owner("R", "0.26"))) == [(K.CERTAIN_UNREGISTERED, G.CONTRADICTION, "P", ())]
    possible = graph(("P", "A", "0.5"), ("Q", "A", "0.25"))
    assert found(possible, registered(owner("P", "0.6"))) == [(K.POSSIBLE_UNREGISTERED, G.QUESTION, "Q", ())]


def test_votes_alone_make_an_owner():
    votes = graph(("P", "A", "0.05", "0.5"), ("Q", "A", "0.9", "0.3333"))
    assert found(votes, registered(owner("Q", "0.92"))) == [(K.CERTAIN_UNREGISTERED, G.CONTRADICTION, "P", ())]


def test_companies_and_foreign_owners_are_not_asked_to_be_registered():
    assert found(graph(("F", "A", "1")), registered(absence=AbsenceReason.NONE_REGISTERED)) == [
        (K.OPEN_CHAIN, G.GAP, "F", ())
    ]


def test_management_is_no_substitute_where_somebody_certainly_owns():
    managers = registered(
        owner("R", None, via_role="Er reel ejer som udpeget daglig ledelse"), absence=AbsenceReason.MANAGEMENT
    )
    assert found(ALONE, managers) == [
        (K.CERTAIN_UNREGISTERED, G.CONTRADICTION, "P", ()),
        (K.MANAGEMENT_DESPITE_OWNERS, G.CONTRADICTION, "A", ()),
    ]
    assert found(graph(("P", "A", "0.1"), ("Q", "A", "0.1")), managers) == []
    assert found(ALONE, replace(managers, listed_owner="Børsprøven A/S")) == []


@pytest.mark.parametrize("absence", [AbsenceReason.NOT_RECEIVED, AbsenceReason.EXEMPT])
def test_nobody_is_missed_where_nothing_was_received_or_is_due(absence):
    assert found(ALONE, registered(absence=absence)) == []


def test_nobody_is_missed_in_a_form_that_registers_none():
    none = registered(absence=AbsenceReason.NONE_REGISTERED)
    nodes = {**ALONE.nodes, ALONE.root: replace(ALONE.nodes[ALONE.root], form="ENK")}
    assert [one[0] for one in found(ALONE, none)] == [K.CERTAIN_UNREGISTERED]
    assert found(replace(ALONE, nodes=nodes), none) == []


def test_an_open_chain_is_told_only_where_it_may_hide_an_owner():
    assert found(graph(("F", "A", "0.2"), ("P", "A", "0.6667")), None) == []
    open_ends = found(graph(("F", "A", "0.2"), ("C", "A", "0.1"), ("P", "A", "0.5")), None)
    assert sorted(open_ends) == [(K.OPEN_CHAIN, G.GAP, "C", ()), (K.OPEN_CHAIN, G.GAP, "F", ())]


def test_a_company_without_owners_on_file_hides_everybody():
    assert found(graph(), None) == [(K.OPEN_CHAIN, G.GAP, "A", ())]


def test_shares_above_everything_contradict_each_other_in_any_company():
    assert found(graph(("B", "A", "1"), ("P", "B", "0.9", "0.05"), ("Q", "B", "0.2", "0.05")), None) == [
        (K.OVERSUBSCRIBED, G.CONTRADICTION, "B", (CAPITAL,))
    ]


def test_a_dissolved_owner_is_named():
    assert found(graph(("B", "A", "1"), ("P", "B", "1"), dissolved="B"), None) == [
        (K.DISSOLVED_OWNER, G.QUESTION, "B", ())
    ]


def test_the_reach_of_an_open_end_counts_its_own_share_once():
    made = graph(("F", "A", "0.2"), ("P", "A", "0.6667"))
    reaches = Reaches(indirect=indirect_shares(made), graph=made)
    assert reaches.behind_open_ends == Reach(Decimal("0.2499"), Decimal("0.2499"))
    assert reaches.of(KEYS["F"]).share == Decimal("0.2499")
    assert reaches.of(KEYS["P"]).share == Decimal(1)


def test_a_share_that_is_exact_is_taken_as_such():
    assert graph(("P", "A", "0.26")).edges[0].share == ShareBand(Decimal("0.26"), Decimal("0.26"))
