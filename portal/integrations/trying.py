"""What an integration would send of a company, and a test of its endpoints."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from integrations.previewing import Preview, Which, example_cvr, example_message
from integrations.previewing import preview as preview_company
from integrations.testing import NoUpdateEndpoint, send_example
from portal.integrations.editing import in_words, preview_by, shown_of
from portal.integrations.page import integration_or_404
from portal.pages import MemberRequest, member_page
from portal.throttling import test_call_refusal

PAGE = "portal/integrations/preview.html"


@require_safe
@member_page
def preview(request: MemberRequest, integration_id: UUID) -> HttpResponse:
    """Both messages of a company; of a fictional one when none is named."""
    shown = integration_or_404(request, integration_id)
    asked = request.GET.get("cvr", "").strip()
    if asked:
        shown_messages = preview_by(asked, lambda cvr: preview_company(integration=shown, cvr=cvr, now=timezone.now()))
    else:
        export, update = (example_message(integration=shown, which=which) for which in (Which.EXPORT, Which.UPDATE))
        shown_messages = shown_of(Preview(cvr=example_cvr(), export=export, update=update))
    return render(request, PAGE, {"integration": shown, "shown": shown_messages, "asked": asked})


@require_POST
@member_page
def test(request: MemberRequest, integration_id: UUID) -> HttpResponse:
    """Send one example message, and say what was answered."""
    shown = integration_or_404(request, integration_id)
    which = request.POST.get("which", "")
    if which not in tuple(Which):
        raise Http404
    if refusal := test_call_refusal(request.organisation):
        messages.error(request, refusal)
        return redirect("portal:integration", integration_id=integration_id)
    try:
        result = send_example(integration=shown, which=Which(which), now=timezone.now())
    except NoUpdateEndpoint:
        raise Http404 from None
    context = {"integration": shown, "tested": in_words(Which(which), result)}
    return render(request, "portal/integrations/tested.html", context)
