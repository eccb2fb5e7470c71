"""What can be done with an endpoint: on and off, its limits, a new signing secret, everything since a moment again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from delivery.endpoints import change_endpoint, disable_endpoint, enable_endpoint
from delivery.mails import is_mailbox
from delivery.redelivering import recover
from delivery.signing import renew_signing_secret
from lasso.language import translate as _
from lasso.language import translate_count as _n
from portal.deliveries.endpoints import endpoint_or_404, endpoint_page
from portal.deliveries.forms import LimitsForm, RecoverForm, SecretForm
from portal.deliveries.wording import endpoint_name
from portal.pages import MemberRequest, member_page

ON, OFF = "on", "off"


@require_POST
@member_page
def switch(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """Switch it on or off; one that is so already stays so."""
    shown = endpoint_or_404(request, endpoint_id)
    wish, now = request.POST.get("switch"), timezone.now()
    if wish == ON:
        enable_endpoint(endpoint=shown, now=now)
        messages.success(request, _("Modtageren er slået til. Det, der ventede, sendes nu."))
    elif wish == OFF:
        reason = f"Switched off in the portal by {request.member.email}."
        disable_endpoint(endpoint=shown, reason=reason, now=now)
        messages.success(request, _("Modtageren er slået fra. Leveringer til den venter, til den slås til."))
    else:
        raise Http404
    return redirect("portal:endpoint", endpoint_id=endpoint_id)


@require_POST
@member_page
def limits(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """Set its limits."""
    shown = endpoint_or_404(request, endpoint_id)
    form = LimitsForm(request.POST)
    if not form.is_valid():
        return endpoint_page(request, shown, limits=form)
    change_endpoint(endpoint=shown, changes=form.changes())
    messages.success(request, _("Grænserne er gemt."))
    return redirect("portal:endpoint", endpoint_id=endpoint_id)


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def secret(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """Ask, and give a new signing secret, which is shown in this answer and never again."""
    shown = endpoint_or_404(request, endpoint_id)
    if is_mailbox(shown.url):
        raise Http404
    form = SecretForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        new_secret = renew_signing_secret(endpoint=shown, now=timezone.now(), grace=form.duration())
        return endpoint_page(request, shown, new_secret=new_secret)
    context = {"endpoint": shown, "name": endpoint_name(shown), "form": form}
    return render(request, "portal/deliveries/secret.html", context)


@require_POST
@member_page
def recovery(request: MemberRequest, endpoint_id: UUID) -> HttpResponse:
    """Send everything since a moment again that did not get through."""
    shown = endpoint_or_404(request, endpoint_id)
    form = RecoverForm(request.POST)
    if not form.is_valid():
        return endpoint_page(request, shown, recovery=form)
    recovered = recover(endpoint=shown, since=form.cleaned_data["since"], now=timezone.now())
    said = _n("{n} levering er sat i kø igen.", "{n} leveringer er sat i kø igen.", recovered.count)
    messages.success(request, said.format(n=recovered.count))
    if recovered.has_more:
        messages.warning(request, _("Der er flere: gentag det, til der ikke er."))
    return redirect("portal:endpoint", endpoint_id=endpoint_id)
