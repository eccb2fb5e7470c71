"""Finding an organisation's integrations, and the companies that they have."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from companies.models import Company
from integrations.models import Integration, MonitoredCompany

State = MonitoredCompany.State


def living_integrations() -> QuerySet[Integration]:
    """Everybody's, without those that were deleted, with their endpoints and mappings loaded."""
    return (
        Integration.objects.filter(deleted_at__isnull=True)
        .select_related("export_endpoint", "update_endpoint")
        .prefetch_related("mapped_fields")
    )


def integrations_of(organisation: Organisation) -> QuerySet[Integration]:
    """The organisation's integrations, newest first."""
    return living_integrations().filter(organisation=organisation).order_by("-created_at", "-id")


def older_than(integrations: QuerySet[Integration], *, created_at: str, integration_id: str) -> QuerySet[Integration]:
    """Those behind one in the order of `integrations_of`; the moment is in ISO form."""
    # The first condition is what the index is searched by.
    return integrations.filter(
        Q(created_at__lte=created_at), Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=integration_id)
    )


def find_integration(organisation: Organisation, integration_id: UUID) -> Integration | None:
    """The organisation's integration of that id; None for none, a deleted one, and another organisation's."""
    return integrations_of(organisation).filter(pk=integration_id).first()


def companies_of(
    integration: Integration, *, state: State | None = None, after: str = ""
) -> QuerySet[MonitoredCompany]:
    """The integration's companies behind the CVR number `after`, in the order of their numbers."""
    companies = MonitoredCompany.objects.filter(integration=integration, cvr__gt=after)
    if state is not None:
        companies = companies.filter(state=state)
    return companies.order_by("cvr")


def find_company(integration: Integration, cvr: str) -> MonitoredCompany | None:
    """The integration's company of that CVR number; None when it does not have it."""
    return MonitoredCompany.objects.filter(integration=integration, cvr=cvr).first()


def names_of(cvrs: Iterable[str]) -> dict[str, str]:
    """`{CVR number: name}` of those companies that the register has."""
    return dict(Company.objects.filter(cvr__in=list(cvrs)).values_list("cvr", "name"))
