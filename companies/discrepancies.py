"""The registered beneficial owners held against what the chains of legal owners come to.

Who must know their customers reports discrepancies to Erhvervsstyrelsen (hvidvaskloven § 15 a). So what is called a
contradiction here is one on every reading of the register: bands, chains that were not followed, entries below 5 %,
which are not registered, and own shares counted by mistake all had their chance to explain it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from companies.beneficial import AbsenceReason, BeneficialOwners, is_form_without_beneficial_owners
from companies.circles import steps_that_close_circles
from companies.graph import OPEN_ENDS, Edge, IndirectShare, OwnershipGraph, Verdict
from companies.hidden import Reach, Reaches
from companies.indirect import BENEFICIAL_THRESHOLD, indirect_shares
from companies.profile import BeneficialOwner, ParticipantKind

ROUNDING = Decimal("0.0001")  # shares are registered to the hundredth of a percent


class Gravity(StrEnum):
    """How much a discrepancy says."""

    CONTRADICTION = "contradiction"  # both sides cannot be right
    QUESTION = "question"  # both may be right, by something that stands in no register
    GAP = "gap"  # something is not told, so nothing can be concluded


class DiscrepancyKind(StrEnum):
    """What does not fit."""

    OUTSIDE_BOUNDS = "outside_bounds"  # the registered share is none that the chains allow
    MORE_THAN_SHOWN = "more_than_shown"  # above what the chains show, within what they may hide
    OWN_SHARES_COUNTED = "own_shares_counted"  # fits only if own shares, which are to be excluded, are counted
    BELOW_THRESHOLD = "below_threshold"  # registered above 25 %, but the chains certainly come to 25 % at most
    NOT_IN_CHAINS = "not_in_chains"  # registered, and at the end of no chain
    NO_GROUND = "no_ground"  # registered with 25 % at most, and with no special condition that would explain it
    SHARE_MISSING = "share_missing"  # registered without shares and without a special condition
    CERTAIN_UNREGISTERED = "certain_unregistered"  # certainly above 25 %, but not registered
    POSSIBLE_UNREGISTERED = "possible_unregistered"  # possibly above 25 %, and not registered
    MANAGEMENT_DESPITE_OWNERS = "management_despite_owners"  # management put in, although somebody certainly owns
    OPEN_CHAIN = "open_chain"  # nobody knows who stands behind this end, and it may be somebody above 25 %
    OVERSUBSCRIBED = "oversubscribed"  # the owners of one company are registered for more than all of it
    DISSOLVED_OWNER = "dissolved_owner"  # a company that was dissolved stands as owner still


class Aspect(StrEnum):
    """What a share is of."""

    CAPITAL = "capital"
    VOTES = "votes"


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that does not fit. `subject` is the Lasso id of the person or company that it is about.

    `aspects` are those in which it does not fit. `reach` is the most that the subject may hold if everything that the
    register hides were the subject's.
    """

    kind: DiscrepancyKind
    gravity: Gravity
    subject: str
    name: str
    registered: BeneficialOwner | None = None
    computed: IndirectShare | None = None
    reach: Reach | None = None
    aspects: tuple[Aspect, ...] = ()


def find_discrepancies(
    *, beneficial: BeneficialOwners | None, indirect: Sequence[IndirectShare], graph: OwnershipGraph
) -> tuple[Discrepancy, ...]:
    """All that does not fit: of the registered owners in their order, then of unregistered ones, then of the chains.

    `indirect` belongs to `graph`; all are of one day. Without beneficial owners (no access, or none received) only
    what the chains show by themselves is told. Management that was put in is no owner and is not compared.
    """
    reaches = Reaches(indirect=indirect, graph=graph)
    of_chains = (*_open_chains(indirect, graph, reaches), *_oversubscribed(graph), *_dissolved(graph))
    if beneficial is None or beneficial.absence is AbsenceReason.NOT_RECEIVED:
        return of_chains
    real = {owner.participant.lasso_id: owner for owner in beneficial.owners if not owner.via_role}
    computed = {share.owner: share for share in indirect}
    counted = {share.owner: share for share in _with_own_shares_counted(graph)} if graph.has_cycle else computed
    of_registered = [
        one
        for key, owner in real.items()
        for one in _of_registered(owner, computed.get(key), counted.get(key), reaches.of(key))
    ]
    return (*of_registered, *_of_unregistered(beneficial, real, indirect, graph), *of_chains)


def _with_own_shares_counted(graph: OwnershipGraph) -> tuple[IndirectShare, ...]:
    """The indirect shares when what a company holds of itself, directly or through others, is left to nobody."""
    owners: dict[str, list[str]] = {}
    for edge in graph.edges:
        owners.setdefault(edge.owned, []).append(edge.owner)
    closing = steps_that_close_circles(graph.root, owners)
    edges = tuple(edge for edge in graph.edges if (edge.owned, edge.owner) not in closing)
    return indirect_shares(replace(graph, edges=edges, has_cycle=False))


def _of_registered(
    owner: BeneficialOwner, computed: IndirectShare | None, counted: IndirectShare | None, reach: Reach
) -> Iterator[Discrepancy]:
    """At most one discrepancy of the shares, and one of the ground for being registered."""
    judged = _judged(owner, computed, counted, reach)
    if judged:
        kind, gravity, aspects = judged
        yield _about(owner, kind=kind, gravity=gravity, computed=computed, reach=reach, aspects=aspects)
    if owner.special_conditions:
        return
    if owner.share is None and owner.votes is None:
        yield _about(owner, kind=DiscrepancyKind.SHARE_MISSING, gravity=Gravity.GAP, computed=computed, reach=reach)
    elif not _is_above(owner.share) and not _is_above(owner.votes):
        yield _about(owner, kind=DiscrepancyKind.NO_GROUND, gravity=Gravity.QUESTION, computed=computed, reach=reach)


def _judged(
    owner: BeneficialOwner, computed: IndirectShare | None, counted: IndirectShare | None, reach: Reach
) -> tuple[DiscrepancyKind, Gravity, tuple[Aspect, ...]] | None:
    impossible = tuple(aspect for aspect in Aspect if not _is_possible(aspect, owner, counted, reach))
    if computed is None:
        gravity = Gravity.CONTRADICTION if impossible else Gravity.QUESTION
        return DiscrepancyKind.NOT_IN_CHAINS, gravity, impossible
    if impossible:
        is_below = not _is_above(reach.share) and not _is_above(reach.votes)
        is_registered_above = _is_above(owner.share) or _is_above(owner.votes)
        kind = DiscrepancyKind.BELOW_THRESHOLD if is_below and is_registered_above else DiscrepancyKind.OUTSIDE_BOUNDS
        return kind, Gravity.CONTRADICTION, impossible
    for kind, aspects in (
        (DiscrepancyKind.MORE_THAN_SHOWN, [aspect for aspect in Aspect if _is_above_shown(aspect, owner, computed)]),
        (DiscrepancyKind.OWN_SHARES_COUNTED, [aspect for aspect in Aspect if _is_below_shown(aspect, owner, computed)]),
    ):
        if aspects:
            return kind, Gravity.QUESTION, tuple(aspects)
    return None


def _is_possible(aspect: Aspect, owner: BeneficialOwner, counted: IndirectShare | None, reach: Reach) -> bool:
    registered = _registered(aspect, owner)
    if registered is None:
        return True
    low = _computed(aspect, counted)[0] if counted else Decimal(0)
    most = reach.share if aspect is Aspect.CAPITAL else reach.votes
    return low - ROUNDING <= registered <= most + ROUNDING


def _is_above_shown(aspect: Aspect, owner: BeneficialOwner, computed: IndirectShare) -> bool:
    registered = _registered(aspect, owner)
    return registered is not None and registered > _computed(aspect, computed)[1] + ROUNDING


def _is_below_shown(aspect: Aspect, owner: BeneficialOwner, computed: IndirectShare) -> bool:
    registered = _registered(aspect, owner)
    return registered is not None and registered < _computed(aspect, computed)[0] - ROUNDING


def _registered(aspect: Aspect, owner: BeneficialOwner) -> Decimal | None:
    return owner.share if aspect is Aspect.CAPITAL else owner.votes


def _computed(aspect: Aspect, computed: IndirectShare) -> tuple[Decimal, Decimal]:
    if aspect is Aspect.CAPITAL:
        return computed.share_low, computed.share_high
    return computed.votes_low, computed.votes_high


def _of_unregistered(
    beneficial: BeneficialOwners,
    registered: Collection[str],
    indirect: Sequence[IndirectShare],
    graph: OwnershipGraph,
) -> Iterator[Discrepancy]:
    """Persons above 25 % by the chains who are not registered, and management that stands where they should."""
    root = graph.nodes[graph.root]
    is_none_due = beneficial.absence is AbsenceReason.NONE_REGISTERED and is_form_without_beneficial_owners(root.form)
    if beneficial.absence is AbsenceReason.EXEMPT or beneficial.listed_owner or is_none_due:
        return
    persons = [share for share in indirect if graph.nodes[share.owner].kind is ParticipantKind.PERSON]
    for share in persons:
        if share.owner in registered or share.verdict is Verdict.NO:
            continue
        kind, gravity = DiscrepancyKind.POSSIBLE_UNREGISTERED, Gravity.QUESTION
        if share.verdict is Verdict.CERTAIN:
            kind, gravity = DiscrepancyKind.CERTAIN_UNREGISTERED, Gravity.CONTRADICTION
        yield Discrepancy(kind, gravity, share.owner, graph.nodes[share.owner].name, computed=share)
    is_somebody_certain = any(share.verdict is Verdict.CERTAIN for share in persons)
    if beneficial.absence is AbsenceReason.MANAGEMENT and is_somebody_certain:
        yield Discrepancy(DiscrepancyKind.MANAGEMENT_DESPITE_OWNERS, Gravity.CONTRADICTION, graph.root, root.name)


def _open_chains(indirect: Sequence[IndirectShare], graph: OwnershipGraph, reaches: Reaches) -> Iterator[Discrepancy]:
    """The open ends, where one person behind all of them might come above 25 %."""
    behind = reaches.behind_open_ends
    if not _is_above(behind.share) and not _is_above(behind.votes):
        return
    computed = {share.owner: share for share in indirect}
    for key, node in graph.nodes.items():
        if node.end in OPEN_ENDS:
            yield Discrepancy(
                DiscrepancyKind.OPEN_CHAIN, Gravity.GAP, key, node.name, computed=computed.get(key), reach=behind
            )


def _oversubscribed(graph: OwnershipGraph) -> Iterator[Discrepancy]:
    edges: dict[str, list[Edge]] = {}
    for edge in graph.edges:
        edges.setdefault(edge.owned, []).append(edge)
    for owned, its in edges.items():
        totals = {
            Aspect.CAPITAL: sum((edge.share.low for edge in its if edge.share), Decimal(0)),
            Aspect.VOTES: sum((edge.votes.low for edge in its if edge.votes), Decimal(0)),
        }
        aspects = tuple(aspect for aspect, total in totals.items() if total > 1 + ROUNDING)
        if aspects:
            name = graph.nodes[owned].name
            yield Discrepancy(DiscrepancyKind.OVERSUBSCRIBED, Gravity.CONTRADICTION, owned, name, aspects=aspects)


def _dissolved(graph: OwnershipGraph) -> Iterator[Discrepancy]:
    for key, node in graph.nodes.items():
        if not node.is_active and key != graph.root:
            yield Discrepancy(DiscrepancyKind.DISSOLVED_OWNER, Gravity.QUESTION, key, node.name)


def _about(
    owner: BeneficialOwner,
    *,
    kind: DiscrepancyKind,
    gravity: Gravity,
    computed: IndirectShare | None,
    reach: Reach,
    aspects: tuple[Aspect, ...] = (),
) -> Discrepancy:
    participant = owner.participant
    return Discrepancy(kind, gravity, participant.lasso_id, participant.name, owner, computed, reach, aspects)


def _is_above(share: Decimal | None) -> bool:
    return share is not None and share > BENEFICIAL_THRESHOLD
