"""What follows from one try: a pure function of the purpose, the outcome, the tries so far and the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from delivery.models import Delivery
from delivery.outcomes import Outcome
from delivery.purposes import Meaning, Purpose
from lasso.http import ErrorCode

# How much of a wait is added at most, so that what failed together does not come back together.
JITTER_SHARE = 0.1
SHORTEST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=1)
DEFAULT_PAUSE = timedelta(minutes=1)  # a 429 that does not say how long
# After a fault of ours the wait grows with the delivery's age: quick at first, and no flood when it lasts.
SHORTEST_FAULT_WAIT = timedelta(minutes=1)
LONGEST_FAULT_WAIT = timedelta(minutes=30)
FAULT_WAIT_SHARE = 0.25

# Trying again cannot help: the URL is what it is.
FINAL_ERRORS = frozenset({ErrorCode.URL_REFUSED})

Status = Delivery.Status
SETTLED_BY = {
    Meaning.DELIVERED: Status.DELIVERED,
    Meaning.DUPLICATE: Status.DUPLICATE,
    Meaning.GONE: Status.GONE,
    Meaning.REFUSED: Status.FAILED,
    Meaning.SWITCH_OFF: Status.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What becomes of the delivery and its endpoint.

    `due_at` is set when `status` is Waiting, and never later than the deadline. `is_working` says what the try proves
    about the endpoint: that it works, that it does not, or (None) nothing.
    """

    status: Delivery.Status
    is_charged: bool
    is_working: bool | None
    due_at: datetime | None = None
    pause_until: datetime | None = None
    switches_off: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether the delivery is over."""
        return self.status != Status.WAITING


def verdict(
    *,
    purpose: Purpose,
    outcome: Outcome,
    charged_count: int,
    now: datetime,
    deadline_at: datetime,
    jitter: Callable[[], float],
) -> Verdict:
    """Judge a try. `charged_count` are the charged tries before it; `jitter` gives a number from 0 to 1."""
    if outcome.is_our_fault:
        return _after_our_fault(purpose=purpose, now=now, deadline_at=deadline_at, jitter=jitter)
    if (pause := asked_pause(purpose=purpose, outcome=outcome, now=now)) is not None:
        until = now + pause
        return _again(due_at=until, deadline_at=deadline_at, is_charged=False, is_working=None, pause_until=until)
    meaning = _meaning(purpose, outcome)
    if meaning is Meaning.RETRY:
        return _after_failure(
            purpose=purpose, charged_count=charged_count, now=now, deadline_at=deadline_at, jitter=jitter
        )
    return Verdict(
        status=SETTLED_BY[meaning],
        is_charged=True,
        is_working=meaning not in {Meaning.REFUSED, Meaning.SWITCH_OFF},
        switches_off=meaning is Meaning.SWITCH_OFF,
    )


def probe_verdict(judged: Verdict, *, now: datetime) -> Verdict:
    """What follows from the probe of an endpoint that is switched off, where a try would have led to `judged`.

    What got through is settled. Whatever else came, the delivery waits on as if it had not been tried.
    """
    if judged.is_working and judged.is_settled:
        return judged
    return Verdict(status=Status.WAITING, is_charged=False, is_working=judged.is_working, due_at=now)


def asked_pause(*, purpose: Purpose, outcome: Outcome, now: datetime) -> timedelta | None:
    """How long the receiver asks to be left alone: by 429, or by 503 with Retry-After; None when it does not."""
    if outcome.status_code is None or outcome.status_code not in purpose.pauses:
        return None
    asked = retry_after(outcome.headers.get("retry-after", ""), now=now)
    if asked is None:
        return DEFAULT_PAUSE if outcome.status_code == 429 else None
    return min(max(asked, SHORTEST_PAUSE), LONGEST_PAUSE)


def retry_after(value: str, *, now: datetime) -> timedelta | None:
    """The header's wait, given in seconds or as a date (RFC 9110, section 10.2.3); None when it is neither.

    Dates in the past are a wait below zero, waits beyond a year are a year.
    """
    value = value.strip()
    if value.isascii() and value.isdecimal():
        return timedelta(seconds=min(int(value[:12]), 365 * 24 * 3600))
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    # "-0000" gives a moment without a zone, and it is UTC.
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now


def _meaning(purpose: Purpose, outcome: Outcome) -> Meaning:
    if outcome.status_code is not None:
        return purpose.meaning_of(outcome.status_code)
    return Meaning.REFUSED if outcome.error_code in FINAL_ERRORS else Meaning.RETRY


def _after_our_fault(*, purpose: Purpose, now: datetime, deadline_at: datetime, jitter: Callable[[], float]) -> Verdict:
    age = now - (deadline_at - purpose.deadline)
    wait = min(max(age * FAULT_WAIT_SHARE, SHORTEST_FAULT_WAIT), LONGEST_FAULT_WAIT)
    due_at = now + wait * (1 + JITTER_SHARE * jitter())
    return _again(due_at=due_at, deadline_at=deadline_at, is_charged=False, is_working=None)


def _after_failure(
    *,
    purpose: Purpose,
    charged_count: int,
    now: datetime,
    deadline_at: datetime,
    jitter: Callable[[], float],
) -> Verdict:
    if charged_count >= len(purpose.schedule):
        return Verdict(status=Status.FAILED, is_charged=True, is_working=False)
    due_at = now + purpose.schedule[charged_count] * (1 + JITTER_SHARE * jitter())
    return _again(due_at=due_at, deadline_at=deadline_at, is_charged=True, is_working=False)


def _again(
    *,
    due_at: datetime,
    deadline_at: datetime,
    is_charged: bool,
    is_working: bool | None,
    pause_until: datetime | None = None,
) -> Verdict:
    in_time = due_at <= deadline_at
    return Verdict(
        status=Status.WAITING if in_time else Status.FAILED,
        is_charged=is_charged,
        is_working=is_working,
        due_at=due_at if in_time else None,
        pause_until=pause_until,
    )
