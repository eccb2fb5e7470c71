"""The edges between two rows: from a far box, along a track that the edges of one near box share, to the near box.

Distances are told from the near row outwards, whichever way the chart is drawn. Tracks that would lie on one another
get places of their own; so do the ends of edges at a box, with room for the band beside each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from reporting.charts.ordering import Slot
from reporting.charts.packing import GAP, PAGE_WIDTH

STUB, TRACK = 9.0, 7.0
# From an edge to the band beside it.
LABEL_INDENT = 4.0
# Uprights nearer than this would be taken for one.
CLOSE = 4.0
# Between two horizontals on one track.
APART = 8.0
STRAIGHT = 0.6


@dataclass(slots=True, eq=False)
class Port:
    """The end of an edge at a far slot; `x` is where it stands."""

    far: Slot
    x: float


@dataclass(slots=True, eq=False)
class Net:
    """The edges of one near slot: they share the upright at the near slot and the track. `x` is where that stands."""

    near: Slot
    x: float
    ports: list[Port] = field(default_factory=list)
    track: int = 0

    @property
    def exit(self) -> float:
        """Where it leaves the near row: a trunk goes on where it came, a box's edge may leave a little aside."""
        return self.near.x if self.near.is_trunk else self.x

    @property
    def is_straight(self) -> bool:
        """Whether it needs no track: one edge, straight on."""
        return all(abs(port.x - self.x) < STRAIGHT for port in self.ports)

    @property
    def start(self) -> float:
        """The left end of its horizontal."""
        return min(self.x, *(port.x for port in self.ports))

    @property
    def end(self) -> float:
        """The right end of its horizontal."""
        return max(self.x, *(port.x for port in self.ports))


# How wide the label of an edge is, told by its (near, far).
LabelWidth = Callable[[tuple[str, str]], float]


def route(row: Iterable[Slot], label_width: LabelWidth) -> list[Net]:
    """The edges from a placed row to the next, each with its ends and its track."""
    nets = [Net(slot, slot.x) for slot in row if slot.far]
    _set_ports(nets, label_width)
    for _attempt in range(3):
        before = _constraints(nets)
        moved = _break_circles(nets, before)
        if not moved:
            break
    _set_tracks(nets, _constraints(nets))
    return nets


def track_count(nets: Sequence[Net]) -> int:
    """How many tracks lie beside one another."""
    return max((net.track + 1 for net in nets if not net.is_straight), default=0)


def _set_ports(nets: list[Net], label_width: LabelWidth) -> None:
    """Spread the ends at each far slot over its width, in the order of the near slots, with room for their labels."""
    by_far: dict[Slot, list[tuple[Net, Port]]] = defaultdict(list)
    for net in nets:
        for far in net.near.far:
            port = Port(far, far.x)
            net.ports.append(port)
            by_far[far].append((net, port))
    for far, ends in by_far.items():
        ends.sort(key=lambda end: (end[0].x, end[0].near.place))
        if not far.is_trunk:
            widths = [label_width((net.near.key, far.key)) + LABEL_INDENT for net, _ in ends]
            for (_, port), x in zip(ends, _ends_at(far, widths), strict=True):
                port.x = x


def _ends_at(far: Slot, widths: list[float]) -> list[float]:
    """Where the edges end whose labels are so wide: one in the middle of the box, several in equal parts of it."""
    if len(widths) == 1:
        # A label may reach over the box into the gap behind it, but not over the page's edge.
        furthest = min(far.right + GAP - LABEL_INDENT, PAGE_WIDTH)
        return [max(min(far.x, furthest - widths[0]), far.left + LABEL_INDENT)]
    part = far.width / len(widths)
    return [far.left + part * place + max((part - width) / 2, 1.0) for place, width in enumerate(widths)]


def _constraints(nets: list[Net]) -> dict[Net, set[Net]]:
    """For each net those whose tracks must lie nearer to the near row: their upright stands where an end of it is."""
    must_precede: dict[Net, set[Net]] = {net: set() for net in nets}
    for net in nets:
        for other in nets:
            if other is not net and any(abs(port.x - other.x) < CLOSE for port in net.ports):
                must_precede[net].add(other)
    return must_precede


def _break_circles(nets: list[Net], before: dict[Net, set[Net]]) -> bool:
    """Move the upright of a net that would have to lie before itself; whether one was moved."""
    for net in nets:
        if net in _all_before(net, before):
            side = 1 if sum(port.x for port in net.ports) >= net.x * len(net.ports) else -1
            reach = max(0.0, min(3 * CLOSE, net.near.width / 2 - 2))
            net.x += side * reach
            return True
    return False


def _all_before(net: Net, before: dict[Net, set[Net]]) -> set[Net]:
    found: set[Net] = set()
    queue = list(before[net])
    while queue:
        other = queue.pop()
        if other not in found:
            found.add(other)
            queue += before[other]
    return found


def _set_tracks(nets: list[Net], before: dict[Net, set[Net]]) -> None:
    """The first track for each that is free beside the others on it and lies beyond those that must precede."""
    taken: list[list[Net]] = []
    waiting = [net for net in nets if not net.is_straight]
    placed: set[Net] = {net for net in nets if net.is_straight}
    while waiting:
        # One that waits for nobody; where all wait for one another, the first.
        net = next((net for net in waiting if before[net] <= placed), waiting[0])
        waiting.remove(net)
        earliest = max((other.track + 1 for other in before[net] & placed if not other.is_straight), default=0)
        net.track = next(
            (track for track in range(earliest, len(taken)) if _is_free(net, taken[track])), max(len(taken), earliest)
        )
        while len(taken) <= net.track:
            taken.append([])
        taken[net.track].append(net)
        placed.add(net)


def _is_free(net: Net, others: Iterable[Net]) -> bool:
    return all(net.end + APART < other.start or other.end + APART < net.start for other in others)
