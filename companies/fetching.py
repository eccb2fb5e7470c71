"""On demand: before a report is made, what it needs is fetched from the live sources, or fetched again when it is old.

What is stored at all is better than nothing: it is used when its source is out of reach, and the caller is told.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from companies.days import danish_day
from companies.errors import CompanyRefused, CompanyUnknown, SourceUnreachable
from companies.fetching_group import fetch_group
from companies.models import AnnualAccounts, BeneficialOwnership, Company, OwnershipEdge
from companies.refreshing import Outage, last_asked_at, missing_companies, old_ones, refresh
from companies.retrieving import retrieve_accounts, retrieve_beneficial_owners, retrieve_companies
from companies.sources.distribution.access import BENEFICIAL, FILINGS, LABELS, REGISTER, Access, access_to
from companies.sources.distribution.calling import Conversation
from lasso.http.deadlines import Deadline

__all__ = ["Needs", "Outage", "fetch_for_report"]

# For all that one report needs; what is fetched by then is kept, and the next try goes on from there.
BUDGET = timedelta(seconds=45)
# As far up as reports follow the chains of owners, and as many companies as one report may fetch.
DEPTH = 10
MOST_OWNERS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a report shows besides the company itself. `beneficial_owners` only for those who may see them."""

    owners: bool = False
    group: bool = False
    accounts: bool = False
    beneficial_owners: bool = False


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
    until = Deadline(BUDGET)
    outages: list[Outage] = []
    register = access_to(REGISTER)
    if isinstance(register, Access):
        with Conversation(register, until=until) as conversation:
            outages += _company(conversation, cvr, now=now)
            outages += _owners(conversation, cvr, now=now) if needs.owners else []
            outages += fetch_group(conversation, cvr, now=now) if needs.group else []
    if needs.beneficial_owners:
        outages += _beneficial_owners(cvr, now=now, until=until)
    if needs.accounts:
        outages += _accounts(cvr, now=now, until=until)
    first_of_each: dict[tuple[str, bool], Outage] = {}
    for outage in outages:
        first_of_each.setdefault((outage.source, outage.is_group_cut), outage)
    return tuple(first_of_each.values())


def _company(conversation: Conversation, cvr: str, *, now: datetime) -> list[Outage]:
    stored = Company.objects.filter(cvr=cvr).values_list("retrieved_at", flat=True).first()
    # What we lack is asked for however lately that was done: it may have been founded, or mended, since.
    is_due = missing_companies if stored is None else old_ones(REGISTER, now)
    try:
        retrieved = refresh(REGISTER, [cvr], is_due, lambda due: retrieve_companies(conversation, due, now=now))
    except SourceUnreachable:
        if stored is None:
            raise
        return [Outage(LABELS[REGISTER], last_asked_at(REGISTER, [cvr]) or stored)]
    if cvr in retrieved.refused:
        if stored is None:
            raise CompanyRefused(cvr, retrieved.refused[cvr])
        return [Outage(LABELS[REGISTER], stored, retrieved.refused[cvr])]
    if stored is None and missing_companies([cvr]):
        raise CompanyUnknown(cvr)
    return []


def _owners(conversation: Conversation, cvr: str, *, now: datetime) -> list[Outage]:
    """Everybody up the chains, level by level, so that a chain ends where it does and not where our register does."""
    seen, level = {cvr}, [cvr]
    is_due = old_ones(REGISTER, now)
    for _ in range(DEPTH):
        level = _owner_companies(level, without=seen, now=now)[: MOST_OWNERS + 1 - len(seen)]
        if not level:
            break
        seen.update(level)
        try:
            refresh(REGISTER, level, is_due, lambda due: retrieve_companies(conversation, due, now=now))
        except SourceUnreachable:
            due = is_due(level)
            if missing_companies(due):
                raise
            return [Outage(LABELS[REGISTER], last_asked_at(REGISTER, due))]
    return []


def _beneficial_owners(cvr: str, *, now: datetime, until: Deadline) -> list[Outage]:
    access = access_to(BENEFICIAL)
    if not isinstance(access, Access):
        return []
    with Conversation(access, until=until) as conversation:
        try:
            retrieved = refresh(
                BENEFICIAL,
                [cvr],
                old_ones(BENEFICIAL, now),
                lambda due: retrieve_beneficial_owners(conversation, due, now=now),
            )
        except SourceUnreachable:
            stored = BeneficialOwnership.objects.filter(company_id=cvr).values_list("retrieved_at", flat=True).first()
            if stored is None:
                raise
            return [Outage(LABELS[BENEFICIAL], last_asked_at(BENEFICIAL, [cvr]) or stored)]
    refusal = retrieved.refused.get(cvr)
    return [Outage(LABELS[BENEFICIAL], None, refusal)] if refusal else []


def _accounts(cvr: str, *, now: datetime, until: Deadline) -> list[Outage]:
    access = access_to(FILINGS)
    if not isinstance(access, Access):
        return []
    with Conversation(access, until=until) as conversation:
        try:
            refresh(
                FILINGS,
                [cvr],
                old_ones(FILINGS, now),
                lambda due: retrieve_accounts(conversation, due, now=now, until=until),
            )
        except SourceUnreachable:
            asked_at = last_asked_at(FILINGS, [cvr])
            if asked_at is None and not AnnualAccounts.objects.filter(cvr=cvr).exists():
                raise
            return [Outage(LABELS[FILINGS], asked_at)]
    return []


def _owner_companies(cvrs: Sequence[str], *, without: Collection[str], now: datetime) -> list[str]:
    """The Danish companies that own a part of these today."""
    in_force = Q(end_date__isnull=True) | Q(end_date__gte=danish_day(now))
    edges = OwnershipEdge.objects.filter(in_force, owned_id__in=cvrs)
    owners = set(edges.exclude(owner_cvr="").values_list("owner_cvr", flat=True))
    return sorted(owners.difference(without))
