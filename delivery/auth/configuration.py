"""A way to sign in at a receiver, as it is checked, stored and masked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class AuthMethod(StrEnum):
    """The ways to sign in: the first three are the documented ones."""

    HEADER = "Header"
    BASIC_AUTH = "BasicAuth"
    KERBEROS = "Kerberos"
    BEARER = "Bearer"
    OAUTH2 = "OAuth2"


class ClientAuthentication(StrEnum):
    """How an OAuth2 client shows its secret to the token server (RFC 6749, section 2.3.1)."""

    BASIC = "Basic"
    POST = "Post"


@dataclass(frozen=True, slots=True)
class AuthConfig:
    """A way to sign in, checked. Its value never shows in a representation.

    `key` is the header's name, the user, the Kerberos user (`domain@username`), or the OAuth2 client's id; `value` the
    secret to it. The last three are OAuth2's alone.
    """

    method: AuthMethod
    key: str
    value: str = field(repr=False)
    token_url: str = ""
    scope: str = ""
    client_authentication: ClientAuthentication = ClientAuthentication.BASIC

    def as_json(self) -> str:
        """The documented JSON, the same text for the same configuration; it holds the secret."""
        data = {"Method": self.method.value, "Key": self.key, "Value": self.value}
        if self.method is AuthMethod.OAUTH2:
            data |= {
                "TokenUrl": self.token_url,
                "Scope": self.scope,
                "ClientAuthentication": self.client_authentication.value,
            }
        return json.dumps(data, separators=(",", ":"))


def auth_from_json(text: str) -> AuthConfig | None:
    """What `AuthConfig.as_json` wrote; None for empty text."""
    if not text:
        return None
    data: dict[str, str] = json.loads(text)
    return AuthConfig(
        method=AuthMethod(data["Method"]),
        key=data["Key"],
        value=data["Value"],
        token_url=data.get("TokenUrl", ""),
        scope=data.get("Scope", ""),
        client_authentication=ClientAuthentication(data.get("ClientAuthentication", ClientAuthentication.BASIC)),
    )


# `authConfig` in the OpenAPI document.
AUTH_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "AuthConfig",
    "description": "How to sign in at the webhook. Names and methods are taken in any letter case.",
    "properties": {
        "Method": {"type": "string", "enum": [method.value for method in AuthMethod]},
        "Key": {
            "type": "string",
            "description": (
                "Header: the header's name. BasicAuth: the user. Kerberos: domain@username, the domain optional. "
                "OAuth2: the client's id. Not for Bearer."
            ),
        },
        "Value": {
            "type": "string",
            "writeOnly": True,
            "description": "The header's value, the password, the token, or the client's secret; never shown again.",
        },
        "TokenUrl": {"type": "string", "format": "uri", "description": "OAuth2: where the client gets its token."},
        "Scope": {"type": "string", "description": "OAuth2: what the token is to be good for."},
        "ClientAuthentication": {
            "type": "string",
            "enum": [way.value for way in ClientAuthentication],
            "default": ClientAuthentication.BASIC.value,
            "description": "OAuth2: whether the client's secret goes in a header (Basic) or in the form (Post).",
        },
    },
    "required": ["Method", "Value"],
    "examples": [{"Method": "Header", "Key": "X-API-KEY", "Value": "dm12d82mdlakd2"}],
}
