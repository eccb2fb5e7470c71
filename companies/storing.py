"""Write a chunk of checked documents: companies, owners, beneficial owners and the change log in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Protocol

from django.db import connection, transaction

from companies.changes import ChangedFields, append_changes
from companies.comparing import BENEFICIAL_OWNERS_CHANGED, changed_fields
from companies.edges import edges_of_profile
from companies.models import BeneficialOwnership, Company, OwnershipEdge
from companies.profile import Profile
from companies.sources.cvr import read_profile

# One writer of the register at a time: versions are counted and compared without races.
WRITE_LOCK = 0x4C61_7373_6F02
COMPANY_COLUMNS = (
    "unit_number",
    "name",
    "form",
    "is_active",
    "is_protected",
    "document",
    "document_hash",
    "version",
    "source",
    "source_updated_at",
    "retrieved_at",
)


class Outcome(StrEnum):
    """What became of a document."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    OUTDATED = "outdated"


class CheckedDocument(Protocol):
    """What `companies.importing` makes of a good document."""

    @property
    def profile(self) -> Profile: ...
    @property
    def document(self) -> dict[str, Any]: ...
    @property
    def document_hash(self) -> str: ...
    @property
    def beneficial_relations(self) -> list[dict[str, Any]] | None: ...
    @property
    def beneficial_hash(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What the register has of a company, without its document."""

    document_hash: str
    beneficial_hash: str | None
    version: int
    source_updated_at: datetime | None


def store_chunk(documents: Sequence[CheckedDocument], *, source: str, now: datetime, day: date) -> list[Outcome]:
    """Write what differs from the register; every company at most once in a chunk."""
    if not documents:
        return []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])
        known = _known([one.profile.cvr for one in documents])
        outcomes = [_outcome(one, known.get(one.profile.cvr)) for one in documents]
        written = [
            one
            for one, outcome in zip(documents, outcomes, strict=True)
            if outcome in {Outcome.CREATED, Outcome.CHANGED}
        ]
        if written:
            changes = _changes(written, known, day=day)
            _write(written, known, source=source, now=now)
            append_changes(changes=changes, now=now)
    return outcomes


def _known(cvrs: Sequence[str]) -> dict[str, Known]:
    rows = Company.objects.filter(cvr__in=cvrs).values_list(
        "cvr", "document_hash", "beneficial_ownership__relations_hash", "version", "source_updated_at"
    )
    return {row[0]: Known(*row[1:]) for row in rows}


def _outcome(document: CheckedDocument, known: Known | None) -> Outcome:
    if known is None:
        return Outcome.CREATED
    updated_at = document.profile.source_updated_at
    if updated_at and known.source_updated_at and updated_at < known.source_updated_at:
        return Outcome.OUTDATED
    same_owners = document.beneficial_relations is None or document.beneficial_hash == known.beneficial_hash
    return Outcome.UNCHANGED if document.document_hash == known.document_hash and same_owners else Outcome.CHANGED


def _changes(documents: Sequence[CheckedDocument], known: Mapping[str, Known], *, day: date) -> list[ChangedFields]:
    """A row for each company that was known and reads differently today, in the order of the documents."""
    changed = [one for one in documents if one.profile.cvr in known]
    before = dict(Company.objects.filter(cvr__in=[one.profile.cvr for one in changed]).values_list("cvr", "document"))
    changes = []
    for one in changed:
        cvr = one.profile.cvr
        fields: dict[str, Mapping[str, Any]] = dict(changed_fields(read_profile(before[cvr], day=day), one.profile))
        if one.beneficial_relations is not None and one.beneficial_hash != known[cvr].beneficial_hash:
            fields.update(BENEFICIAL_OWNERS_CHANGED)
        if fields:
            changes.append(ChangedFields(cvr, known[cvr].version + 1, fields))
    return changes


def _write(documents: Sequence[CheckedDocument], known: Mapping[str, Known], *, source: str, now: datetime) -> None:
    cvrs = [one.profile.cvr for one in documents]
    rows = [_company(one, known.get(one.profile.cvr), source=source, now=now) for one in documents]
    Company.objects.bulk_create(rows, update_conflicts=True, unique_fields=["cvr"], update_fields=COMPANY_COLUMNS)
    OwnershipEdge.objects.filter(owned_id__in=cvrs).delete()
    OwnershipEdge.objects.bulk_create([edge for one in documents for edge in edges_of_profile(one.profile)])
    BeneficialOwnership.objects.bulk_create(
        [
            BeneficialOwnership(
                company_id=one.profile.cvr,
                relations=one.beneficial_relations,
                relations_hash=one.beneficial_hash,
                source=source,
                retrieved_at=now,
            )
            for one in documents
            if one.beneficial_relations is not None
        ],
        update_conflicts=True,
        unique_fields=["company"],
        update_fields=["relations", "relations_hash", "source", "retrieved_at"],
    )


def _company(document: CheckedDocument, known: Known | None, *, source: str, now: datetime) -> Company:
    profile = document.profile
    return Company(
        cvr=profile.cvr,
        unit_number=profile.unit_number,
        name=profile.name,
        form=profile.form.short[:60] if profile.form else "",
        is_active=profile.is_active,
        is_protected=profile.is_protected,
        document=document.document,
        document_hash=document.document_hash,
        version=known.version + 1 if known else 1,
        source=source,
        source_updated_at=profile.source_updated_at,
        retrieved_at=now,
    )
