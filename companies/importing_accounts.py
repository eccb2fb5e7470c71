"""Take filings of annual accounts into the register: the newest publication of each financial year is kept.

A filing that the register has, published when it knows, is known by its hash and not parsed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import connection, transaction

from companies.errors import AccountsError
from companies.fingerprints import FILING_READER_VERSION, fingerprint_of_filing
from companies.models import AnnualAccounts
from companies.sources.accounts import read_accounts, unpacked
from companies.stored_accounts import row_of_accounts
from companies.storing import WRITE_LOCK

CHUNK = 200  # filings a look-up and a transaction
CHUNK_BYTES = 32 * 1024 * 1024  # or as many as have this together
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


@dataclass(frozen=True, slots=True)
class Known:
    """What the register has of a financial year."""

    document_hash: str
    published_at: datetime | None
    reader_version: int


Year = tuple[str, date]  # CVR number, balance day


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

    def refuse(self, place: str, error: AccountsError) -> None:
        """Count and keep one refusal."""
        self.refused += 1
        if len(self.refusals) < MOST_REFUSALS:
            self.refusals.append((place, str(error)))


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
    for chunk in _chunks(filings):
        unpacked_filings = list(_unpacked(chunk, summary))
        rows = list(_read_unknown(unpacked_filings, summary, now=now, source=source))
        if rows:
            _store(rows, summary)
        if on_progress:
            on_progress(summary)
    return summary


def _chunks(filings: Iterable[Filing]) -> Iterator[list[Filing]]:
    chunk: list[Filing] = []
    size = 0
    for filing in filings:
        chunk.append(filing)
        size += len(filing.data)
        if len(chunk) >= CHUNK or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _unpacked(filings: Iterable[Filing], summary: AccountsSummary) -> Iterator[Filing]:
    for filing in filings:
        try:
            yield replace(filing, data=unpacked(filing.data))
        except AccountsError as error:
            summary.refuse(filing.place, error)


def _read_unknown(
    filings: Sequence[Filing], summary: AccountsSummary, *, now: datetime, source: str
) -> Iterator[AnnualAccounts]:
    """Read what the register does not have as it is; the rest is counted as unchanged or refused."""
    hashes = [fingerprint_of_filing(filing.data) for filing in filings]
    known = _known_by_hash(hashes)
    # A year that another filing of these has come for is no longer as it was when it was looked up.
    touched: set[Year] = set()
    for filing, document_hash in zip(filings, hashes, strict=True):
        year, published_at = known.get(document_hash, (None, None))
        if year and year not in touched and not _is_newer(filing.published_at, published_at):
            summary.unchanged += 1
            continue
        try:
            row = row_of_accounts(
                read_accounts(filing.data), document_hash=document_hash, source=source, retrieved_at=now
            )
        except AccountsError as error:
            summary.refuse(filing.place, error)
            continue
        row.published_at = filing.published_at
        touched.add((row.cvr, row.end_date))
        yield row


def _store(rows: Iterable[AnnualAccounts], summary: AccountsSummary) -> None:
    """Write what is newer than the register's, and what another version of our reader has read."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])
        known = _known({row.cvr for row in rows})
        written: dict[Year, AnnualAccounts] = {}
        for row in rows:
            key = (row.cvr, row.end_date)
            before = known.get(key)
            verdict = _verdict(row, before)
            setattr(summary, verdict, getattr(summary, verdict) + 1)
            if before and verdict == "unchanged" and before.reader_version != FILING_READER_VERSION:
                row.published_at = before.published_at
            elif verdict not in {"created", "replaced"}:
                continue
            written[key] = row
            known[key] = Known(row.document_hash, row.published_at, FILING_READER_VERSION)
        if written:
            AnnualAccounts.objects.bulk_create(
                written.values(), update_conflicts=True, unique_fields=KEY, update_fields=COLUMNS
            )


def _known_by_hash(hashes: Iterable[str]) -> dict[str, tuple[Year, datetime | None]]:
    """Year and moment of publication of those that the register has, read as they would be today."""
    rows = AnnualAccounts.objects.filter(document_hash__in=set(hashes), reader_version=FILING_READER_VERSION)
    return {row[0]: ((row[1], row[2]), row[3]) for row in rows.values_list("document_hash", *KEY, "published_at")}


def _known(cvrs: set[str]) -> dict[Year, Known]:
    rows = AnnualAccounts.objects.filter(cvr__in=cvrs).values_list(
        *KEY, "document_hash", "published_at", "reader_version"
    )
    return {(row[0], row[1]): Known(*row[2:]) for row in rows}


def _verdict(row: AnnualAccounts, known: Known | None) -> str:
    if known is None:
        return "created"
    if row.document_hash == known.document_hash:
        return "replaced" if _is_newer(row.published_at, known.published_at) else "unchanged"
    is_older = known.published_at and (row.published_at is None or row.published_at < known.published_at)
    return "outdated" if is_older else "replaced"


def _is_newer(moment: datetime | None, known: datetime | None) -> bool:
    """Whether a publication came after the known one; without a moment it counts as older than any."""
    return moment is not None and (known is None or moment > known)
