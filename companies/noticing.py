"""What a company's change is: how its stored document read when it was last looked at, and how it reads now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import structlog
from django.db.models import TextField
from django.db.models.functions import Cast

from companies.comparing import BENEFICIAL_OWNERS_CHANGED, Differences, all_fields, changed_fields
from companies.days import danish_day
from companies.errors import DocumentError
from companies.models import Company
from companies.profile import BeneficialOwner, Profile
from companies.sources.cvr import read_profile
from companies.sources.document import Node
from companies.sources.participants import read_beneficial

log = structlog.get_logger(__name__)

Owners = frozenset[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the register keeps of a company, as JSON."""

    cvr: str
    version: int
    as_of_date: date
    document: str
    beneficial_relations: str | None  # None: no source has told
    beneficial_retrieved_at: datetime | None

    def view(self) -> View:
        """How it read when it was last looked at: the owners may have come by themselves since the document did."""
        return View(self.profile(self.as_of_date), self.beneficial_owners())

    def beneficial_owners(self) -> Owners | None:
        """The same of the beneficial owners alone."""
        retrieved_at = self.beneficial_retrieved_at
        day = max(self.as_of_date, danish_day(retrieved_at)) if retrieved_at else self.as_of_date
        return beneficial_view(self.beneficial_relations, day=day)

    def profile(self, day: date) -> Profile | None:
        """What the document says on the day; None when it cannot be read."""
        try:
            return read_profile(json.loads(self.document), day=day)
        except DocumentError as error:
            # It was good when it came: our reader has become stricter.
            log.warning("stored_document_unreadable", cvr=self.cvr, reason=str(error))
            return None


@dataclass(frozen=True, slots=True)
class View:
    """What a version of a company says on a day. None: its document cannot be read; no source told of the owners."""

    profile: Profile | None
    beneficial_owners: Owners | None


def stored_companies(cvrs: Iterable[str]) -> dict[str, Stored]:
    """The companies as they are kept; those that the register lacks are left out."""
    rows = Company.objects.filter(cvr__in=list(cvrs)).values_list(
        "cvr",
        "version",
        "as_of_date",
        Cast("document", TextField()),
        Cast("beneficial_ownership__relations", TextField()),
        "beneficial_ownership__retrieved_at",
    )
    return {row[0]: Stored(*row) for row in rows}


def beneficial_view(relations: str | None, *, day: date) -> Owners | None:
    """The beneficial owners on the day in the relations, given as JSON, in no order and without their dates."""
    if relations is None:
        return None
    return _in_force(read_beneficial(Node({"deltagerRelation": json.loads(relations)}), day), day)


def differences(before: View, after: View) -> Differences:
    """The fields that read differently, by the names of the catalogue; nothing where `after` cannot be read.

    Beneficial owners are named without telling them. Being told of them for the first time is no change.
    """
    if after.profile is None:
        return {}
    fields = changed_fields(before.profile, after.profile) if before.profile else all_fields(after.profile)
    if None not in (before.beneficial_owners, after.beneficial_owners) and (
        before.beneficial_owners != after.beneficial_owners
    ):
        fields.update({name: dict(values) for name, values in BENEFICIAL_OWNERS_CHANGED.items()})
    return fields


def _in_force(owners: Sequence[BeneficialOwner], day: date) -> Owners:
    return frozenset(
        (
            owner.participant.lasso_id,
            owner.participant.name,
            owner.share,
            owner.votes,
            owner.special_conditions,
            owner.via_role,
        )
        for owner in owners
        if owner.period.covers(day)
    )
