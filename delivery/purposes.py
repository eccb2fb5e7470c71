"""What a delivery is for: which answers mean what, how often it is tried, and what follows. Policy as data.

Each purpose is one row of PURPOSES; `delivery.verdicts` judges a try by it. What must come back up to the app that
queued a delivery comes through `register_settled`.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto

from delivery.models import Delivery

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Meaning(Enum):
    """What an answer means."""

    DELIVERED = auto()
    DUPLICATE = auto()  # the receiver has it already
    GONE = auto()  # the receiver no longer has what it is about
    REFUSED = auto()  # final: trying again would give the same answer
    SWITCH_OFF = auto()  # final, and the receiver wants nothing more
    RETRY = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """One kind of delivery.

    `answers` are tried from the top; what none names means RETRY. `schedule` are the waits after the first, second, …
    charged failure: there is one attempt more than waits. `deadline` counts from queueing.
    """

    name: str
    answers: tuple[tuple[Container[int], Meaning], ...]
    schedule: tuple[timedelta, ...]
    deadline: timedelta = DAY
    pauses: Container[int] = frozenset({429, 503})  # 503 only with Retry-After
    is_failure_told: bool = True  # the organisation gets an e-mail
    switches_off: bool = True  # an endpoint that fails for a day is switched off
    is_latest_only: bool = False  # of an order key only the newest message matters (delivery.latest)
    repeats_newest_only: bool = False  # of an order key only the newest can be sent again: older ones say less

    def meaning_of(self, status_code: int) -> Meaning:
        """What the answer with this status means."""
        return next((meaning for codes, meaning in self.answers if status_code in codes), Meaning.RETRY)


# The integration page: three attempts; "200 OK or 201 No Content" is 200, 201 and 204.
INTEGRATION_SUCCESS = frozenset({200, 201, 204})
INTEGRATION_SCHEDULE = (1 * MINUTE, 10 * MINUTE)
# The documentation of webhooks: up to five retries within 24 hours, after 5 minutes, 30 minutes, then several hours.
REPORT_SCHEDULE = (5 * MINUTE, 30 * MINUTE, 2 * HOUR, 6 * HOUR, 12 * HOUR)
# RFC 5321, section 4.2.1: 2yz accepted, 4yz try again, 5yz do not.
MAIL_ANSWERS = ((range(200, 300), Meaning.DELIVERED), (range(500, 600), Meaning.REFUSED))
NO_CODES: frozenset[int] = frozenset()

REPORT_WEBHOOK = Purpose(
    name="report_webhook",
    answers=((range(200, 300), Meaning.DELIVERED), (frozenset({410}), Meaning.SWITCH_OFF)),
    schedule=REPORT_SCHEDULE,
)
REPORT_EMAIL = Purpose(
    name="report_email",
    answers=MAIL_ANSWERS,
    schedule=REPORT_SCHEDULE,
    pauses=NO_CODES,
    switches_off=False,
)
# Told to nobody when it fails: the mailbox that would be told is the one that failed.
FAILURE_NOTICE = Purpose(
    name="failure_notice",
    answers=MAIL_ANSWERS,
    schedule=REPORT_SCHEDULE,
    pauses=NO_CODES,
    is_failure_told=False,
    switches_off=False,
)
INTEGRATION_EXPORT = Purpose(
    name="integration_export",
    answers=((INTEGRATION_SUCCESS, Meaning.DELIVERED), (frozenset({409}), Meaning.DUPLICATE)),
    schedule=INTEGRATION_SCHEDULE,
    repeats_newest_only=True,
)
INTEGRATION_UPDATE = Purpose(
    name="integration_update",
    answers=((INTEGRATION_SUCCESS, Meaning.DELIVERED), (frozenset({404}), Meaning.GONE)),
    schedule=INTEGRATION_SCHEDULE,
    is_latest_only=True,
    repeats_newest_only=True,
)

PURPOSES: dict[str, Purpose] = {
    purpose.name: purpose
    for purpose in (REPORT_WEBHOOK, REPORT_EMAIL, FAILURE_NOTICE, INTEGRATION_EXPORT, INTEGRATION_UPDATE)
}

SettledFunction = Callable[[Delivery], None]
_settled_functions: dict[str, SettledFunction] = {}


def purpose_named(name: str) -> Purpose:
    """The purpose of that name; KeyError when there is none."""
    return PURPOSES[name]


def register_settled(purpose_name: str, function: SettledFunction) -> None:
    """Have the function called when a delivery of this purpose settles; called once for each when Django starts.

    It runs in the transaction that settles the delivery and gets it with its final status: it must be quick, touch no
    network, and bear to be called again when the delivery was redelivered. For Cancelled it is not called: whoever
    cancels, withdraws or supersedes knows of it.

    Raises:
        KeyError: no purpose of that name.
    """
    _settled_functions[purpose_named(purpose_name).name] = function


def has_settled_function(purpose_name: str) -> bool:
    """Whether anybody wants to hear of settled deliveries of this purpose."""
    return purpose_name in _settled_functions


def call_settled(delivery: Delivery) -> None:
    """Call what was registered for the delivery's purpose."""
    if function := _settled_functions.get(delivery.purpose):
        function(delivery)
