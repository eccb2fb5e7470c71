"""Who a request comes from: an API key in the header `lasso-api-key` or in the query parameter `accessKey`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import APIKey, Organisation

if TYPE_CHECKING:
    # Loading the views loads this module, because the settings name it.
    from rest_framework.views import APIView

HEADER = "lasso-api-key"
PARAMETER = "accessKey"
# What KeyGenerator makes: a public prefix and a secret. Anything else is refused without asking the database.
KEY = re.compile(r"[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}")

MISSING = f"Send an API key in the header {HEADER} or in the query parameter {PARAMETER}."
UNKNOWN = "The API key is not known; check that all of it was copied."
REVOKED = "The API key was revoked; use another one."
CLOSED = "The organisation of this API key was deleted."
EXPIRED = "The API key expired on {date}; use another one."
DIFFERENT = f"Different API keys were sent in the header {HEADER} and in the query; send one key once."


class APIKeyAuthentication(BaseAuthentication):
    """Signs a request in by its key: `request.auth` is the APIKey, with its organisation loaded by the same query."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, APIKey] | None:
        """The key's row, or None when no key was sent.

        Raises:
            AuthenticationFailed: the key is unknown, revoked or expired, or two different ones were sent.
        """
        sent = set(request.query_params.getlist(PARAMETER))
        if header := request.headers.get(HEADER):
            sent.add(header)
        sent = {key.strip() for key in sent} - {""}
        if not sent:
            return None
        if len(sent) > 1:
            raise AuthenticationFailed(DIFFERENT)
        return AnonymousUser(), usable_key(sent.pop())

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the framework's signature
        """What a 401 carries in WWW-Authenticate."""
        return f'{HEADER} realm="Lasso"'


def usable_key(text: str) -> APIKey:
    """The row of a key as sent, with its organisation.

    That a key was revoked or has expired is said only to those who hold all of it.

    Raises:
        AuthenticationFailed: with the reason.
    """
    if not KEY.fullmatch(text):
        raise AuthenticationFailed(UNKNOWN)
    key: APIKey | None = APIKey.objects.select_related("organisation").filter(prefix=text.partition(".")[0]).first()
    if key is None or not key.is_valid(text):
        raise AuthenticationFailed(UNKNOWN)
    if key.organisation.closed_at is not None:
        raise AuthenticationFailed(CLOSED)
    if key.revoked:
        raise AuthenticationFailed(REVOKED)
    if key.expiry_date is not None and key.has_expired:
        raise AuthenticationFailed(EXPIRED.format(date=f"{key.expiry_date:%Y-%m-%d}"))
    return key


class HasOrganisation(BasePermission):
    """Lets in whoever speaks for an organisation."""

    message = MISSING

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - the framework's signature
        """Whether the request was signed in by a key."""
        if not isinstance(request.auth, APIKey):
            raise NotAuthenticated(MISSING)
        return True


def organisation_of(request: Request) -> Organisation:
    """The organisation that the request speaks for.

    Raises:
        NotAuthenticated: for none; a view behind HasOrganisation never sees this.
    """
    if not isinstance(request.auth, APIKey):
        raise NotAuthenticated(MISSING)
    organisation: Organisation = request.auth.organisation
    return organisation


def user_id_of(request: Request) -> UUID | None:
    """The person behind the request: who made the key, when that is known."""
    if not isinstance(request.auth, APIKey):
        return None
    user_id: UUID | None = request.auth.created_by_id
    return user_id
