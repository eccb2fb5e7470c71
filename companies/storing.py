"""Write a chunk of checked documents: companies, owners, beneficial owners and the change log in one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Max, Value
from django.db.models.functions import Cast

from companies.changes import ChangedFields, append_changes
from companies.days import next_change_date
from companies.edges import edges_of_profile
from companies.fingerprints import DOCUMENT_READER_VERSION
from companies.models import BeneficialOwnership, Change, Company, OwnershipEdge
from companies.noticing import Stored, View, beneficial_view, differences, stored_companies
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
    "fingerprint",
    "reader_version",
    "version",
    "as_of_date",
    "next_change_date",
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


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A good document, ready to be stored."""

    profile: Profile  # as of the day that it is stored as of
    document: str  # canonical JSON: it is hashed, stored, and takes less memory than the objects
    document_hash: str
    beneficial_relations: str | None  # the same; None: the source does not tell
    beneficial_hash: str
    fingerprint: str = ""

    @property
    def day(self) -> date:
        """The day as of which it was read."""
        return self.profile.as_of_date


@dataclass(frozen=True, slots=True)
class Known:
    """What the register has of a company, without its document."""

    document_hash: str
    beneficial_hash: str | None
    fingerprint: str
    reader_version: int
    version: int
    as_of_date: date
    next_change_date: date | None
    beneficial_next_change_date: date | None
    source_updated_at: datetime | None

    def is_due(self, day: date) -> bool:
        """Whether something of it may have come into force since it was last looked at."""
        return any(one is not None and one <= day for one in (self.next_change_date, self.beneficial_next_change_date))


def known_fingerprints(fingerprints: Iterable[str]) -> dict[str, str]:
    """CVR number by fingerprint: the companies whose last document is one of these, read as it would be today."""
    wanted = {fingerprint for fingerprint in fingerprints if fingerprint}
    rows = Company.objects.filter(fingerprint__in=wanted, reader_version=DOCUMENT_READER_VERSION)
    return dict(rows.values_list("fingerprint", "cvr"))


def store_chunk(documents: Sequence[ReadDocument], *, source: str, now: datetime) -> list[Outcome]:
    """Write what differs from the register; every company at most once in a chunk."""
    if not documents:
        return []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])
        known = _known([one.profile.cvr for one in documents])
        documents = [not_before(known.get(one.profile.cvr), one) for one in documents]
        outcomes = [_outcome(one, known.get(one.profile.cvr)) for one in documents]
        by_outcome: dict[Outcome, list[ReadDocument]] = {outcome: [] for outcome in Outcome}
        for one, outcome in zip(documents, outcomes, strict=True):
            by_outcome[outcome].append(one)
        created, changed = by_outcome[Outcome.CREATED], by_outcome[Outcome.CHANGED]
        reread, same = _renewed(by_outcome[Outcome.UNCHANGED], known)
        due = [one for one in reread if known[one.profile.cvr].is_due(one.day)]
        changes = _changes([*changed, *due])
        versions = _first_versions([one.profile.cvr for one in created])
        versions |= {one.profile.cvr: known[one.profile.cvr].version for one in reread}
        versions |= {one.profile.cvr: known[one.profile.cvr].version + 1 for one in changed}
        versions |= {change.cvr: change.version for change in changes}
        if written := [*created, *changed, *reread]:
            _write(written, versions, source=source, now=now)
        if same:
            rows = [Company(cvr=one.profile.cvr, fingerprint=one.fingerprint) for one in same]
            Company.objects.bulk_update(rows, ["fingerprint"])
        append_changes(changes=changes, now=now)
    return outcomes


def _first_versions(cvrs: Sequence[str]) -> dict[str, int]:
    """Of new companies that the change log knows, because they were deleted: behind the last that it has."""
    last = Change.objects.filter(cvr__in=cvrs).values_list("cvr").annotate(Max("version"))
    return {cvr: version + 1 for cvr, version in last}


def _renewed(
    documents: Sequence[ReadDocument], known: Mapping[str, Known]
) -> tuple[list[ReadDocument], list[ReadDocument]]:
    """Of what is unchanged: what another version of our reader read; and what only came in other bytes."""
    reread = [one for one in documents if known[one.profile.cvr].reader_version != DOCUMENT_READER_VERSION]
    same = [
        one
        for one in documents
        if known[one.profile.cvr].reader_version == DOCUMENT_READER_VERSION
        and one.fingerprint not in {"", known[one.profile.cvr].fingerprint}
    ]
    return reread, same


def _known(cvrs: Sequence[str]) -> dict[str, Known]:
    rows = Company.objects.filter(cvr__in=cvrs).values_list(
        "cvr",
        "document_hash",
        "beneficial_ownership__relations_hash",
        "fingerprint",
        "reader_version",
        "version",
        "as_of_date",
        "next_change_date",
        "beneficial_ownership__next_change_date",
        "source_updated_at",
    )
    return {row[0]: Known(*row[1:]) for row in rows}


def not_before(known: Known | Stored | None, document: ReadDocument) -> ReadDocument:
    """The document, read as of no earlier day than the company was looked at.

    What came into force while a long import crossed midnight would be undone, told as a change, and done again.
    """
    if known is None or known.as_of_date <= document.day:
        return document
    retrieved_at = document.profile.retrieved_at
    profile = read_profile(json.loads(document.document), day=known.as_of_date, retrieved_at=retrieved_at)
    return replace(document, profile=profile)


def _outcome(document: ReadDocument, known: Known | None) -> Outcome:
    if known is None:
        return Outcome.CREATED
    updated_at = document.profile.source_updated_at
    if updated_at and known.source_updated_at and updated_at < known.source_updated_at:
        return Outcome.OUTDATED
    same_owners = document.beneficial_relations is None or document.beneficial_hash == known.beneficial_hash
    return Outcome.UNCHANGED if document.document_hash == known.document_hash and same_owners else Outcome.CHANGED


def _changes(documents: Sequence[ReadDocument]) -> list[ChangedFields]:
    """A row for each company that reads differently from when it was last looked at, in the order of the documents."""
    stored = stored_companies([one.profile.cvr for one in documents]) if documents else {}
    changes = []
    for one in documents:
        before = stored[one.profile.cvr]
        if fields := differences(before.view(), _view(one, before)):
            changes.append(ChangedFields(before.cvr, before.version + 1, fields))
    return changes


def _view(document: ReadDocument, stored: Stored) -> View:
    """How the company reads with the new document; the owners stay where it does not tell of them.

    Read from what is kept of the document, as `before` is: what may not be kept is no difference.
    """
    relations = document.beneficial_relations
    return View(
        read_profile(json.loads(document.document), day=document.day),
        beneficial_view(stored.beneficial_relations if relations is None else relations, day=document.day),
    )


def _write(documents: Sequence[ReadDocument], versions: Mapping[str, int], *, source: str, now: datetime) -> None:
    """Write the companies, as their first version unless `versions` says, and what is derived from them."""
    rows = [_company(one, versions.get(one.profile.cvr, 1), source=source, now=now) for one in documents]
    Company.objects.bulk_create(rows, update_conflicts=True, unique_fields=["cvr"], update_fields=COMPANY_COLUMNS)
    write_edges([one.profile for one in documents])
    write_beneficial_owners(documents, source=source, now=now)


def write_beneficial_owners(documents: Iterable[ReadDocument], *, source: str, now: datetime) -> None:
    """Write the beneficial owners of those documents that tell of them."""
    BeneficialOwnership.objects.bulk_create(
        [
            BeneficialOwnership(
                company_id=one.profile.cvr,
                relations=_jsonb(one.beneficial_relations),
                relations_hash=one.beneficial_hash,
                next_change_date=next_change_date(one.beneficial_relations, day=one.day),
                source=source,
                retrieved_at=now,
            )
            for one in documents
            if one.beneficial_relations is not None
        ],
        update_conflicts=True,
        unique_fields=["company"],
        update_fields=["relations", "relations_hash", "next_change_date", "source", "retrieved_at"],
    )


def write_edges(profiles: Sequence[Profile]) -> None:
    """Write the owners of these companies anew."""
    OwnershipEdge.objects.filter(owned_id__in=[profile.cvr for profile in profiles]).delete()
    OwnershipEdge.objects.bulk_create([edge for profile in profiles for edge in edges_of_profile(profile)])


def _jsonb(text: str) -> Cast:
    """JSON text as a value for a jsonb column.

    Also an expression is bound by itself. Plain values of several rows are bound as one array, in which psycopg escapes
    every quotation mark by a call of Python: that took half of the time of an import.
    """
    return Cast(Value(text), models.JSONField())


def columns_of_day(profile: Profile) -> dict[str, Any]:
    """The columns of a company that depend on the day."""
    return {
        "name": profile.name,
        "form": profile.form.short[:60] if profile.form else "",
        "is_active": profile.is_active,
        "as_of_date": profile.as_of_date,
    }


def _company(document: ReadDocument, version: int, *, source: str, now: datetime) -> Company:
    profile = document.profile
    return Company(
        cvr=profile.cvr,
        unit_number=profile.unit_number,
        is_protected=profile.is_protected,
        **columns_of_day(profile),
        next_change_date=next_change_date(document.document, day=document.day),
        document=_jsonb(document.document),
        document_hash=document.document_hash,
        fingerprint=document.fingerprint,
        reader_version=DOCUMENT_READER_VERSION,
        version=version,
        source=source,
        source_updated_at=profile.source_updated_at,
        retrieved_at=now,
    )
