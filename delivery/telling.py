"""Telling the organisation, by mail, what could not be delivered: gathered, one mail an endpoint in 15 minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.formats import date_format

from delivery.endpoints import EndpointURLError, find_or_create_mailbox
from delivery.health import health_of
from delivery.mails import FailedDelivery, MailBody, endpoint_disabled_notice, failure_notice
from delivery.models import Attempt, Delivery, Endpoint
from delivery.purposes import FAILURE_NOTICE
from delivery.queueing import queue_delivery
from delivery.wording import NOT_SENT, Answer, is_out_of_time, out_of_time

log = structlog.get_logger(__name__)

GATHERING_TIME = timedelta(minutes=15)
MOST_EXAMPLES = 20


def tell_failures(*, endpoint_id: UUID, now: datetime) -> Delivery | None:
    """Queue one notice for all of the endpoint's failures that nobody was told of.

    None when there are none, or the last notice went out less than 15 minutes ago: the sweep comes back then.
    """
    untold = Delivery.objects.filter(endpoint_id=endpoint_id, status=Delivery.Status.FAILED, is_failure_told=False)
    if not untold.exists():
        return None
    with transaction.atomic():
        endpoint = (
            Endpoint.objects.select_for_update(of=("self",), no_key=True)
            .select_related("organisation")
            .get(pk=endpoint_id)
        )
        if endpoint.notified_at is not None and now - endpoint.notified_at < GATHERING_TIME:
            return None
        examples = list(untold.order_by("-settled_at", "-id")[:MOST_EXAMPLES])
        if not examples:
            return None
        # Counted as it is marked: what fails between the two is in the count, or left for the next notice.
        count = untold.update(is_failure_told=True)
        endpoint.notified_at = now
        endpoint.save(update_fields=["notified_at"])
        language = endpoint.organisation.language
        answers = _answers(examples, language)
        body = failure_notice(
            language=language,
            organisation_name=endpoint.organisation.name,
            endpoint=endpoint,
            count=count,
            last_answer=answers[examples[0].pk],
            examples=[_example(delivery, answers[delivery.pk], language) for delivery in examples],
        )
        return _queue_notice(endpoint, body, now=now)


def tell_switched_off(*, endpoint: Endpoint, is_unwanted: bool, answer: Answer, now: datetime) -> Delivery | None:
    """Queue the one notice that an endpoint was switched off, in the transaction that does it.

    `is_unwanted` says that the receiver asked for it; otherwise nothing got through for a day.
    """
    language = endpoint.organisation.language
    body = endpoint_disabled_notice(
        language=language,
        organisation_name=endpoint.organisation.name,
        endpoint=endpoint,
        is_unwanted=is_unwanted,
        attempt_count=endpoint.failure_count,
        last_answer=answer.sentence(language),
        waiting_count=health_of([endpoint.pk], now=now)[endpoint.pk].waiting_count,
        disabled_at=_moment(now, language),
    )
    return _queue_notice(endpoint, body, now=now)


def _queue_notice(endpoint: Endpoint, body: MailBody, *, now: datetime) -> Delivery | None:
    try:
        mailbox = find_or_create_mailbox(organisation=endpoint.organisation, email=endpoint.organisation.email)
    except EndpointURLError:
        log.warning("organisation_has_no_mailbox", organisation=str(endpoint.organisation_id))
        return None
    return queue_delivery(endpoint=mailbox, purpose=FAILURE_NOTICE.name, body=dict(body), now=now)


def _example(delivery: Delivery, answer: str, language: str) -> FailedDelivery:
    return FailedDelivery(
        name=delivery.label,
        cvr=delivery.cvr,
        answer=answer,
        failed_at=_moment(delivery.settled_at, language) if delivery.settled_at else "",
    )


def _answers(deliveries: Sequence[Delivery], language: str) -> dict[int, str]:
    """Why each of these failed, in words: what its last attempt came to."""
    attempts = Attempt.objects.filter(delivery__in=deliveries, number=F("delivery__attempt_count"))
    last = {
        attempt.delivery_id: Answer(
            status_code=attempt.status_code, error_code=attempt.error_code, words=attempt.answer_body
        )
        for attempt in attempts
    }
    sentences = {
        delivery.pk: last.get(delivery.pk, Answer()).sentence(language) if delivery.body else NOT_SENT[language]
        for delivery in deliveries
    }
    return {
        delivery.pk: out_of_time(language, sentences[delivery.pk])
        if is_out_of_time(delivery.last_error)
        else sentences[delivery.pk]
        for delivery in deliveries
    }


def _moment(moment: datetime, language: str) -> str:
    """A moment in Danish time, for people."""
    with translation.override(language):
        local = moment.astimezone(ZoneInfo(settings.DANISH_TIME_ZONE))
        return date_format(local, r"j. F Y \k\l. H.i" if language == "da" else "j F Y H:i", use_l10n=False)
