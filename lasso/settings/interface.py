"""The API."""

from __future__ import annotations

from lasso.env import Environment
from lasso.openapi_document import OPENAPI_DOCUMENT

env = Environment()

# --- The API ----------------------------------------------------------------------------------------------------------

API_REQUESTS_PER_MINUTE = env.integer("API_REQUESTS_PER_MINUTE", 500, least=1)
# Calls to a receiver for a test, which an organisation has made by the API and the portal together.
TEST_CALLS_PER_MINUTE = env.integer("TEST_CALLS_PER_MINUTE", 30, least=1)
# The largest file of companies that the portal reads.
PORTAL_UPLOAD_MEGABYTES = env.integer("PORTAL_UPLOAD_MEGABYTES", 10, least=1, most=100)
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024
# The form of an integration has five fields for each of the 500 members that a mapping may have.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
# Whoever reads /metrics must send it as a bearer token; empty: /metrics is open and belongs behind a proxy.
METRICS_TOKEN = env.text("METRICS_TOKEN")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.APIKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["accounts.authentication.HasOrganisation"],
    "DEFAULT_THROTTLE_CLASSES": ["accounts.throttling.KeyThrottle"],
    "DEFAULT_PARSER_CLASSES": ["lasso.parsing.LenientJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "lasso.openapi.Schema",
    "EXCEPTION_HANDLER": "lasso.errors.answer_exception",
    "UNAUTHENTICATED_USER": None,
    # Answers are JSON; "format" in a query is a file-name format, not a wish for another renderer.
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = OPENAPI_DOCUMENT
