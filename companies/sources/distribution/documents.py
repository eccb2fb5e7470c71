"""Whole company documents by CVR number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog

from companies.sources.distribution.calling import Conversation
from companies.sources.distribution.errors import AnswerTooLong
from companies.sources.distribution.replies import read_reply
from companies.sources.document import is_cvr_of_any_length

log = structlog.get_logger(__name__)

ROOT = "Vrvirksomhed"
# The service takes a thousand CVR numbers in a `terms`; a hundred whole documents are some ten megabytes.
MOST_CVRS = 100


def fetch_documents(
    conversation: Conversation, cvrs: Sequence[str]
) -> tuple[dict[str, Mapping[str, Any]], dict[str, str]]:
    """The documents that the source has of these companies, by CVR number, and why others cannot be read.

    At most MOST_CVRS are asked for at once; an answer that is too long is asked for in halves.

    Raises:
        SourceUnreachable: see `Conversation.search`.
    """
    found: dict[str, Mapping[str, Any]] = {}
    refused: dict[str, str] = {}
    waiting = [list(cvrs[start : start + MOST_CVRS]) for start in range(0, len(cvrs), MOST_CVRS)]
    while waiting:
        some = waiting.pop()
        try:
            found.update(_documents(conversation, some))
        except AnswerTooLong as error:
            if len(some) == 1:
                refused[some[0]] = str(error)
                log.warning("document_too_long", cvr=some[0], reason=str(error))
            else:
                waiting += [some[: len(some) // 2], some[len(some) // 2 :]]
    return found, refused


def _documents(conversation: Conversation, cvrs: list[str]) -> dict[str, Mapping[str, Any]]:
    # Room for a company that stands in two shards while the service moves it.
    size = 2 * len(cvrs)
    query = {"query": {"terms": {f"{ROOT}.cvrNummer": [int(cvr) for cvr in cvrs]}}, "size": size}
    reply = read_reply(conversation.search(query), conversation, root=ROOT)
    if reply.total > len(reply.hits):
        raise conversation.failed(f"answered with {len(reply.hits)} of {reply.total} hits")
    documents = {cvr_in(hit.document): hit.document for hit in reply.hits}
    return {cvr: documents[cvr] for cvr in cvrs if cvr in documents}


def cvr_in(document: Mapping[str, Any]) -> str:
    """The CVR number of a company document, eight digits; empty where it has none, which nobody can ask for."""
    number = str(document.get("cvrNummer", ""))
    return number.zfill(8) if is_cvr_of_any_length(number) else ""
