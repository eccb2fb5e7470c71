"""Which companies have some others as legal owners or as fully liable partners, now or before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import structlog

from companies.sources.distribution.calling import Conversation
from companies.sources.distribution.documents import ROOT, cvr_in
from companies.sources.distribution.errors import AnswerTooLong, QuestionRefused
from companies.sources.distribution.replies import read_reply

log = structlog.get_logger(__name__)

RELATION = f"{ROOT}.deltagerRelation"
ORGAN = f"{RELATION}.organisationer"
ORGAN_NAME = f"{ORGAN}.organisationsNavn"
CVR = f"{ROOT}.cvrNummer"
MOST_FOUND = 300


def find_owned(conversation: Conversation, cvrs: Sequence[str]) -> tuple[list[str], bool]:
    """CVR numbers of companies that one of these owns or owned a part of, and whether that is all of them.

    An auditor takes part in thousands of companies, so the organ is asked for too. How the index nests its objects is
    known from other people's programs only: a search that it refuses tells of none, and is not held against it.

    Raises:
        SourceUnreachable: see `Conversation.search`.
    """
    try:
        answer = conversation.ask("POST", conversation.access.search_url, _query(cvrs))
    except (QuestionRefused, AnswerTooLong) as error:
        log.warning("subsidiaries_not_told", cvrs=list(cvrs)[:10], reason=str(error))
        return [], False
    reply = read_reply(answer, conversation, root=ROOT)
    found = sorted({cvr for hit in reply.hits if (cvr := cvr_in(hit.document))})
    return found, reply.total <= len(reply.hits)


def _query(cvrs: Sequence[str]) -> dict[str, Any]:
    is_owner = {
        "bool": {
            "must": [
                {"match": {f"{ORGAN}.hovedtype": "REGISTER"}},
                _nested(ORGAN_NAME, {"match": {f"{ORGAN_NAME}.navn": "EJERREGISTER"}}),
            ]
        }
    }
    is_liable = {"match": {f"{ORGAN}.hovedtype": "FULDT_ANSVARLIG_DELTAGERE"}}
    has_organ = _nested(ORGAN, {"bool": {"should": [is_owner, is_liable]}})
    is_one_of_them = {"terms": {f"{RELATION}.deltager.forretningsnoegle": [int(cvr) for cvr in cvrs]}}
    return {
        "query": _nested(RELATION, {"bool": {"must": [is_one_of_them, has_organ]}}),
        "_source": [CVR],
        "sort": [{CVR: "asc"}],
        "size": MOST_FOUND,
    }


def _nested(path: str, query: dict[str, Any]) -> dict[str, Any]:
    return {"nested": {"path": path, "query": query}}
