"""How deliveries and their endpoints are called on pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from delivery.mails import is_mailbox
from delivery.models import Delivery, Endpoint
from delivery.purposes import FAILURE_NOTICE, INTEGRATION_EXPORT, INTEGRATION_UPDATE, REPORT_EMAIL, REPORT_WEBHOOK
from delivery.wording import Answer
from lasso.language import mark, spoken
from lasso.language import translate as _
from portal.refusals import known_words

Status = Delivery.Status

PURPOSE_NAMES = {
    REPORT_WEBHOOK.name: mark("Rapport til webhook"),
    REPORT_EMAIL.name: mark("Rapport på e-mail"),
    FAILURE_NOTICE.name: mark("Besked om fejl"),
    INTEGRATION_EXPORT.name: mark("Eksport"),
    INTEGRATION_UPDATE.name: mark("Opdatering"),
}
ROLE_NAMES = {"export": mark("eksport"), "update": mark("opdatering")}
# The word, and the tone that it is shown in: "", going, good, note or bad.
DELIVERY_STATES = {
    Status.WAITING: (mark("Venter"), ""),
    Status.SENDING: (mark("Sendes nu"), "going"),
    Status.DELIVERED: (mark("Leveret"), "good"),
    Status.DUPLICATE: (mark("Fandtes i forvejen"), "good"),
    Status.GONE: (mark("Findes ikke længere"), "note"),
    Status.FAILED: (mark("Mislykket"), "bad"),
    Status.CANCELLED: (mark("Annulleret"), ""),
}
PHASES = {
    "sign_in": mark("Log ind"),
    "lookup": mark("Opslag af navnet"),
    "connect": mark("Forbindelse"),
    "tls": mark("TLS"),
    "send": mark("Afsendelse"),
    "first_byte": mark("Ventetid på svar"),
    "read": mark("Læsning af svaret"),
}


@dataclass(frozen=True, slots=True)
class State:
    """A state's word in the reader's language, and its tone."""

    word: str
    tone: str


def delivery_state(status: str) -> State:
    """The delivery's state."""
    word, tone = DELIVERY_STATES[Status(status)]
    return State(_(word), tone)


def endpoint_state(endpoint: Endpoint, *, now: datetime) -> State:
    """Whether anything is sent there at the moment."""
    if endpoint.closed_at is not None:
        return State(_("Nedlagt"), "")
    if not endpoint.is_enabled:
        return State(_("Slået fra"), "bad")
    if endpoint.paused_until is not None and endpoint.paused_until > now:
        return State(_("Holder pause"), "note")
    return State(_("Slået til"), "good")


def purpose_name(purpose: str) -> str:
    """What people call the purpose."""
    return _(PURPOSE_NAMES[purpose])


def endpoint_name(endpoint: Endpoint) -> str:
    """What people call the endpoint: its integration and what it is for there, a mailbox's address, or its URL."""
    if endpoint.label and endpoint.role in ROLE_NAMES:
        return f"{endpoint.label} ({_(ROLE_NAMES[endpoint.role])})"
    return endpoint.url.partition(":")[2] if is_mailbox(endpoint.url) else endpoint.url


def phase_name(phase: str) -> str:
    """What people call a part of a call."""
    return _(PHASES[phase]) if phase in PHASES else phase


def answer_words(*, status_code: int | None, sentence: str, error_code: str = "", words: str = "") -> str:
    """What was answered, in the reader's language; empty when all went well.

    `sentence` is the log's English one, which stands where the codes do not say enough.
    """
    if not sentence:
        return ""
    # What the sentence says beyond the status, such as that a newer message came, matters more.
    if known := known_words(sentence):
        return known
    if status_code is not None or error_code:
        return Answer(status_code=status_code, error_code=error_code, words=words).sentence(spoken().value)
    return sentence


def milliseconds(duration: timedelta | None) -> int | None:
    """The duration in whole milliseconds."""
    return None if duration is None else round(duration / timedelta(milliseconds=1))
