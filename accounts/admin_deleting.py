"""The administration's action that deletes an organisation: a page that says what goes, and asks for its name."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.closing import close_organisation
from accounts.erasing import remaining
from accounts.models import Organisation

NAME = "delete_with_everything"


@admin.action(
    description="Delete with everything that belongs to it (asks first)", permissions=["delete_with_everything"]
)
def delete_with_everything(
    model_admin: admin.ModelAdmin[Any], request: HttpRequest, organisations: QuerySet[Organisation]
) -> TemplateResponse | None:
    """Ask for the name, then close the organisation; the clock erases what it has."""
    found = list(organisations[:2])
    if len(found) != 1:
        messages.error(request, "Choose one organisation: each is deleted for itself.")
        return None
    [organisation] = found
    typed = request.POST.get("confirm")
    if typed != organisation.name:
        if typed is not None:
            messages.error(request, f"{typed!r} is not its name; nothing was done.")
        return _ask(model_admin, request, organisation)
    with transaction.atomic():
        is_closed = close_organisation(organisation=organisation, now=timezone.now())
        if is_closed:
            model_admin.log_change(request, organisation, "Closed, to be erased with everything that it has.")
    messages.success(
        request, f"{organisation.name} is closed. What it has is being erased; the list shows how far it is."
    )
    return None


def _ask(model_admin: admin.ModelAdmin[Any], request: HttpRequest, organisation: Organisation) -> TemplateResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Delete {organisation.name}?",
        "organisation": organisation,
        "belongings": remaining(organisation.pk),
        "action": NAME,
        "opts": model_admin.opts,
    }
    return TemplateResponse(request, "admin/delete_organisation.html", context)
