"""Pages of long lists by position, never by number: the last page costs what the first one does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from django.http import Http404, HttpRequest

from lasso.errors import FieldErrors
from lasso.paging import Listing, Position

PAGE = "page"
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Slice(Generic[Entry]):
    """What one page shows: its entries, and the query of the next one (empty on the last)."""

    entries: Sequence[Entry]
    next_query: str
    is_first: bool


def position_asked_for(request: HttpRequest, listing: Listing) -> Position | None:
    """Where the page begins; None for the first.

    Raises:
        Http404: the address holds a position that is not of this list.
    """
    token = request.GET.get(PAGE, "")
    try:
        return listing.position_of(token) if token else None
    except FieldErrors:
        raise Http404 from None


def next_query(request: HttpRequest, token: str) -> str:
    """The query of this list's next page, with its filters."""
    kept = [(name, value) for name, value in request.GET.items() if name != PAGE]
    return f"?{urlencode([*kept, (PAGE, token)])}"
