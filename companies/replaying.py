"""Set a reader of the change log back, so that it reads again what it has read before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Min

from companies.models import Change, ChangeCursor


class ReplayError(ValueError):
    """The reader cannot be set there; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Replay:
    """What a reader reads again: so many changes, with numbers from `first` to `last`."""

    reader: str
    first: int
    last: int
    changes: int


def replay_from(*, reader: str, position: int) -> Replay:
    """Let the reader take the changes from number `position` on once more, up to where it had come.

    Its cursor is locked, so a reader at work finishes what it has taken first.

    Raises:
        ReplayError: there is no such reader, or it has not come as far, or the log no longer reaches back there.
    """
    with transaction.atomic():
        cursor = ChangeCursor.objects.select_for_update().filter(reader=reader).first()
        if cursor is None:
            raise ReplayError(f"No reader is called {reader!r}. {_known_readers()}")
        if position > cursor.position:
            raise ReplayError(
                f"{reader} has read up to number {cursor.position} and is not at {position} yet: to replay is to go "
                f"back. Give a number up to {cursor.position}."
            )
        oldest = Change.objects.aggregate(oldest=Min("id"))["oldest"]
        if oldest is None or position < oldest:
            kept = "The log is empty." if oldest is None else f"The oldest change kept is number {oldest}."
            raise ReplayError(f"The log does not go back to number {position}. {kept}")
        changes = Change.objects.filter(id__gte=position, id__lte=cursor.position).count()
        replay = Replay(reader, position, cursor.position, changes)
        cursor.position = position - 1
        cursor.save(update_fields=["position"])
    return replay


def first_since(moment: datetime) -> int:
    """The number of the first change that was recorded at the moment or later.

    Raises:
        ReplayError: there is none.
    """
    first = Change.objects.filter(created_at__gte=moment).aggregate(first=Min("id"))["first"]
    if first is None:
        raise ReplayError(f"No change has been recorded since {moment.isoformat()}.")
    return int(first)


def _known_readers() -> str:
    readers = list(ChangeCursor.objects.order_by("reader").values_list("reader", flat=True))
    return f"The readers are: {', '.join(readers)}." if readers else "Nobody has read the log yet."
