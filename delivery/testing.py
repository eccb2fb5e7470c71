"""A call made while somebody waits, to see whether a webhook works: nothing is stored, nothing is tried again."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from delivery.auth import AuthConfig
from delivery.endpoints import check_url
from delivery.purposes import REPORT_WEBHOOK, Meaning
from delivery.queueing import compact_json
from delivery.recording import answer_sentence, kept_body
from delivery.transports.base import Message
from delivery.transports.http import HTTPTransport


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """What the receiver answered: a status, or an error code of `lasso.http.ErrorCode` and a sentence."""

    __test__ = False  # pytest would take the class for tests

    is_success: bool
    status_code: int | None
    duration: timedelta
    error_code: str
    error: str  # a sentence; empty on success
    answer_body: str  # the first 4 KB


def send_test(
    *, url: str, auth: AuthConfig | None, body: Mapping[str, Any], signing_secret: str | None = None
) -> TestResult:
    """Make the call that a finished report would make, once, and judge it as a report webhook would be.

    Signed with `signing_secret` when there is one. Makes a call of up to 15 s: never within a transaction.

    Raises:
        delivery.endpoints.EndpointURLError: no call is made to such a URL.
    """
    check_url(url)
    message = Message(
        id=uuid.uuid4(),
        url=url,
        body=compact_json(body),
        sent_at=timezone.now(),
        auth=auth,
        signing_secrets=(signing_secret,) if signing_secret else (),
    )
    with HTTPTransport() as transport:
        outcome = transport.send(message)
    is_success = outcome.status_code is not None and REPORT_WEBHOOK.meaning_of(outcome.status_code) is Meaning.DELIVERED
    return TestResult(
        is_success=is_success,
        status_code=outcome.status_code,
        duration=outcome.duration,
        error_code=outcome.error_code,
        error="" if is_success else answer_sentence(outcome),
        answer_body=kept_body(outcome.body),
    )
