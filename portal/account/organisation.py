"""The organisation's own settings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.organisations import change_organisation
from lasso.language import translate as _
from portal.account.forms import OrganisationForm
from portal.pages import MemberRequest, member_page


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def organisation(request: MemberRequest) -> HttpResponse:
    """Name, e-mail for notices, language."""
    mine = request.organisation
    now = {"name": mine.name, "email": mine.email, "language": mine.language}
    form = OrganisationForm(request.POST or None, initial=now)
    if request.method == "POST" and form.is_valid():
        change_organisation(organisation=mine, **form.cleaned_data)
        messages.success(request, _("Gemt."))
        return redirect("portal:account")
    return render(request, "portal/account/organisation.html", {"form": form})
