"""Publications of annual accounts: which there are, and which of their files says most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog

from companies.errors import DocumentError
from companies.sources.distribution.calling import Conversation
from companies.sources.distribution.errors import AnswerTooLong
from companies.sources.distribution.replies import Reply, read_reply
from companies.sources.document import Node
from lasso.http.urls import LONGEST_URL

log = structlog.get_logger(__name__)

PAGE = 3000  # from + size may not be more
MOST_CVRS = 100
MOST_YEARS = 6  # five years of figures, and the year before for averages
ACCOUNTS = "regnskab"
# The best first. Those who file by IFRS file a stub without figures beside the ESEF file, so that one goes first. The
# register makes an XML instance also of what was filed as inline XBRL.
PREFERENCES = (
    ("AARSRAPPORT_ESEF", "application/xhtml+xml"),
    ("AARSRAPPORT", "application/xml"),
    ("AARSRAPPORT", "application/xhtml+xml"),
)


@dataclass(frozen=True, slots=True)
class Publication:
    """A publication of a company's annual accounts for a year; `urls` of its files that can be read, the best first."""

    cvr: str
    end_date: date
    published_at: datetime
    urls: tuple[str, ...]


def find_publications(conversation: Conversation, cvrs: Sequence[str]) -> dict[str, list[Publication]]:
    """The newest publication of each of the last years, newest year first, by CVR number.

    A publication that breaks the format is left out and logged.

    Raises:
        SourceUnreachable: see `Conversation.search`.
    """
    found: dict[str, list[Publication]] = {}
    waiting = [list(cvrs[start : start + MOST_CVRS]) for start in range(0, len(cvrs), MOST_CVRS)]
    while waiting:
        some = waiting.pop()
        reply = _search(conversation, some)
        if reply is None and len(some) > 1:
            waiting += [some[: len(some) // 2], some[len(some) // 2 :]]
        elif reply is None:
            log.warning("publications_too_many", cvr=some[0])
        for publication in _read(reply) if reply else ():
            found.setdefault(publication.cvr, []).append(publication)
    return {cvr: _newest_of_each_year(found[cvr]) for cvr in cvrs if cvr in found}


def _search(conversation: Conversation, cvrs: Sequence[str]) -> Reply | None:
    """All publications of the companies; None when there are more than one answer holds."""
    query = {
        "query": {"bool": {"filter": [{"terms": {"cvrNummer": [int(cvr) for cvr in cvrs]}}]}},
        "sort": [{"offentliggoerelsesTidspunkt": "desc"}],
        "size": PAGE,
    }
    try:
        reply = read_reply(conversation.search(query), conversation)
    except AnswerTooLong:
        return None
    return reply if reply.total <= len(reply.hits) else None


def _read(reply: Reply) -> list[Publication]:
    publications = []
    for hit in reply.hits:
        try:
            publication = read_publication(hit.document)
        except DocumentError as error:
            log.warning("publication_refused", cvr=hit.document.get("cvrNummer"), reason=str(error))
        else:
            publications += [publication] if publication else []
    return publications


def read_publication(document: Mapping[str, Any]) -> Publication | None:
    """The publication in a document of the index; None for one that is no annual accounts with a file to read.

    Raises:
        DocumentError: it breaks the format.
    """
    node = Node(document, key="publication")
    if node.text("offentliggoerelsestype").casefold() != ACCOUNTS:
        return None
    accounts = node.child("regnskab")
    period = accounts.child("regnskabsperiode") if accounts else None
    end_date = period.date("slutDato") if period else None
    published_at = node.moment("offentliggoerelsesTidspunkt")
    if end_date is None or published_at is None:
        raise DocumentError(
            "publication", "expected regnskab.regnskabsperiode.slutDato and offentliggoerelsesTidspunkt"
        )
    by_preference: dict[tuple[str, str], str] = {}
    for file in node.items("dokumenter"):
        key = (file.text("dokumentType").upper(), file.text("dokumentMimeType").lower())
        url = file.text("dokumentUrl")
        if url and url.isprintable() and len(url) <= LONGEST_URL:
            by_preference.setdefault(key, url)
    urls = tuple(by_preference[key] for key in PREFERENCES if key in by_preference)
    return Publication(node.text("cvrNummer").zfill(8), end_date, published_at, urls) if urls else None


def _newest_of_each_year(publications: list[Publication]) -> list[Publication]:
    newest: dict[date, Publication] = {}
    for publication in sorted(publications, key=lambda one: one.published_at):
        newest[publication.end_date] = publication
    return sorted(newest.values(), key=lambda one: one.end_date, reverse=True)[:MOST_YEARS]
