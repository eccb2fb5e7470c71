"""`/apps/integrations/{id}/exports` and `…/companies`: export companies, see how far they are, export again, stop."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.idempotency import idempotent
from delivery.api.parameters import PAGING_PARAMETERS, check_parameters, read_company
from integrations.answers import (
    CompaniesPage,
    CompanyAnswer,
    ExportsAnswer,
    RetriedAnswer,
    company_answers,
    exports_answer,
)
from integrations.api import examples
from integrations.api.forms import ExportsForm
from integrations.api.integrations import TAG, integration_or_404
from integrations.api.reading import read_exports
from integrations.exporting import MOST_AT_ONCE, export_again, export_state_again, order_exports, stop_monitoring
from integrations.finding import companies_of, find_company
from integrations.models import Integration, MonitoredCompany
from lasso.errors import FieldError, FieldErrors, NotFound
from lasso.forms import CVR_SCHEMA
from lasso.openapi import paging_parameters
from lasso.paging import Listing, page_size

USUAL_PAGE = 100
LARGEST_PAGE = 1000
STATE, CVR = "state", "cvr"
State = MonitoredCompany.State

BARE_LIST = {"type": "array", "minItems": 1, "items": CVR_SCHEMA}
COMPANY = OpenApiParameter("cvr", str, OpenApiParameter.PATH, description="Its CVR number, or its id: CVR-1-34580820.")


def cvr_or_404(text: str) -> str:
    """The CVR number in an address.

    Raises:
        NotFound: there is no such number.
    """
    try:
        return read_company(text)
    except ValueError as error:
        raise NotFound(f"{error}") from None


def company_or_404(integration: Integration, text: str) -> MonitoredCompany:
    """The integration's company of that CVR number or company's id.

    Raises:
        NotFound: the integration does not have it.
    """
    cvr = cvr_or_404(text)
    company = find_company(integration, cvr)
    if company is None:
        raise NotFound(f"The integration does not have the company {cvr}; POST …/exports exports it.")
    return company


def read_state(text: str) -> State:
    """A company's state by its name, in any letter case.

    Raises:
        FieldErrors: it is none.
    """
    for state in State:
        if text.casefold() == state.value.casefold():
            return state
    raise FieldErrors([FieldError(STATE, f"{text[:60]!r} is not a state of a company; use {', '.join(State.values)}.")])


def read_cvr_filter(text: str) -> str:
    """The CVR number that is asked for.

    Raises:
        FieldErrors: it is none.
    """
    try:
        return read_company(text)
    except ValueError as error:
        raise FieldErrors([FieldError(CVR, str(error))]) from None


class ExportsView(APIView):
    """Orders of exports."""

    @extend_schema(
        operation_id="exportCompanies",
        summary="Export companies",
        description=f"Up to {MOST_AT_ONCE:,} CVR numbers, as an object with `cvrs` or as the list alone. The answer "
        "comes at once; the messages go out after it, one a company. `accepted` are exported "
        "now; `alreadyThere` were exported before or are on their way, and are left as they are; `unknown` does not "
        "exist. A company that failed or is Gone begins anew.",
        request={"application/json": {"anyOf": [ExportsForm.model_json_schema(), BARE_LIST]}},
        responses={202: ExportsAnswer},
        examples=[examples.EXPORTS, examples.EXPORTS_LIST, examples.EXPORTS_ANSWER],
        tags=[TAG],
    )
    @idempotent()
    def post(self, request: Request, integration_id: UUID) -> Response:
        """Order exports."""
        integration = integration_or_404(request, integration_id)
        order = order_exports(integration=integration, cvrs=read_exports(request), now=timezone.now())
        return Response(exports_answer(order), status=202)


class RetryView(APIView):
    """Exports that failed, again."""

    @extend_schema(
        operation_id="retryExports",
        summary="Export all failed companies again",
        description="Every company in the state ExportFailed is exported again, as it is now.",
        request=None,
        responses={202: RetriedAnswer},
        examples=[examples.RETRIED],
        tags=[TAG],
    )
    @idempotent()
    def post(self, request: Request, integration_id: UUID) -> Response:
        """ExportFailed → Exporting."""
        integration = integration_or_404(request, integration_id)
        count = export_state_again(integration=integration, state=State.EXPORT_FAILED, now=timezone.now())
        return Response({"count": count}, status=202)


class CompaniesView(APIView):
    """The companies that an integration has."""

    @extend_schema(
        operation_id="listIntegrationCompanies",
        summary="List an integration's companies and their states",
        description="In the order of their CVR numbers. Give `continuationToken` back as `cToken`, with the same "
        "filters, for the next page.",
        parameters=[
            OpenApiParameter(STATE, str, enum=State.values, description="In any letter case."),
            OpenApiParameter(CVR, str, description="One company, by its CVR number or id."),
            *paging_parameters(most=LARGEST_PAGE, when_left_out=str(USUAL_PAGE)),
        ],
        responses={200: CompaniesPage},
        examples=[examples.COMPANIES],
        tags=[TAG],
    )
    def get(self, request: Request, integration_id: UUID) -> Response:
        """One page."""
        integration = integration_or_404(request, integration_id)
        check_parameters(request, known={STATE, CVR, *PAGING_PARAMETERS})
        state_text, cvr_text = (request.query_params.get(name, "").strip() for name in (STATE, CVR))
        state = read_state(state_text) if state_text else None
        cvr = read_cvr_filter(cvr_text) if cvr_text else ""
        listing = Listing(scope=("companies", str(integration.pk), state or "", cvr), shape=(str,))
        position = listing.position_in(request)
        size = page_size(request, default=USUAL_PAGE, most=LARGEST_PAGE)
        companies = companies_of(integration, state=state, after=str(position[0]) if position else "")
        if cvr:
            companies = companies.filter(cvr=cvr)
        # One more than the page shows whether there is a next one.
        found = list(companies[: size + 1])
        shown = found[:size]
        return Response(
            {
                "continuationToken": listing.token_at(shown[-1].cvr) if len(found) > size else None,
                "results": company_answers(shown),
            }
        )


class CompanyView(APIView):
    """One company of an integration."""

    @extend_schema(
        operation_id="readIntegrationCompany",
        summary="Read how far a company is",
        parameters=[COMPANY],
        responses={200: CompanyAnswer},
        examples=[examples.COMPANY],
        tags=[TAG],
    )
    def get(self, request: Request, integration_id: UUID, cvr: str) -> Response:
        """The company."""
        company = company_or_404(integration_or_404(request, integration_id), cvr)
        return Response(company_answers([company])[0])

    @extend_schema(
        operation_id="stopMonitoringCompany",
        summary="Stop monitoring a company",
        description="Takes it out of the integration: what waits is withdrawn, and no update is sent any more. When it "
        "is exported again it begins anew.",
        parameters=[COMPANY],
        responses={204: None},
        tags=[TAG],
    )
    def delete(self, request: Request, integration_id: UUID, cvr: str) -> Response:
        """Take it out."""
        integration = integration_or_404(request, integration_id)
        company = company_or_404(integration, cvr)
        stop_monitoring(integration=integration, cvrs=[company.cvr], now=timezone.now())
        return Response(status=204)


class ExportCompanyView(APIView):
    """One company, exported again."""

    @extend_schema(
        operation_id="exportCompanyAgain",
        summary="Export a company again",
        description="Sends its export as it is now, whatever state it is in. A company that the receiver has accepted "
        "before stays monitored when this export fails.",
        parameters=[COMPANY],
        request=None,
        responses={202: CompanyAnswer},
        examples=[examples.COMPANY],
        tags=[TAG],
    )
    @idempotent()
    def post(self, request: Request, integration_id: UUID, cvr: str) -> Response:
        """Put its export in line."""
        integration = integration_or_404(request, integration_id)
        company = company_or_404(integration, cvr)
        export_again(integration=integration, cvrs=[company.cvr], now=timezone.now())
        company = company_or_404(integration, cvr)
        return Response(company_answers([company])[0], status=202)
