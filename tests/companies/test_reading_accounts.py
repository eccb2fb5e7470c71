"""XBRL instances: whose figures, of which year, and what cannot be trusted."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal

import pytest

from companies.errors import AccountsError
from companies.figures import Figure
from companies.sources import accounts as reader
from companies.sources.accounts import read_accounts
from tests.companies.filings import CVR, DAY, RESULT, YEAR, context, fact, instance, said

GROUP = ("c:ConsolidatedSoloDimension", "c:ConsolidatedMember")
SOLO = ("c:ConsolidatedSoloDimension", "c:SoloMember")
RETROSPECTIVE = ("EOGS10000:RetrospectiveInformationDimension", "EOGS10000:RetrospectiveMember")
SEPARATE = ("ifrs-full:ConsolidatedAndSeparateFinancialStatementsAxis", "ifrs-full:SeparateMember")
PERIOD = ("2024-01-01", "2024-12-31")


def test_it_reads_figures_whatever_the_prefixes_are():
    body = (
        fact("Revenue", 1000)
        + fact("GrossResult", 700)
        + RESULT
        + fact("Assets", "500.00", DAY)
        + fact("Equity", -20, DAY)
        + fact("LiabilitiesAndEquity", 500, DAY)
        + fact("AverageNumberOfEmployees", 7, unit="n")
    )
    accounts = read_accounts(instance(body))
    assert (accounts.cvr, accounts.start_date, accounts.end_date) == (CVR, date(2024, 1, 1), date(2024, 12, 31))
    assert {name: figure.value for name, figure in accounts.figures.items()} == {
        "revenue": 1000,
        "grossProfit": 700,
        "result": 100,
        "assets": 500,
        "equity": -20,
        "equityAndLiabilities": 500,
        "employees": 7,
    }
    assert (accounts.currency, accounts.published_at) == ("DKK", None)
    assert accounts.value("cash") is None


def test_it_reads_gzip_whatever_the_header_said():
    assert read_accounts(gzip.compress(instance())).value("result") == 100


def test_it_reads_the_general_data():
    body = (
        RESULT
        + said("ClassOfReportingEntity", "Regnskabsklasse B", prefix="EOGS10000")
        + said("NameOfAuditFirm", "Prøve  Revision\n A/S", prefix="c")
        + said("IdentificationNumberCvrOfAuditFirm", "DK 99900022", prefix="c")
        + said("NameAndSurnameOfAuditor", "Anna Prøvesen", prefix="c")
        + said("TypeOfAuditorAssistance", "Revisionspåtegning", prefix="c")
        + said("OpinionOnAuditedFinancialStatements", "Retvisende &amp; godt.", prefix="arr")
        + said("DateOfApprovalOfAnnualReport", "2025-05-01", prefix="sob")
    )
    accounts = read_accounts(instance(body))
    assert (accounts.accounting_class, accounts.assistance) == ("Regnskabsklasse B", "Revisionspåtegning")
    assert (accounts.audit_firm, accounts.audit_firm_cvr) == ("Prøve Revision A/S", "99900022")
    assert (accounts.auditor_name, accounts.opinion) == ("Anna Prøvesen", "Retvisende & godt.")
    assert accounts.approved_date == date(2025, 5, 1)


def test_it_tells_company_from_group():
    more = context("g", PERIOD, GROUP) + context("s", PERIOD, SOLO)
    body = fact("ProfitLoss", 999, "g") + RESULT + fact("Revenue", 50, "s")
    accounts = read_accounts(instance(body, more=more))
    assert [accounts.value(name) for name in ("result", "revenue")] == [100, 50]


def test_it_ignores_every_other_dimension():
    more = context("r", PERIOD, RETROSPECTIVE) + context("e", ("2024-12-31",), ("c:ClassesOfEquityDimension", "c:X"))
    body = RESULT + fact("ProfitLoss", 5, "r") + fact("Equity", 40, "e") + fact("Equity", 60, DAY)
    accounts = read_accounts(instance(body, more=more))
    assert [accounts.value(name) for name in ("result", "equity")] == [100, 60]


def test_it_ignores_the_year_before():
    more = context("p", ("2023-01-01", "2023-12-31")) + context("pd", ("2023-12-31",))
    body = fact("ProfitLoss", 5, "p") + fact("Equity", 6, "pd") + RESULT
    accounts = read_accounts(instance(body, more=more))
    assert accounts.figures == {"result": Figure(Decimal(100))}


def test_it_turns_the_rule_round_for_ifrs():
    more = context("sep", PERIOD, SEPARATE)
    body = fact("ProfitLoss", 900, prefix="ifrs-full") + fact("ProfitLoss", 300, "sep", prefix="ifrs-full")
    assert read_accounts(instance(body, more=more)).value("result") == 300


def test_it_reads_ifrs_elements():
    body = (
        fact("ProfitLoss", 3, prefix="ifrs-full")
        + fact("ProfitLossFromOperatingActivities", 4, prefix="ifrs-full")
        + fact("EquityAndLiabilities", 5, DAY, prefix="ifrs-full")
        + fact("CurrentLiabilities", 6, DAY, prefix="ifrs-full")
    )
    accounts = read_accounts(instance(body))
    assert [accounts.value(name) for name in ("result", "ebit", "equityAndLiabilities", "shortTermLiabilities")] == [
        3,
        4,
        5,
        6,
    ]


def test_it_keeps_a_conflict_as_one():
    body = fact("ProfitLoss", 588224) + fact("ProfitLoss", -588223) + fact("Revenue", 10) + fact("Revenue", "10.00")
    accounts = read_accounts(instance(body))
    assert accounts.figures["result"] == Figure(None, conflict=(Decimal(588224), Decimal(-588223)))
    assert accounts.value("result") is None
    assert accounts.value("revenue") == 10


def test_it_reads_other_currencies():
    assert read_accounts(instance(currency="EUR")).currency == "EUR"


def test_it_finds_the_year_without_general_data():
    general = said("IdentificationNumberCvrOfReportingEntity", CVR)
    assert read_accounts(instance(general=general)).end_date == date(2024, 12, 31)


def test_it_reads_general_data_on_a_context_of_its_own():
    # One real filing has it on a context of two years.
    general = "".join(
        said(name, text, "long")
        for name, text in (("ReportingPeriodStartDate", "2024-01-01"), ("ReportingPeriodEndDate", "2024-12-31"))
    )
    accounts = read_accounts(instance(general=general, more=context("long", ("2023-01-01", "2024-12-31"))))
    assert (accounts.start_date, accounts.end_date, accounts.cvr) == (date(2024, 1, 1), date(2024, 12, 31), CVR)


def test_it_reads_an_end_at_midnight_as_the_day_before():
    more = context("m", ("2024-01-01", "2025-01-01T00:00:00"))
    assert read_accounts(instance(fact("ProfitLoss", 7, "m"), more=more)).value("result") == 7


def test_it_passes_over_nil():
    nil = f'<EOGS10000:Revenue xmlns:i="http://www.w3.org/2001/XMLSchema-instance" contextRef="{YEAR}" i:nil="true"/>'
    assert read_accounts(instance(RESULT + nil)).value("revenue") is None


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not XML"),
        (b"%PDF-1.7", "not XML"),
        (b'<?xml version="1.0" encoding="UTF-8"?><x>\xe6</x>', "not XML"),
        (BOMB, "document type declaration"),
        (OUTSIDE, "document type declaration"),
        (b"<a>" * 5000, "not XML"),
        (b"<x/>", "no XBRL instance: its root is 'x'"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "inline XBRL"),
        (gzip.compress(instance())[:-20], "broken gzip"),
        (instance(""), "no figures of the company itself for the year 2024-01-01 to 2024-12-31"),
        (instance(fact("ProfitLoss", "mange")), "ProfitLoss as 'mange', which is no amount"),
        (instance(fact("ProfitLoss", "1e400")), "which is no amount"),
        (instance(fact("Revenue", 1), general=""), "which financial year"),
        (
            instance(general=said("ReportingPeriodEndDate", "i går")),
            "ReportingPeriodEndDate as 'i går', which is no day",
        ),
        (instance(more=context("x", ("2024-99-01",))), "'2024-99-01' as instant, which is no day"),
        (instance().replace(CVR.encode(), b"LEI5299"), "expected a CVR number, found 'LEI5299'"),
    ],
)
def test_it_says_why_a_filing_cannot_be_read(data, reason):
    with pytest.raises(AccountsError, match=reason):
        read_accounts(data)


def test_it_refuses_what_is_too_big_packed_or_not(monkeypatch):
    monkeypatch.setattr(reader, "MOST_BYTES", 1024 * 1024)
    big = b" " * (1024 * 1024 + 1)
    for data in (big, gzip.compress(big)):
        with pytest.raises(AccountsError, match="bigger than 1 MB"):
            read_accounts(data)
