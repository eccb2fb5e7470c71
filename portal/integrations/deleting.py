"""Deleting an integration, after a page that says what that means."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from integrations.counting import counts_of
from integrations.setting_up import delete_integration
from lasso.errors import NotFound
from lasso.language import translate as _
from portal.integrations.page import integration_or_404
from portal.pages import MemberRequest, member_page


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def delete(request: MemberRequest, integration_id: UUID) -> HttpResponse:
    """Ask, and delete."""
    shown = integration_or_404(request, integration_id)
    if request.method != "POST":
        count = sum(counts_of([shown.pk])[shown.pk].values())
        return render(request, "portal/integrations/delete.html", {"integration": shown, "company_count": count})
    try:
        delete_integration(integration=shown, now=timezone.now())
    except NotFound:
        raise Http404 from None
    messages.success(request, _("{name} er slettet.").format(name=shown.name))
    return redirect("portal:integrations")
