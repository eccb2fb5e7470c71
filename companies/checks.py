"""System checks of the live sources' settings, for a deploy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Info, register

from companies.sources.distribution.access import may_carry_password

PREFIXES = ("REGISTER", "BENEFICIAL_REGISTER")


@register(deploy=True)
def check_live_sources(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Credentials that are whole, and travel over TLS."""
    return [*_credentials(), *_addresses()]


def _credentials() -> Iterator[CheckMessage]:
    for prefix in PREFIXES:
        user, password = getattr(settings, f"{prefix}_USER"), getattr(settings, f"{prefix}_PASSWORD")
        if bool(user) != bool(password):
            given, missing = ("USER", "PASSWORD") if user else ("PASSWORD", "USER")
            yield Error(
                f"{prefix}_{given} is set and {prefix}_{missing} is not, so this source is off.",
                hint=f"Set {prefix}_{missing}, or neither.",
                id="companies.E001",
            )
    if not settings.REGISTER_USER and not settings.REGISTER_PASSWORD:
        yield Info(
            "REGISTER_USER and REGISTER_PASSWORD are not set: nothing is fetched from the company register, "
            "and a report on a company that was not imported fails.",
            hint="Ask cvrselvbetjening@erst.dk for access to the distribution service.",
            id="companies.I001",
        )


def _addresses() -> Iterator[CheckMessage]:
    has_password = settings.REGISTER_PASSWORD or settings.BENEFICIAL_REGISTER_PASSWORD
    if has_password and not may_carry_password(settings.REGISTER_URL):
        yield Error(
            f"REGISTER_URL is {settings.REGISTER_URL!r}: over plain http the password would travel readable, "
            "so the register is off.",
            hint="Use https://distribution.virk.dk:8443",
            id="companies.E002",
        )
    if urlsplit(settings.FILINGS_URL).scheme != "https" and settings.FILINGS_URL != settings.REGISTER_URL:
        yield checks.Warning(
            f"FILINGS_URL is {settings.FILINGS_URL!r}: over plain http nobody vouches for what comes.",
            hint="Use https, or leave FILINGS_URL away: then REGISTER_URL is asked.",
            id="companies.W001",
        )
