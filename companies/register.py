"""What the reports ask of the register: a company's profile, its past, its annual accounts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from companies.errors import CompanyUnknown, SourceUnreachable
from companies.facts import FactSpan
from companies.figures import Accounts
from companies.models import AnnualAccounts, Company
from companies.profile import Profile
from companies.source_checks import confirmed_at
from companies.sources.cvr import read_profile
from companies.sources.past_facts import read_past_facts
from companies.stored_accounts import accounts_of_row

__all__ = ["CompanyUnknown", "SourceUnreachable", "find_accounts", "find_profile", "find_profile_with_past"]

MOST_YEARS = 10


def find_profile(*, cvr: str, day: date) -> Profile:
    """What is known of the company on the day; `retrieved_at` is when its source last said so.

    Raises:
        CompanyUnknown: the register lacks it.
    """
    document, retrieved_at = _stored(cvr)
    return read_profile(document, day=day, retrieved_at=retrieved_at)


def find_profile_with_past(*, cvr: str, day: date) -> tuple[Profile, tuple[FactSpan, ...]]:
    """The profile, and what the company's own facts were up to the day: see `companies.sources.past_facts`.

    Raises:
        CompanyUnknown: the register lacks it.
    """
    document, retrieved_at = _stored(cvr)
    return read_profile(document, day=day, retrieved_at=retrieved_at), read_past_facts(document, day=day)


def _stored(cvr: str) -> tuple[dict[str, Any], datetime | None]:
    row = Company.objects.filter(cvr=cvr).values_list("document", "source", "retrieved_at").first()
    if row is None:
        raise CompanyUnknown(cvr)
    document, source, retrieved_at = row
    return document, confirmed_at(source=source, cvr=cvr, stored_at=retrieved_at)


def find_accounts(*, cvr: str) -> tuple[Accounts, ...]:
    """The company's annual accounts, newest balance day first, at most ten; empty when none is on file."""
    rows = AnnualAccounts.objects.filter(cvr=cvr).order_by("-end_date")[:MOST_YEARS]
    return tuple(accounts_of_row(row) for row in rows)
