"""Registered beneficial owners: shown only where access was given, every look logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from accounts.models import Organisation
from companies.errors import BeneficialAccessDenied, CompanyUnknown
from companies.profile import BeneficialOwner

__all__ = ["AbsenceReason", "BeneficialAccessDenied", "BeneficialOwners", "CompanyUnknown", "read_beneficial_owners"]


class AbsenceReason(StrEnum):
    """Why no real beneficial owner stands in the register."""

    NONE = ""  # there are some
    NOT_RECEIVED = "not_received"  # no source has told us of this company's beneficial owners
    NONE_REGISTERED = "none_registered"
    NOT_IDENTIFIED = "not_identified"
    EXEMPT = "exempt"  # listed companies
    MANAGEMENT = "management"  # the owners listed are management, put in because there is no real one


@dataclass(frozen=True, slots=True)
class BeneficialOwners:
    """The beneficial owners on `as_of_date` (former ones in `former`), or why there are none."""

    cvr: str
    as_of_date: date
    owners: tuple[BeneficialOwner, ...]
    former: tuple[BeneficialOwner, ...]
    absence: AbsenceReason
    retrieved_at: datetime | None


def read_beneficial_owners(
    *, cvr: str, day: date, organisation: Organisation, purpose: str, now: datetime | None = None
) -> BeneficialOwners:
    """The company's beneficial owners on the day; the look is logged with its purpose.

    Raises:
        BeneficialAccessDenied: the organisation has no access.
        CompanyUnknown: the register lacks the company.
    """
    raise NotImplementedError
