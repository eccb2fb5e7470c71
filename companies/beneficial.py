"""Registered beneficial owners: shown only where access was given, every look logged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation
from companies.errors import BeneficialAccessDenied, CompanyUnknown
from companies.following import in_force
from companies.models import BeneficialOwnerRead, Company
from companies.profile import BeneficialOwner
from companies.register import find_profile
from companies.source_checks import CONFIRMED_AT
from companies.sources.cvr import read_profile
from companies.sources.document import Node
from companies.sources.participants import read_beneficial
from lasso.prepared import execute_prepared

__all__ = [
    "AbsenceReason",
    "BeneficialAccessDenied",
    "BeneficialOwners",
    "CompanyUnknown",
    "is_form_without_beneficial_owners",
    "listed_whole_owner",
    "read_beneficial_owners",
]
# Sole proprietorships, associations without business, branches of foreign companies.
FORMS_WITHOUT = frozenset({"ENK", "PMV", "FOR", "FFO", "FAS"})

# Nulls where no source has told us of the company's beneficial owners.
STORED = f"""
SELECT stored.relations, {CONFIRMED_AT}
FROM companies_company AS company
LEFT JOIN (SELECT company_id AS cvr, relations, source, retrieved_at FROM companies_beneficialownership) AS stored
  ON stored.cvr = company.cvr
WHERE company.cvr = %(cvr)s
"""  # noqa: S608 - a piece of our own


class AbsenceReason(StrEnum):
    """Why no real beneficial owner stands in the register."""

    NONE = ""  # there are some
    NOT_RECEIVED = "not_received"  # no source has told us of this company's beneficial owners
    NONE_REGISTERED = "none_registered"
    EXEMPT = "exempt"  # listed companies register none, nor do companies wholly owned by one
    # The owners listed are management, put in because there is none, or because none could be identified: the
    # register's documents do not tell the two apart.
    MANAGEMENT = "management"


@dataclass(frozen=True, slots=True)
class BeneficialOwners:
    """The beneficial owners on `as_of_date` (former ones in `former`), or why there are none.

    `listed_owner` names the listed company that wholly owns this one on that day, where our register shows it.
    """

    cvr: str
    as_of_date: date
    owners: tuple[BeneficialOwner, ...]
    former: tuple[BeneficialOwner, ...]
    absence: AbsenceReason
    retrieved_at: datetime | None
    listed_owner: str = ""


def is_form_without_beneficial_owners(form: str) -> bool:
    """Whether companies of the form ("ApS", "ENK", …) register no beneficial owners at all."""
    return form.upper().replace(".", "") in FORMS_WITHOUT


def read_beneficial_owners(
    *, cvr: str, day: date, organisation: Organisation, purpose: str, now: datetime | None = None
) -> BeneficialOwners:
    """The company's beneficial owners on the day; the look is logged with its purpose.

    The log row is committed before anything of the look is handed on or even parsed, so that no failure afterwards
    can take it back. That is why this must not be called inside a transaction.

    Raises:
        BeneficialAccessDenied: the organisation has no access; nothing was read.
        CompanyUnknown: the register lacks the company; nothing was read.
        RuntimeError: there is a transaction around the call, which could undo the log.
    """
    if not organisation.has_beneficial_owner_access:
        raise BeneficialAccessDenied(
            f"{organisation.name} may not see beneficial owners; an administrator can give access where the "
            f"organisation is obliged or has a legitimate interest (CVR-loven § 18 a)."
        )
    with transaction.atomic(durable=True):
        row = execute_prepared(STORED, {"cvr": cvr}).fetchone()
        if row is None:
            raise CompanyUnknown(cvr)
        BeneficialOwnerRead.objects.create(
            organisation_id=organisation.id,
            organisation_name=organisation.name,
            cvr=cvr,
            purpose=purpose,
            read_at=now or timezone.now(),
        )
    relations, retrieved_at = row
    spells = _owners_in(json.loads(relations), day) if relations is not None else []
    owners = tuple(owner for owner in spells if owner.period.covers(day))
    is_without = not any(not owner.via_role for owner in owners)
    listed_owner = listed_whole_owner(cvr=cvr, day=day) if is_without else ""
    is_exempt = bool(listed_owner) or (not owners and bool(find_profile(cvr=cvr, day=day).is_listed))
    return BeneficialOwners(
        cvr=cvr,
        as_of_date=day,
        owners=owners,
        former=tuple(owner for owner in spells if not owner.period.covers(day)),
        absence=_absence(owners, is_received=relations is not None, is_exempt=is_exempt),
        retrieved_at=retrieved_at,
        listed_owner=listed_owner,
    )


def listed_whole_owner(*, cvr: str, day: date) -> str:
    """The name of the listed company that owns all of this one, itself or through companies that it owns all of.

    Empty when there is none, or when a link is missing from our register.
    """
    seen = {cvr}
    while True:
        owner = in_force(day).filter(owned_id=cvr, share_low=1).exclude(owner_cvr="").first()
        if owner is None or owner.owner_cvr in seen:
            return ""
        cvr = owner.owner_cvr
        seen.add(cvr)
        document = Company.objects.filter(cvr=cvr).values_list("document", flat=True).first()
        if document is None:
            return ""
        profile = read_profile(document, day=day)
        if profile.is_listed:
            return profile.name


def _owners_in(relations: Sequence[dict[str, Any]], day: date) -> list[BeneficialOwner]:
    return read_beneficial(Node({"deltagerRelation": relations}), day)


def _absence(owners: tuple[BeneficialOwner, ...], *, is_received: bool, is_exempt: bool) -> AbsenceReason:
    if not is_received:
        return AbsenceReason.NOT_RECEIVED
    if owners:
        return AbsenceReason.MANAGEMENT if all(owner.via_role for owner in owners) else AbsenceReason.NONE
    return AbsenceReason.EXEMPT if is_exempt else AbsenceReason.NONE_REGISTERED
