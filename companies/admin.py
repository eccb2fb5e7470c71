"""The register in Django admin, to look at: it is written by imports alone. Beneficial owners are not shown here."""

from __future__ import annotations

from django.contrib import admin

from companies.models import AnnualAccounts, BeneficialOwnerRead, Change, Company
from lasso.admin import ReadOnlyAdmin


@admin.register(Company)
class CompanyAdmin(ReadOnlyAdmin[Company]):
    """Companies, found by CVR number or name."""

    list_display = ("cvr", "name", "form", "is_active", "is_protected", "version", "source", "retrieved_at")
    list_filter = ("is_active", "is_protected", "source")
    search_fields = ("=cvr", "name")


@admin.register(AnnualAccounts)
class AnnualAccountsAdmin(ReadOnlyAdmin[AnnualAccounts]):
    """Annual accounts, found by CVR number."""

    list_display = ("cvr", "end_date", "published_at", "accounting_class", "assistance", "currency", "source")
    list_filter = ("currency", "source")
    search_fields = ("=cvr", "audit_firm")
    ordering = ("cvr", "-end_date")


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin[Change]):
    """The change log, newest first."""

    list_display = ("id", "cvr", "version", "changed", "created_at")
    search_fields = ("=cvr",)
    ordering = ("-id",)

    @admin.display(description="changed fields")
    def changed(self, change: Change) -> str:
        """The names of the fields."""
        return ", ".join(sorted(change.fields))


@admin.register(BeneficialOwnerRead)
class BeneficialOwnerReadAdmin(ReadOnlyAdmin[BeneficialOwnerRead]):
    """Who looked at whose beneficial owners, and why; what they saw is not here."""

    list_display = ("read_at", "organisation_name", "cvr", "purpose")
    list_filter = ("purpose", "organisation_name")
    date_hierarchy = "read_at"
    search_fields = ("=cvr", "organisation_name")
    ordering = ("-read_at",)
