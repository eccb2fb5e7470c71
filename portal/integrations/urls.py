"""The addresses of integrations; `portal.urls` takes them in."""

from __future__ import annotations

from django.urls import path

from portal.integrations import companies, deleting, editing, exporting, listing, page, trying

urlpatterns = [
    path("portal/integrations", listing.integrations, name="integrations"),
    path("portal/integrations/add", editing.choose, name="add-integration"),
    path("portal/integrations/add/own-api", editing.new, name="new-integration"),
    path("portal/integrations/<uuid:integration_id>", page.integration, name="integration"),
    path("portal/integrations/<uuid:integration_id>/change", editing.change, name="change-integration"),
    path("portal/integrations/<uuid:integration_id>/delete", deleting.delete, name="delete-integration"),
    path("portal/integrations/<uuid:integration_id>/exports", exporting.exports, name="integration-exports"),
    path("portal/integrations/<uuid:integration_id>/retry", companies.retry, name="integration-retry"),
    path("portal/integrations/<uuid:integration_id>/preview", trying.preview, name="integration-preview"),
    path("portal/integrations/<uuid:integration_id>/test", trying.test, name="integration-test"),
    path(
        "portal/integrations/<uuid:integration_id>/companies/<str:cvr>/export",
        companies.again,
        name="integration-company-again",
    ),
    path(
        "portal/integrations/<uuid:integration_id>/companies/<str:cvr>/stop",
        companies.stop,
        name="integration-company-stop",
    ),
]
