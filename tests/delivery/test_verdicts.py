"""What follows from each answer; the promises that hold for every run of answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.models import Delivery
from delivery.outcomes import Outcome
from delivery.purposes import (
    FAILURE_NOTICE,
    INTEGRATION_EXPORT,
    INTEGRATION_UPDATE,
    PURPOSES,
    REPORT_EMAIL,
    REPORT_WEBHOOK,
    Purpose,
)
from delivery.verdicts import Verdict, retry_after, verdict
from lasso.http import ErrorCode

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
Status = Delivery.Status


def judged(
    purpose: Purpose,
    status_code: int | None = None,
    *,
    charged_count: int = 0,
    headers: dict[str, str] | None = None,
    error_code: str = "",
    is_our_fault: bool = False,
    now: datetime = NOON,
    deadline_at: datetime = NOON + DAY,
    jitter: float = 0.0,
) -> Verdict:
    outcome = Outcome(
        duration=timedelta(seconds=1),
        status_code=status_code,
        error_code=error_code,
        is_our_fault=is_our_fault,
        headers=headers or {},
    )
    return verdict(
        purpose=purpose,
        outcome=outcome,
        charged_count=charged_count,
        now=now,
        deadline_at=deadline_at,
        jitter=lambda: jitter,
    )


@pytest.mark.parametrize(
    ("purpose", "status_code", "status"),
    [
        (REPORT_WEBHOOK, 200, Status.DELIVERED),
        (REPORT_WEBHOOK, 202, Status.DELIVERED),
        (REPORT_WEBHOOK, 299, Status.DELIVERED),
        (REPORT_WEBHOOK, 410, Status.FAILED),
        (REPORT_WEBHOOK, 301, Status.WAITING),
        (REPORT_WEBHOOK, 307, Status.WAITING),
        (REPORT_WEBHOOK, 404, Status.WAITING),
        (REPORT_WEBHOOK, 409, Status.WAITING),
        (REPORT_WEBHOOK, 500, Status.WAITING),
        (REPORT_WEBHOOK, 100, Status.WAITING),
        (INTEGRATION_EXPORT, 200, Status.DELIVERED),
        (INTEGRATION_EXPORT, 201, Status.DELIVERED),
        (INTEGRATION_EXPORT, 204, Status.DELIVERED),
        (INTEGRATION_EXPORT, 202, Status.WAITING),
        (INTEGRATION_EXPORT, 409, Status.DUPLICATE),
        (INTEGRATION_EXPORT, 404, Status.WAITING),
        (INTEGRATION_EXPORT, 410, Status.WAITING),
        (INTEGRATION_UPDATE, 204, Status.DELIVERED),
        (INTEGRATION_UPDATE, 404, Status.GONE),
        (INTEGRATION_UPDATE, 409, Status.WAITING),
        (REPORT_EMAIL, 250, Status.DELIVERED),
        (REPORT_EMAIL, 421, Status.WAITING),
        (REPORT_EMAIL, 429, Status.WAITING),
        (REPORT_EMAIL, 451, Status.WAITING),
        (REPORT_EMAIL, 503, Status.FAILED),
        (REPORT_EMAIL, 550, Status.FAILED),
        (FAILURE_NOTICE, 250, Status.DELIVERED),
        (FAILURE_NOTICE, 554, Status.FAILED),
    ],
)
def test_it_takes_each_answer_as_the_purpose_says(purpose, status_code, status):
    found = judged(purpose, status_code)
    assert (found.status, found.is_charged) == (status, True)


@pytest.mark.parametrize(
    ("purpose", "waits"),
    [
        (REPORT_WEBHOOK, ["0:05:00", "0:30:00", "2:00:00", "6:00:00", "12:00:00", None]),
        (REPORT_EMAIL, ["0:05:00", "0:30:00", "2:00:00", "6:00:00", "12:00:00", None]),
        (INTEGRATION_EXPORT, ["0:01:00", "0:10:00", None]),
        (INTEGRATION_UPDATE, ["0:01:00", "0:10:00", None]),
    ],
)
def test_it_waits_as_the_schedule_says_and_then_fails(purpose, waits):
    found = [judged(purpose, 499, charged_count=count) for count in range(len(waits))]
    assert [str(one.due_at - NOON) if one.due_at else None for one in found] == waits
    assert found[-1].status == Status.FAILED


def test_it_adds_at_most_a_tenth_to_a_wait():
    assert judged(REPORT_WEBHOOK, 500, jitter=1.0).due_at == NOON + timedelta(minutes=5, seconds=30)


@pytest.mark.parametrize(
    ("status_code", "header", "pause"),
    [
        (429, None, timedelta(minutes=1)),
        (429, "nonsense", timedelta(minutes=1)),
        (429, "-5", timedelta(minutes=1)),
        (429, "0", timedelta(seconds=1)),
        (429, "30", timedelta(seconds=30)),
        (429, "7200", timedelta(hours=1)),
        (429, "9" * 400, timedelta(hours=1)),
        (429, "Mon, 02 Mar 2026 12:02:00 GMT", timedelta(minutes=2)),
        (429, "Mon, 02 Mar 2026 11:00:00 GMT", timedelta(seconds=1)),
        (429, "Mon, 02 Mar 2026 12:02:00 -0000", timedelta(minutes=2)),
        (429, "Monday, 02-Mar-26 12:02:00 GMT", timedelta(minutes=2)),
        (503, "30", timedelta(seconds=30)),
        (503, "Tue, 03 Mar 2026 12:00:00 GMT", timedelta(hours=1)),
    ],
)
def test_it_pauses_the_endpoint_without_charging_an_attempt(status_code, header, pause):
    found = judged(REPORT_WEBHOOK, status_code, headers={"retry-after": header} if header else {}, charged_count=5)
    assert (found.status, found.is_charged, found.is_working) == (Status.WAITING, False, None)
    assert (found.pause_until, found.due_at) == (NOON + pause, NOON + pause)


@pytest.mark.parametrize("headers", [{}, {"retry-after": "soon"}])
def test_it_charges_a_503_that_does_not_say_how_long(headers):
    found = judged(REPORT_WEBHOOK, 503, headers=headers)
    assert (found.is_charged, found.pause_until, found.due_at) == (True, None, NOON + timedelta(minutes=5))


def test_it_fails_what_is_paused_beyond_its_deadline_and_still_pauses():
    found = judged(REPORT_WEBHOOK, 429, headers={"retry-after": "61"}, deadline_at=NOON + timedelta(minutes=1))
    assert (found.status, found.due_at, found.pause_until) == (
        Status.FAILED,
        None,
        NOON + timedelta(seconds=61),
    )


def test_it_switches_off_at_410_for_report_webhooks_alone():
    assert [name for name, purpose in PURPOSES.items() if judged(purpose, 410).switches_off] == ["report_webhook"]


@pytest.mark.parametrize("name", sorted(PURPOSES))
def test_it_charges_no_fault_of_ours(name):
    found = judged(PURPOSES[name], error_code=ErrorCode.RESOLVER_DOWN, is_our_fault=True, charged_count=99)
    assert (found.status, found.is_charged, found.is_working) == (Status.WAITING, False, None)
    assert found.due_at == NOON + timedelta(minutes=1)


def test_it_waits_longer_the_longer_a_fault_of_ours_lasts():
    waits = [
        judged(REPORT_EMAIL, is_our_fault=True, deadline_at=NOON + DAY - age).due_at
        for age in (timedelta(minutes=20), timedelta(hours=10))
    ]
    assert waits == [NOON + timedelta(minutes=5), NOON + timedelta(minutes=30)]


def test_it_tries_a_refused_address_again_but_not_a_refused_url():
    assert judged(REPORT_WEBHOOK, error_code=ErrorCode.ADDRESS_REFUSED).status == Status.WAITING
    assert judged(REPORT_WEBHOOK, error_code=ErrorCode.URL_REFUSED).status == Status.FAILED


@pytest.mark.parametrize("value", ["", "1.5", "٣", "0x10", "Mon, 99 Foo 2026 12:02:00 GMT", "Mon, 02 Mar"])
def test_it_takes_a_retry_after_that_is_neither_seconds_nor_date_as_absent(value):
    assert retry_after(value, now=NOON) is None


headers: st.SearchStrategy[dict[str, str]] = st.one_of(
    st.just({}),
    st.integers(min_value=-10, max_value=10**15).map(lambda seconds: {"retry-after": str(seconds)}),
    st.text(max_size=40).map(lambda text: {"retry-after": text}),
)
outcomes = st.one_of(
    st.builds(
        Outcome,
        duration=st.just(timedelta(seconds=1)),
        status_code=st.integers(min_value=100, max_value=999),
        headers=headers,
    ),
    st.builds(
        Outcome,
        duration=st.just(timedelta(seconds=15)),
        error_code=st.sampled_from([code.value for code in ErrorCode]),
        is_our_fault=st.booleans(),
    ),
)


@given(
    purpose=st.sampled_from(list(PURPOSES.values())),
    answers=st.lists(outcomes, min_size=1, max_size=12),
    lateness=st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=1)),
    jitter=st.floats(min_value=0, max_value=1),
)
def test_it_keeps_its_promises_whatever_the_receiver_answers(purpose, answers, lateness, jitter):
    """Never more charged tries than allowed, never a retry behind the deadline, always settled in the end."""
    now = NOON
    deadline_at = NOON + purpose.deadline
    charged = tries = 0
    while True:
        found = verdict(
            purpose=purpose,
            outcome=answers[tries % len(answers)],
            charged_count=charged,
            now=now,
            deadline_at=deadline_at,
            jitter=lambda: jitter,
        )
        tries += 1
        charged += found.is_charged
        assert charged <= 1 + len(purpose.schedule)
        assert found.pause_until is None or timedelta(seconds=1) <= found.pause_until - now <= timedelta(hours=1)
        if found.is_settled:
            assert found.due_at is None
            break
        assert found.due_at is not None
        assert now + timedelta(seconds=1) <= found.due_at <= deadline_at
        now = found.due_at + lateness
        if now > deadline_at:
            break  # the claim settles it
        assert tries <= 24 * 3600
