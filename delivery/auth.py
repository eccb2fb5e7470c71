"""How a webhook's receiver wants us to sign in: the `authConfig` of the API.

The documented JSON is `{"Method": …, "Key": …, "Value": …}` with the methods Header (Key is the header's name),
BasicAuth (Key is the user) and Kerberos (Key is domain@user). Keys are taken in any letter case, as everywhere in the
API.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# RFC 9110, section 5.6.2 (token) and 5.5 (field value; other than ASCII is obsolete and read differently everywhere).
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")
LONGEST_KEY = 200
LONGEST_VALUE = 8000

# What the call itself needs, or what would change whom it reaches.
RESERVED_HEADERS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "idempotency-key",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
    }
)
RESERVED_PREFIXES = ("webhook-", "proxy-")


class AuthMethod(StrEnum):
    """The documented ways to sign in."""

    HEADER = "Header"
    BASIC_AUTH = "BasicAuth"
    KERBEROS = "Kerberos"


METHODS = {method.value.lower(): method for method in AuthMethod}


class AuthConfigError(Exception):
    """An `authConfig` that cannot be used: where in the body, and what is wrong with it."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


@dataclass(frozen=True, slots=True)
class AuthConfig:
    """A way to sign in, checked. Its value never shows in a representation."""

    method: AuthMethod
    key: str
    value: str = field(repr=False)

    def as_json(self) -> str:
        """The documented JSON, the same text for the same configuration; it holds the secret."""
        return json.dumps({"Method": self.method.value, "Key": self.key, "Value": self.value}, separators=(",", ":"))

    def headers(self) -> dict[str, str]:
        """The headers that sign a request in; they hold the secret."""
        if self.method is AuthMethod.BASIC_AUTH:
            credentials = b64encode(f"{self.key}:{self.value}".encode()).decode("ascii")
            return {"Authorization": f"Basic {credentials}"}
        return {self.key: self.value}


def parse_auth(data: object, *, path: str = "authConfig") -> AuthConfig | None:
    """The configuration in a decoded JSON value; None for null.

    Raises:
        AuthConfigError: with the path below `path` and a sentence, which never repeats the value.
    """
    if data is None:
        return None
    if not isinstance(data, Mapping):
        raise AuthConfigError(path, 'must be an object such as {"Method": "Header", "Key": "X-API-KEY", "Value": "…"}.')
    fields = _fields(data, path)
    method = _method(fields["method"], f"{path}.Method")
    key = _text(fields["key"], f"{path}.Key", longest=LONGEST_KEY)
    value = _text(fields["value"], f"{path}.Value", longest=LONGEST_VALUE)
    if method is AuthMethod.KERBEROS:
        raise AuthConfigError(f"{path}.Method", "Kerberos is not supported yet; use Header or BasicAuth.")
    if method is AuthMethod.HEADER:
        _check_header(key, value, path)
    else:
        _check_basic(key, value, path)
    return AuthConfig(method=method, key=key, value=value)


def auth_from_json(text: str) -> AuthConfig | None:
    """What `AuthConfig.as_json` wrote; None for empty text."""
    if not text:
        return None
    data = json.loads(text)
    return AuthConfig(method=AuthMethod(data["Method"]), key=data["Key"], value=data["Value"])


def _fields(data: Mapping[Any, Any], path: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in data.items():
        known = str(name).lower()
        if known not in {"method", "key", "value"}:
            raise AuthConfigError(f"{path}.{name}", "is not known here; use Method, Key and Value.")
        if known in fields:
            raise AuthConfigError(f"{path}.{name}", "is given twice, in different letter case.")
        fields[known] = value
    for known in ("method", "key", "value"):
        if fields.get(known) is None:
            raise AuthConfigError(f"{path}.{known.capitalize()}", "is missing.")
    return fields


def _method(value: object, path: str) -> AuthMethod:
    method = METHODS.get(value.strip().lower()) if isinstance(value, str) else None
    if method is None:
        raise AuthConfigError(path, "must be Header, BasicAuth or Kerberos.")
    return method


def _text(value: object, path: str, *, longest: int) -> str:
    if not isinstance(value, str):
        raise AuthConfigError(path, "must be text.")
    if not value:
        raise AuthConfigError(path, "is empty.")
    if len(value) > longest:
        raise AuthConfigError(path, f"is longer than {longest} characters.")
    return value


def _check_header(key: str, value: str, path: str) -> None:
    if not HEADER_NAME.fullmatch(key):
        raise AuthConfigError(f"{path}.Key", "is not a header name; use letters, digits and hyphens.")
    if key.lower() in RESERVED_HEADERS or key.lower().startswith(RESERVED_PREFIXES):
        raise AuthConfigError(f"{path}.Key", f"must not be {key}: that header is set by the call itself.")
    if not HEADER_VALUE.fullmatch(value):
        raise AuthConfigError(
            f"{path}.Value", "must be printable ASCII on one line, without spaces at its beginning or end."
        )


def _check_basic(key: str, value: str, path: str) -> None:
    # RFC 7617, section 2: a colon ends the user's name, control characters are not allowed in either.
    if ":" in key:
        raise AuthConfigError(
            f"{path}.Key", "must not have a colon in it: BasicAuth could not tell it from the password."
        )
    for name, text in (("Key", key), ("Value", value)):
        if CONTROL_CHARACTERS.search(text):
            raise AuthConfigError(f"{path}.{name}", "must not have control characters or line breaks in it.")
