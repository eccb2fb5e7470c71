"""URLs of owned endpoints: `{cvr}` and `{lassoId}` in the path and the query are filled in with the company's."""

from __future__ import annotations

import re
from urllib.parse import quote

from delivery.endpoints import EndpointURLError, check_url

# What may stand in braces, and an example by which the URL is judged.
PLACEHOLDERS = {"cvr": "34580820", "lassoId": "CVR-1-34580820"}
PIECE = re.compile(r"\{([^{}]*)\}")
# All that stands before the path: the scheme and, where there is one, the host with user and port.
BEFORE_PATH = re.compile(r"[^/?#]*(?://[^/?#]*)?")


def check_url_template(url: str) -> None:
    """Refuse a URL that no call would be made to once its placeholders are filled in.

    Raises:
        EndpointURLError: with the reason: an unknown placeholder, a brace that does not close, a placeholder in the
            host, in what stands before it or behind a #, or what `check_url` refuses.
    """
    rest = PIECE.sub("", url)
    if "{" in rest or "}" in rest:
        raise EndpointURLError(
            f"The URL has a brace without its other half; write placeholders as {_known()}, and a brace as %7B or %7D."
        )
    for name in PIECE.findall(url):
        if name not in PLACEHOLDERS:
            raise EndpointURLError(f"The URL has the placeholder {{{name[:60]}}}, which is not known; use {_known()}.")
    start = BEFORE_PATH.match(url)
    if start and PIECE.search(start[0]):
        raise EndpointURLError("The URL has a placeholder in its host; one may stand in the path and in the query.")
    if PIECE.search(url.partition("#")[2]):
        raise EndpointURLError("The URL has a placeholder behind its #, which is never sent; use path or query.")
    check_url(_filled(url, PLACEHOLDERS))


def filled_url(url: str, *, cvr: str) -> str:
    """The URL with the company's number and id in place of its placeholders, quoted as a URL needs it."""
    if "{" not in url:
        return url
    return _filled(url, {"cvr": cvr, "lassoId": f"CVR-1-{cvr}" if cvr else ""})


def _filled(url: str, values: dict[str, str]) -> str:
    return PIECE.sub(lambda piece: quote(values[piece[1]], safe="") if piece[1] in values else piece[0], url)


def _known() -> str:
    return " and ".join(f"{{{name}}}" for name in PLACEHOLDERS)
