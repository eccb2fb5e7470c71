"""Every address of the site."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from lasso import documentation, health, metrics, pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.start, name="start"),
    # What browsers ask for on pages that name no icon, such as the admin's.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}lasso/icon.svg"), name="favicon"),
    path("docs", documentation.DocumentationView.as_view(), name="docs"),
    path("docs/errors", pages.errors, name="errors"),
    path("schema", documentation.SchemaView.as_view(), name="schema"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("admin/", admin.site.urls),
    # The apps' own addresses, named by text because the frame knows no app.
    path("", include("delivery.urls")),
    path("", include("integrations.urls")),
    path("", include("reporting.urls")),
    path("", include("portal.urls")),
]

handler400 = pages.handle_400
handler403 = pages.handle_403
handler404 = pages.handle_404
handler500 = pages.handle_500
