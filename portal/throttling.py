"""How often somebody may try a password or ask for a mail: by account, and by the address that they call from."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from limits import RateLimitItemPerMinute

from accounts.throttling import limiter

WINDOW = timedelta(minutes=15)
# Somebody who has forgotten a password tries a handful; an office shares an address.
TRIES_OF_ONE_ACCOUNT = 10
TRIES_FROM_ONE_ADDRESS = 100


def minutes_to_wait(request: HttpRequest, *, doing: str, account: str) -> int:
    """0 when the try may go on (it is counted), else the minutes until one may.

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


def _address(request: HttpRequest) -> str:
    """Where the request came from: behind a router, what the router itself says, which stands last."""
    own = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.SECURE_PROXY_SSL_HEADER:
        return own
    return request.headers.get("x-forwarded-for", own).rpartition(",")[2].strip()
