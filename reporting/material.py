"""What one report is made from: everything that was collected of a company, as plain data.

`rendering` collects it, `contents.compose` reads it. Nothing in here queries, so a report can be made again from the
same material and come out the same, byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from companies.beneficial import BeneficialOwners
from companies.days import danish_day
from companies.facts import FactSpan
from companies.fetching import Outage
from companies.figures import Accounts
from companies.graph import IndirectShare, OwnershipGraph
from companies.profile import Profile
from companies.related import RelatedHolding
from lasso.language import Language
from reporting.models import ReportType


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A company as it was collected for one report at `extracted_at` (aware).

    `past` is what the company's own facts were up to that day; `related` what its owners and management own elsewhere.
    `accounts` are newest first. `owners` goes upwards from the company, `group` downwards, `indirect` belongs to
    `owners`; None where the report type does not need them. `beneficial` is None where it was not asked for or not
    given; then `beneficial_refusal` is a sentence in `language` that says why, when access was refused. `outages` are
    the sources that should have been asked again and could not be, so that older data is shown.
    """

    report_type: ReportType
    profile: Profile
    extracted_at: datetime
    organisation_name: str
    past: tuple[FactSpan, ...] = ()
    related: tuple[RelatedHolding, ...] = ()
    accounts: tuple[Accounts, ...] = ()
    owners: OwnershipGraph | None = None
    indirect: tuple[IndirectShare, ...] = ()
    group: OwnershipGraph | None = None
    beneficial: BeneficialOwners | None = None
    beneficial_refusal: str = ""
    outages: tuple[Outage, ...] = ()
    language: Language = Language.DANISH

    @property
    def day(self) -> date:
        """The day of extraction in Danish time."""
        return danish_day(self.extracted_at)

    @property
    def latest_accounts(self) -> Accounts | None:
        """The newest filed accounts, if any are filed."""
        return self.accounts[0] if self.accounts else None
