"""One conversation with a source: in our turn, within a time, never inside a transaction."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from companies.errors import SourceBusy, SourceUnreachable
from companies.sources.distribution.access import Access
from companies.sources.distribution.errors import AnswerTooLong, QuestionRefused
from companies.sources.distribution.pacing import wait_for_turn
from companies.sources.distribution.resting import asked_rest, note_answer, note_failure, require_awake
from companies.sources.distribution.unpacking import unpack
from lasso.http import Answer, ErrorCode, OutboundError, Session
from lasso.http.deadlines import Deadline

CALL = timedelta(seconds=20)
# A call is not begun with less time than this left.
SHORTEST_CALL = timedelta(seconds=2)
LONGEST_WAIT = timedelta(seconds=10)
# A page of a hundred companies has some ten megabytes, and a tenth of it as gzip.
MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 128 * 1024 * 1024
NOT_OURS = frozenset({401, 403})
REFUSED = frozenset({400, 404, 410})
# Nobody was called.
NO_ADDRESS = frozenset({ErrorCode.URL_REFUSED, ErrorCode.ADDRESS_REFUSED})


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: str
    headers: dict[str, str]
    body: bytes = b""


class Conversation:
    """Calls to one source over one connection, all of them before `until`. For one thread; use it in a `with`."""

    def __init__(self, access: Access, *, until: Deadline) -> None:
        self.access = access
        self._session = Session()
        self._until = until

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._session.close()

    def search(self, query: dict[str, Any]) -> dict[str, Any]:
        """The answer to a search of the source's index that it must take.

        Raises:
            AnswerTooLong: ask for less.
            SourceUnreachable: it did not answer, or not with a whole answer of the expected form.
            SourceBusy: our turn did not come within the time.
        """
        try:
            return self.ask("POST", self.access.search_url, query)
        except QuestionRefused as error:
            raise self.failed(f"does not take our search ({error})") from error

    def ask(self, method: str, url: str, question: dict[str, Any]) -> dict[str, Any]:
        """The JSON object that the source answers.

        Raises:
            QuestionRefused: the source does not take the question. All else as `search`.
        """
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "gzip"}
        if self.access.user:
            credentials = f"{self.access.user}:{self.access.password}".encode()
            headers["Authorization"] = f"Basic {base64.b64encode(credentials).decode()}"
        body = self._call(_Request(method, url, headers, json.dumps(question).encode()))
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self.failed(f"answered with broken JSON ({error})") from None
        if not isinstance(answer, dict):
            raise self.failed("answered with JSON that is no object")
        note_answer(self.access.source)
        return answer

    def download(self, url: str) -> bytes:
        """The file at the URL, without a layer of gzip; raises as `ask`. No credentials are sent."""
        body = self._call(_Request("GET", url, {"Accept-Encoding": "gzip"}))
        note_answer(self.access.source)
        return body

    def failed(self, reason: str, *, asked: timedelta = timedelta(0)) -> SourceUnreachable:
        """Put the source to rest, for as long as it asked or longer; returns what to raise."""
        return note_failure(self.access.source, reason, asked=asked)

    def _call(self, request: _Request) -> bytes:
        _require_no_transaction()
        require_awake(self.access.source)
        if not wait_for_turn(urlsplit(request.url).netloc, at_most=min(LONGEST_WAIT, self._time_left())):
            raise SourceBusy("others are asking it", source=self.access.label, retry_after=SHORTEST_CALL)
        try:
            answer = self._session.send(
                method=request.method,
                url=request.url,
                headers=request.headers,
                body=request.body,
                deadline=min(CALL, self._time_left()),
                longest_answer=MOST_BYTES,
            )
        except OutboundError as error:
            if error.code in NO_ADDRESS:
                raise QuestionRefused(400, error.sentence) from error
            raise self.failed(error.sentence) from error
        return self._body(answer)

    def _time_left(self) -> timedelta:
        try:
            left = timedelta(seconds=self._until.remaining())
        except TimeoutError:
            left = timedelta(0)
        if left < SHORTEST_CALL:
            raise SourceBusy("there was more to ask than time", source=self.access.label)
        return left

    def _body(self, answer: Answer) -> bytes:
        status = answer.status_code
        if status in REFUSED:
            raise QuestionRefused(status, f"status {status}: {_excerpt(answer)}")
        if status in NOT_OURS:
            raise self.failed(f"refuses our credentials (status {status})")
        if status != 200:
            asked = asked_rest(answer.headers.get("retry-after"), now=timezone.now())
            raise self.failed(f"answered with status {status}", asked=asked)
        if answer.is_truncated:
            raise AnswerTooLong(f"The answer is longer than {MOST_BYTES // 1024**2} MB.")
        try:
            return unpack(answer.body, most=MOST_UNPACKED)
        except ValueError as error:
            raise self.failed(f"answered with {error}") from None


def _require_no_transaction() -> None:
    try:
        with transaction.atomic(durable=True):
            pass
    except RuntimeError as error:
        raise RuntimeError("A source is asked inside a transaction, which would be open while we wait.") from error


def _excerpt(answer: Answer) -> str:
    try:
        text = unpack(answer.body, most=MOST_UNPACKED).decode(errors="replace")
    except (ValueError, AnswerTooLong):
        return "an answer that cannot be read"
    return " ".join(text.split())[:300]
