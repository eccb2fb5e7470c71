"""Polls of the live sources: each a row that says how far it has come and when it goes on.

- "feed": the register's own change feed. Companies that we have are read again when it has touched them; with
  REGISTER_FULL every company is.
- "watched": every company that somebody watches and its owners, because the feed's stamp is not enough.
- "beneficial": the beneficial owners of watched companies.
- "filings": new annual accounts of watched companies.

A step asks once, stores, and notes what it did, so a poll that is cut off goes on where it stopped. A poll whose source
fails goes on later, and later with each failure; nothing waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.utils import timezone

from companies.days import danish_day
from companies.errors import SourceBusy, SourceUnreachable
from companies.locking import locked_poll
from companies.models import Company, SourceCursor
from companies.retrieving import Retrieved, retrieve_accounts, retrieve_beneficial_owners, retrieve_companies
from companies.source_checks import FICTIONAL, due_companies
from companies.sources.distribution import feed
from companies.sources.distribution.access import BENEFICIAL, FILINGS, REGISTER, Access, Off, access_to, is_on
from companies.sources.distribution.calling import Conversation
from companies.sources.distribution.documents import MOST_CVRS
from companies.watching import watched_companies, watched_for_beneficial_owners, watched_with_owners
from lasso.http.deadlines import Deadline

log = structlog.get_logger(__name__)

INTERVAL = timedelta(minutes=1)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
# For what a step asks together; a call that begins within it may last longer.
STEP = timedelta(seconds=60)
# The register shows a change some time after the moment that it writes on it.
OVERLAP = timedelta(hours=1)
# A company's filings are several files, each a call.
FILINGS_AT_ONCE = 10

Step = Iterator[Retrieved]


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll: its name, the source it asks, and its steps, each of which stores what it brings."""

    name: str
    source: str
    steps: Callable[[SourceCursor, Conversation, Deadline], Step]


@dataclass(frozen=True, slots=True)
class Round:
    """What a run of a poll brought, and whether it came to the end; `is_ours` False: another process is at it."""

    retrieved: Retrieved
    is_done: bool
    is_ours: bool = True


def run_poll(poll: Poll, *, is_over: Callable[[], bool]) -> Round:
    """Take steps until nothing is left or `is_over`. The row then says when to go on, whatever happened.

    Raises:
        SourceUnreachable: the source is off or failed.
    """
    access = access_to(poll.source)
    if isinstance(access, Off):
        raise SourceUnreachable(f"off: {access.reason}")
    with locked_poll(poll.name) as is_ours:
        if not is_ours:
            return Round(Retrieved(), is_done=True, is_ours=False)
        cursor = cursor_of(poll)
        total = Retrieved()
        try:
            is_done = _take_steps(poll, cursor, access, total, is_over)
        except SourceBusy:
            is_done = False  # nothing failed, there was only more to ask than time
        except Exception as error:
            # A fault of ours too: it is told above, and the poll must not be tried again at once.
            _put_off(cursor, error)
            raise
        _go_on(cursor, after=INTERVAL if is_done else timedelta(0))
    return Round(total, is_done)


def cursor_of(poll: Poll) -> SourceCursor:
    """The poll's row, made when there is none: then it is due at once."""
    now = timezone.now()
    return SourceCursor.objects.get_or_create(poll=poll.name, defaults={"due_at": now, "updated_at": now})[0]


def due_polls() -> Iterator[Poll]:
    """The polls that are switched on and whose time has come."""
    polls = [poll for poll in POLLS if is_on(poll.source)]
    if polls:
        waiting = set(SourceCursor.objects.filter(due_at__gt=timezone.now()).values_list("poll", flat=True))
        yield from (poll for poll in polls if poll.name not in waiting)


def _take_steps(
    poll: Poll, cursor: SourceCursor, access: Access, total: Retrieved, is_over: Callable[[], bool]
) -> bool:
    """Whether there was nothing left to do; what was done is counted into `total`."""
    until = Deadline(STEP)
    with Conversation(access, until=until) as conversation:
        for retrieved in poll.steps(cursor, conversation, until):
            total.add(retrieved)
            if is_over():
                return False
    return True


def _go_on(cursor: SourceCursor, *, after: timedelta) -> None:
    now = timezone.now()
    cursor.due_at = now + after
    cursor.failure_count = 0
    _save(cursor, now)


def _put_off(cursor: SourceCursor, error: Exception) -> None:
    now = timezone.now()
    pause = min(FIRST_PAUSE * 2 ** min(cursor.failure_count, 10), LONGEST_PAUSE)
    asked = error.retry_after if isinstance(error, SourceUnreachable) else timedelta(0)
    cursor.failure_count += 1
    cursor.due_at = now + max(pause, asked)
    _save(cursor, now)
    log.warning("poll_failed", poll=cursor.poll, reason=str(error), failures=cursor.failure_count)


def _save(cursor: SourceCursor, now: datetime) -> None:
    cursor.updated_at = now
    cursor.save(update_fields=["position", "due_at", "failure_count", "updated_at"])


# --- What each poll does ----------------------------------------------------------------------------------------------


def _watched(_cursor: SourceCursor, conversation: Conversation, _until: Deadline) -> Step:
    watched = watched_with_owners(day=danish_day(timezone.now()))
    while due := _due(REGISTER, watched, limit=MOST_CVRS):
        yield retrieve_companies(conversation, due, now=timezone.now())
        # Owners that came to light are asked for in the next round.


def _beneficial(_cursor: SourceCursor, conversation: Conversation, _until: Deadline) -> Step:
    watched = watched_for_beneficial_owners()
    while due := _due(BENEFICIAL, watched, limit=MOST_CVRS):
        yield retrieve_beneficial_owners(conversation, due, now=timezone.now())


def _filings(_cursor: SourceCursor, conversation: Conversation, until: Deadline) -> Step:
    watched = watched_companies()
    while due := _due(FILINGS, watched, limit=FILINGS_AT_ONCE):
        yield retrieve_accounts(conversation, due, now=timezone.now(), until=until)


def _due(source: str, cvrs: set[str], *, limit: int) -> list[str]:
    before = timezone.now() - max(settings.REGISTER_POLL_INTERVAL, INTERVAL)
    return due_companies(source=source, cvrs=cvrs, before=before, limit=limit)


def _feed(cursor: SourceCursor, conversation: Conversation, _until: Deadline) -> Step:
    """Page by page behind the last one; the cursor moves when what a page names is stored."""
    if not cursor.position:
        cursor.position = {"since": None if settings.REGISTER_FULL else timezone.now().isoformat()}
    since, after, newest = (cursor.position.get(key) for key in ("since", "after", "newest"))
    pages = feed.touched_since(
        conversation, since=datetime.fromisoformat(since) if since else None, after=tuple(after) if after else None
    )
    for page in pages:
        retrieved = Retrieved()
        wanted = _wanted(page)
        for start in range(0, len(wanted), MOST_CVRS):
            retrieved.add(retrieve_companies(conversation, wanted[start : start + MOST_CVRS], now=timezone.now()))
        moments = [one.updated_at for one in page.companies if one.updated_at]
        # A moment that lies ahead is a mistake: to wait for it would be to hear of nothing else until then.
        newest = min(max(moments), timezone.now()).isoformat() if moments else newest
        cursor.position = {"since": since, "after": page.after, "newest": newest}
        _save(cursor, timezone.now())
        yield retrieved
    # The next round begins anew, a little before the end of this one.
    cursor.position = {"since": (datetime.fromisoformat(newest) - OVERLAP).isoformat() if newest else since}


def _wanted(page: feed.Page) -> list[str]:
    """The companies of the page that we keep and have an older version of."""
    stored = dict(
        Company.objects.filter(cvr__in=[one.cvr for one in page.companies])
        .exclude(source__in=FICTIONAL)
        .values_list("cvr", "source_updated_at")
    )
    return [one.cvr for one in page.companies if _is_wanted(one, stored)]


def _is_wanted(touched: feed.Touched, stored: dict[str, datetime | None]) -> bool:
    if touched.cvr not in stored:
        return settings.REGISTER_FULL
    known_at = stored[touched.cvr]
    return known_at is None or touched.updated_at is None or known_at < touched.updated_at


POLLS = (
    Poll("feed", REGISTER, _feed),
    Poll("watched", REGISTER, _watched),
    Poll("beneficial", BENEFICIAL, _beneficial),
    Poll("filings", FILINGS, _filings),
)
