"""Sources that failed are left alone for a while, by all processes: nobody waits for what is known to be away."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import structlog
from django.db import connection
from django.db.models import F
from django.utils import timezone

from companies.errors import SourceUnreachable
from companies.models import SourceRest
from companies.sources.distribution.access import LABELS

log = structlog.get_logger(__name__)

FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=5)
# A source that says how long gets that, within reason.
LONGEST_ASKED_REST = timedelta(hours=1)
SECONDS = re.compile(r"[0-9]{1,9}")

# Doubled with each failure in a row. Failures that come in while it rests (calls that were under way) do not count.
NOTE = """
INSERT INTO companies_sourcerest AS rest (source, rests_until, failure_count, reason, failed_at)
VALUES (%(source)s, %(now)s + GREATEST(%(asked)s, %(first)s), 1, %(reason)s, %(now)s)
ON CONFLICT (source) DO UPDATE
SET failure_count = rest.failure_count + 1, reason = EXCLUDED.reason, failed_at = EXCLUDED.failed_at,
    rests_until = %(now)s + GREATEST(
        %(asked)s, LEAST(%(longest)s, %(first)s * power(2, LEAST(rest.failure_count, 20))))
WHERE rest.rests_until <= %(now)s
"""


def require_awake(source: str) -> None:
    """Nothing, unless the source rests.

    Raises:
        SourceUnreachable: it failed a moment ago, for the reason given.
    """
    now = timezone.now()
    rest = SourceRest.objects.filter(source=source, rests_until__gt=now).first()
    if rest:
        raise SourceUnreachable(rest.reason, source=LABELS[source], retry_after=rest.rests_until - now)


def note_failure(source: str, reason: str, *, asked: timedelta = timedelta(0)) -> SourceUnreachable:
    """Put the source to rest, `asked` long or longer; returns what to raise."""
    now = timezone.now()
    parameters: dict[str, Any] = {
        "source": source,
        "reason": reason,
        "now": now,
        "asked": min(asked, LONGEST_ASKED_REST),
        "first": FIRST_REST,
        "longest": LONGEST_REST,
    }
    with connection.cursor() as cursor:
        cursor.execute(NOTE, parameters)
    rest = SourceRest.objects.filter(source=source).annotate(left=F("rests_until") - now).first()
    left = max(rest.left, timedelta(0)) if rest else FIRST_REST
    log.warning("source_failed", source=source, reason=reason, rests_seconds=round(left.total_seconds(), 1))
    return SourceUnreachable(reason, source=LABELS[source], retry_after=left)


def note_answer(source: str) -> None:
    """The source is well."""
    SourceRest.objects.filter(source=source).delete()


def asked_rest(retry_after: str | None, *, now: datetime) -> timedelta:
    """What a Retry-After header asks for, seconds or a date; nothing when it is missing or wrong."""
    text = (retry_after or "").strip()
    if SECONDS.fullmatch(text):
        return timedelta(seconds=int(text))
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    return max(moment - now, timedelta(0)) if moment.tzinfo else timedelta(0)
