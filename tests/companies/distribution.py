"""A distribution service of our own on loopback that behaves as Elasticsearch 6 does, and misbehaves when told to."""

from __future__ import annotations

import base64
import gzip
import json
import ssl
import threading
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_network
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from limits import RateLimitItemPerSecond

from companies.sources.distribution import pacing
from local.receivers import WebhookHandler
from tests.receivers import Behaviour, FaultyReceiver, answer

Document = dict[str, Any]
USER, PASSWORD = "lasso_i_skyen", "hemmeligt kodeord"
REGISTER, BENEFICIAL, FILINGS = "cvr-permanent/virksomhed", "cvr-re", "offentliggoerelser"
MOST_ROWS, MOST_TERMS = 3000, 1000


class QueryError(Exception):
    """What Elasticsearch answers with 400."""


class Distribution(FaultyReceiver):
    """Indexes of documents, searched over HTTP. `faults` come first, one a call; `files` are served by path."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        super().__init__(tls=tls, host=host)
        self.companies: list[Document] = []  # Vrvirksomhed
        self.beneficial: list[Document] = []
        self.publications: list[Document] = []
        self.files: dict[str, bytes] = {}
        self.faults: list[Behaviour] = []
        self.permanent_fault: Behaviour | None = None
        self.password: str | None = PASSWORD  # None: anybody may ask
        self.takes_search_after = True
        self.failed_shards = 0
        self.scrolls: dict[str, list[Document]] = {}
        self._lock = threading.Lock()

    def url_of_file(self, name: str) -> str:
        """Where a file of `files` is, as `dokumentUrl` tells."""
        return self.url(f"/files/{name}")

    @property
    def searches(self) -> list[Document]:
        """The bodies of the searches so far."""
        return [call.json for call in self.calls.all() if call.path.partition("?")[0].endswith("_search")]

    def asked_for(self) -> list[list[int]]:
        """The CVR numbers of the searches for whole documents, sorted in each."""
        queries = [search.get("query", {}) for search in self.searches]
        return [sorted(query["terms"]["Vrvirksomhed.cvrNummer"]) for query in queries if "terms" in query]

    def answer(self, handler: WebhookHandler) -> None:
        """A fault that is due, or what was asked for."""
        with self._lock:
            fault = self.faults.pop(0) if self.faults else self.permanent_fault
        (fault or self._serve)(handler)

    def _serve(self, handler: WebhookHandler) -> None:
        path = urlsplit(handler.call.path)
        if path.path.startswith("/files/"):
            self._serve_file(handler, path.path.removeprefix("/files/"))
        elif not self._is_known(handler):
            answer(401, b'{"error":"unauthorized"}')(handler)
        else:
            try:
                body = self._searched(handler, path.path.strip("/"), parse_qs(path.query))
            except QueryError as error:
                reply(400, {"error": {"type": "illegal_argument_exception", "reason": str(error)}, "status": 400})(
                    handler
                )
            else:
                reply(200, body)(handler)

    def _serve_file(self, handler: WebhookHandler, name: str) -> None:
        data = self.files.get(name)
        # gzip, though the header says that it is XML.
        behave = answer(404) if data is None else answer(200, gzip.compress(data), {"Content-Type": "text/xml"})
        behave(handler)

    def _is_known(self, handler: WebhookHandler) -> bool:
        if self.password is None:
            return True
        wanted = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        return handler.call.headers.get("authorization") == f"Basic {wanted}"

    def _searched(self, handler: WebhookHandler, path: str, parameters: dict[str, list[str]]) -> Document:
        query = handler.call.json
        if path == "_search/scroll":
            return self._scrolled(handler.call.method, query)
        index, _, verb = path.rpartition("/")
        documents = self._documents(index)
        if verb != "_search":
            raise QueryError(f"no handler found for {path}")
        size = query.get("size", 10)
        if query.get("from", 0) + size > MOST_ROWS:
            raise QueryError(f"Result window is too large, from + size must be less than or equal to: [{MOST_ROWS}]")
        if "search_after" in query and not self.takes_search_after:
            raise QueryError("Unknown key for a START_ARRAY in [search_after].")
        found = [document for document in documents if matches(document, query.get("query", {"match_all": {}}))]
        hits = sorted_hits(found, query)
        if "scroll" in parameters:
            scroll_id = f"scroll-{len(self.scrolls)}"
            self.scrolls[scroll_id] = hits[size:]
            return self._reply(len(found), hits[:size]) | {"_scroll_id": scroll_id, "_size": size}
        if after := query.get("search_after"):
            hits = [hit for hit in hits if hit["sort"] > after]
        return self._reply(len(found), hits[:size])

    def _scrolled(self, method: str, query: Document) -> Document:
        if method == "DELETE":
            for scroll_id in query["scroll_id"]:
                self.scrolls.pop(scroll_id, None)
            return {"succeeded": True, "num_freed": 1}
        rest = self.scrolls.get(query["scroll_id"])
        if rest is None:
            raise QueryError(f"No search context found for id [{query['scroll_id']}]")
        size = next(search["size"] for search in reversed(self.searches) if "size" in search)
        self.scrolls[query["scroll_id"]] = rest[size:]
        return self._reply(len(rest), rest[:size]) | {"_scroll_id": query["scroll_id"]}

    def _documents(self, index: str) -> list[Document]:
        indexes = {
            REGISTER: [{"Vrvirksomhed": document} for document in self.companies],
            BENEFICIAL: [{"Vrvirksomhed": document} for document in self.beneficial],
            FILINGS: self.publications,
        }
        if index not in indexes:
            raise QueryError(f"no such index [{index}]")
        return indexes[index]

    def _reply(self, total: int, hits: list[Document]) -> Document:
        shards = {"total": 6, "successful": 6 - self.failed_shards, "skipped": 0, "failed": self.failed_shards}
        return {"took": 3, "timed_out": False, "_shards": shards, "hits": {"total": total, "hits": hits}}


def reply(status: int, body: Any) -> Behaviour:
    """JSON, as gzip when the caller takes that."""

    def behave(handler: WebhookHandler) -> None:
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        if "gzip" in handler.call.headers.get("accept-encoding", ""):
            data, headers["Content-Encoding"] = gzip.compress(data), "gzip"
        answer(status, data, headers)(handler)

    return behave


def cut_off(handler: WebhookHandler) -> None:
    """Promise a body and close the connection within it."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"hits":')
    handler.close_connection = True


def bomb(size: int) -> Behaviour:
    """A small body that unpacks to a huge one."""
    return answer(200, gzip.compress(b" " * size), {"Content-Encoding": "gzip"})


def value_of(document: Document, path: str) -> Any:
    """The value at a dotted path."""
    value: Any = document
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def matches(document: Document, query: Document, within: str = "") -> bool:
    """Whether the document is one that the query asks for; `within` is the path of the object that is looked at."""
    ((kind, what),) = query.items()
    if kind == "match_all":
        return True
    if kind == "bool":
        return all(matches(document, part, within) for part in [*what.get("filter", []), *what.get("must", [])]) and (
            "should" not in what or any(matches(document, part, within) for part in what["should"])
        )
    if kind == "nested":
        objects = value_of(document, relative(what["path"], within)) or []
        return any(matches(one, what["query"], what["path"]) for one in objects)
    ((path, wanted),) = what.items()
    if kind == "terms" and len(wanted) > MOST_TERMS:
        raise QueryError(f"The number of terms [{len(wanted)}] exceeds the maximum [{MOST_TERMS}]")
    tests: dict[str, Callable[[Any], bool]] = {
        "term": lambda value: value == wanted,
        "match": lambda value: str(value).lower() == wanted.lower(),
        "terms": lambda value: value in wanted,
        "range": lambda value: milliseconds(value) >= wanted["gte"],
    }
    if kind not in tests:
        raise QueryError(f"no [query] registered for [{kind}]")
    return tests[kind](value_of(document, relative(path, within)))


def relative(path: str, within: str) -> str:
    """The path from the object that is looked at; what stands outside of it cannot be seen."""
    if within and not path.startswith(f"{within}."):
        raise QueryError(f"[{path}] is not below [{within}]")
    return path.removeprefix(f"{within}.") if within else path


def sorted_hits(documents: list[Document], query: Document) -> list[Document]:
    """The hits in the order asked for, with their sort values, and only the fields asked for."""
    sorts = [next(iter(sort.items())) for sort in query.get("sort", [])]
    hits: list[Document] = []
    for document in documents:
        hit: Document = {"_index": "index-1", "_type": "_doc", "_id": "1", "_score": None, "_source": document}
        if sorts:
            hit["sort"] = [sort_value(value_of(document, path)) for path, _ in sorts]
        hits.append(hit)
    for number, (_, direction) in reversed(list(enumerate(sorts))):
        hits.sort(key=lambda hit: hit["sort"][number], reverse=direction == "desc")
    fields = query.get("_source")
    return [hit | {"_source": only(hit["_source"], fields)} for hit in hits] if fields else hits


def only(document: Document, fields: list[str]) -> Document:
    """The document with nothing but the fields."""
    kept: Document = {}
    for path in fields:
        *parents, last = path.split(".")
        place = kept
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value_of(document, path)
    return kept


def sort_value(value: Any) -> Any:
    """Moments as milliseconds; a missing value comes last."""
    if value is None:
        return 2**63 - 1
    return milliseconds(value) if isinstance(value, str) else value


def milliseconds(value: Any) -> int:
    """A moment as the index has it."""
    return int(datetime.fromisoformat(value).timestamp() * 1000) if value else -1


def switch_on(service: Distribution, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the settings name the service, with credentials for both indexes, and ask it as fast as it answers."""
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.REGISTER_URL = settings.FILINGS_URL = service.url("")
    settings.REGISTER_USER = settings.BENEFICIAL_REGISTER_USER = USER
    settings.REGISTER_PASSWORD = settings.BENEFICIAL_REGISTER_PASSWORD = PASSWORD
    fast = pacing.Pace(settings.REDIS_URL)
    fast._limit = RateLimitItemPerSecond(10_000)
    monkeypatch.setattr(pacing, "_pace", lambda _url: fast)
