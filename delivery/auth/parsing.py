"""How a webhook's receiver wants us to sign in: the `authConfig` of the API, read and checked.

The documented JSON is `{"Method": …, "Key": …, "Value": …}` with the methods Header (Key is the header's name),
BasicAuth (Key is the user) and Kerberos (Key is domain@username, the domain optional). Beyond the documentation there
are Bearer (no Key) and OAuth2 (Key is the client's id; TokenUrl, Scope, ClientAuthentication besides). Keys are taken
in any letter case, as everywhere in the API.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from delivery.auth.configuration import AuthConfig, AuthMethod, ClientAuthentication
from lasso import http, kerberos
from lasso.http import OutboundError
from lasso.http.addresses import is_trusted_host

# RFC 9110, section 5.6.2 (token) and 5.5 (field value; other than ASCII is obsolete and read differently everywhere).
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750, section 2.1
SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*")  # RFC 6749, section 3.3
SURROGATE = re.compile(r"[\ud800-\udfff]")  # JSON can write one, UTF-8 cannot
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

METHODS = {method.value.lower(): method for method in AuthMethod}
CLIENT_AUTHENTICATIONS = {way.value.lower(): way for way in ClientAuthentication}
NAMES = {name.lower(): name for name in ("Method", "Key", "Value", "TokenUrl", "Scope", "ClientAuthentication")}
OAUTH2_NAMES = frozenset({"tokenurl", "scope", "clientauthentication"})


class AuthConfigError(Exception):
    """An `authConfig` that cannot be used: where in the body, and what is wrong with it."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path
        self.message = message


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
    method = _method(fields.get("method"), f"{path}.Method")
    for name in fields:
        if name in OAUTH2_NAMES and method is not AuthMethod.OAUTH2:
            raise AuthConfigError(f"{path}.{NAMES[name]}", f"is for OAuth2 only; leave it out with {method}.")
    if method is AuthMethod.BEARER:
        if fields.get("key"):
            raise AuthConfigError(f"{path}.Key", "is not used with Bearer; leave it out.")
        key = ""
    else:
        key = _text(fields.get("key"), f"{path}.Key", longest=LONGEST_KEY)
    value = _text(fields.get("value"), f"{path}.Value", longest=LONGEST_VALUE)
    return CHECKS[method](AuthConfig(method=method, key=key, value=value), fields, path)


def _fields(data: Mapping[Any, Any], path: str) -> dict[str, Any]:
    """The fields that are given and not null, by their names in lower case."""
    fields: dict[str, Any] = {}
    for name, value in data.items():
        known = str(name).lower()
        if known not in NAMES:
            raise AuthConfigError(f"{path}.{name}", f"is not known here; use {', '.join(NAMES.values())}.")
        if known in fields:
            raise AuthConfigError(f"{path}.{name}", "is given twice, in different letter case.")
        fields[known] = value
    return {name: value for name, value in fields.items() if value is not None}


def _method(value: object, path: str) -> AuthMethod:
    if value is None:
        raise AuthConfigError(path, "is missing.")
    method = METHODS.get(value.strip().lower()) if isinstance(value, str) else None
    if method is None:
        raise AuthConfigError(path, f"must be one of {', '.join(AuthMethod)}.")
    return method


def _text(value: object, path: str, *, longest: int) -> str:
    if value is None:
        raise AuthConfigError(path, "is missing.")
    if not isinstance(value, str):
        raise AuthConfigError(path, "must be text.")
    if not value:
        raise AuthConfigError(path, "is empty.")
    if len(value) > longest:
        raise AuthConfigError(path, f"is longer than {longest} characters.")
    if SURROGATE.search(value):
        raise AuthConfigError(path, "has half of a character in it, which cannot be sent.")
    return value


def _header(auth: AuthConfig, fields: Mapping[str, Any], path: str) -> AuthConfig:  # noqa: ARG001 - as all checks
    if not HEADER_NAME.fullmatch(auth.key):
        raise AuthConfigError(f"{path}.Key", "is not a header name; use letters, digits and hyphens.")
    if auth.key.lower() in RESERVED_HEADERS or auth.key.lower().startswith(RESERVED_PREFIXES):
        raise AuthConfigError(f"{path}.Key", f"must not be {auth.key}: that header is set by the call itself.")
    if not HEADER_VALUE.fullmatch(auth.value):
        raise AuthConfigError(
            f"{path}.Value", "must be printable ASCII on one line, without spaces at its beginning or end."
        )
    return auth


def _basic(auth: AuthConfig, fields: Mapping[str, Any], path: str) -> AuthConfig:  # noqa: ARG001
    # RFC 7617, section 2: a colon ends the user's name, control characters are not allowed in either.
    if ":" in auth.key:
        raise AuthConfigError(
            f"{path}.Key", "must not have a colon in it: BasicAuth could not tell it from the password."
        )
    _check_printable(auth, path)
    return auth


def _bearer(auth: AuthConfig, fields: Mapping[str, Any], path: str) -> AuthConfig:  # noqa: ARG001
    if not BEARER_TOKEN.fullmatch(auth.value):
        raise AuthConfigError(
            f"{path}.Value", "is not a bearer token; use letters, digits and -._~+/ (without the word Bearer)."
        )
    return auth


def _kerberos(auth: AuthConfig, fields: Mapping[str, Any], path: str) -> AuthConfig:  # noqa: ARG001
    _check_printable(auth, path)
    if reason := kerberos.why_unavailable():
        raise AuthConfigError(f"{path}.Method", reason)
    try:
        kerberos.principal_of(auth.key)
    except kerberos.PrincipalError as error:
        raise AuthConfigError(f"{path}.Key", str(error)) from None
    return auth


def _oauth2(auth: AuthConfig, fields: Mapping[str, Any], path: str) -> AuthConfig:
    _check_printable(auth, path)
    url = _text(fields.get("tokenurl"), f"{path}.TokenUrl", longest=http.LONGEST_URL)
    try:
        target = http.checked_target(url)
    except OutboundError as error:
        raise AuthConfigError(f"{path}.TokenUrl", error.sentence) from None
    if target.scheme != "https" and not is_trusted_host(target.host):
        raise AuthConfigError(f"{path}.TokenUrl", "must start with https://: the client's secret goes there.")
    scope = _text(fields["scope"], f"{path}.Scope", longest=LONGEST_VALUE) if fields.get("scope") else ""
    if scope and not SCOPE.fullmatch(scope):
        raise AuthConfigError(f"{path}.Scope", "must be words of printable ASCII, with one space between them.")
    way = fields.get("clientauthentication", ClientAuthentication.BASIC.value)
    client_authentication = CLIENT_AUTHENTICATIONS.get(way.strip().lower()) if isinstance(way, str) else None
    if client_authentication is None:
        raise AuthConfigError(f"{path}.ClientAuthentication", "must be Basic or Post.")
    return replace(auth, token_url=url, scope=scope, client_authentication=client_authentication)


def _check_printable(auth: AuthConfig, path: str) -> None:
    for name, text in (("Key", auth.key), ("Value", auth.value)):
        if CONTROL_CHARACTERS.search(text):
            raise AuthConfigError(f"{path}.{name}", "must not have control characters or line breaks in it.")


CHECKS: dict[AuthMethod, Callable[[AuthConfig, Mapping[str, Any], str], AuthConfig]] = {
    AuthMethod.HEADER: _header,
    AuthMethod.BASIC_AUTH: _basic,
    AuthMethod.KERBEROS: _kerberos,
    AuthMethod.BEARER: _bearer,
    AuthMethod.OAUTH2: _oauth2,
}
