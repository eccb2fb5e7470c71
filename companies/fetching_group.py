"""What a company owns, fetched level by level. Documents name owners, so what somebody owns must be searched for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Q

from companies.cvr import lasso_id
from companies.days import danish_day
from companies.errors import SourceUnreachable
from companies.models import OwnershipEdge, SourceCheck
from companies.refreshing import Outage, last_asked_at, missing_companies, old_ones, refresh
from companies.retrieving import Retrieved, retrieve_companies
from companies.source_checks import note_checks
from companies.sources.distribution.access import GROUP, LABELS, REGISTER
from companies.sources.distribution.calling import Conversation
from companies.sources.distribution.documents import MOST_CVRS
from companies.sources.distribution.subsidiaries import find_owned

# As far down as reports show the group, and as many companies as one report may fetch.
DEPTH = 4
MOST_COMPANIES = 300


def fetch_group(conversation: Conversation, cvr: str, *, now: datetime) -> list[Outage]:
    """Fetch the companies below this one; says when some were not told, or could not be asked for.

    Raises:
        SourceUnreachable: what is owned by one of them was never asked for, or one of them is not stored.
        SourceBusy: there was more to fetch than time.
    """
    seen, level, asked = {cvr}, [cvr], [cvr]
    for _ in range(DEPTH):
        try:
            _ask_whom_they_own(conversation, level, now=now)
            level = _owned_by(level, without=seen, now=now)[: MOST_COMPANIES + 1 - len(seen)]
            _fetch(conversation, level, now=now)
        except SourceUnreachable:
            if missing_companies(level) or not _were_asked_for(level):
                raise
            return [Outage(LABELS[GROUP], last_asked_at(GROUP, asked))]
        if not level:
            break
        seen.update(level)
        asked += level
    is_cut = len(seen) > MOST_COMPANIES or _were_cut(asked)
    return [Outage(LABELS[GROUP], None, is_group_cut=True)] if is_cut else []


def _ask_whom_they_own(conversation: Conversation, cvrs: Sequence[str], *, now: datetime) -> None:
    """Search for those whose owners these are, and fetch the ones that we lack: the others tell of it themselves."""

    def search(due: Sequence[str]) -> Retrieved:
        for start in range(0, len(due), MOST_CVRS):
            some = due[start : start + MOST_CVRS]
            owned, is_whole = find_owned(conversation, some)
            _fetch(conversation, owned, now=now)
            note_checks(source=GROUP, asked=some, found=some if is_whole else [], now=now)
        return Retrieved()

    refresh(GROUP, cvrs, old_ones(GROUP, now), search)


def _fetch(conversation: Conversation, cvrs: Sequence[str], *, now: datetime) -> None:
    refresh(REGISTER, cvrs, old_ones(REGISTER, now), lambda due: retrieve_companies(conversation, due, now=now))


def _owned_by(cvrs: Sequence[str], *, without: Collection[str], now: datetime) -> list[str]:
    day = danish_day(now)
    in_force = Q(start_date__isnull=True) | Q(start_date__lte=day), Q(end_date__isnull=True) | Q(end_date__gte=day)
    edges = OwnershipEdge.objects.filter(*in_force, owner_key__in=[lasso_id(cvr) for cvr in cvrs])
    return sorted(set(edges.values_list("owned_id", flat=True)).difference(without))


def _were_asked_for(cvrs: Sequence[str]) -> bool:
    return SourceCheck.objects.filter(source=GROUP, cvr__in=cvrs).count() == len(cvrs)


def _were_cut(cvrs: Sequence[str]) -> bool:
    """Whether the register did not tell all that one of these owns when it was last asked."""
    return SourceCheck.objects.filter(source=GROUP, cvr__in=cvrs, is_found=False).exists()
