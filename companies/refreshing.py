"""What is stored made fresh: which companies are due, and each of them retrieved by one worker at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min

from companies.errors import SourceBusy
from companies.locking import locked_companies
from companies.models import Company, SourceCheck
from companies.retrieving import Retrieved
from companies.source_checks import due_companies
from companies.sources.distribution.access import LABELS

# How long to wait for somebody who is fetching the same company.
PATIENCE = timedelta(seconds=5)
LOOK_AGAIN = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Outage:
    """A source that could not be asked, so that what is stored is used: as of `retrieved_at`, if that is known."""

    source: str  # its name for people, in Danish
    retrieved_at: datetime | None
    refusal: str = ""  # the source did answer, but with a document that cannot be taken
    is_group_cut: bool = False  # or it did answer, but not with all the subsidiaries


# Picks those of some companies that must be asked for.
IsDue = Callable[[Sequence[str]], list[str]]


def refresh(
    source: str, cvrs: Sequence[str], is_due: IsDue, retrieve: Callable[[Sequence[str]], Retrieved]
) -> Retrieved:
    """Retrieve those of the companies that are due, each by one worker at a time; the others wait for that one.

    Raises:
        SourceBusy: another worker has been at it for longer than we wait.
    """
    total = Retrieved()
    ends_at = time.monotonic() + PATIENCE.total_seconds()
    waiting = is_due(cvrs)
    while waiting:
        with locked_companies(source=source, cvrs=waiting) as held:
            # Somebody may have been quicker.
            if mine := is_due(held):
                total.add(retrieve(mine))
        waiting = is_due([cvr for cvr in waiting if cvr not in held])
        if waiting:
            if time.monotonic() > ends_at:
                raise SourceBusy("another worker is asking it for the same company", source=LABELS[source])
            time.sleep(LOOK_AGAIN)
    return total


def missing_companies(cvrs: Sequence[str]) -> list[str]:
    """Those that the register does not have."""
    known = set(Company.objects.filter(cvr__in=cvrs).values_list("cvr", flat=True))
    return [cvr for cvr in cvrs if cvr not in known]


def old_ones(source: str, now: datetime) -> IsDue:
    """Picks those that the source was not asked for within REGISTER_FRESHNESS."""
    before = now - settings.REGISTER_FRESHNESS

    def is_due(cvrs: Sequence[str]) -> list[str]:
        return due_companies(source=source, cvrs=cvrs, before=before, limit=len(cvrs)) if cvrs else []

    return is_due


def last_asked_at(source: str, cvrs: Iterable[str]) -> datetime | None:
    """When the source was asked for the one that was asked for the longest ago."""
    oldest: datetime | None = SourceCheck.objects.filter(source=source, cvr__in=cvrs).aggregate(at=Min("checked_at"))[
        "at"
    ]
    return oldest
