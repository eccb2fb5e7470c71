"""Companies of the fictional register as material for reports, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache

from companies.figures import Accounts
from companies.profile import Profile
from companies.sources.accounts import read_accounts
from companies.sources.cvr import read_profile
from companies.sources.sample.generator import sample_documents, sample_filings
from companies.sources.sample.plans import ANCHOR
from reporting.material import Material
from reporting.models import ReportType

EXTRACTED_AT = datetime(2026, 8, 1, 12, tzinfo=UTC)


@cache
def registered_profiles() -> dict[str, Profile]:
    """Every company of the fictional register on the day that it stands still on."""
    return {profile.cvr: profile for profile in (read_profile(one, day=ANCHOR) for one in sample_documents())}


@cache
def registered_accounts() -> dict[str, tuple[Accounts, ...]]:
    """The accounts of every company that filed some, newest first."""
    found: dict[str, tuple[Accounts, ...]] = {}
    for filing in sample_filings():
        accounts = replace(read_accounts(filing.data), published_at=filing.published_at)
        found[filing.cvr] = (accounts, *found.get(filing.cvr, ()))
    return found


def registered_material(report_type: ReportType, cvr: str) -> Material:
    """What the register has of the company, without its chains of owners."""
    return Material(
        report_type=report_type,
        profile=registered_profiles()[cvr],
        extracted_at=EXTRACTED_AT,
        organisation_name="Strandvang Revision",
        accounts=registered_accounts().get(cvr, ()),
    )
