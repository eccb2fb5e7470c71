"""What the OpenAPI document says about every operation: JSON in and out, one error body, two ways to send a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeVar, get_args, get_origin

from drf_spectacular.drainage import set_override, warn
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ComponentRegistry, ResolvedComponent
from drf_spectacular.utils import OpenApiParameter
from pydantic import BaseModel

from lasso.paging import SIZE_PARAMETER, TOKEN_PARAMETER

Handler = TypeVar("Handler", bound=Callable[..., Any])

JSON = "application/json"
# What can be answered besides the success, by status.
BAD_REQUEST = "Something in the address, the query or the body is missing or wrong; `errors` says what, and where."
NOT_AUTHENTICATED = "No API key, or one that is not known, revoked or expired."
NOT_FOUND = "There is no such thing, or it belongs to another organisation."
NOT_ACCEPTABLE = "The header `Accept` asks for something else than what is answered here."
CONFLICT = (
    "The thing is in a state in which this cannot be done, or a request with the same Idempotency-Key still runs."
)
EXPIRED = "The token is too old: what it stands for may be incomplete."
TOO_LARGE = "The body is larger than is read; send it in several requests."
ADDRESS_TOO_LONG = "The request's first line is longer than the 8,190 bytes that are read."
UNSUPPORTED_MEDIA_TYPE = "The body is compressed, or not JSON."
UNPROCESSABLE = "Understood, but it cannot be carried out; or the Idempotency-Key was used for another request."
TOO_MANY = "Too many requests; the header `retry-after` says how many seconds to wait."
HEADERS_TOO_LARGE = "The headers are more, or longer, than is read."
UNEXPECTED = "Something went wrong on our side; `requestId` is what to quote when you write to us."
UNAVAILABLE = "Something that the answer needs is out of reach for a moment; the header `retry-after` may say how long."
ERRORS_OF_ALL = {
    "400": BAD_REQUEST,
    "401": NOT_AUTHENTICATED,
    "406": NOT_ACCEPTABLE,
    "414": ADDRESS_TOO_LONG,
    "429": TOO_MANY,
    "431": HEADERS_TOO_LARGE,
    "500": UNEXPECTED,
    "503": UNAVAILABLE,
}
ERRORS_WITH_PATH = {"404": NOT_FOUND}
ERRORS_WITH_BODY = {"413": TOO_LARGE, "415": UNSUPPORTED_MEDIA_TYPE}
ERRORS_OF_CHANGES = {"409": CONFLICT, "422": UNPROCESSABLE}
# What a view names for an error that its operation alone can answer.
ERROR = {"$ref": "#/components/schemas/Error"}
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


def paging_parameters(
    *, most: int, when_left_out: str, start: str = "The continuationToken of the page before."
) -> list[OpenApiParameter]:
    """The two parameters of a long list: where its page starts (`start` says what to send), and how long it is."""
    size = {"type": "integer", "minimum": 1, "maximum": most}
    return [
        OpenApiParameter(TOKEN_PARAMETER, str, description=start),
        OpenApiParameter(SIZE_PARAMETER, size, description=f"1 to {most}; {when_left_out} when left out."),
    ]


def optional_body(post: Handler) -> Handler:
    """Says of a view's method that its body may be left out; put right above the method."""
    post.has_optional_body = True  # type: ignore[attr-defined] # read by Schema
    return post


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
        for status, description in self._errors(operation, method).items():
            operation["responses"].setdefault(
                status, {"description": description, "content": {JSON: {"schema": error.ref}}}
            )
        operation["responses"] = dict(sorted(operation["responses"].items()))
        for parameter in operation.get("parameters", []):
            if parameter["in"] == "query" and not parameter.get("required"):
                # A parameter that is given and blank is one that is left out.
                parameter["allowEmptyValue"] = True
        if "requestBody" in operation:
            operation["requestBody"]["required"] = not getattr(self._handler(method), "has_optional_body", False)
        if getattr(self._handler(method), "is_idempotent", False):
            operation.setdefault("parameters", []).append(IDEMPOTENCY_KEY)
        return operation

    def _errors(self, operation: dict[str, Any], method: str) -> dict[str, str]:
        """The errors that the operation can answer, and what each means; a view adds its own to its responses."""
        errors = dict(ERRORS_OF_ALL)
        if not self.view.get_authenticators():
            del errors["401"]
        if "{" in self.path:
            errors |= ERRORS_WITH_PATH
        if "requestBody" in operation:
            errors |= ERRORS_WITH_BODY
        if method != "GET":
            errors |= ERRORS_OF_CHANGES
        return errors

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


class PydanticModels(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """Pydantic's models, as the package's own extension has them, but no two of a name.

    The package would take the first of two that have the same name for both.
    """

    target_class = "pydantic.BaseModel"
    match_subclasses = True
    priority = 1

    def get_name(self, auto_schema: AutoSchema, direction: Literal["request", "response"]) -> str:  # noqa: ARG002
        """The class's own."""
        set_override(self.target, "suppress_collision_warning", True)
        return str(self.target.__name__)

    def map_serializer(self, auto_schema: AutoSchema, direction: Literal["request", "response"]) -> dict[str, Any]:  # noqa: ARG002
        """The model's JSON Schema; what stands inside of it becomes components of their own."""
        schema: dict[str, Any] = self.target.model_json_schema(
            ref_template="#/components/schemas/{model}", mode="serialization"
        )
        for name, inner in schema.pop("$defs", {}).items():
            component = ResolvedComponent(  # type: ignore[no-untyped-call]
                name=name, type=ResolvedComponent.SCHEMA, object=name, schema=inner
            )
            if component in auto_schema.registry and auto_schema.registry[component].schema != inner:
                warn(f"Two different schemas are called {name}; name one of them otherwise.")
            auto_schema.registry.register_on_missing(component)
        return schema


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
