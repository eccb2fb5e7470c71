"""Which live sources are switched on, and with what credentials each is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.conf import settings

from lasso.http import OutboundError, checked_target
from lasso.http.addresses import is_allowed, is_host_allowed, is_public, parsed_address
from lasso.language import mark

# The names under which rows are kept; the first two are also the `source` of what is stored.
REGISTER = "cvr"
BENEFICIAL = "cvr-re"
FILINGS = "filings"
FILES = "filing-files"
# Whose subsidiaries the register was asked for: noted apart from who it was asked for.
GROUP = "cvr-group"

# As reports name them.
LABELS = {
    REGISTER: mark("CVR (Erhvervsstyrelsen)"),
    GROUP: mark("CVR (Erhvervsstyrelsen)"),
    BENEFICIAL: mark("registret over reelle ejere (Erhvervsstyrelsen)"),
    FILINGS: mark("registret over årsrapporter (Erhvervsstyrelsen)"),
    FILES: mark("arkivet over årsrapporter (Erhvervsstyrelsen)"),
}
INDEXES = {REGISTER: "cvr-permanent/virksomhed", BENEFICIAL: "cvr-re", FILINGS: "offentliggoerelser"}


@dataclass(frozen=True, slots=True)
class Access:
    """One source: where it is and who we are there. `user` is empty where nobody asks who we are."""

    source: str
    url: str  # of the service, without the index
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def label(self) -> str:
        """Its name for people, in Danish; who shows it translates it."""
        return LABELS[self.source]

    @property
    def search_url(self) -> str:
        """Where its index is searched."""
        return f"{self.url}/{INDEXES[self.source]}/_search"


@dataclass(frozen=True, slots=True)
class Off:
    """A source that is not asked; `reason` says in English why, and what to set."""

    source: str
    reason: str


def access_to(source: str) -> Access | Off:
    """How the source is asked, or why it is not. `source`: REGISTER, BENEFICIAL or FILINGS."""
    if source == FILINGS:
        return _filings()
    prefix = "REGISTER" if source == REGISTER else "BENEFICIAL_REGISTER"
    user: str = getattr(settings, f"{prefix}_USER")
    password: str = getattr(settings, f"{prefix}_PASSWORD")
    if not user or not password:
        missing = [name for name, value in ((f"{prefix}_USER", user), (f"{prefix}_PASSWORD", password)) if not value]
        return Off(source, f"{' and '.join(missing)} not set.")
    return _with_credentials(source, settings.REGISTER_URL, user, password)


def is_on(source: str) -> bool:
    """Whether the source is asked at all."""
    return isinstance(access_to(source), Access)


def _filings() -> Access | Off:
    """The index is open, but the service at REGISTER_URL asks for credentials all the same."""
    if settings.FILINGS_URL != settings.REGISTER_URL:
        return Access(FILINGS, settings.FILINGS_URL)
    if not settings.REGISTER_USER or not settings.REGISTER_PASSWORD:
        return Off(FILINGS, "neither REGISTER_USER and REGISTER_PASSWORD nor a FILINGS_URL of its own is set.")
    return _with_credentials(FILINGS, settings.REGISTER_URL, settings.REGISTER_USER, settings.REGISTER_PASSWORD)


def _with_credentials(source: str, url: str, user: str, password: str) -> Access | Off:
    if not may_carry_password(url):
        return Off(source, "REGISTER_URL is plain http, over which a password would travel readable; use https.")
    return Access(source, url, user, password)


def may_carry_password(url: str) -> bool:
    """Whether a password may be sent there: over TLS, or to a host of ours that the OUTBOUND_ALLOWED settings name."""
    if urlsplit(url).scheme == "https":
        return True
    try:
        host = checked_target(url).host
    except OutboundError:
        return False
    address = parsed_address(host)
    return is_host_allowed(host) or (address is not None and not is_public(address) and is_allowed(host, address))
