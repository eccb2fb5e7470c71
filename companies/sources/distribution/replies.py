"""Search replies of Elasticsearch 6, checked: a reply that leaves shards out looks whole and is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from companies.sources.distribution.calling import Conversation


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit: its document and, where the search was sorted, its place in the order."""

    document: Mapping[str, Any]
    sort: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply. `total` counts all hits, not only these."""

    total: int
    hits: tuple[Hit, ...]
    scroll_id: str = ""


def read_reply(answer: Mapping[str, Any], conversation: Conversation, *, root: str = "") -> Reply:
    """The reply in the answer; `root` names the object in `_source` that holds the document.

    Raises:
        SourceUnreachable: some shards failed, the search timed out there, or the answer is no search reply.
    """
    if reason := _incompleteness(answer):
        raise conversation.failed(reason)
    outer = answer.get("hits")
    total, found = (outer.get("total"), outer.get("hits")) if isinstance(outer, Mapping) else (None, None)
    if isinstance(total, Mapping):  # {"value": …} from version 7 on
        total = total.get("value")
    if not isinstance(total, int) or not isinstance(found, list):
        raise conversation.failed("answered with JSON that is no search reply")
    hits = tuple(hit for value in found if (hit := _hit(value, root)))
    if len(hits) != len(found):
        raise conversation.failed("answered with a hit without a document")
    scroll_id = answer.get("_scroll_id")
    return Reply(total=total, hits=hits, scroll_id=scroll_id if isinstance(scroll_id, str) else "")


def _incompleteness(answer: Mapping[str, Any]) -> str:
    shards = answer.get("_shards")
    failed = shards.get("failed") if isinstance(shards, Mapping) else 0
    if failed:
        return f"answered without {failed} of its shards"
    return "gave up its own search for want of time" if answer.get("timed_out") else ""


def _hit(value: Any, root: str) -> Hit | None:
    source = value.get("_source") if isinstance(value, Mapping) else None
    document = source.get(root) if root and isinstance(source, Mapping) else source
    if not isinstance(document, Mapping):
        return None
    sort = value.get("sort")
    return Hit(document, tuple(sort) if isinstance(sort, list) else ())
