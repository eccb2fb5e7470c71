"""The mails that are delivered: what a mail delivery's body holds, and how each kind of mail is put together.

A body is JSON like any other; it names a template and its context, and the PDF by its key in the storage, so that the
row stays small and the mail is rendered when it is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from delivery.models import Endpoint


class Attachment(TypedDict):
    """A stored file that goes with the mail, or as `link` when it is too large for mail."""

    storage_key: str
    file_name: str
    link: str


class MailBody(TypedDict):
    """A mail delivery's body. `template` is a folder of templates/emails/, `context` what it is rendered with."""

    template: str
    language: str
    context: dict[str, Any]
    attachment: Attachment | None


class Receiver(TypedDict):
    """Who could not be reached, for people. `integration` is its name, empty for what is no integration's.

    `role` is what the endpoint is for: "export" or "update" of an integration, else empty.
    """

    integration: str
    role: str


class FailedDelivery(TypedDict):
    """One line of a failure notice; its moment and its answer are in the mail's language."""

    name: str  # the report's or the company's; empty when it is about none
    cvr: str
    answer: str
    failed_at: str


def report_mail(
    *,
    language: str,
    batch_name: str,
    report_type: str,
    cvr: str,
    company_name: str,
    file_name: str,
    storage_key: str = "",
    link: str = "",
    warnings: Sequence[str] = (),
    failure: str = "",
) -> MailBody:
    """A finished report's mail: the PDF goes with it when there is one (`storage_key`), else `failure` says why not.

    `file_name` is what the receiver sees, with its ending; `link` the PDF's direct link, used when the PDF is above
    10 MB, and shown besides.
    """
    return MailBody(
        template="report",
        language=language,
        context={
            "batch_name": batch_name,
            "report_type": report_type,
            "cvr": cvr,
            "company_name": company_name,
            "file_name": file_name,
            "warnings": list(warnings),
            "failure": failure,
        },
        attachment=Attachment(storage_key=storage_key, file_name=file_name, link=link) if storage_key else None,
    )


def failure_notice(
    *,
    language: str,
    organisation_name: str,
    endpoint: Endpoint,
    count: int,
    last_answer: str,
    examples: Sequence[FailedDelivery],
) -> MailBody:
    """The gathered notice of what could not be delivered to one endpoint: how many, the latest, the last answer."""
    return MailBody(
        template="failure_notice",
        language=language,
        context={
            "organisation_name": organisation_name,
            "endpoint_id": str(endpoint.pk),
            "url": address_of(endpoint),
            "receiver": Receiver(integration=endpoint.label, role=endpoint.role),
            "is_mailbox": is_mailbox(endpoint.url),
            "count": count,
            "last_answer": last_answer,
            "examples": list(examples),
            "more_count": count - len(examples),
        },
        attachment=None,
    )


def endpoint_disabled_notice(
    *,
    language: str,
    organisation_name: str,
    endpoint: Endpoint,
    is_unwanted: bool,
    attempt_count: int,
    last_answer: str,
    waiting_count: int,
    disabled_at: str,
) -> MailBody:
    """The one mail that says that an endpoint was switched off: at the receiver's wish, or after a day of failures."""
    return MailBody(
        template="endpoint_disabled",
        language=language,
        context={
            "organisation_name": organisation_name,
            "endpoint_id": str(endpoint.pk),
            "url": address_of(endpoint),
            "receiver": Receiver(integration=endpoint.label, role=endpoint.role),
            "is_unwanted": is_unwanted,
            "attempt_count": attempt_count,
            "last_answer": last_answer,
            "waiting_count": waiting_count,
            "disabled_at": disabled_at,
        },
        attachment=None,
    )


def address_of(endpoint: Endpoint) -> str:
    """An endpoint's URL as people write it: a mailbox by its address, an integration's with its method."""
    if is_mailbox(endpoint.url):
        return endpoint.url.partition(":")[2]
    return f"{endpoint.method} {endpoint.url}" if endpoint.owner else endpoint.url


def is_mailbox(url: str) -> bool:
    """Whether mails go there."""
    return url.lower().startswith("mailto:")
