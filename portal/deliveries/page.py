"""One delivery: what was sent, what each attempt came to, and sending it again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from delivery.answers import called
from delivery.finding import find_delivery
from delivery.mails import is_mailbox
from delivery.models import Attempt, Delivery
from delivery.redelivering import redeliver, refusal
from delivery.transports.base import Message, url_of
from delivery.transports.http import headers_of
from delivery.wording import Answer
from lasso.language import spoken
from lasso.language import translate as _
from portal.deliveries.wording import (
    PHASES,
    answer_words,
    delivery_state,
    endpoint_name,
    milliseconds,
    phase_name,
    purpose_name,
)
from portal.pages import MemberRequest, member_page
from portal.refusals import in_words

MOST_ATTEMPTS = 100
PLACES = {name: place for place, name in enumerate(PHASES)}


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of a call, and where its bar stands in the whole, of 100, as SVG writes numbers."""

    name: str
    milliseconds: int
    start: str
    width: str


@dataclass(frozen=True, slots=True)
class AttemptShown:
    """One attempt, in words."""

    attempt: Attempt
    method: str
    url: str
    sentence: str
    took: int | None
    phases: Sequence[Phase]


def delivery_or_404(request: MemberRequest, delivery_id: UUID) -> Delivery:
    """The organisation's delivery.

    Raises:
        Http404: there is none, or it belongs to somebody else.
    """
    found = find_delivery(request.organisation, delivery_id)
    if found is None:
        raise Http404
    return found


@require_safe
@member_page
def delivery(request: MemberRequest, delivery_id: UUID) -> HttpResponse:
    """The delivery's page."""
    shown = delivery_or_404(request, delivery_id)
    is_mail = is_mailbox(shown.endpoint.url)
    attempts = list(shown.attempts.order_by("-number")[:MOST_ATTEMPTS])
    context = {
        "delivery": shown,
        "title": shown.label or shown.cvr or purpose_name(shown.purpose),
        "state": delivery_state(shown.status),
        "purpose": purpose_name(shown.purpose),
        "receiver": endpoint_name(shown.endpoint),
        "is_mail": is_mail,
        "url": url_of(shown),
        # A mail's is a template's name and its context, which nobody ever receives.
        "body": "" if is_mail else _laid_out(shown.body),
        "headers": {} if is_mail else _headers(shown),
        "attempts": [_shown(attempt, shown) for attempt in attempts],
        "answer": answer_words(status_code=shown.last_status_code, sentence=shown.last_error),
        "can_be_repeated": not refusal(shown),
        "is_waiting": shown.status == Delivery.Status.WAITING,
        "is_moving": shown.status in Delivery.OPEN,
    }
    return render(request, "portal/deliveries/page.html", context)


@require_POST
@member_page
def again(request: MemberRequest, delivery_id: UUID) -> HttpResponse:
    """Send it again."""
    shown = delivery_or_404(request, delivery_id)
    if redeliver(delivery=shown, now=timezone.now()):
        messages.success(request, _("Leveringen er sat i kø igen."))
    else:
        messages.error(request, in_words(refusal(shown)) or _("Leveringen ændrede sig i samme øjeblik. Prøv igen."))
    return redirect("portal:delivery", delivery_id=delivery_id)


def _headers(delivery: Delivery) -> dict[str, str]:
    """The headers of each attempt but what signs it and signs it in."""
    message = Message(id=delivery.public_id, url="", body=delivery.body, sent_at=delivery.created_at)
    headers = headers_of(message)
    if delivery.endpoint.signing_secret:
        headers |= {"webhook-timestamp": _("forsøgets tidspunkt"), "webhook-signature": _("(vises ikke)")}
    return headers


def _shown(attempt: Attempt, delivery: Delivery) -> AttemptShown:
    method, url = called(attempt, delivery)
    return AttemptShown(
        attempt,
        method=method or "",
        url=url,
        sentence=_sentence(attempt),
        took=milliseconds(attempt.duration),
        phases=_phases(attempt),
    )


def _sentence(attempt: Attempt) -> str:
    if attempt.status_code is None and not attempt.error_code:
        return _("Forsøget er i gang.")
    answer = Answer(status_code=attempt.status_code, error_code=attempt.error_code, words=attempt.answer_body)
    return answer.sentence(spoken().value)


def _phases(attempt: Attempt) -> list[Phase]:
    whole = sum(attempt.phases.values())
    phases, start = [], 0.0
    # The database keeps no order of them.
    for name, took in sorted(attempt.phases.items(), key=lambda one: PLACES.get(one[0], len(PLACES))):
        width = 100 * took / whole if whole else 0.0
        phases.append(Phase(phase_name(name), took, f"{start:.2f}", f"{width:.2f}"))
        start += width
    return phases


def _laid_out(body: str) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body
