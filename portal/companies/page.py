"""One company: what the register knows of it, and what can be done with it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from companies.days import danish_day
from companies.errors import CompanyUnknown, DocumentError
from companies.profile import Profile
from companies.register import find_accounts, find_profile
from integrations.exporting import order_exports
from integrations.finding import find_integration, integrations_of
from lasso.errors import NotFound
from lasso.language import translate as _
from portal.batches.wording import TYPES, type_name
from portal.companies.change_log import changes_page, newest_changes
from portal.companies.facts import chart_of, facts_of, figures_of, owners_of, people_of
from portal.pages import MemberRequest, member_page

MOST_CHANGES = 5


@require_safe
@member_page
def company(request: MemberRequest, cvr: str) -> HttpResponse:
    """The company's page."""
    profile = _profile_or_404(cvr)
    context = {
        "profile": profile,
        "facts": facts_of(profile),
        "people": people_of(profile),
        "owners": owners_of(profile),
        "chart": chart_of(profile),
        "figures": figures_of(find_accounts(cvr=cvr)),
        "changes": newest_changes(cvr, most=MOST_CHANGES),
        "types": [(kind.value, type_name(kind)) for kind in TYPES],
        "integrations": _integrations(request),
    }
    return render(request, "portal/companies/page.html", context)


@require_safe
@member_page
def changes(request: MemberRequest, cvr: str) -> HttpResponse:
    """All that we have seen change."""
    profile = _profile_or_404(cvr)
    context = {"profile": profile, "found": changes_page(request, cvr)}
    return render(request, "portal/companies/changes.html", context)


@require_POST
@member_page
def export(request: MemberRequest, cvr: str) -> HttpResponse:
    """Have the company exported to one of the organisation's integrations."""
    _profile_or_404(cvr)
    try:
        integration_id = UUID(request.POST.get("integration", ""))
    except ValueError:
        messages.error(request, _("Vælg en integration."))
        return redirect("portal:company", cvr=cvr)
    integration = find_integration(request.organisation, integration_id)
    if integration is None:
        raise Http404
    try:
        ordered = order_exports(integration=integration, cvrs=[cvr], now=timezone.now())
    except NotFound:
        raise Http404 from None
    said = (
        _("Virksomheden bliver eksporteret til {name} og følges fra nu af.")
        if ordered.accepted
        else _("{name} har virksomheden i forvejen.")
    )
    messages.success(request, said.format(name=integration.name))
    return redirect("portal:company", cvr=cvr)


def _integrations(request: MemberRequest) -> list[tuple[UUID, str]]:
    """The organisation's integrations: id and name."""
    mine = integrations_of(request.organisation).select_related(None).prefetch_related(None)
    return list(mine.values_list("pk", "name"))


def _profile_or_404(cvr: str) -> Profile:
    try:
        return find_profile(cvr=cvr, day=danish_day(timezone.now()))
    except (CompanyUnknown, DocumentError):
        raise Http404 from None
