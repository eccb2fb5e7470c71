"""Take filings of annual accounts into the register: the newest publication of each financial year is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection, transaction

from companies.errors import AccountsError
from companies.models import AnnualAccounts
from companies.sources.accounts import read_accounts, unpacked
from companies.stored_accounts import row_of_accounts
from companies.storing import WRITE_LOCK

CHUNK = 200  # filings a transaction
MOST_REFUSALS = 1000
KEY = ["cvr", "end_date"]
COLUMNS = [
    column.name
    for column in AnnualAccounts._meta.concrete_fields  # noqa: SLF001 - as Django documents it
    if column.name not in {"id", *KEY}
]


@dataclass(frozen=True, slots=True)
class Filing:
    """A filing as found: where, the instance (gzip or not), and when it was published, if that is known."""

    place: str
    data: bytes
    published_at: datetime | None = None


@dataclass(slots=True)
class AccountsSummary:
    """What became of the filings."""

    created: int = 0
    replaced: int = 0
    unchanged: int = 0
    outdated: int = 0  # a newer publication of that year is known
    refused: int = 0
    refusals: list[tuple[str, str]] = field(default_factory=list)  # place and reason; the first MOST_REFUSALS

    @property
    def total(self) -> int:
        """All filings seen."""
        return self.created + self.replaced + self.unchanged + self.outdated + self.refused


def import_accounts(
    filings: Iterable[Filing],
    *,
    now: datetime,
    source: str,
    on_progress: Callable[[AccountsSummary], None] | None = None,
) -> AccountsSummary:
    """Take the filings in; one that cannot be read is refused alone.

    A filing without a moment of publication counts as older than one that has it; among several without, the one
    that comes last is kept. The same filing again writes nothing.
    """
    summary = AccountsSummary()
    chunk: list[AnnualAccounts] = []
    for filing in filings:
        try:
            chunk.append(_row(filing, now=now, source=source))
        except AccountsError as error:
            summary.refused += 1
            if len(summary.refusals) < MOST_REFUSALS:
                summary.refusals.append((filing.place, str(error)))
            continue
        if len(chunk) >= CHUNK:
            _store(chunk, summary, on_progress)
    _store(chunk, summary, on_progress)
    return summary


def _row(filing: Filing, *, now: datetime, source: str) -> AnnualAccounts:
    data = unpacked(filing.data)
    row = row_of_accounts(
        read_accounts(data), document_hash=hashlib.sha256(data).hexdigest(), source=source, retrieved_at=now
    )
    row.published_at = filing.published_at
    return row


def _store(
    chunk: list[AnnualAccounts],
    summary: AccountsSummary,
    on_progress: Callable[[AccountsSummary], None] | None,
) -> None:
    """Write what is newer than the register's, and empty the chunk."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])
        known = _known({row.cvr for row in chunk})
        written: dict[tuple[str, date], AnnualAccounts] = {}
        for row in chunk:
            key = (row.cvr, row.end_date)
            verdict = _verdict(row, known.get(key))
            setattr(summary, verdict, getattr(summary, verdict) + 1)
            if verdict in {"created", "replaced"}:
                written[key] = row
                known[key] = (row.document_hash, row.published_at)
        if written:
            AnnualAccounts.objects.bulk_create(
                written.values(), update_conflicts=True, unique_fields=KEY, update_fields=COLUMNS
            )
    chunk.clear()
    if on_progress:
        on_progress(summary)


def _known(cvrs: set[str]) -> dict[tuple[str, date], tuple[str, datetime | None]]:
    rows = AnnualAccounts.objects.filter(cvr__in=cvrs).values_list("cvr", "end_date", "document_hash", "published_at")
    return {(row[0], row[1]): (row[2], row[3]) for row in rows}


def _verdict(row: AnnualAccounts, known: tuple[str, datetime | None] | None) -> str:
    if known is None:
        return "created"
    known_hash, known_at = known
    if known_at and (row.published_at is None or row.published_at < known_at):
        return "unchanged" if row.document_hash == known_hash else "outdated"
    if row.document_hash == known_hash and row.published_at == known_at:
        return "unchanged"
    return "replaced"
