"""A call made while somebody waits, to see whether a webhook works: nothing is stored, nothing is tried again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from delivery.auth import AuthConfig
from delivery.endpoints import check_url
from delivery.models import Delivery, Endpoint
from delivery.purposes import REPORT_WEBHOOK, Meaning, Purpose, purpose_named
from delivery.queueing import compact_json
from delivery.recording import answer_sentence, kept_body
from delivery.transports.base import Message, message_of
from delivery.transports.http import HTTPTransport
from delivery.verdicts import SETTLED_BY


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """What the receiver answered: a status, or an error code of `lasso.http.ErrorCode` and a sentence.

    `state` is what a delivery would have become by this answer; Failed also where it would be tried again.
    """

    __test__ = False  # pytest would take the class for tests

    is_success: bool  # delivered
    state: Delivery.Status
    method: str
    url: str  # as it was called
    status_code: int | None
    duration: timedelta
    error_code: str
    error: str  # a sentence; empty on success
    answer_body: str  # the first 4 KB


def send_test(
    *,
    url: str,
    auth: AuthConfig | None,
    body: Mapping[str, Any],
    signing_secret: str | None = None,
    purpose: str = REPORT_WEBHOOK.name,
    method: str = Endpoint.Method.POST,
) -> TestResult:
    """Make the call that a delivery of this purpose would make, once, and judge it as that would be.

    `url` has nothing left to fill in. Signed with `signing_secret` when there is one. Makes a call of up to 15 s: never
    within a transaction.

    Raises:
        delivery.endpoints.EndpointURLError: no call is made to such a URL.
        KeyError: no purpose of that name.
        ValueError: a method other than POST and PUT.
    """
    check_url(url)
    policy = purpose_named(purpose)
    message = Message(
        id=uuid.uuid4(),
        url=url,
        body=compact_json(body),
        sent_at=timezone.now(),
        method=Endpoint.Method(method),
        auth=auth,
        signing_secrets=(signing_secret,) if signing_secret else (),
    )
    return _tested(message, policy)


def test_endpoint(*, endpoint: Endpoint, purpose: str, body: Mapping[str, Any], cvr: str, now: datetime) -> TestResult:
    """Make the call that a delivery about this company to the owned endpoint would make, once; nothing is stored.

    With the endpoint's own URL filled in, its method, sign-in and signature. Neither its limits nor its pauses are
    asked, and its health learns nothing of it; that it is switched off does not matter. Makes a call of up to 15 s:
    never within a transaction.

    Raises:
        lasso.encryption.InvalidToken: the endpoint's secrets cannot be read.
        KeyError: no purpose of that name.
    """
    policy = purpose_named(purpose)
    delivery = Delivery(endpoint=endpoint, purpose=purpose, body=compact_json(body), cvr=cvr)
    return _tested(message_of(delivery, now=now), policy)


test_endpoint.__test__ = False  # type: ignore[attr-defined] # as above


def _tested(message: Message, purpose: Purpose) -> TestResult:
    with HTTPTransport() as transport:
        outcome = transport.send(message)
    meaning = Meaning.RETRY if outcome.status_code is None else purpose.meaning_of(outcome.status_code)
    is_success = meaning is Meaning.DELIVERED
    return TestResult(
        is_success=is_success,
        state=SETTLED_BY.get(meaning, Delivery.Status.FAILED),
        method=message.method,
        url=message.url,
        status_code=outcome.status_code,
        duration=outcome.duration,
        error_code=outcome.error_code,
        error="" if is_success else answer_sentence(outcome),
        answer_body=kept_body(outcome.body),
    )
