"""What a composed document says of itself: read from its head, for engines that do not read it themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import unescape

LANGUAGE = re.compile(r'<html lang="([^"]*)"')
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
META = re.compile(r'<meta name="([^"]*)"\s+content="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Head:
    """A document's metadata. `created` is aware, and None where the document does not say."""

    language: str
    title: str
    author: str
    description: str
    keywords: str
    generator: str
    created: datetime | None


def read_head(html: str) -> Head:
    """The metadata of a document of ours: as our templates write it, so no parser of all HTML is needed."""
    head = html[: html.find("</head>") + 1] or html[:1000]
    named = {name: unescape(content) for name, content in META.findall(head)}
    created = named.get("dcterms.created")
    return Head(
        language=_first(LANGUAGE, head),
        title=" ".join(_first(TITLE, head).split()),
        author=named.get("author", ""),
        description=named.get("description", ""),
        keywords=named.get("keywords", ""),
        generator=named.get("generator", ""),
        created=datetime.fromisoformat(created) if created else None,
    )


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return unescape(found.group(1)) if found else ""
