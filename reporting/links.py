"""Direct links to PDFs: signed, for one report alone, good until a moment that is part of the link."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core import signing

SALT = "reporting.links"


class LinkInvalidError(ValueError):
    """The link was never ours, or somebody changed it."""


class LinkExpiredError(ValueError):
    """The link was ours, and its time is over."""


def pdf_url(*, report_id: UUID, file_name: str, now: datetime, lifetime: timedelta | None = None) -> str:
    """The report's link, good for `lifetime` (PDF_LINK_LIFETIME by default) from `now`. The file name is for people."""
    expires_at = now + (settings.PDF_LINK_LIFETIME if lifetime is None else lifetime)
    token = signing.dumps([report_id.hex, int(expires_at.timestamp())], salt=SALT)
    return f"{settings.PUBLIC_URL}/reports/{token}/{quote(file_name, safe='')}.pdf"


def report_of(token: str, *, now: datetime) -> UUID:
    """The report that a link's token is for.

    Raises:
        LinkInvalidError: the signature is wrong.
        LinkExpiredError: the signature is right, the time is over.
    """
    try:
        report_hex, expires = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise LinkInvalidError("This link is not one of ours.") from error
    if now.timestamp() >= expires:
        raise LinkExpiredError("This link has expired.")
    return UUID(report_hex)
