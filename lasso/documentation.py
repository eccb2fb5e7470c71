"""`/schema` and `/docs`: the OpenAPI document, for generators and for readers."""

from __future__ import annotations

from django.conf import settings
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView


class SchemaView(SpectacularJSONAPIView):
    """The OpenAPI document."""


class DocumentationView(SpectacularSwaggerSplitView):
    """The OpenAPI document to read and to try, without a script or a style that is not a file of our own host."""

    template_name = "docs/api.html"
    title = str(settings.SPECTACULAR_SETTINGS["TITLE"])
