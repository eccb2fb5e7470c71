"""On demand: before a report is made, what it needs is fetched from the live sources, or fetched again when it is old.

What is stored at all is better than nothing: it is used when its source is out of reach, and the caller is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min, Q

from companies.days import danish_day
from companies.errors import CompanyRefused, CompanyUnknown, SourceBusy, SourceUnreachable
from companies.locking import locked_companies
from companies.models import AnnualAccounts, BeneficialOwnership, Company, OwnershipEdge, SourceCheck
from companies.retrieving import Retrieved, retrieve_accounts, retrieve_beneficial_owners, retrieve_companies
from companies.source_checks import due_companies, is_fictional
from companies.sources.distribution.access import BENEFICIAL, FILINGS, LABELS, REGISTER, Access, access_to, is_on
from companies.sources.distribution.calling import Conversation
from lasso.http.deadlines import Deadline

# For all that one report needs; what is fetched by then is kept, and the next try goes on from there.
BUDGET = timedelta(seconds=45)
# How long to wait for somebody who is fetching the same company.
PATIENCE = timedelta(seconds=5)
LOOK_AGAIN = 0.1  # seconds
# As far up as reports follow the chains of owners, and as many companies as one report may fetch.
DEPTH = 10
MOST_OWNERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a report shows besides the company itself. `beneficial_owners` only for those who may see them."""

    owners: bool = False
    accounts: bool = False
    beneficial_owners: bool = False


@dataclass(frozen=True, slots=True)
class Outage:
    """A source that could not be asked, so that what is stored is used: as of `retrieved_at`, if that is known."""

    source: str  # its name for people, in Danish
    retrieved_at: datetime | None
    refusal: str = ""  # the source did answer, but with a document that cannot be taken


def fetch_for_report(*, cvr: str, needs: Needs, now: datetime) -> tuple[Outage, ...]:
    """Fetch what is missing or older than REGISTER_FRESHNESS; returns the sources whose stored data must do instead.

    Nothing happens for sources that are off, and for the companies of the fictional register.

    Raises:
        CompanyUnknown: the register does not have the company, and neither have we.
        CompanyRefused: its document cannot be taken, and none is stored.
        SourceUnreachable: something that is not stored could not be fetched.
        SourceBusy: there was more to fetch than time, or somebody else is at it; another try goes on from there.
        RuntimeError: there is a transaction.
    """
    if not any(is_on(source) for source in (REGISTER, BENEFICIAL, FILINGS)) or is_fictional(cvr):
        return ()
    until = Deadline(BUDGET)
    outages: list[Outage] = []
    register = access_to(REGISTER)
    if isinstance(register, Access):
        with Conversation(register, until=until) as conversation:
            outages += _company(conversation, cvr, now=now)
            outages += _owners(conversation, cvr, now=now) if needs.owners else []
    if needs.beneficial_owners:
        outages += _beneficial_owners(cvr, now=now, until=until)
    if needs.accounts:
        outages += _accounts(cvr, now=now, until=until)
    first_of_each: dict[str, Outage] = {}
    for outage in outages:
        first_of_each.setdefault(outage.source, outage)
    return tuple(first_of_each.values())


def _company(conversation: Conversation, cvr: str, *, now: datetime) -> list[Outage]:
    stored = Company.objects.filter(cvr=cvr).values_list("retrieved_at", flat=True).first()
    # What we lack is asked for however lately that was done: it may have been founded, or mended, since.
    is_due = _missing if stored is None else _old(REGISTER, now)
    try:
        retrieved = _refresh(REGISTER, [cvr], is_due, lambda due: retrieve_companies(conversation, due, now=now))
    except SourceUnreachable:
        if stored is None:
            raise
        return [Outage(LABELS[REGISTER], _asked_at(REGISTER, [cvr]) or stored)]
    if cvr in retrieved.refused:
        if stored is None:
            raise CompanyRefused(cvr, retrieved.refused[cvr])
        return [Outage(LABELS[REGISTER], stored, retrieved.refused[cvr])]
    if stored is None and _missing([cvr]):
        raise CompanyUnknown(cvr)
    return []


def _owners(conversation: Conversation, cvr: str, *, now: datetime) -> list[Outage]:
    """Everybody up the chains, level by level, so that a chain ends where it does and not where our register does."""
    seen, level = {cvr}, [cvr]
    is_due = _old(REGISTER, now)
    for _ in range(DEPTH):
        level = _owner_companies(level, without=seen, now=now)[: MOST_OWNERS + 1 - len(seen)]
        if not level:
            break
        seen.update(level)
        try:
            _refresh(REGISTER, level, is_due, lambda due: retrieve_companies(conversation, due, now=now))
        except SourceUnreachable:
            due = is_due(level)
            if _missing(due):
                raise
            return [Outage(LABELS[REGISTER], _asked_at(REGISTER, due))]
    return []


def _beneficial_owners(cvr: str, *, now: datetime, until: Deadline) -> list[Outage]:
    access = access_to(BENEFICIAL)
    if not isinstance(access, Access):
        return []
    with Conversation(access, until=until) as conversation:
        try:
            retrieved = _refresh(
                BENEFICIAL,
                [cvr],
                _old(BENEFICIAL, now),
                lambda due: retrieve_beneficial_owners(conversation, due, now=now),
            )
        except SourceUnreachable:
            stored = BeneficialOwnership.objects.filter(company_id=cvr).values_list("retrieved_at", flat=True).first()
            if stored is None:
                raise
            return [Outage(LABELS[BENEFICIAL], _asked_at(BENEFICIAL, [cvr]) or stored)]
    refusal = retrieved.refused.get(cvr)
    return [Outage(LABELS[BENEFICIAL], None, refusal)] if refusal else []


def _accounts(cvr: str, *, now: datetime, until: Deadline) -> list[Outage]:
    access = access_to(FILINGS)
    if not isinstance(access, Access):
        return []
    with Conversation(access, until=until) as conversation:
        try:
            _refresh(
                FILINGS,
                [cvr],
                _old(FILINGS, now),
                lambda due: retrieve_accounts(conversation, due, now=now, until=until),
            )
        except SourceUnreachable:
            asked_at = _asked_at(FILINGS, [cvr])
            if asked_at is None and not AnnualAccounts.objects.filter(cvr=cvr).exists():
                raise
            return [Outage(LABELS[FILINGS], asked_at)]
    return []


IsDue = Callable[[Sequence[str]], list[str]]


def _refresh(
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


def _missing(cvrs: Sequence[str]) -> list[str]:
    known = set(Company.objects.filter(cvr__in=cvrs).values_list("cvr", flat=True))
    return [cvr for cvr in cvrs if cvr not in known]


def _old(source: str, now: datetime) -> IsDue:
    """Those that the source was not asked for within REGISTER_FRESHNESS."""
    before = now - settings.REGISTER_FRESHNESS

    def is_due(cvrs: Sequence[str]) -> list[str]:
        return due_companies(source=source, cvrs=cvrs, before=before, limit=len(cvrs)) if cvrs else []

    return is_due


def _asked_at(source: str, cvrs: Iterable[str]) -> datetime | None:
    """When the source was asked for the one that was asked for the longest ago."""
    oldest: datetime | None = SourceCheck.objects.filter(source=source, cvr__in=cvrs).aggregate(at=Min("checked_at"))[
        "at"
    ]
    return oldest


def _owner_companies(cvrs: Sequence[str], *, without: Collection[str], now: datetime) -> list[str]:
    """The Danish companies that own a part of these today."""
    in_force = Q(end_date__isnull=True) | Q(end_date__gte=danish_day(now))
    edges = OwnershipEdge.objects.filter(in_force, owned_id__in=cvrs)
    owners = set(edges.exclude(owner_cvr="").values_list("owner_cvr", flat=True))
    return sorted(owners.difference(without))
