"""Publications of annual accounts, as the open index `offentliggoerelser` lists them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from companies.errors import DocumentError
from companies.sources.document import Node
from companies.sources.parsing import parse_json


def publication_moments(lines: Iterable[bytes]) -> dict[str, datetime]:
    """When each document was published, by the last part of its URL: a file fetched from there is called so.

    Raises:
        DocumentError: a line breaks the format.
    """
    moments: dict[str, datetime] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            moments.update(_moments(parse_json(line), f"line {number}"))
    return moments


def _moments(value: Any, place: str) -> dict[str, datetime]:
    source = value.get("_source", value) if isinstance(value, dict) else None
    if not isinstance(source, dict):
        raise DocumentError(place, "expected a publication, or a hit with _source")
    publication = Node(source, key=place)
    published_at = publication.moment("offentliggoerelsesTidspunkt")
    if published_at is None:
        raise publication.error("offentliggoerelsesTidspunkt", "a moment")
    urls = (document.text("dokumentUrl") for document in publication.items("dokumenter"))
    return {url.rstrip("/").rpartition("/")[2]: published_at for url in urls if url}
