"""Which kinds of lanes there are: each app says how its queue's work is done and which subjects have some."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from lanes.turns import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneKind:
    """One queue's kind of work.

    `work(subject, turn)` works until nothing is due or `turn.is_over`, and returns whether more is due now.
    `due()` names the subjects with due work and how many lanes each deserves; the sweep wakes them.
    `lease` is how long a lane may go without `turn.renew()` before it counts as dead; `turn_length` how long it works
    before it goes to the back of the queue; `time_limit` when a prefork worker kills it.
    `release(dead)` takes back what dead workers held, by their `lanes.workers.worker_id`; with it, the kind's workers
    are watched by their heartbeats, and a dead one's lanes are taken over within seconds, long before their lease ends.
    """

    queue: str
    work: Callable[[UUID, Turn], bool]
    due: Callable[[], Iterable[tuple[UUID, int]]]
    lease: timedelta
    turn_length: timedelta = timedelta(seconds=2)
    time_limit: timedelta | None = None
    release: Callable[[Sequence[UUID]], int] | None = None


_kinds: dict[str, LaneKind] = {}


def register(kind: LaneKind) -> None:
    """Make the kind known; called once for each queue when Django starts."""
    _kinds[kind.queue] = kind


def kind_of(queue: str) -> LaneKind:
    """The kind registered for the queue; KeyError when there is none."""
    return _kinds[queue]


def all_kinds() -> tuple[LaneKind, ...]:
    """Every registered kind."""
    return tuple(_kinds.values())
