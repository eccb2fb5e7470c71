"""Rules that come into force by date alone: what the register filed ahead is noticed on its day.

A document may say that a director joins next month, or that a status ends today. On that day the company reads
differently although no document came. Each company has the next such day noted (`Company.next_change_date`); when it
has come, the stored document is read as of the day it was last looked at and as of today, the difference becomes a
change of a version of its own, and what is derived from the document is written anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.db import connection, transaction

from companies.changes import ChangedFields, append_changes
from companies.days import danish_day, next_change_date
from companies.models import BeneficialOwnership, Company
from companies.noticing import Stored, View, beneficial_view, differences, stored_companies
from companies.profile import Profile
from companies.storing import WRITE_LOCK, columns_of_day, write_edges

log = structlog.get_logger(__name__)

CHUNK = 100  # companies a transaction: imports wait for no longer than that


@dataclass(frozen=True, slots=True)
class DatedChanges:
    """How many companies' day had come, and how many of them read differently."""

    looked_at: int
    changed: int


def bring_into_force(*, now: datetime, most: int | None = None) -> DatedChanges:
    """Look at the companies whose day has come, at most so many, and record what came into force.

    A chunk is one transaction, in which a company's next day moves on: stopped anywhere and started again, or started
    twice, it records each change once. Days on which nobody looked are made up for by one change each company.
    """
    day = danish_day(now)
    looked_at = changed = 0
    while most is None or looked_at < most:
        limit = CHUNK if most is None else min(CHUNK, most - looked_at)
        if not _due_cvrs(day, limit):
            break
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])
            # Asked again under the lock: an import or another worker may have seen to them meanwhile.
            stored = stored_companies(_due_cvrs(day, limit))
            changed += _bring_chunk(stored, day=day, now=now)
        looked_at += len(stored)
    if looked_at:
        log.info("dated_changes_recorded", looked_at=looked_at, changed=changed, day=day.isoformat())
    return DatedChanges(looked_at, changed)


def _due_cvrs(day: date, limit: int) -> list[str]:
    companies = Company.objects.filter(next_change_date__lte=day).order_by("next_change_date")
    cvrs = list(companies.values_list("cvr", flat=True)[:limit])
    owners = BeneficialOwnership.objects.filter(next_change_date__lte=day).order_by("next_change_date")
    cvrs.extend(owners.values_list("company_id", flat=True)[:limit])
    return list(dict.fromkeys(cvrs))[:limit]


def _bring_chunk(stored: Mapping[str, Stored], *, day: date, now: datetime) -> int:
    """Record what came into force for these companies; returns how many read differently."""
    profiles = {cvr: one.profile(day) for cvr, one in stored.items()}
    changes = []
    for cvr, one in stored.items():
        after = View(profiles[cvr], beneficial_view(one.beneficial_relations, day=day))
        if fields := differences(one.view(), after):
            changes.append(ChangedFields(cvr, one.version + 1, fields))
    _write(stored, profiles, {change.cvr: change.version for change in changes}, day=day)
    append_changes(changes=changes, now=now)
    return len(changes)


def _write(
    stored: Mapping[str, Stored], profiles: Mapping[str, Profile | None], versions: Mapping[str, int], *, day: date
) -> None:
    for cvr, one in stored.items():
        profile = profiles[cvr]
        # What cannot be read stays as of the day it was read, so that a reader that can read it finds the change.
        Company.objects.filter(cvr=cvr).update(
            **(columns_of_day(profile) if profile else {}),
            version=versions.get(cvr, one.version),
            next_change_date=next_change_date(one.document, day=day),
        )
        if one.beneficial_relations is not None:
            coming = next_change_date(one.beneficial_relations, day=day)
            BeneficialOwnership.objects.filter(company_id=cvr).update(next_change_date=coming)
    write_edges([profile for profile in profiles.values() if profile])
