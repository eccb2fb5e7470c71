"""The addresses of companies; `portal.urls` takes them in."""

from __future__ import annotations

from django.urls import path

from portal.companies import page, searching

urlpatterns = [
    path("portal/companies", searching.companies, name="companies"),
    path("portal/companies/<str:cvr>", page.company, name="company"),
    path("portal/companies/<str:cvr>/changes", page.changes, name="company-changes"),
    path("portal/companies/<str:cvr>/export", page.export, name="company-export"),
]
