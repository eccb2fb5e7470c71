"""Signing a call in: what goes into its headers, and what its answer must prove."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from urllib.parse import urlsplit

from django.utils import timezone

from delivery.auth.configuration import AuthConfig, AuthMethod
from delivery.auth.errors import SignInError
from delivery.auth.tokens import Token, fetched_token, keep_token, kept_token
from delivery.outcomes import DeliveryErrorCode
from lasso import kerberos
from lasso.http import Answer, Deadline

NEGOTIATE = re.compile(r"(?:^|,)\s*Negotiate\s+([A-Za-z0-9+/]+=*)\s*(?:,|$)", re.IGNORECASE)
# What may be believed without a proof: none of them ends a delivery for good, whatever its purpose.
UNPROVEN = frozenset({401, 403, 407, 429, *range(500, 600)})
UNAUTHORIZED = 401


class SignIn(ABC):
    """One endpoint's way to sign in, for the calls of one lane's turn; close it."""

    def __init__(self, auth: AuthConfig) -> None:
        self.auth = auth

    @abstractmethod
    def headers(self, *, url: str, deadline: Deadline) -> dict[str, str]:
        """What the call carries; it holds secrets. May call other servers, within the deadline.

        Raises:
            SignInError: there is no way to sign in right now.
            lasso.http.OutboundError: a fault of ours kept us from it.
            TimeoutError: not in time.
        """

    def renew(self) -> bool:
        """After a 401: whether the next headers will be others."""
        return False

    def check(self, answer: Answer, *, url: str, deadline: Deadline) -> None:  # noqa: B027 - most have nothing to check
        """Whether the answer is the receiver's.

        Raises:
            SignInError: nothing proves it.
            TimeoutError: not in time.
        """

    def secrets(self) -> set[str]:
        """What must never be shown."""
        return {self.auth.value}

    def close(self) -> None:  # noqa: B027 - most keep nothing
        """Forget what was kept."""


class StaticSignIn(SignIn):
    """Header, BasicAuth and Bearer: the same header each time."""

    def headers(self, *, url: str, deadline: Deadline) -> dict[str, str]:  # noqa: ARG002 - not needed here
        """The header."""
        match self.auth.method:
            case AuthMethod.BASIC_AUTH:
                return {"Authorization": f"Basic {self._credentials()}"}
            case AuthMethod.BEARER:
                return {"Authorization": f"Bearer {self.auth.value}"}
        return {self.auth.key: self.auth.value}

    def secrets(self) -> set[str]:
        """The value, and the form in which BasicAuth sends it."""
        return (
            {self.auth.value, self._credentials()} if self.auth.method is AuthMethod.BASIC_AUTH else {self.auth.value}
        )

    def _credentials(self) -> str:
        return b64encode(f"{self.auth.key}:{self.auth.value}".encode()).decode("ascii")


class OAuth2SignIn(SignIn):
    """A bearer token of the client's: the kept one, or a new one from the token server."""

    def __init__(self, auth: AuthConfig) -> None:
        super().__init__(auth)
        self._token: Token | None = None
        self._seen: set[str] = set()
        self._asks_anew = False

    def headers(self, *, url: str, deadline: Deadline) -> dict[str, str]:  # noqa: ARG002
        """The token."""
        now = timezone.now()
        if self._token is None or self._token.expires_at <= now:
            self._token = None if self._asks_anew else kept_token(self.auth, now=now)
        if self._token is None:
            self._token = fetched_token(self.auth, deadline=deadline, now=now)
            keep_token(self.auth, self._token, now=now)
            self._asks_anew = False
        self._seen.add(self._token.text)
        return {"Authorization": f"Bearer {self._token.text}"}

    def renew(self) -> bool:
        """The token is not believed any more; the next headers have a new one."""
        self._token = None
        self._asks_anew = True
        return True

    def secrets(self) -> set[str]:
        """The client's secret and its tokens."""
        return {self.auth.value, *self._seen}


class KerberosSignIn(SignIn):
    """A ticket for the receiver, and the receiver's proof that it could read it (RFC 4559)."""

    def __init__(self, auth: AuthConfig) -> None:
        super().__init__(auth)
        self._negotiation = kerberos.Negotiation(user=auth.key, password=auth.value)
        self._token = ""

    def headers(self, *, url: str, deadline: Deadline) -> dict[str, str]:
        """The ticket."""
        try:
            self._token = self._negotiation.token(host=_host(url), bound=deadline)
        except kerberos.KerberosError as error:
            raise SignInError(DeliveryErrorCode.KERBEROS_FAILED, str(error)) from None
        except TimeoutError:
            raise SignInError(
                DeliveryErrorCode.KERBEROS_FAILED, "The Kerberos server of the realm did not answer in time."
            ) from None
        return {"Authorization": f"Negotiate {self._token}"}

    def check(self, answer: Answer, *, url: str, deadline: Deadline) -> None:
        """An answer that could end the delivery must carry the receiver's proof."""
        if answer.status_code in UNPROVEN:
            return
        try:
            self._negotiation.check(reply=_reply(answer), host=_host(url), bound=deadline)
        except kerberos.KerberosError as error:
            raise SignInError(
                DeliveryErrorCode.MUTUAL_AUTH_FAILED, f"{error} Its answer with status {answer.status_code} is void."
            ) from None

    def secrets(self) -> set[str]:
        """The password, and the ticket, which is good for minutes yet."""
        return {self.auth.value, self._token}

    def close(self) -> None:
        """End the helper process and its tickets."""
        self._negotiation.close()


def _reply(answer: Answer) -> bytes:
    found = NEGOTIATE.search(answer.headers.get("www-authenticate", ""))
    if found is None:
        raise kerberos.KerberosError("The receiver did not prove by Kerberos who it is.")
    try:
        return b64decode(found[1], validate=True)
    except Base64Error:
        raise kerberos.KerberosError("The receiver's proof by Kerberos cannot be read.") from None


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


SIGN_INS: dict[AuthMethod, type[SignIn]] = {
    AuthMethod.HEADER: StaticSignIn,
    AuthMethod.BASIC_AUTH: StaticSignIn,
    AuthMethod.BEARER: StaticSignIn,
    AuthMethod.OAUTH2: OAuth2SignIn,
    AuthMethod.KERBEROS: KerberosSignIn,
}


def sign_in_of(auth: AuthConfig) -> SignIn:
    """The way to sign in of a configuration."""
    return SIGN_INS[auth.method](auth)
