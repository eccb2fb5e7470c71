"""The organisation's API keys."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.keys import create_api_key, revoke_api_key
from accounts.models import APIKey
from lasso.language import translate as _
from portal.account.forms import KeyForm
from portal.pages import MemberRequest, member_page


@require_http_methods(["GET", "HEAD", "POST"])
@member_page
def keys(request: MemberRequest) -> HttpResponse:
    """List the keys; make one, which is shown in this answer and never again."""
    form = KeyForm(request.POST or None)
    new_key = ""
    if request.method == "POST" and form.is_valid():
        made = create_api_key(
            organisation=request.organisation, name=form.cleaned_data["name"], created_by=request.member
        )
        new_key, form = made.text, KeyForm()
    own = APIKey.objects.filter(organisation=request.organisation).select_related("created_by")
    context = {"form": form, "keys": own.order_by("revoked", "-created"), "new_key": new_key}
    return render(request, "portal/account/keys.html", context)


@require_POST
@member_page
def revoke(request: MemberRequest, prefix: str) -> HttpResponse:
    """End a key."""
    key = get_object_or_404(APIKey, organisation=request.organisation, prefix=prefix)
    revoke_api_key(key=key)
    messages.success(request, _("Nøglen {name} virker ikke længere.").format(name=key.name))
    return redirect("portal:keys")
