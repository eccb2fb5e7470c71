"""Bounds of what each owner holds of a company over all chains: the tightest that the registered bands allow.

Take one share of the root and ask who owns it; when a company does, one share of that company stands for it, and so
on. In a company of which owner `i` holds the fraction `s_i`, the next owner is `i` with probability `s_i`, and with
what the fractions leave of one nobody that is registered. An end's share of the root is the probability to come to it.
That is the product of fractions along a chain, summed over all chains, circles of any length among them, and it is
the solution `x` of `(I - S) e = root`, `x = S e` for the matrix `S` of fractions.

Own shares. Who comes back to a company asks there again, so what a company holds of itself, directly or through others,
goes to its other owners in proportion: their shares grow by 1 / (1 - own). So own shares are excluded, as the rules on
beneficial owners ask, and the ends together never hold more than one. In a circle that nobody outside has a part in,
nobody comes to any end.

Bands. The fractions of one company lie in their bands and do not exceed one together: nobody holds more than what the
others' least leaves. That is the whole of what is known, and each company's fractions are free of the others'. So

- an end holds least when all fractions are at their least (what is left goes to owners that are not registered);
- it holds most when every company gives first to the owner through whom most is held of the end. That `v` solves
  `v = F(v)`, where `F` gives the greatest sum of fraction times `v` of the owner that the bands allow.

Without circles both follow in one pass over the chains. Within a circle they are found by rounds that come nearer from
outside: the least from nothing upwards, the most from a value that is certainly not exceeded downwards (the greatest
`v` of an owner that enters the circle: `F` is a mean of them). Each round's result is a bound already, so the rounds
may stop at any time. Arithmetic is rounded outwards as well.

Fractions that contradict each other (least ones above one together) cannot all be true. Then each may be as small as
the others' least leaves it, so that one wrong entry makes nothing certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

from companies.circles import circles_in_order
from companies.profile import ShareBand

ZERO, ONE = Decimal(0), Decimal(1)
MOST_ROUNDS = 2000
# Rounds stop when none of them gains more than this.
SETTLED = Decimal("1e-12")
# Owners visited in all rounds of one question together: some seconds. Past it bounds are wider, not wrong.
MOST_VISITS = 1_000_000
STEP = Decimal("0.000001")  # the bounds are rounded outwards to this


@dataclass(frozen=True, slots=True)
class Stake:
    """`owner` holds from `low` to `high` of `owned`, as fractions of one."""

    owner: str
    owned: str
    low: Decimal
    high: Decimal


def share_bounds(*, root: str, ends: Sequence[str], stakes: Iterable[Stake]) -> dict[str, ShareBand]:
    """What each of the ends holds of the root: bounds rounded outwards to six decimals.

    There is at most one stake for an owner and what it owns. Whoever is in `ends` is not looked behind.
    """
    chains = _Chains(root, ends, stakes)
    with localcontext(rounding=ROUND_FLOOR):
        least = chains.least()
    with localcontext(rounding=ROUND_CEILING):
        most = chains.most()
        # The ends hold at most one together. The bounds obey it by themselves unless rounds were stopped.
        left = _taken_away(ONE, (least.get(end, ZERO) for end in chains.ends))
        return {
            end: _rounded_outwards(least.get(end, ZERO), min(most.get(end, ZERO), left + least.get(end, ZERO)))
            for end in ends
        }


def _rounded_outwards(low: Decimal, high: Decimal) -> ShareBand:
    low = low.quantize(STEP, rounding=ROUND_FLOOR)
    high = max(low, min(ONE, high.quantize(STEP, rounding=ROUND_CEILING)))
    return ShareBand(low=low.normalize() + 0, high=high.normalize() + 0)


class _Chains:
    """The stakes by company, and the companies in the order of the chains."""

    def __init__(self, root: str, ends: Iterable[str], stakes: Iterable[Stake]) -> None:
        self.root = root
        self.ends = dict.fromkeys(ends)  # a set that keeps its order
        by_owned: dict[str, list[Stake]] = {}
        for stake in stakes:
            if stake.owned not in self.ends:
                by_owned.setdefault(stake.owned, []).append(stake)
        self.owners: dict[str, list[Stake]] = {}
        self.free: dict[str, Decimal] = {}  # what the least of all owners leaves
        with localcontext(rounding=ROUND_CEILING):
            for owned, its in by_owned.items():
                self.owners[owned], self.free[owned] = _possible(its)
        self.owned: dict[str, list[Stake]] = {}
        for its in self.owners.values():
            for stake in its:
                self.owned.setdefault(stake.owner, []).append(stake)
        # Companies that are each other's owners stand together; owned ones before their owners.
        self.groups = circles_in_order({owned: [stake.owner for stake in its] for owned, its in self.owners.items()})
        self.place = {company: place for place, group in enumerate(self.groups) for company in group}
        self.visits_left = MOST_VISITS
        self.passed_on: dict[str, Decimal] = {}

    def least(self) -> dict[str, Decimal]:
        """The least that everybody holds of the root. A company in a circle may come to more than one."""
        held = {self.root: ONE}
        for group in self.groups:
            if self._is_circle(group):
                self._settle_least(group, held)
            for company in group:
                through = held.get(company, ZERO)
                for stake in self.owners.get(company, ()) if through else ():
                    if self.place.get(stake.owner) != self.place[company]:
                        held[stake.owner] = held.get(stake.owner, ZERO) + stake.low * through
        return held

    def _settle_least(self, group: Sequence[str], held: dict[str, Decimal]) -> None:
        """What comes into the circle from outside, and from it into itself again, as often as it counts."""
        entering = {company: held.get(company, ZERO) for company in group}
        inside = {
            company: [stake for stake in self.owned.get(company, ()) if self._in(group, stake.owned)]
            for company in group
        }
        for _ in self._rounds(sum(len(its) for its in inside.values())):
            gain = ZERO
            for company, its in inside.items():
                now = entering[company] + sum((stake.low * held.get(stake.owned, ZERO) for stake in its), ZERO)
                gain = max(gain, now - held.get(company, ZERO))
                held[company] = now
            if gain <= SETTLED:
                break

    def _rounds(self, visits: int) -> Iterator[None]:
        """As many rounds of so many visits as are granted."""
        for _ in range(MOST_ROUNDS):
            if self.visits_left <= 0:
                return
            self.visits_left -= visits
            yield

    def most(self) -> dict[str, Decimal]:
        """The most that each end holds of the root. Ends with the same stakes hold the same."""
        found: dict[frozenset[tuple[str, Decimal, Decimal]], Decimal] = {}
        most = {}
        for end in self.ends:
            stakes = frozenset((stake.owned, stake.low, stake.high) for stake in self.owned.get(end, ()))
            if stakes not in found:
                found[stakes] = self._most_of(end)
            most[end] = found[stakes]
        return most

    def _most_of(self, end: str) -> Decimal:
        stakes = self.owned.get(end, [])
        if len(stakes) == 1 and not self._is_circle(self.groups[self.place[stakes[0].owned]]):
            # One way on from here, and `F` is in proportion to what comes to it.
            return stakes[0].high * self._passed_on(stakes[0].owned)
        return self._come_to_root(end)

    def _passed_on(self, company: str) -> Decimal:
        """The most of the root that all of the company's owners together hold through it."""
        if company not in self.passed_on:
            self.passed_on[company] = ONE if company == self.root else self._come_to_root(company)
        return self.passed_on[company]

    def _come_to_root(self, end: str) -> Decimal:
        value = {end: ONE}
        below = self._below(end)
        for place in sorted({self.place[company] for company in below}, reverse=True):
            group = self.groups[place]
            if self._is_circle(group):
                self._settle_most(group, value)
            else:
                value[group[0]] = self._best(group[0], value)
        return value.get(self.root, ZERO)

    def _settle_most(self, group: Sequence[str], value: dict[str, Decimal]) -> None:
        entering = [value.get(stake.owner, ZERO) for company in group for stake in self.owners[company]]
        value.update(dict.fromkeys(group, max(entering)))
        for _ in self._rounds(len(entering)):
            gain = ZERO
            for company in group:
                better = min(self._best(company, value), value[company])
                gain = max(gain, value[company] - better)
                value[company] = better
            if gain <= SETTLED:
                break

    def _best(self, company: str, value: Mapping[str, Decimal]) -> Decimal:
        """The greatest sum of fraction times value: the owners' least, and what is free to those of greatest value."""
        good = [(value[stake.owner], stake) for stake in self.owners[company] if value.get(stake.owner)]
        good.sort(key=lambda one: one[0], reverse=True)
        free = self.free[company]
        best = ZERO
        for worth, stake in good:
            more = min(stake.high - stake.low, free)
            free -= more
            best += (stake.low + more) * worth
        return best

    def _below(self, end: str) -> set[str]:
        """The companies that the end owns of, at any distance."""
        found: set[str] = set()
        waiting = [end]
        while waiting:
            for stake in self.owned.get(waiting.pop(), ()):
                if stake.owned not in found and stake.owned in self.place:
                    found.add(stake.owned)
                    waiting.append(stake.owned)
        return found

    def _is_circle(self, group: Sequence[str]) -> bool:
        return len(group) > 1 or any(stake.owner == group[0] for stake in self.owners.get(group[0], ()))

    def _in(self, group: Sequence[str], company: str) -> bool:
        return self.place.get(company) == self.place[group[0]]


def _possible(stakes: Sequence[Stake]) -> tuple[list[Stake], Decimal]:
    """One company's stakes as narrow as they are together, without those that are surely nothing; and what is free."""
    free = _taken_away(ONE, (stake.low for stake in stakes))
    if free < 0:
        stakes = [Stake(one.owner, one.owned, max(one.low + free, ZERO), one.high) for one in stakes]
        free = _taken_away(ONE, (stake.low for stake in stakes))
    narrow = [Stake(one.owner, one.owned, one.low, min(one.high, one.low + free)) for one in stakes]
    return [stake for stake in narrow if stake.high > 0], free


def _taken_away(whole: Decimal, parts: Iterable[Decimal]) -> Decimal:
    """The rest, rounded as the context says at each step: never a sum that is rounded and then taken away."""
    for part in parts:
        whole -= part
    return whole
