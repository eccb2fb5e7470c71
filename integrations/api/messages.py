"""`/apps/integrations/{id}/test`, `…/preview` and `…/changes`: what the messages say, tried, shown and pulled."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.idempotency import idempotent
from accounts.throttling import KeyThrottle, TestCallThrottle
from companies.errors import CompanyUnknown, DocumentError
from delivery.api.parameters import PAGING_PARAMETERS, check_parameters
from integrations.answers import ChangesPage, PreviewAnswer, TestAnswer, change_answer, preview_answer, test_answer
from integrations.api import examples
from integrations.api.companies import COMPANY, cvr_or_404
from integrations.api.forms import TestForm
from integrations.api.integrations import TAG, integration_or_404
from integrations.feed import messages_since
from integrations.models import UpdateMessage
from integrations.previewing import example_message, preview
from integrations.testing import send_example
from lasso.error_codes import TOKEN_EXPIRED
from lasso.errors import Expired, NotFound, Unprocessable
from lasso.openapi import ERROR, EXPIRED, UNPROCESSABLE, optional_body, paging_parameters
from lasso.paging import Listing, page_size
from lasso.parsing import optional_object_of

USUAL_PAGE = 100
LARGEST_PAGE = 1000


class TestView(APIView):
    """A try of an endpoint."""

    __test__ = False  # pytest would take the class for tests
    throttle_classes = (KeyThrottle, TestCallThrottle)

    @extend_schema(
        operation_id="testIntegration",
        summary="Send an example message to an endpoint",
        description="Sends the message of a fictional company, once, to the export or the update endpoint: with its "
        "method, its sign-in and its signature. The answer says what the receiver did. Nothing is stored, and nothing "
        "is tried again. The body may be left out: then the export endpoint is tried. 409 when there is no update "
        "endpoint.",
        request=TestForm,
        responses={200: TestAnswer},
        examples=[examples.TEST, examples.TEST_ANSWER],
        tags=[TAG],
    )
    @idempotent(is_atomic=False)
    @optional_body
    def post(self, request: Request, integration_id: UUID) -> Response:
        """Make the call."""
        integration = integration_or_404(request, integration_id)
        which = TestForm.read(optional_object_of(request)).endpoint
        result = send_example(integration=integration, which=which, now=timezone.now())
        return Response(test_answer(result, message=example_message(integration=integration, which=which)))


class PreviewView(APIView):
    """Both messages of a company."""

    @extend_schema(
        operation_id="previewMessages",
        summary="See what would be sent of a company",
        description="Both messages of any company of the register as it is now, exported or not. Nothing is sent.",
        parameters=[COMPANY],
        responses={200: PreviewAnswer, 422: OpenApiResponse(ERROR, description=UNPROCESSABLE)},
        examples=[examples.PREVIEW],
        tags=[TAG],
    )
    def get(self, request: Request, integration_id: UUID, cvr: str) -> Response:
        """The messages."""
        integration = integration_or_404(request, integration_id)
        try:
            found = preview(integration=integration, cvr=cvr_or_404(cvr), now=timezone.now())
        except CompanyUnknown as error:
            raise NotFound(str(error)) from None
        except DocumentError as error:
            raise Unprocessable(f"What the register has of the company cannot be read: {error}") from None
        return Response(preview_answer(found))


class ChangesView(APIView):
    """The pull feed."""

    @extend_schema(
        operation_id="pullChanges",
        summary="Fetch update messages",
        description="For those who have no update endpoint, or want to catch up: all update messages since a token, "
        "oldest first, kept for 90 days. Keep `continuationToken` and give it back as `cToken` the next time; it is "
        "there when nothing is new, too. Without `cToken` the feed begins with the oldest message that is kept. A "
        "token that is so old that messages behind it may have been forgotten is answered 410: export the companies "
        "again, and begin without a token.",
        parameters=paging_parameters(
            most=LARGEST_PAGE, when_left_out=str(USUAL_PAGE), start="The continuationToken of the last time."
        ),
        responses={200: ChangesPage, 410: OpenApiResponse(ERROR, description=EXPIRED)},
        examples=[examples.CHANGES],
        tags=[TAG],
    )
    def get(self, request: Request, integration_id: UUID) -> Response:
        """One page."""
        integration = integration_or_404(request, integration_id)
        check_parameters(request, known=PAGING_PARAMETERS)
        now = timezone.now()
        listing = Listing(scope=("changes", str(integration.pk)), shape=(int, str))
        number, seen_until = listing.position_in(request) or (0, now.isoformat())
        check_age(str(seen_until), now=now)
        size = page_size(request, default=USUAL_PAGE, most=LARGEST_PAGE)
        # One more than the page shows whether there are others.
        found = messages_since(integration=integration, after=int(number), limit=size + 1)
        shown = found[:size]
        has_more = len(found) > size
        return Response(
            {
                "continuationToken": listing.token_at(*position_behind(shown, int(number), has_more=has_more, now=now)),
                "hasMore": has_more,
                "results": [change_answer(message) for message in shown],
            }
        )


def position_behind(shown: list[UpdateMessage], number: int, *, has_more: bool, now: datetime) -> tuple[int, str]:
    """Where the next page starts, and up to when its reader has seen everything."""
    last = shown[-1] if shown else None
    return last.pk if last else number, (last.created_at if last and has_more else now).isoformat()


def check_age(seen_until: str, *, now: datetime) -> None:
    """Refuse a token whose reader may have missed messages that are forgotten by now.

    Raises:
        Expired: it is older than messages are kept.
    """
    if datetime.fromisoformat(seen_until) < now - settings.UPDATE_FEED_RETENTION:
        days = settings.UPDATE_FEED_RETENTION.days
        raise Expired(
            f"The token is older than the {days} days that messages are kept, so some may be missing. Export the "
            "companies again to be up to date, and begin without cToken.",
            code=TOKEN_EXPIRED,
        )
