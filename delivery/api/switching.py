"""What can be done to an endpoint: switch it on and off, renew its secret, send again what did not get through."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.idempotency import idempotent
from delivery.answers import EndpointAnswer, NewSecretAnswer, RecoveredAnswer
from delivery.api.endpoints import answers, endpoint_or_404
from delivery.api.parameters import known_fields, read_moment, whole_number
from delivery.endpoints import disable_endpoint, enable_endpoint
from delivery.models import Endpoint
from delivery.redelivering import MOST_RECOVERED, recover
from delivery.signing import DEFAULT_GRACE, LONGEST_GRACE, renew_signing_secret
from lasso.errors import FieldError, FieldErrors, IllegalMove, Unprocessable
from lasso.openapi import optional_body
from lasso.parsing import FieldNames, kind_of, object_of, optional_object_of

BY_HAND = "Switched off through the API."
GRACE_FIELD = "graceSeconds"
ROTATE_FIELDS = FieldNames([GRACE_FIELD])
RECOVER_FIELDS = FieldNames(["since"])
ROTATE_BODY = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        GRACE_FIELD: {
            "type": "integer",
            "minimum": 0,
            "maximum": int(LONGEST_GRACE.total_seconds()),
            "default": int(DEFAULT_GRACE.total_seconds()),
            "description": "How long deliveries carry a signature by the old secret, too. 0 for one that has leaked.",
        }
    },
}
RECOVER_BODY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["since"],
    "properties": {
        "since": {"type": "string", "format": "date-time", "description": "UTC when no offset is given."},
    },
}


class EnableView(APIView):
    """Switches an endpoint on."""

    @extend_schema(
        operation_id="enableEndpoint",
        summary="Switch an endpoint on",
        description="What waited is sent at once, with the time that it had left; 409 when it is on already.",
        request=None,
        responses={200: EndpointAnswer},
        tags=["deliveries"],
    )
    @idempotent()
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Disabled → Enabled."""
        endpoint = endpoint_or_404(request, endpoint_id)
        if not enable_endpoint(endpoint=endpoint, now=timezone.now()):
            raise IllegalMove("The endpoint is enabled already.")
        return Response(answers([endpoint])[0])


class DisableView(APIView):
    """Switches an endpoint off."""

    @extend_schema(
        operation_id="disableEndpoint",
        summary="Switch an endpoint off",
        description="Deliveries to it wait until it is switched on; 409 when it is off already.",
        request=None,
        responses={200: EndpointAnswer},
        tags=["deliveries"],
    )
    @idempotent()
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Enabled or Paused → Disabled."""
        endpoint = endpoint_or_404(request, endpoint_id)
        if not disable_endpoint(endpoint=endpoint, reason=BY_HAND, now=timezone.now()):
            raise IllegalMove("The endpoint is disabled already.")
        return Response(answers([endpoint])[0])


class RotateView(APIView):
    """Gives an endpoint a new signing secret."""

    @extend_schema(
        operation_id="rotateSigningSecret",
        summary="Give an endpoint a new signing secret",
        description="The secret is in this answer and nowhere else. The body may be left out.",
        request={"application/json": ROTATE_BODY},
        responses={200: NewSecretAnswer},
        tags=["deliveries"],
    )
    @idempotent(is_secret=True)
    @optional_body
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Renew it."""
        endpoint = endpoint_or_404(request, endpoint_id)
        grace = read_grace(optional_object_of(request))
        if endpoint.scheme == "mailto":
            raise Unprocessable("Mails carry no signature, so this endpoint has no signing secret.")
        with transaction.atomic():
            # Two that rotate at once would otherwise both keep the same secret as the one before.
            locked = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
            secret = renew_signing_secret(endpoint=locked, now=timezone.now(), grace=grace)
        answer = NewSecretAnswer(signingSecret=secret, previousValidUntil=locked.previous_signing_secret_until)
        return Response(answer.model_dump(mode="json"), headers={"Cache-Control": "no-store"})


class RecoverView(APIView):
    """Sends an endpoint's failed deliveries again."""

    @extend_schema(
        operation_id="recoverEndpoint",
        summary="Send everything again that did not get through since a given time",
        description="What failed at that time or later, and what was queued then or later and waits for a later try, "
        f"is put in line again. One call takes on {MOST_RECOVERED:,}; `hasMore` says that there are others.",
        request={"application/json": RECOVER_BODY},
        responses={200: RecoveredAnswer},
        tags=["deliveries"],
    )
    @idempotent()
    def post(self, request: Request, endpoint_id: UUID) -> Response:
        """Put them in line again."""
        endpoint = endpoint_or_404(request, endpoint_id)
        now = timezone.now()
        recovered = recover(endpoint=endpoint, since=read_since(object_of(request), now=now), now=now)
        return Response(RecoveredAnswer(count=recovered.count, hasMore=recovered.has_more).model_dump(mode="json"))


def read_grace(body: dict[str, Any]) -> timedelta:
    """How long the old secret goes on.

    Raises:
        FieldErrors: it is no number of seconds, or too many.
    """
    data = known_fields(body, names=ROTATE_FIELDS)
    if data.get(GRACE_FIELD) is None:
        return DEFAULT_GRACE
    return timedelta(
        seconds=whole_number(GRACE_FIELD, data[GRACE_FIELD], least=0, most=int(LONGEST_GRACE.total_seconds()))
    )


def read_since(body: dict[str, Any], *, now: datetime) -> datetime:
    """Since when to send again.

    Raises:
        FieldErrors: it is missing, no moment, or not over yet.
    """
    value = known_fields(body, names=RECOVER_FIELDS).get("since")
    if not isinstance(value, str):
        found = "is missing" if value is None else f"must be a moment, found {kind_of(value)}"
        raise FieldErrors([FieldError("since", f"{found}; write it as 2026-03-02T12:00:00Z.")])
    try:
        since = read_moment(value.strip())
    except ValueError as error:
        raise FieldErrors([FieldError("since", str(error))]) from None
    if since > now:
        raise FieldErrors([FieldError("since", f"{value!r} is in the future.")])
    return since
