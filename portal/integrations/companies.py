"""What can be done with the companies of an integration: export again, all failed ones too, stop monitoring."""

from __future__ import annotations

from collections.abc import Callable, Sized
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from integrations.exporting import export_again, export_state_again, stop_monitoring
from integrations.models import Integration, MonitoredCompany
from lasso.errors import NotFound
from lasso.language import translate as _
from lasso.language import translate_count as _n
from portal.integrations.numbers import number_in
from portal.integrations.page import integration_or_404
from portal.pages import MemberRequest, member_page


@require_POST
@member_page
def again(request: MemberRequest, integration_id: UUID, cvr: str) -> HttpResponse:
    """Export a company again, as it is now."""

    def move(integration: Integration, number: str) -> Sized:
        return export_again(integration=integration, cvrs=[number], now=timezone.now()).accepted

    return _moved(request, integration_id, cvr, move, said=_("{cvr} eksporteres igen."))


@require_POST
@member_page
def stop(request: MemberRequest, integration_id: UUID, cvr: str) -> HttpResponse:
    """Take a company out of the integration."""

    def move(integration: Integration, number: str) -> Sized:
        return stop_monitoring(integration=integration, cvrs=[number], now=timezone.now()).stopped

    return _moved(request, integration_id, cvr, move, said=_("{cvr} overvåges ikke længere."))


def _moved(
    request: MemberRequest, integration_id: UUID, cvr: str, move: Callable[[Integration, str], Sized], *, said: str
) -> HttpResponse:
    """Do it with one company, and go back to the list; `move` returns those that it was done with."""
    shown, number = integration_or_404(request, integration_id), number_in(cvr)
    try:
        done = move(shown, number)
    except NotFound:
        raise Http404 from None
    if not done:
        raise Http404
    messages.success(request, said.format(cvr=number))
    return redirect("portal:integration", integration_id=integration_id)


@require_POST
@member_page
def retry(request: MemberRequest, integration_id: UUID) -> HttpResponse:
    """Export all failed companies again."""
    shown = integration_or_404(request, integration_id)
    try:
        count = export_state_again(integration=shown, state=MonitoredCompany.State.EXPORT_FAILED, now=timezone.now())
    except NotFound:
        raise Http404 from None
    said = _n("{n} virksomhed eksporteres igen.", "{n} virksomheder eksporteres igen.", count)
    messages.success(request, said.format(n=count))
    return redirect("portal:integration", integration_id=integration_id)
