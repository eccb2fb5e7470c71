"""Put the fictional register into the database, or write it as the files that the import commands take."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from companies.importing import ImportSummary, import_documents
from companies.importing_accounts import AccountsSummary, Filing, import_accounts
from companies.sources.sample.filings import SampleFiling
from companies.sources.sample.generator import sample_documents, sample_filings

SOURCE = "sample"


def load_sample_register(*, now: datetime) -> tuple[ImportSummary, AccountsSummary]:
    """Import every fictional company and filing; a second time writes nothing."""
    filings = (Filing(filing.file_name, filing.data, filing.published_at) for filing in sample_filings())
    # Before the companies: accounts that come with a company are no change of it.
    accounts = import_accounts(filings, now=now, source=SOURCE)
    return import_documents(sample_documents(), now=now, source=SOURCE), accounts


def write_sample_register(folder: Path) -> tuple[int, int]:
    """Write `companies.jsonl`, `publications.jsonl` and `accounts/*`; how many companies and filings."""
    accounts = folder / "accounts"
    accounts.mkdir(parents=True, exist_ok=True)
    companies = 0
    with (folder / "companies.jsonl").open("w", encoding="utf-8") as file:
        for companies, document in enumerate(sample_documents(), start=1):  # noqa: B007 - the count is wanted
            file.write(_line({"_source": {"Vrvirksomhed": document}}))
    filings = 0
    with (folder / "publications.jsonl").open("w", encoding="utf-8") as file:
        for filings, filing in enumerate(sample_filings(), start=1):  # noqa: B007 - the count is wanted
            (accounts / filing.file_name).write_bytes(filing.data)
            file.write(_line({"_source": _publication(filing)}))
    return companies, filings


def _publication(filing: SampleFiling) -> dict[str, object]:
    """As the index offentliggoerelser has it."""
    return {
        "cvrNummer": int(filing.cvr),
        "offentliggoerelsestype": "regnskab",
        "omgoerelse": False,
        "offentliggoerelsesTidspunkt": filing.published_at.isoformat(),
        "regnskab": {"regnskabsperiode": {"slutDato": filing.end_date.isoformat()}},
        "dokumenter": [
            {
                "dokumentType": "AARSRAPPORT",
                "dokumentMimeType": filing.mime_type,
                "dokumentUrl": f"https://regnskaber.example/{filing.file_name}",
            }
        ],
    }


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
