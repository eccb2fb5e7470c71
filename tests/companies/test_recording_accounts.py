"""New and replaced annual accounts are changes of their company, by the catalogue's names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from companies.importing import import_documents
from companies.importing_accounts import Filing, import_accounts
from companies.models import AnnualAccounts, Change, Company
from companies.recording_accounts import record_accounts_changes
from tests.companies.builders import company, spell
from tests.companies.filings import CVR, DAY, GENERAL, fact, instance

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 6, 2, 12, tzinfo=UTC)


def year(number: int, result: int, equity: int = 500) -> bytes:
    """The filing of a calendar year."""
    body = fact("ProfitLoss", result) + fact("Equity", equity, DAY)
    return instance(body, general=GENERAL).replace(b"2024", str(number).encode())


def load(data: bytes, published_at: datetime | None = None) -> None:
    summary = import_accounts([Filing("one", data, published_at)], now=NOW, source="test")
    assert summary.refused == 0


@pytest.fixture
def known() -> None:
    """The register has the company."""
    import_documents([company(CVR)], now=NOW, source="test")


@pytest.mark.usefixtures("known")
class TestAccountsAsChanges:
    def test_the_first_accounts_are_a_change_with_a_version_of_its_own(self):
        load(year(2024, 100))
        change = Change.objects.get()
        assert (change.cvr, change.version, change.created_at) == (CVR, 2, NOW)
        assert Company.objects.get().version == 2
        assert {name: change.fields[name] for name in ("balanceDate", "result", "equity", "accountsCurrency")} == {
            "balanceDate": {"before": None, "after": "2024-12-31"},
            "result": {"before": None, "after": 100},
            "equity": {"before": None, "after": 500},
            "accountsCurrency": {"before": None, "after": "DKK"},
        }
        assert "revenue" not in change.fields
        assert "name" not in change.fields

    def test_a_newer_year_tells_what_is_different_from_the_year_before(self):
        load(year(2023, 100))
        load(year(2024, 150))
        fields = Change.objects.latest("id").fields
        assert fields["result"] == {"before": 100, "after": 150}
        assert fields["balanceDate"] == {"before": "2023-12-31", "after": "2024-12-31"}
        assert "equity" not in fields

    def test_an_older_year_is_no_change(self):
        load(year(2024, 100))
        load(year(2023, 50))
        assert AnnualAccounts.objects.count() == 2
        assert Change.objects.count() == 1
        assert Company.objects.get().version == 2

    def test_a_restated_year_is_a_change(self):
        load(year(2024, 100), NOW)
        load(year(2024, -100), LATER)
        change = Change.objects.latest("id")
        assert change.version == 3
        assert change.fields["result"] == {"before": 100, "after": -100}

    def test_the_same_filing_again_is_none(self):
        load(year(2024, 100))
        load(year(2024, 100))
        assert Change.objects.count() == 1

    def test_what_the_document_says_next_is_the_version_after(self):
        load(year(2024, 100))
        import_documents([company(CVR, navne=[spell("2010-01-01", navn="Ny ApS")])], now=LATER, source="test")
        assert [change.version for change in Change.objects.order_by("id")] == [2, 3]
        assert list(Change.objects.get(version=3).fields) == ["name"]


def test_accounts_of_an_unknown_company_are_no_change():
    load(year(2024, 100))
    assert AnnualAccounts.objects.count() == 1
    assert not Change.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_needs_a_transaction():
    import_documents([company(CVR)], now=NOW, source="test")
    load(year(2024, 100))
    with pytest.raises(RuntimeError, match=r"transaction\.atomic"):
        record_accounts_changes(before={CVR: None}, now=NOW)
    assert Change.objects.count() == 1
    assert Company.objects.get().version == 2
