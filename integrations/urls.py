"""The addresses of integrations: without a trailing slash."""

from __future__ import annotations

from django.urls import path

from integrations.api.companies import CompaniesView, CompanyView, ExportCompanyView, ExportsView, RetryView
from integrations.api.integrations import FieldsView, IntegrationsView, IntegrationView
from integrations.api.messages import ChangesView, PreviewView, TestView

ONE = "apps/integrations/<uuid:integration_id>"

urlpatterns = [
    path("apps/integrations", IntegrationsView.as_view(), name="integrations"),
    path("apps/integrations/fields", FieldsView.as_view(), name="integration-fields"),
    path(ONE, IntegrationView.as_view(), name="integration"),
    path(f"{ONE}/exports", ExportsView.as_view(), name="integration-exports"),
    path(f"{ONE}/retry", RetryView.as_view(), name="integration-retry"),
    path(f"{ONE}/companies", CompaniesView.as_view(), name="integration-companies"),
    path(f"{ONE}/companies/<str:cvr>", CompanyView.as_view(), name="integration-company"),
    path(f"{ONE}/companies/<str:cvr>/export", ExportCompanyView.as_view(), name="integration-company-export"),
    path(f"{ONE}/test", TestView.as_view(), name="integration-test"),
    path(f"{ONE}/preview/<str:cvr>", PreviewView.as_view(), name="integration-preview"),
    path(f"{ONE}/changes", ChangesView.as_view(), name="integration-changes"),
]
