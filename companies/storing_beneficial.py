"""Write the beneficial owners that a source of their own tells of, and nothing else of its documents.

The index of beneficial owners has whole company documents, but poorer ones than the register's own index.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from companies.changes import ChangedFields, append_changes
from companies.comparing import BENEFICIAL_OWNERS_CHANGED
from companies.days import danish_day
from companies.errors import DocumentError
from companies.importing import Refusal, read_document
from companies.models import BeneficialOwnership, Company
from companies.noticing import beneficial_view, stored_companies
from companies.sources.files import Entry
from companies.storing import WRITE_LOCK, ReadDocument, not_before, write_beneficial_owners


@dataclass(frozen=True, slots=True)
class BeneficialSummary:
    """What became of the documents: of which companies it was stored, and what was refused."""

    first: tuple[str, ...]  # told of for the first time: no change of the company
    changed: tuple[str, ...]
    refusals: tuple[Refusal, ...]


def import_beneficial_owners(
    documents: Sequence[Mapping[str, Any]], *, now: datetime, source: str
) -> BeneficialSummary:
    """Take the beneficial owners of companies that the register has; a document without any says that none is there.

    A company whose owners changed gets its next version and a row in the change log that tells nothing of them. Being
    told for the first time is no change, as a new company is none.
    """
    read: dict[str, ReadDocument] = {}
    refusals: list[Refusal] = []
    day = danish_day(now)
    for number, document in enumerate(documents, start=1):
        place = f"document {number}, CVR {document.get('cvrNummer')}"
        try:
            one = read_document(Entry(place, document), day=day, now=now, tells_owners=True)
        except DocumentError as error:
            refusals.append(Refusal(place, error.path, error.reason))
        else:
            read[one.profile.cvr] = one
    first, changed = _store(read, now=now, source=source)
    return BeneficialSummary(tuple(first), tuple(changed), tuple(refusals))


def _store(read: Mapping[str, ReadDocument], *, now: datetime, source: str) -> tuple[Sequence[str], Sequence[str]]:
    if not read:
        return [], []
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])
        stored = stored_companies(read)
        known = dict(
            BeneficialOwnership.objects.filter(company_id__in=stored).values_list("company_id", "relations_hash")
        )
        first = sorted(cvr for cvr in stored if cvr not in known)
        other = sorted(cvr for cvr in known if known[cvr] != read[cvr].beneficial_hash)
        told = {cvr: not_before(stored[cvr], read[cvr]) for cvr in (*first, *other)}
        # What is filed ahead is no change before its day; see `companies.coming_into_force`.
        changed = [
            cvr
            for cvr in other
            if stored[cvr].beneficial_owners() != beneficial_view(told[cvr].beneficial_relations, day=told[cvr].day)
        ]
        write_beneficial_owners(told.values(), source=source, now=now)
        for cvr in changed:
            Company.objects.filter(cvr=cvr).update(version=stored[cvr].version + 1)
        append_changes(
            changes=[ChangedFields(cvr, stored[cvr].version + 1, BENEFICIAL_OWNERS_CHANGED) for cvr in changed],
            now=now,
        )
    return first, changed
