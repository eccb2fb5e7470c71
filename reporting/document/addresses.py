"""Which addresses a document may refer to: our own files and nothing else."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

ASSETS = Path(settings.BASE_DIR) / "templates" / "reports"
STYLESHEET = ASSETS / "report.css"


class ForeignAddressError(Exception):
    """A document asked for something that is not our own file; no report may do that."""


def own_file(url: str) -> Path:
    """The file below `ASSETS` that an address names.

    Raises:
        ForeignAddressError: it is an address of the network, of another path, a data: address or the like.
    """
    parts = urlsplit(url)
    path = Path(unquote(parts.path)).resolve()
    if parts.scheme != "file" or parts.netloc or not path.is_relative_to(ASSETS):
        raise ForeignAddressError(
            f"A report asked for {url[:200]!r}; only files below {ASSETS.name}/ may be read while rendering."
        )
    return path
