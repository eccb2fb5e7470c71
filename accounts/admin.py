"""The administrator's pages for organisations, their members and their keys."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from rest_framework_api_key.models import APIKey as PackagedAPIKey

from accounts.admin_deleting import delete_with_everything
from accounts.erasing import remaining
from accounts.keys import revoke_api_key
from accounts.models import APIKey, Membership, Organisation, User

# The package's own model, whose keys open nothing here.
admin.site.unregister(PackagedAPIKey)
admin.site.register(User, UserAdmin)


class MembershipInline(admin.TabularInline[Membership, Organisation]):
    """The members on an organisation's page."""

    model = Membership
    extra = 0
    autocomplete_fields = ("user",)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin[Organisation]):
    """Organisations, and what each may see; deleting one is an action that asks first and takes its time."""

    list_display = ("name", "email", "language", "has_beneficial_owner_access", "created_at", "left_to_erase")
    list_filter = ("has_beneficial_owner_access", "language")
    search_fields = ("name", "email", "id")
    inlines = (MembershipInline,)
    readonly_fields = ("closed_at",)
    actions = (delete_with_everything,)

    def has_delete_permission(self, request: HttpRequest, obj: Organisation | None = None) -> bool:  # noqa: ARG002
        """Django would delete all rows at once, and no file."""
        return False

    def has_delete_with_everything_permission(self, request: HttpRequest) -> bool:
        """Who may use the action."""
        user: Any = request.user
        return bool(user.has_perm("accounts.delete_organisation"))

    @admin.display(description="being deleted")
    def left_to_erase(self, organisation: Organisation) -> str:
        """What is left of one that was closed."""
        if organisation.closed_at is None:
            return ""
        left = [f"{count} {name}" for name, count in remaining(organisation.pk).items() if count]
        return f"left: {', '.join(left) or 'its own row'}"


@admin.register(APIKey)
class APIKeyAdmin(admin.ModelAdmin[APIKey]):
    """API keys; the key itself is shown once, after it was made."""

    list_display = ("prefix", "name", "organisation", "created", "expiry_date", "revoked")
    list_filter = ("revoked", "created")
    list_select_related = ("organisation",)
    search_fields = ("prefix", "name", "organisation__name")
    autocomplete_fields = ("organisation",)
    fields = ("organisation", "name", "expiry_date", "prefix", "revoked", "created", "created_by")
    actions = ("revoke",)

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: APIKey | None = None,
    ) -> tuple[str, ...]:
        """A key stays with its organisation, and a revoked one stays as it is; revoking is an action."""
        always = ("prefix", "revoked", "created", "created_by")
        if obj is None:
            return always
        return (*always, "organisation", *(("name", "expiry_date") if obj.revoked else ()))

    def save_model(
        self,
        request: HttpRequest,
        obj: APIKey,
        form: ModelForm[APIKey],  # noqa: ARG002 - Django's signature
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Stores the key, and shows a new one once."""
        if change:
            obj.save()
            return
        obj.created_by = request.user if isinstance(request.user, User) else None
        text = APIKey.objects.assign_key(obj)
        obj.save()
        messages.warning(request, f"The new API key is {text} – copy it now, it cannot be shown again.")

    @admin.action(description="Revoke the selected keys (cannot be undone)", permissions=["change"])
    def revoke(self, request: HttpRequest, keys: QuerySet[APIKey]) -> None:
        """Ends keys at once."""
        for key in keys:
            revoke_api_key(key=key)
        messages.success(request, f"Keys revoked: {len(keys)}.")
