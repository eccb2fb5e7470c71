"""The register's own change feed: which companies it has touched since a moment, without their documents.

Pages are in the order of `sidstOpdateret`, then CVR number, each behind the end of the page before (`search_after`). A
service that refuses that is asked by scroll; a scroll cannot be taken up later, so the next one begins at the moment
of the last row, and some rows come twice.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from companies.errors import SourceBusy, SourceUnreachable
from companies.sources.distribution.calling import Conversation
from companies.sources.distribution.documents import ROOT, cvr_in
from companies.sources.distribution.errors import AnswerTooLong, QuestionRefused
from companies.sources.distribution.replies import Hit, Reply, read_reply

log = structlog.get_logger(__name__)

PAGE = 1000  # from + size may be 3,000 at most
SCROLL = "1m"
UPDATED_AT = f"{ROOT}.sidstOpdateret"
CVR = f"{ROOT}.cvrNummer"


@dataclass(frozen=True, slots=True)
class Touched:
    """A company that the register has touched."""

    cvr: str
    updated_at: datetime | None  # to the millisecond


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the companies touched, and the place in the order behind which the next page begins."""

    companies: tuple[Touched, ...]
    after: tuple[int, int]  # milliseconds since 1970, CVR number


def touched_since(
    conversation: Conversation, *, since: datetime | None, after: tuple[int, int] | None, page: int = PAGE
) -> Generator[Page, None, None]:
    """Pages of the companies touched at `since` or later (None: ever), those behind `after` only.

    Raises:
        SourceUnreachable, AnswerTooLong: see `Conversation.search`.
    """
    while True:
        try:
            reply = _search(conversation, _query(since, page) | ({"search_after": list(after)} if after else {}))
        except QuestionRefused as error:
            if not after or error.status_code != 400:
                raise conversation.failed(f"does not take our search ({error})") from error
            log.info("search_after_refused", reason=str(error))
            yield from _scrolled(conversation, since=_moment(after[0]), page=page)
            return
        if reply.hits:
            yield (found := _page(reply, conversation))
            after = found.after
        if len(reply.hits) < page:
            return


def _scrolled(conversation: Conversation, *, since: datetime | None, page: int) -> Iterator[Page]:
    url = f"{conversation.access.url}/_search/scroll"
    scroll_id = ""
    try:
        reply = _search(conversation, _query(since, page), parameters=f"?scroll={SCROLL}")
        while reply.hits:
            scroll_id = reply.scroll_id
            yield _page(reply, conversation)
            answer = conversation.ask("POST", url, {"scroll": SCROLL, "scroll_id": scroll_id})
            reply = read_reply(answer, conversation, root=ROOT)
    except QuestionRefused as error:
        raise conversation.failed(f"does not take our scroll ({error})") from error
    finally:
        if scroll_id:
            _let_go(conversation, url, scroll_id)


def _let_go(conversation: Conversation, url: str, scroll_id: str) -> None:
    """Free what the service holds for the scroll; it would end by itself a minute later."""
    try:
        conversation.ask("DELETE", url, {"scroll_id": [scroll_id]})
    except (QuestionRefused, AnswerTooLong, SourceUnreachable, SourceBusy) as error:
        log.info("scroll_not_freed", reason=str(error))


def _query(since: datetime | None, page: int) -> dict[str, Any]:
    query: dict[str, Any] = {
        "size": page,
        "sort": [{UPDATED_AT: "asc"}, {CVR: "asc"}],
        "_source": [UPDATED_AT, CVR],
    }
    if since:
        query["query"] = {"range": {UPDATED_AT: {"gte": _milliseconds(since), "format": "epoch_millis"}}}
    return query


def _search(conversation: Conversation, query: dict[str, Any], *, parameters: str = "") -> Reply:
    answer = conversation.ask("POST", f"{conversation.access.search_url}{parameters}", query)
    return read_reply(answer, conversation, root=ROOT)


def _page(reply: Reply, conversation: Conversation) -> Page:
    last = reply.hits[-1].sort
    if len(last) != 2 or not all(isinstance(value, int) for value in last):
        raise conversation.failed("answered with hits that do not tell their place in the order")
    return Page(tuple(_touched(hit) for hit in reply.hits if cvr_in(hit.document)), (last[0], last[1]))


def _touched(hit: Hit) -> Touched:
    # The sort value is the moment as the index has it; a company without one stands at the end, at 2^63 - 1.
    return Touched(cvr=cvr_in(hit.document), updated_at=_moment(hit.sort[0]))


def _moment(milliseconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
