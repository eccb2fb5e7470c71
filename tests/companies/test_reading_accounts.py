"""XBRL instances: what is read of them."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal

from companies.figures import Figure
from companies.sources.accounts import read_accounts
from tests.companies.filings import CVR, DAY, PRECEDING, RESULT, YEAR, context, fact, instance, said


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
        + said("IdentificationNumberCvrOfAuditFirm", "99900024", prefix="c")
        + said("NameAndSurnameOfAuditor", "Anna Prøvesen", prefix="c")
        + said("IdentificationNumberOfAuditor", "mne99999", prefix="c")
        + said("TypeOfAuditorAssistance", "Revisionspåtegning", prefix="c")
        + said("OpinionOnAuditedFinancialStatements", "Retvisende &amp; godt.", prefix="arr")
        + said("DateOfApprovalOfAnnualReport", "2025-05-01", prefix="sob")
        + said("DateOfGeneralMeeting", "2025-05-20")
    )
    accounts = read_accounts(instance(body))
    assert (accounts.accounting_class, accounts.assistance) == ("Regnskabsklasse B", "Revisionspåtegning")
    assert (accounts.audit_firm, accounts.audit_firm_cvr) == ("Prøve Revision A/S", "99900024")
    assert (accounts.auditor_name, accounts.auditor_number) == ("Anna Prøvesen", "mne99999")
    assert (accounts.opinion, accounts.modified_opinion, accounts.going_concern) == ("Retvisende & godt.", "", "")
    assert (accounts.approved_date, accounts.general_meeting_date) == (date(2025, 5, 1), date(2025, 5, 20))


def test_it_ignores_the_year_before():
    body = fact("ProfitLoss", 5, "before") + fact("Equity", 6, "daybefore") + RESULT
    assert read_accounts(instance(body, more=PRECEDING)).figures == {"result": Figure(Decimal(100))}


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


def test_it_takes_the_first_of_several_elements_for_one_figure():
    body = RESULT + fact("GrossResult", 6) + fact("GrossProfitLoss", 7) + fact("TaxExpenseOnOrdinaryActivities", 8)
    accounts = read_accounts(instance(body))
    assert [accounts.value(name) for name in ("grossProfit", "tax")] == [7, 8]


def test_it_keeps_equal_values_as_one():
    body = RESULT + fact("Revenue", 10) + fact("Revenue", "10.00")
    assert read_accounts(instance(body)).figures["revenue"] == Figure(Decimal(10))


def test_it_reads_an_end_at_midnight_as_the_day_before():
    more = context("m", ("2024-01-01", "2025-01-01T00:00:00"))
    assert read_accounts(instance(fact("ProfitLoss", 7, "m"), more=more)).value("result") == 7


def test_it_passes_over_nil():
    nil = f'<EOGS10000:Revenue xmlns:i="http://www.w3.org/2001/XMLSchema-instance" contextRef="{YEAR}" i:nil="true"/>'
    assert read_accounts(instance(RESULT + nil)).value("revenue") is None
