"""EMAIL_URL: the mail server in one variable."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
PRINTING = "django.core.mail.backends.console.EmailBackend"
SENDING = "lasso.mail.SMTPBackend"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """What Django's EMAIL_ settings are made of; without a server mail is printed."""

    backend: str = PRINTING
    host: str = "localhost"
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    uses_starttls: bool = False
    uses_tls: bool = False


def parse_email_url(url: str) -> MailServer:
    """The server that `smtp://user:password@host:port` names, user and password percent-encoded.

    `smtp:` speaks plainly, `smtp+tls:` by STARTTLS, `smtps:` TLS from the start. Empty: mail is printed.

    Raises:
        ImproperlyConfigured: a sentence that does not repeat the URL, which may hold a password.
    """
    if not url:
        return MailServer()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured("EMAIL_URL has a host or port that cannot be read.") from None
    if parts.scheme not in PORTS:
        raise ImproperlyConfigured(f"EMAIL_URL starts with {parts.scheme!r}, use a URL with smtp, smtp+tls or smtps.")
    if not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL names no host; use something like smtp+tls://user:password@host:587.")
    if bool(parts.username) != bool(parts.password):
        raise ImproperlyConfigured("EMAIL_URL has a user without a password or the other way round; give both or none.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            "EMAIL_URL has something behind the host; a /, ? or # in the password is written %2F, %3F or %23."
        )
    return MailServer(
        backend=SENDING,
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        uses_starttls=parts.scheme == "smtp+tls",
        uses_tls=parts.scheme == "smtps",
    )
