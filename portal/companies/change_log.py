"""A company's change log, newest first: each version with what was before and what came after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest

from companies.changes import changes_of
from companies.models import Change
from lasso.paging import Listing
from portal.companies.values import label_of, text_of
from portal.pagination import Slice, next_query, position_asked_for

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class ChangedField:
    """One field: its label, and both values as people read them."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of the company."""

    noticed_at: datetime
    version: int
    fields: Sequence[ChangedField]


def newest_changes(cvr: str, *, most: int) -> list[Entry]:
    """The last ones."""
    return [_entry(change) for change in changes_of(cvr=cvr)[:most]]


def changes_page(request: HttpRequest, cvr: str) -> Slice[Entry]:
    """One page of them.

    Raises:
        Http404: the address holds a position that is not of this list.
    """
    listing = Listing(scope=("portal.changes", cvr), shape=(int,))
    position = position_asked_for(request, listing)
    before = cast("tuple[int]", position)[0] if position else None
    rows = list(changes_of(cvr=cvr, before=before)[: PAGE_SIZE + 1])
    query = next_query(request, listing.token_at(rows[PAGE_SIZE - 1].version)) if len(rows) > PAGE_SIZE else ""
    return Slice([_entry(change) for change in rows[:PAGE_SIZE]], query, position is None)


def _entry(change: Change) -> Entry:
    return Entry(
        change.created_at,
        change.version,
        [
            ChangedField(label_of(name), text_of(name, values.get("before")), text_of(name, values.get("after")))
            for name, values in change.fields.items()
        ],
    )
