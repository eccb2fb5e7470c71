"""The register in Django admin, to look at: it is written by imports alone. Beneficial owners are not shown here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from companies.models import AnnualAccounts, BeneficialOwnerRead, Change, Company


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that nobody changes by hand."""

    show_full_result_count = False  # counting a register of a million companies is slow

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody deletes."""
        return False


@admin.register(Company)
class CompanyAdmin(ReadOnlyAdmin):
    """Companies, found by CVR number or name."""

    list_display = ("cvr", "name", "form", "is_active", "is_protected", "version", "source", "retrieved_at")
    list_filter = ("is_active", "is_protected", "source")
    search_fields = ("=cvr", "name")


@admin.register(AnnualAccounts)
class AnnualAccountsAdmin(ReadOnlyAdmin):
    """Annual accounts, found by CVR number."""

    list_display = ("cvr", "end_date", "published_at", "accounting_class", "assistance", "currency", "source")
    list_filter = ("currency", "source")
    search_fields = ("=cvr", "audit_firm")
    ordering = ("cvr", "-end_date")


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    """The change log, newest first."""

    list_display = ("id", "cvr", "version", "changed", "created_at")
    search_fields = ("=cvr",)
    ordering = ("-id",)

    @admin.display(description="changed fields")
    def changed(self, change: Change) -> str:
        """The names of the fields."""
        return ", ".join(sorted(change.fields))


@admin.register(BeneficialOwnerRead)
class BeneficialOwnerReadAdmin(ReadOnlyAdmin):
    """Who looked at whose beneficial owners, and why; what they saw is not here."""

    list_display = ("read_at", "organisation_name", "cvr", "purpose")
    search_fields = ("=cvr", "organisation_name")
    ordering = ("-read_at",)
