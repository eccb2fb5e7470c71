"""`/apps/reporting/webhooktest`: calls a webhook with a made-up report and says what it answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from pydantic import BaseModel, Field
from pydantic_core import PydanticCustomError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.idempotency import idempotent
from accounts.throttling import KeyThrottle, TestCallThrottle
from companies.cvr import parse_lasso_id
from delivery.auth import AUTH_SCHEMA, AuthConfig, AuthConfigError, parse_auth
from delivery.endpoints import EndpointURLError, check_url
from delivery.testing import send_test
from lasso.errors import FieldError, FieldErrors
from lasso.http import LONGEST_URL
from lasso.parsing import object_of
from reporting.answers import example_item
from reporting.models import REPORT_TYPE_NUMBERS
from reporting.order_form import read_type

Value = TypeVar("Value")

EXAMPLE_AUTH = {"Method": "Header", "Key": "X-API-KEY", "Value": "dm12d82mdlakd2"}
PARAMETERS = [
    OpenApiParameter(
        "url",
        {"type": "string", "format": "uri", "pattern": "^https?://.", "maxLength": LONGEST_URL},
        required=True,
        description="The webhook to call.",
    ),
    OpenApiParameter(
        "lassoId",
        {"type": "string", "pattern": "^[cC][vV][rR]-1-[0-9]{1,8}$"},
        required=True,
        description="A company, such as cvr-1-34580820.",
    ),
    OpenApiParameter(
        "batchId",
        {"type": "string", "pattern": r"\S"},
        required=True,
        description="Any batch id; it is sent as given.",
    ),
    OpenApiParameter(
        "reportType",
        {"type": "string", "enum": [*REPORT_TYPE_NUMBERS, *map(str, REPORT_TYPE_NUMBERS.values())]},
        required=True,
        description="By name, in any letter case, or by number.",
    ),
]


class WebhookTestAnswer(BaseModel):
    """What the receiver did with the test."""

    success: bool = Field(description="Whether a real delivery would count as delivered.")
    statusCode: int | None = Field(description="What the receiver answered; null when it did not.")  # noqa: N815
    durationMs: int  # noqa: N815
    error: str | None = Field(description="Why it failed, as a sentence.")
    errorCode: str | None = Field(description="The same as a code, such as dns_error or timeout.")  # noqa: N815
    answerBody: str = Field(description="The first 4 KB of the answer.")  # noqa: N815


class WebhookTestView(APIView):
    """The dummy request of the documentation."""

    throttle_classes = (KeyThrottle, TestCallThrottle)

    @extend_schema(
        operation_id="testWebhook",
        summary="Call a webhook that needs no authentication",
        parameters=PARAMETERS,
        responses={200: WebhookTestAnswer},
        tags=["reporting"],
    )
    def get(self, request: Request) -> Response:
        """Without authentication."""
        return self.call(request, auth=None)

    @extend_schema(
        operation_id="testWebhookWithAuthentication",
        summary="Call a webhook with an auth configuration",
        parameters=PARAMETERS,
        request={"application/json": AUTH_SCHEMA},
        examples=[OpenApiExample("As documented", value=EXAMPLE_AUTH, request_only=True)],
        responses={200: WebhookTestAnswer},
        tags=["reporting"],
    )
    @idempotent(is_atomic=False)
    def post(self, request: Request) -> Response:
        """With the authentication in the body."""
        try:
            auth = parse_auth(object_of(request), path="")
        except AuthConfigError as error:
            raise FieldErrors([FieldError(error.path.lstrip("."), error.message)]) from None
        return self.call(request, auth=auth)

    def call(self, request: Request, *, auth: AuthConfig | None) -> Response:
        """Check the parameters, make the call, present the outcome."""
        url, body = read_parameters(request)
        result = send_test(url=url, auth=auth, body=body)
        return Response(
            WebhookTestAnswer(
                success=result.is_success,
                statusCode=result.status_code,
                durationMs=round(result.duration.total_seconds() * 1000),
                error=result.error or None,
                errorCode=result.error_code or None,
                answerBody=result.answer_body,
            ).model_dump()
        )


def read_parameters(request: Request) -> tuple[str, dict[str, object]]:
    """The URL and the made-up report to send.

    Raises:
        FieldErrors: every parameter that is missing or wrong.
    """
    errors: list[FieldError] = []
    url = _read(request, "url", _checked_url, errors)
    cvr = _read(request, "lassoId", parse_lasso_id, errors)
    batch_id = _read(request, "batchId", str, errors)
    report_type = _read(request, "reportType", read_type, errors)
    if url is None or cvr is None or batch_id is None or report_type is None:
        raise FieldErrors(errors)
    return url, example_item(batch_id=batch_id, cvr=cvr, report_type=report_type, now=timezone.now())


def _read(request: Request, name: str, reader: Callable[[str], Value], errors: list[FieldError]) -> Value | None:
    text = request.query_params.get(name, "").strip()
    if not text:
        errors.append(FieldError(name, "is missing; give it in the query."))
        return None
    try:
        return reader(text)
    except (ValueError, EndpointURLError, PydanticCustomError) as error:
        sentence = error.message() if isinstance(error, PydanticCustomError) else str(error)
        errors.append(FieldError(name, sentence))
        return None


def _checked_url(text: str) -> str:
    check_url(text)
    return text
