"""What invariants judge by: the stage after a run, what was ordered of it, and what happened to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from bench.chaos.faults import Happened
from bench.chaos.load import Load
from bench.chaos.stage import Stage

MOST_SHOWN = 3
# Where the load has its webhooks and integrations.
DELIVERED_TO = ("/reports/", "/integration/")


@dataclass(slots=True)
class Judged:
    """An invariant, and what speaks against it; nothing when it held."""

    name: str
    broken: list[str]

    @property
    def held(self) -> bool:
        """Whether it did."""
        return not self.broken

    @property
    def detail(self) -> str:
        """What speaks against it, in short."""
        more = f" … and {len(self.broken) - MOST_SHOWN} more" if len(self.broken) > MOST_SHOWN else ""
        return "; ".join(self.broken[:MOST_SHOWN]) + more


class Evidence:
    """All that an invariant may look at. The database is asked once for what several of them need."""

    def __init__(self, *, stage: Stage, load: Load, happened: Iterable[Happened]) -> None:
        self.stage, self.load, self.happened = stage, load, list(happened)

    @cached_property
    def deliveries(self) -> dict[str, str]:
        """The state of each delivery, by its id."""
        return {str(key): state for key, state in self.stage.rows("SELECT public_id, status FROM delivery_delivery")}

    @cached_property
    def accepted_calls(self) -> Counter[str]:
        """How often the receiver answered 200 under each id; tests of a webhook are no deliveries."""
        taken = self.stage.webhooks.taken
        return Counter(call.id for call in taken if call.status == 200 and call.path.startswith(DELIVERED_TO))

    @cached_property
    def accepted_mails(self) -> Counter[str]:
        """How often the mail server took a mail of each id."""
        return Counter(mail.id for mail in self.stage.mails.taken)

    @cached_property
    def interrupted(self) -> set[str]:
        """The deliveries of which a try was cut off."""
        rows = self.stage.rows(
            "SELECT DISTINCT delivery.public_id FROM delivery_attempt AS attempt"
            " JOIN delivery_delivery AS delivery ON delivery.id = attempt.delivery_id"
            " WHERE attempt.error_code = 'interrupted'"
        )
        return {str(row[0]) for row in rows}


Invariant = Callable[[Evidence], Iterable[str]]
INVARIANTS: list[tuple[str, Invariant]] = []


def invariant(name: str) -> Callable[[Invariant], Invariant]:
    """Have the function asked after each run: it names what speaks against what `name` says."""

    def registered(function: Invariant) -> Invariant:
        INVARIANTS.append((name, function))
        return function

    return registered


def judge(evidence: Evidence) -> list[Judged]:
    """What became of each invariant, in the order in which they were written down."""
    return [Judged(name, list(function(evidence))) for name, function in INVARIANTS]
