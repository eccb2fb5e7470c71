"""What the OpenAPI document says about every operation: JSON in and out, one error body, two ways to send a key."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from pydantic import BaseModel

JSON = "application/json"
ERRORS = {
    "401": "No API key, or one that is not known, revoked or expired.",
    "429": "Too many requests with this key; the header `retry-after` says how many seconds to wait.",
    "default": "Any other error: the same body, with its own `httpStatusCode` and `errorCode`.",
}
# The schema of lasso.errors.ErrorBody.
ERROR_SCHEMA = {
    "type": "object",
    "description": "The body of every error.",
    "required": ["errorMessage", "httpStatusCode", "errorCode", "friendlyError", "helpLink"],
    "properties": {
        "errorMessage": {"type": "string", "description": "What was wrong, for a developer."},
        "httpStatusCode": {"type": "integer", "description": "The status of the answer.", "example": 429},
        "errorCode": {"type": "integer", "description": "The kind of error; see helpLink.", "example": 26},
        "friendlyError": {"type": "string", "description": "The same for the person in front of the screen."},
        "helpLink": {"type": "string", "format": "uri", "description": "Where this kind of error is explained."},
        "errors": {
            "type": "array",
            "description": "Each field that is missing or wrong.",
            "items": {
                "type": "object",
                "required": ["path", "message"],
                "properties": {
                    "path": {"type": "string", "example": "items[3].cvr"},
                    "message": {"type": "string"},
                },
            },
        },
        "requestId": {"type": "string", "description": "With a 5xx: what to quote when you write to us."},
    },
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": (
        "A name of your choice for this request. Sent again within 24 hours with the same body it gets the first "
        "answer again (with `Idempotent-Replayed: true`) and nothing is done twice. With another body: 422; while "
        "the first request still runs: 409."
    ),
}


class Schema(AutoSchema):
    """Our way of describing an operation."""

    def map_parsers(self) -> list[str]:
        """Bodies are JSON; that other content types are read as JSON too is a courtesy, not a promise."""
        return [JSON]

    def get_operation(
        self, path: str, path_regex: str, path_prefix: str, method: str, registry: ComponentRegistry
    ) -> dict[str, Any] | None:
        """The operation, with what all of ours have in common."""
        operation: dict[str, Any] | None = super().get_operation(path, path_regex, path_prefix, method, registry)
        if operation is None:
            return None
        error = ResolvedComponent(  # type: ignore[no-untyped-call]
            name="Error", type=ResolvedComponent.SCHEMA, schema=ERROR_SCHEMA, object="Error"
        )
        registry.register_on_missing(error)
        for status, description in ERRORS.items():
            if status != "401" or self.view.get_authenticators():
                operation["responses"].setdefault(
                    status, {"description": description, "content": {JSON: {"schema": error.ref}}}
                )
        if getattr(self._handler(method), "is_idempotent", False):
            operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        return operation

    def _get_response_for_code(
        self,
        serializer: Any,
        status_code: str,
        media_types: list[str] | None = None,
        direction: Literal["request", "response"] = "response",
    ) -> dict[str, Any]:
        """The package describes a pydantic model, but not a list of one."""
        model: Any = next(iter(get_args(serializer)), None)
        if get_origin(serializer) is list and isinstance(model, type) and issubclass(model, BaseModel):
            entry: Any = model
            serializer = {"type": "array", "items": self.resolve_serializer(entry, direction).ref}
        described: dict[str, Any] = super()._get_response_for_code(  # type: ignore[no-untyped-call]
            serializer, status_code, media_types, direction
        )
        return described

    def _handler(self, method: str) -> Any:
        action = getattr(self.view, "action", None) or method.lower()
        return getattr(self.view, action, None)


class APIKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The two ways to send a key, either of which will do."""

    target_class = "accounts.authentication.APIKeyAuthentication"
    name = ["lassoApiKey", "accessKey"]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:  # noqa: ARG002
        """One or the other."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, Any]]:  # noqa: ARG002
        """In the header, or in the query."""
        return [
            {"type": "apiKey", "in": "header", "name": "lasso-api-key"},
            {"type": "apiKey", "in": "query", "name": "accessKey"},
        ]
