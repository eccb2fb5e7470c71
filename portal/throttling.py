"""How often somebody may try a password, ask for a mail, or have a receiver called for a test."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItemPerMinute

from accounts.models import Organisation
from accounts.throttling import limiter, seconds_until_test_call
from lasso.language import translate_count as _n

WINDOW = timedelta(minutes=15)
# Somebody who has forgotten a password tries a handful; an office shares an address.
TRIES_OF_ONE_ACCOUNT = 10
TRIES_FROM_ONE_ADDRESS = 100


def minutes_to_wait(request: HttpRequest, *, doing: str, account: str) -> int:
    """0 when the try may go on (it is counted), else the minutes until one may: by account, and by address.

    Redis counts; while it is out of reach nothing is counted, because nobody could sign in otherwise.
    """
    minutes = int(WINDOW.total_seconds() // 60)
    counts = limiter(settings.REDIS_URL)
    waits = [
        counts.seconds_to_wait_for(RateLimitItemPerMinute(most, minutes), f"{doing}:{key}")
        for key, most in (
            (f"account:{account.strip().lower()[:254]}", TRIES_OF_ONE_ACCOUNT),
            (f"address:{_address(request)}", TRIES_FROM_ONE_ADDRESS),
        )
    ]
    longest = max((seconds for seconds in waits if seconds is not None), default=0.0)
    return -(-int(longest) // 60) if longest else 0


def test_call_refusal(organisation: Organisation) -> str:
    """Why the organisation may not have a receiver called for a test now; empty when it may, which is counted."""
    seconds = seconds_until_test_call(organisation)
    if seconds is None:
        return ""
    wait = max(1, ceil(seconds))
    return _n(
        "Der er prøvet mange gange i det sidste minut. Vent {n} sekund, og prøv igen.",
        "Der er prøvet mange gange i det sidste minut. Vent {n} sekunder, og prøv igen.",
        wait,
    ).format(n=wait)


test_call_refusal.__test__ = False  # type: ignore[attr-defined] # pytest would take it for a test


def _address(request: HttpRequest) -> str:
    """Where the request came from: behind a router, what the router itself says, which stands last."""
    own = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.SECURE_PROXY_SSL_HEADER:
        return own
    return request.headers.get("x-forwarded-for", own).rpartition(",")[2].strip()
