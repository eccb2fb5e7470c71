"""The organisation's members and invitations."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.inviting import InvitationError, invite, remove_member, withdraw_invitation
from lasso.language import mark
from lasso.language import translate as _
from portal.account.forms import InviteForm
from portal.pages import MemberRequest, member_page

REFUSALS = {
    "address": mark("Det er ikke en e-mailadresse."),
    "member": mark("Personen er medlem allerede."),
    "last": mark("Det sidste medlem kan ikke fjernes."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def members(request: MemberRequest) -> HttpResponse:
    """List members and invitations; invite somebody."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        try:
            invite(organisation=request.organisation, email=email, invited_by=request.member, now=timezone.now())
        except InvitationError as error:
            form.add_error("email", _(REFUSALS[error.reason]))
        else:
            messages.success(request, _("{email} får om lidt en invitation.").format(email=email))
            return redirect("portal:members")
    context = {
        "form": form,
        "memberships": request.organisation.membership_set.select_related("user").order_by("user__email"),
        "invitations": request.organisation.invitations.filter(accepted_at__isnull=True).order_by("email"),
        "now": timezone.now(),
    }
    return render(request, "portal/account/members.html", context)


@require_POST
@member_page
def remove(request: MemberRequest, user_id: UUID) -> HttpResponse:
    """End a membership."""
    try:
        if not remove_member(organisation=request.organisation, user_id=user_id):
            raise Http404
    except InvitationError as error:
        messages.error(request, _(REFUSALS[error.reason]))
    else:
        messages.success(request, _("Medlemmet er fjernet."))
    return redirect("portal:members")


@require_POST
@member_page
def withdraw(request: MemberRequest, invitation_id: int) -> HttpResponse:
    """End an invitation."""
    if not withdraw_invitation(organisation=request.organisation, invitation_id=invitation_id):
        raise Http404
    messages.success(request, _("Invitationen er trukket tilbage."))
    return redirect("portal:members")
