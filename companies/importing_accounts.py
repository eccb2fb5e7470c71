"""Take filings of annual accounts into the register: the newest publication of each financial year is kept.

A filing that the register has, published when it knows, is known by its hash and not parsed. New or replaced accounts
that are a company's newest make a change of that company.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection, transaction

from companies.errors import AccountsError
from companies.fingerprints import FILING_READER_VERSION, fingerprint_of_filing
from companies.models import AnnualAccounts
from companies.recording_accounts import newest_accounts, record_accounts_changes
from companies.sources.accounts import read_accounts, unpacked
from companies.stored_accounts import accounts_of_row, row_of_accounts
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
    """A filing as found: where, its bytes (gzip or not), and what the index of publications says of it.

    `cvr` is whose it is by that index, which report packages need that name their company by LEI; empty: not known.
    """

    place: str
    data: bytes
    published_at: datetime | None = None
    cvr: str = ""


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
    now: datetime | Callable[[], datetime],
    source: str,
    on_progress: Callable[[AccountsSummary], None] | None = None,
) -> AccountsSummary:
    """Take the filings in; one that cannot be read is refused alone.

    A filing without a moment of publication counts as older than one that has it; among several without, the one
    that comes last is kept. The same filing again writes nothing, and neither does another file of the same publication
    that says the same (inline XBRL and the instance that was made of it). `now` is a moment, or for long imports a
    clock.
    """
    summary = AccountsSummary()
    for chunk in _chunks(filings):
        moment = now() if callable(now) else now
        rows = list(_read_unknown(chunk, summary, now=moment, source=source))
        if rows:
            _store(rows, summary, now=moment)
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


def _read_unknown(
    filings: Sequence[Filing], summary: AccountsSummary, *, now: datetime, source: str
) -> Iterator[AnnualAccounts]:
    """Read what the register does not have as it is; the rest is counted as unchanged or refused.

    Only one filing is unpacked at a time: a small file may unpack to much.
    """
    hashes = dict(_hashes(filings, summary))
    known = _known_by_hash(hashes.values())
    # A year that another filing of these has come for is no longer as it was when it was looked up.
    touched: set[Year] = set()
    for number, document_hash in hashes.items():
        filing = filings[number]
        year, published_at = known.get(document_hash, (None, None))
        if year and year not in touched and not _is_newer(filing.published_at, published_at):
            summary.unchanged += 1
            continue
        try:
            accounts = read_accounts(filing.data, cvr=filing.cvr)
        except AccountsError as error:
            summary.refuse(filing.place, error)
            continue
        row = row_of_accounts(accounts, document_hash=document_hash, source=source, retrieved_at=now)
        row.published_at = filing.published_at
        touched.add((row.cvr, row.end_date))
        yield row


def _hashes(filings: Sequence[Filing], summary: AccountsSummary) -> Iterator[tuple[int, str]]:
    for number, filing in enumerate(filings):
        try:
            yield number, fingerprint_of_filing(unpacked(filing.data))
        except AccountsError as error:
            summary.refuse(filing.place, error)


def _store(rows: Sequence[AnnualAccounts], summary: AccountsSummary, *, now: datetime) -> None:
    """Write what is newer than the register's, and what another version of our reader has read."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITE_LOCK])
        known = _known({row.cvr for row in rows})
        written: dict[Year, AnnualAccounts] = {}
        changed: set[str] = set()
        for row in rows:
            key = (row.cvr, row.end_date)
            before = known.get(key)
            verdict = _verdict(row, before)
            setattr(summary, verdict, getattr(summary, verdict) + 1)
            if before and verdict == "unchanged" and before.reader_version != FILING_READER_VERSION:
                row.published_at = before.published_at
            elif verdict in {"created", "replaced"}:
                changed.add(row.cvr)
            else:
                continue
            written[key] = known[key] = row
        if written:
            _write(written.values(), changed, now=now)


def _write(rows: Iterable[AnnualAccounts], changed: set[str], *, now: datetime) -> None:
    """Write the rows, and a change for each of the changed companies whose newest accounts read differently afterwards.

    What only our reader reads otherwise is no change of the company.
    """
    before = newest_accounts(changed)
    AnnualAccounts.objects.bulk_create(rows, update_conflicts=True, unique_fields=KEY, update_fields=COLUMNS)
    record_accounts_changes(before=before, now=now)


def _known_by_hash(hashes: Iterable[str]) -> dict[str, tuple[Year, datetime | None]]:
    """Year and moment of publication of those that the register has, read as they would be today."""
    rows = AnnualAccounts.objects.filter(document_hash__in=set(hashes), reader_version=FILING_READER_VERSION)
    return {row[0]: ((row[1], row[2]), row[3]) for row in rows.values_list("document_hash", *KEY, "published_at")}


def _known(cvrs: set[str]) -> dict[Year, AnnualAccounts]:
    return {(row.cvr, row.end_date): row for row in AnnualAccounts.objects.filter(cvr__in=cvrs)}


def _verdict(row: AnnualAccounts, known: AnnualAccounts | None) -> str:
    if known is None:
        return "created"
    if row.document_hash == known.document_hash:
        return "replaced" if _is_newer(row.published_at, known.published_at) else "unchanged"
    if known.published_at and (row.published_at is None or row.published_at < known.published_at):
        return "outdated"
    says_the_same = row.published_at == known.published_at and accounts_of_row(row) == accounts_of_row(known)
    return "unchanged" if says_the_same else "replaced"


def _is_newer(moment: datetime | None, known: datetime | None) -> bool:
    """Whether a publication came after the known one; without a moment it counts as older than any."""
    return moment is not None and (known is None or moment > known)
