"""What the reports ask of the register: a company's profile, its past, its annual accounts."""

from __future__ import annotations

import json
from datetime import date, datetime
from functools import cache
from typing import Any

from companies.errors import CompanyUnknown, SourceUnreachable
from companies.facts import FactSpan
from companies.figures import Accounts
from companies.models import AnnualAccounts
from companies.profile import Profile
from companies.source_checks import CONFIRMED_AT
from companies.sources.cvr import read_profile
from companies.sources.past_facts import read_past_facts
from companies.stored_accounts import accounts_of_row
from lasso.prepared import columns_of, execute_prepared, objects_of

__all__ = ["CompanyUnknown", "SourceUnreachable", "find_accounts", "find_profile", "find_profile_with_past"]

MOST_YEARS = 10
ACCOUNTS = {"accounts": AnnualAccounts}
# Every report asks this first.
STORED = f"""
SELECT stored.document, {CONFIRMED_AT}
FROM companies_company AS stored WHERE stored.cvr = %(cvr)s
"""  # noqa: S608 - a piece of our own


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


def _stored(cvr: str) -> tuple[dict[str, Any], datetime]:
    row = execute_prepared(STORED, {"cvr": cvr}).fetchone()
    if row is None:
        raise CompanyUnknown(cvr)
    document, retrieved_at = row
    return json.loads(document), retrieved_at


def find_accounts(*, cvr: str) -> tuple[Accounts, ...]:
    """The company's annual accounts, newest balance day first, at most ten; empty when none is on file."""
    rows = execute_prepared(_newest_accounts(), {"cvr": cvr, "most": MOST_YEARS}).fetchall()
    return tuple(accounts_of_row(found) for row in rows for found in objects_of(ACCOUNTS, row))


@cache
def _newest_accounts() -> str:
    return f"""
    SELECT {columns_of(ACCOUNTS)} FROM companies_annualaccounts AS accounts
    WHERE accounts.cvr = %(cvr)s ORDER BY accounts.end_date DESC LIMIT %(most)s
    """  # noqa: S608 - a piece of our own
