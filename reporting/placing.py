"""From a form to an order: what every way of ordering (API, command line, portal) does with what it was given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from accounts.models import Organisation
from delivery.auth import AuthConfig, AuthConfigError, parse_auth
from delivery.endpoints import find_or_create_endpoint, find_or_create_mailbox
from lasso.errors import FieldError, FieldErrors
from reporting.models import Batch
from reporting.order_form import OrderForm
from reporting.ordering import BatchOrder, OrderError, check_order
from reporting.recurring import MOST_OF_ONE_ORGANISATION


def read_order(data: Any) -> OrderForm:
    """Decoded JSON as a checked form.

    Raises:
        FieldErrors: fields are missing, unknown or wrong.
    """
    return OrderForm.read(data)


def check_form(form: OrderForm) -> None:
    """Refuse what `order_of` refuses, and make nothing: for a look at the order before it is sent.

    Raises:
        FieldErrors: fields do not go together, or the webhook's authentication is wrong.
    """
    _checked(form)


def order_of(form: OrderForm, *, organisation: Organisation) -> BatchOrder:
    """The order with its endpoints found or made.

    Raises:
        FieldErrors: fields do not go together, the webhook's authentication is wrong, or too many batches recur.
    """
    order, auth = _checked(form)
    if order.recurrence:
        _check_number_of_recurring(organisation)
    url, email = form.notification_webhook_url, form.notification_email
    return replace(
        order,
        webhook_endpoint=find_or_create_endpoint(organisation=organisation, url=url, auth=auth) if url else None,
        email_endpoint=find_or_create_mailbox(organisation=organisation, email=email) if email else None,
    )


def _check_number_of_recurring(organisation: Organisation) -> None:
    found = Batch.objects.filter(organisation=organisation, status=Batch.Status.SCHEDULED).exclude(crontab="").count()
    if found >= MOST_OF_ONE_ORGANISATION:
        sentence = f"{found} batches recur already, and {MOST_OF_ONE_ORGANISATION} may; stop one that is not needed."
        raise FieldErrors([FieldError("recurrence", sentence)])


def _checked(form: OrderForm) -> tuple[BatchOrder, AuthConfig | None]:
    """The order without its endpoints, and how to sign in at its webhook."""
    try:
        auth = parse_auth(form.auth_config)
    except AuthConfigError as error:
        raise FieldErrors([FieldError(error.path, error.message)]) from None
    if auth and not form.notification_webhook_url:
        raise FieldErrors([FieldError("authConfig", "needs a notificationWebhookUrl to sign in at.")])
    order = BatchOrder(
        name=form.batch_name,
        type=form.type,
        format=form.format,
        items=form.items,
        error_append=form.error_append,
        scheduled_at=form.scheduled_time,
        notification_email=form.notification_email,
        is_listener=form.is_listener,
        trigger_now=form.trigger_now,
        language=form.language,
        engine=form.engine,
        is_archival=form.archival,
        recurrence=form.recurrence.recurrence if form.recurrence else None,
    )
    try:
        check_order(order)
    except OrderError as error:
        raise FieldErrors([FieldError(error.field, error.sentence)]) from None
    return order, auth
