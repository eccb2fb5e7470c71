"""OAuth2 client credentials (RFC 6749, section 4.4): a token from the token server, kept for all workers."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from django.utils.crypto import salted_hmac

from delivery.auth.configuration import AuthConfig, ClientAuthentication
from delivery.auth.errors import SignInError
from delivery.auth.parsing import HEADER_VALUE
from delivery.models import AccessToken
from delivery.outcomes import DeliveryErrorCode
from lasso import http
from lasso.encryption import InvalidToken, decrypt, encrypt
from lasso.http import Deadline, OutboundError

# For a server that does not say (RFC 6749, section 5.1: "recommended").
DEFAULT_LIFETIME = timedelta(minutes=5)
LONGEST_LIFETIME = timedelta(days=1)
# A token is not used any more so shortly before its end.
MARGIN = timedelta(seconds=30)
# RFC 6749, section 5.2; anything else that a server calls its error is not repeated.
ERROR_NAME = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when it is no longer used."""

    text: str = field(repr=False)
    expires_at: datetime


def kept_token(auth: AuthConfig, *, now: datetime) -> Token | None:
    """The token that some worker got and that is still good; None when there is none."""
    row = AccessToken.objects.filter(fingerprint=fingerprint_of(auth), expires_at__gt=now).first()
    if row is None:
        return None
    try:
        return Token(decrypt(row.token), row.expires_at)
    except InvalidToken:
        return None


def keep_token(auth: AuthConfig, token: Token, *, now: datetime) -> None:
    """Keep it for the others, and forget the ones that are over."""
    AccessToken.objects.filter(expires_at__lte=now).delete()
    AccessToken.objects.update_or_create(
        fingerprint=fingerprint_of(auth), defaults={"token": encrypt(token.text), "expires_at": token.expires_at}
    )


def fingerprint_of(auth: AuthConfig) -> str:
    """What finds the token of a configuration; it gives nothing of it away."""
    return salted_hmac("delivery.auth.tokens", auth.as_json(), algorithm="sha256").hexdigest()


def fetched_token(auth: AuthConfig, *, deadline: Deadline, now: datetime) -> Token:
    """A new token from the token server.

    Raises:
        SignInError: there is none; the sentence says why, without a secret in it.
        OutboundError: the server was not reached through a fault of ours.
    """
    headers, form = _request(auth)
    host = urlsplit(auth.token_url).hostname or ""
    try:
        answer = http.send(
            method="POST", url=auth.token_url, headers=headers, body=urlencode(form).encode(), deadline=deadline
        )
    except OutboundError as error:
        if error.is_our_fault:
            raise
        raise _failed(f"The token server gave no answer: {error.sentence}") from None
    data = _object(answer.body)
    if answer.status_code != 200:
        name = data.get("error")
        reason = f" ({name})" if isinstance(name, str) and ERROR_NAME.fullmatch(name) else ""
        raise _failed(f"The token server at {host} answered with status {answer.status_code}{reason}.")
    text, kind = data.get("access_token"), data.get("token_type", "bearer")
    if not isinstance(text, str) or not HEADER_VALUE.fullmatch(text) or str(kind).lower() != "bearer":
        raise _failed(f"The token server at {host} answered without a bearer token.")
    return Token(text, now + _lifetime(data.get("expires_in")))


def _request(auth: AuthConfig) -> tuple[dict[str, str], dict[str, str]]:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    form = {"grant_type": "client_credentials"}
    if auth.scope:
        form["scope"] = auth.scope
    if auth.client_authentication is ClientAuthentication.POST:
        form |= {"client_id": auth.key, "client_secret": auth.value}
    else:
        # RFC 6749, section 2.3.1: both are form-encoded before they are put together.
        credentials = b64encode(f"{quote_plus(auth.key)}:{quote_plus(auth.value)}".encode()).decode("ascii")
        headers["Authorization"] = f"Basic {credentials}"
    return headers, form


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _lifetime(seconds: object) -> timedelta:
    """How long the token is used, from `expires_in`, which some servers write as text."""
    if isinstance(seconds, str) and seconds.isascii() and seconds.isdecimal():
        seconds = int(seconds[:9])
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not seconds > 0:
        return DEFAULT_LIFETIME - MARGIN
    lifetime = timedelta(seconds=min(seconds, LONGEST_LIFETIME.total_seconds()))
    # One that lives shortly is still good for the call that it was fetched for.
    return max(lifetime - MARGIN, timedelta())


def _failed(sentence: str) -> SignInError:
    return SignInError(DeliveryErrorCode.TOKEN_FAILED, sentence)
