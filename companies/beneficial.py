"""Registered beneficial owners: shown only where access was given, every look logged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from companies.errors import BeneficialAccessDenied, CompanyUnknown
from companies.models import BeneficialOwnerRead, BeneficialOwnership, Company
from companies.profile import BeneficialOwner
from companies.sources.cvr import read_profile
from companies.sources.document import Node
from companies.sources.participants import read_beneficial

__all__ = ["AbsenceReason", "BeneficialAccessDenied", "BeneficialOwners", "CompanyUnknown", "read_beneficial_owners"]


class AbsenceReason(StrEnum):
    """Why no real beneficial owner stands in the register."""

    NONE = ""  # there are some
    NOT_RECEIVED = "not_received"  # no source has told us of this company's beneficial owners
    NONE_REGISTERED = "none_registered"
    EXEMPT = "exempt"  # listed companies register none
    # The owners listed are management, put in because there is none, or because none could be identified: the
    # register's documents do not tell the two apart.
    MANAGEMENT = "management"


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

    The log row and the look are one transaction: in a caller's transaction that is rolled back, both are undone.

    Raises:
        BeneficialAccessDenied: the organisation has no access; nothing was read.
        CompanyUnknown: the register lacks the company.
    """
    if not organisation.has_beneficial_owner_access:
        raise BeneficialAccessDenied(
            f"{organisation.name} may not see beneficial owners; an administrator can give access where the "
            f"organisation is obliged or has a legitimate interest (CVR-loven § 18 a)."
        )
    with transaction.atomic():
        company = Company.objects.filter(cvr=cvr).values_list("document", flat=True).first()
        if company is None:
            raise CompanyUnknown(cvr)
        row = BeneficialOwnership.objects.filter(company_id=cvr).first()
        BeneficialOwnerRead.objects.create(
            organisation_id=organisation.id,
            organisation_name=organisation.name,
            cvr=cvr,
            purpose=purpose,
            read_at=now or timezone.now(),
        )
    spells = _owners_in(row.relations, day) if row else []
    owners = tuple(owner for owner in spells if owner.period.covers(day))
    return BeneficialOwners(
        cvr=cvr,
        as_of_date=day,
        owners=owners,
        former=tuple(owner for owner in spells if not owner.period.covers(day)),
        absence=_absence(owners, is_received=row is not None, document=company, day=day),
        retrieved_at=row.retrieved_at if row else None,
    )


def _owners_in(relations: Sequence[dict[str, Any]], day: date) -> list[BeneficialOwner]:
    return read_beneficial(Node({"deltagerRelation": relations}), day)


def _absence(
    owners: tuple[BeneficialOwner, ...], *, is_received: bool, document: dict[str, Any], day: date
) -> AbsenceReason:
    if not is_received:
        return AbsenceReason.NOT_RECEIVED
    if owners:
        return AbsenceReason.MANAGEMENT if all(owner.via_role for owner in owners) else AbsenceReason.NONE
    if read_profile(document, day=day).is_listed:
        return AbsenceReason.EXEMPT
    return AbsenceReason.NONE_REGISTERED
