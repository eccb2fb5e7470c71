"""Annual accounts between their typed form and their row."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from companies.figures import Accounts, Figure
from companies.fingerprints import FILING_READER_VERSION
from companies.models import AnnualAccounts


def accounts_of_row(row: AnnualAccounts) -> Accounts:
    """The typed accounts in a row."""
    return Accounts(
        cvr=row.cvr,
        start_date=row.start_date,
        end_date=row.end_date,
        currency=row.currency,
        published_at=row.published_at,
        approved_date=row.approved_date,
        accounting_class=row.accounting_class,
        audit_firm=row.audit_firm,
        audit_firm_cvr=row.audit_firm_cvr,
        auditor_name=row.auditor_name,
        assistance=row.assistance,
        opinion=row.opinion,
        figures={name: _figure(value) for name, value in row.figures.items()},
    )


def row_of_accounts(accounts: Accounts, *, document_hash: str, source: str, retrieved_at: datetime) -> AnnualAccounts:
    """The row, not yet saved, of typed accounts."""
    return AnnualAccounts(
        cvr=accounts.cvr,
        start_date=accounts.start_date,
        end_date=accounts.end_date,
        currency=accounts.currency,
        published_at=accounts.published_at,
        approved_date=accounts.approved_date,
        accounting_class=accounts.accounting_class,
        audit_firm=accounts.audit_firm,
        audit_firm_cvr=accounts.audit_firm_cvr,
        auditor_name=accounts.auditor_name,
        assistance=accounts.assistance,
        opinion=accounts.opinion,
        figures={name: _plain(figure) for name, figure in accounts.figures.items()},
        document_hash=document_hash,
        reader_version=FILING_READER_VERSION,
        source=source,
        retrieved_at=retrieved_at,
    )


def _figure(value: Any) -> Figure:
    if isinstance(value, list):
        return Figure(value=None, conflict=tuple(Decimal(part) for part in value))
    return Figure(value=Decimal(value))


def _plain(figure: Figure) -> str | list[str]:
    return [str(part) for part in figure.conflict] if figure.conflict else str(figure.value)
