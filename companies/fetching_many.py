"""On demand, many at once: companies that the register lacks are fetched from the live source, a hundred a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from companies.refreshing import missing_companies, old_ones, refresh
from companies.retrieving import retrieve_accounts, retrieve_companies
from companies.sources.distribution.access import FILINGS, REGISTER, Access, access_to
from companies.sources.distribution.calling import Conversation
from lasso.http.deadlines import Deadline

# For all of one call; what is fetched by then is kept, and the next call goes on from there.
BUDGET = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class FetchedMany:
    """Of the companies asked for, those that nobody has, and why the documents of others cannot be taken."""

    unknown: frozenset[str]
    refused: dict[str, str]


def fetch_missing(*, cvrs: Sequence[str], accounts: bool, now: datetime) -> FetchedMany:
    """Fetch those of the companies that the register lacks; with `accounts` their annual accounts besides.

    The accounts come first: those that come with a company are no change of it. What is stored already is not asked
    for again.

    Raises:
        SourceUnreachable: something could not be fetched; what was is kept.
        SourceBusy: there was more to fetch than time, or somebody else is at it; another try goes on from there.
        RuntimeError: there is a transaction.
    """
    until = Deadline(BUDGET)
    missing = missing_companies(cvrs)
    if accounts and missing:
        _fetch_accounts(missing, now=now, until=until)
    register = access_to(REGISTER)
    refused: dict[str, str] = {}
    if isinstance(register, Access) and missing:
        with Conversation(register, until=until) as conversation:
            refused = refresh(
                REGISTER, missing, missing_companies, lambda due: retrieve_companies(conversation, due, now=now)
            ).refused
    return FetchedMany(frozenset(missing_companies(missing)) - refused.keys(), refused)


def _fetch_accounts(cvrs: Sequence[str], *, now: datetime, until: Deadline) -> None:
    access = access_to(FILINGS)
    if isinstance(access, Access):
        with Conversation(access, until=until) as conversation:
            refresh(
                FILINGS,
                cvrs,
                old_ones(FILINGS, now),
                lambda due: retrieve_accounts(conversation, due, now=now, until=until),
            )
