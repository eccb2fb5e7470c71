"""How a receiver wants us to sign in: read (`parsing`), kept (`configuration`), and done (`signing_in`)."""

from delivery.auth.configuration import (
    AUTH_SCHEMA,
    AuthConfig,
    AuthMethod,
    ClientAuthentication,
    auth_from_json,
)
from delivery.auth.parsing import AuthConfigError, parse_auth

__all__ = [
    "AUTH_SCHEMA",
    "AuthConfig",
    "AuthConfigError",
    "AuthMethod",
    "ClientAuthentication",
    "auth_from_json",
    "parse_auth",
]
