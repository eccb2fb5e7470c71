"""What the OpenAPI document says of itself, and how it is shown: the settings of drf-spectacular."""

from __future__ import annotations

from typing import Any

from lasso import __version__

OPENAPI_DOCUMENT: dict[str, Any] = {
    "TITLE": "Lasso",
    "DESCRIPTION": (
        "Reports on Danish companies, ordered in batches and delivered by webhook, e-mail, link and zip.\n\n"
        "**Reading is lenient where the documentation is.** Enumerations may be sent by name (in any letter case) "
        "or by number, field names in any letter case, and a comma may follow the last entry of a list or an object. "
        "Answers always have the names shown here.\n\n"
        "**Every error has one body**, `Error`; its codes are explained at [/docs/errors](/docs/errors)."
    ),
    "VERSION": __version__,
    # Its schemas are JSON Schema, as pydantic writes them.
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": [],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
