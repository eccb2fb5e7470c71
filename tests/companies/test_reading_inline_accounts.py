"""Inline XBRL: what is printed, and what is meant by it."""

from __future__ import annotations

import gzip
import re
from datetime import date
from decimal import Decimal

import pytest

from companies.errors import AccountsError
from companies.figures import Figure
from companies.sources.accounts import inline, read_accounts
from tests.companies.filings import CVR, DAY, GROUPS
from tests.companies.inline_filings import GENERAL, OLDER, RESULT, number, page, words

DOT, COMMA = "ixt:num-dot-decimal", "ixt:num-comma-decimal"


def value(body: str, name: str = "result") -> Decimal | None:
    return read_accounts(page(RESULT + body if name != "result" else body)).value(name)


def test_it_reads_numbers_days_and_words():
    body = (
        "<table><tr><td>Nettoomsætning</td><td>"
        + number("Revenue", "1.234", format=COMMA, scale="3")
        + "</td></tr></table>"
        + RESULT
        + number("Equity", "400", DAY)
        + words("NameOfAuditFirm", "Prøve <b>Revision</b>\n A/S", prefix="c")
        + words("DateOfApprovalOfAnnualReport", "1. maj 2025", prefix="sob", format="ixt:date-day-monthname-year-da")
    )
    accounts = read_accounts(page(body))
    assert (accounts.cvr, accounts.start_date, accounts.end_date) == (CVR, date(2024, 1, 1), date(2024, 12, 31))
    assert {name: figure.value for name, figure in accounts.figures.items()} == {
        "revenue": 1_234_000,
        "result": 100,
        "equity": 400,
    }
    assert (accounts.audit_firm, accounts.approved_date) == ("Prøve Revision A/S", date(2025, 5, 1))


@pytest.mark.parametrize(
    ("shown", "attributes", "expected"),
    [
        ("100", {}, "100"),
        (" 1 234 ", {}, "1234"),
        ("12.5", {}, "12.5"),
        ("1.234.567,5", {"format": COMMA}, "1234567.5"),
        ("1,234,567.5", {"format": DOT}, "1234567.5"),
        ("1 234", {"format": DOT}, "1234"),
        ("1\u00a0234,75", {"format": COMMA}, "1234.75"),
        ("1234", {"sign": "-"}, "-1234"),
        ("588", {"scale": "3", "sign": "-"}, "-588000"),
        ("12,3", {"format": COMMA, "scale": "6"}, "12300000"),
        ("1250", {"scale": "-2"}, "12.50"),
        ("–", {"format": "ixt:fixed-zero"}, "0"),
        ("", {"format": "ixt:fixed-zero"}, "0"),
        ("-", {"format": "ixt:zerodash"}, "0"),
        ("-", {"format": "ixt:numdash"}, "0"),
        ("1.234", {"format": "ixt:numdotcomma"}, "1234"),
        ("1,234", {"format": "ixt:numcommadot"}, "1234"),
        ("1 234,5", {"format": "ixt:numspacecomma"}, "1234.5"),
    ],
)
def test_it_applies_format_scale_and_sign(shown: str, attributes: dict[str, str], expected: str):
    assert value(number("ProfitLoss", shown, **attributes)) == Decimal(expected)


def test_it_passes_over_nil():
    assert value(number("Revenue", "", **{"xsi:nil": "true"}), "revenue") is None


def test_it_puts_a_cvr_number_together_from_continuations():
    general = GENERAL.replace(
        words("IdentificationNumberCvrOfReportingEntity", CVR),
        words("IdentificationNumberCvrOfReportingEntity", "9990", continuedAt="k1"),
    )
    body = RESULT + '<p>CVR <ix:continuation id="k1" continuedAt="k2">00</ix:continuation></p>'
    body += '<span><ix:continuation id="k2">16</ix:continuation></span>'
    assert read_accounts(page(body, general=general)).cvr == CVR


def test_it_puts_an_audit_firm_together_from_continuations():
    body = (
        RESULT
        + words("NameOfAuditFirm", "Prøve Revision ", prefix="c", continuedAt="last")
        + "<p>Statsautoriseret</p>"
        + '<ix:continuation id="last">Partnerselskab</ix:continuation>'
    )
    assert read_accounts(page(body)).audit_firm == "Prøve Revision Partnerselskab"


def test_it_ends_where_continuations_come_back_to_one_or_lead_nowhere():
    ring = '<ix:continuation id="a" continuedAt="b">B</ix:continuation>'
    ring += '<ix:continuation id="b" continuedAt="a">C</ix:continuation>'
    body = RESULT + words("NameOfAuditFirm", "A", prefix="c", continuedAt="a") + ring
    assert read_accounts(page(body)).audit_firm == "ABC"
    body = RESULT + words("NameOfAuditFirm", "A", prefix="c", continuedAt="nowhere")
    assert read_accounts(page(body)).audit_firm == "A"


def test_it_leaves_out_what_is_excluded():
    shown = "Prøve <ix:exclude>side 3 <b>af 9</b></ix:exclude>Revision"
    assert read_accounts(page(RESULT + words("NameOfAuditFirm", shown, prefix="c"))).audit_firm == "Prøve Revision"


def test_it_reads_numbers_within_texts_and_within_one_another():
    both = number("ProfitLoss", number("Revenue", "1.234", format=COMMA), format=COMMA)
    body = words("OpinionOnAuditedFinancialStatements", f"Resultatet på {both} kr. er retvisende.", prefix="arr")
    accounts = read_accounts(page(body))
    assert [accounts.value(name) for name in ("result", "revenue")] == [1234, 1234]
    assert accounts.opinion == "Resultatet på 1.234 kr. er retvisende."


def test_it_sets_paragraphs_apart():
    body = RESULT + words("OpinionOnAuditedFinancialStatements", "<p>Godt.</p><p>Helt<br/>rigtigt.</p>", prefix="arr")
    assert read_accounts(page(body)).opinion == "Godt. Helt rigtigt."


def test_it_reads_facts_and_contexts_of_several_headers():
    second = (
        f"<div><ix:header><ix:hidden>{words('NameOfAuditFirm', 'Prøve', prefix='c')}</ix:hidden>"
        f"<ix:resources>{GROUPS}</ix:resources></ix:header></div>"
    )
    accounts = read_accounts(page(RESULT + number("ProfitLoss", "900", "group") + second))
    assert (accounts.audit_firm, accounts.group_figures) == ("Prøve", {"result": Figure(Decimal(900))})


def test_it_reads_the_report_without_a_target():
    other = number("ProfitLoss", "7", target="other")
    assert read_accounts(page(other + RESULT)).value("result") == 100


def test_it_reads_the_first_target_where_all_have_one():
    body = (GENERAL + RESULT).replace("<ix:nonFraction", '<ix:nonFraction target="da"')
    body = body.replace("<ix:nonNumeric", '<ix:nonNumeric target="da"') + number("ProfitLoss", "7", target="esef")
    assert read_accounts(page(body, general="")).value("result") == 100


def test_it_reads_the_inline_xbrl_of_2008():
    data = page(number("ProfitLoss", "1.234", format="ixt:numdotcomma", scale="3"), inline=OLDER)
    assert read_accounts(data).value("result") == 1_234_000


def test_it_knows_characters_that_html_names():
    body = RESULT + words("NameOfAuditFirm", "Pr&oslash;ve&nbsp;&amp; S&oslash;n", prefix="c")
    assert read_accounts(page(body)).audit_firm == "Prøve & Søn"


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE html>",
        '<?xml version="1.0"?>\n<!-- > --><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0" "http://127.0.0.1:1/xhtml1.dtd">',
    ],
)
def test_it_takes_a_document_type_that_is_only_named(head: str):
    body = RESULT + words("NameOfAuditFirm", "Pr&oslash;ve", prefix="c")
    assert read_accounts(page(body, head=head)).audit_firm == "Prøve"


def test_it_reads_gzip():
    assert read_accounts(gzip.compress(page())).value("result") == 100


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (number("ProfitLoss", "mange"), "Line 1: ProfitLoss is 'mange', which is no number."),
        (number("ProfitLoss", "1.2.3", format=DOT), "is '1.2.3', which is no number in the format num-dot-decimal"),
        (number("ProfitLoss", "et", format="ixt:num-words"), "is in the format 'num-words', which is not known"),
        (number("ProfitLoss", "1", scale="lots"), "has the scale 'lots' and the sign '', which mean nothing"),
        (number("ProfitLoss", "1", sign="minus"), "and the sign 'minus'"),
        (
            RESULT + words("DateOfGeneralMeeting", "31. februar 2025", format="ixt:datedaymonthyeardk"),
            "DateOfGeneralMeeting is '31. februar 2025', which is no day in the format datedaymonthyeardk",
        ),
        (
            RESULT + words("DateOfGeneralMeeting", "x", format="ixt:date-jpn-era-year-month-day"),
            "which is not known",
        ),
        ("<p>Ingen tal her.</p>", "neither result, equity nor assets"),
    ],
)
def test_it_says_what_is_wrong_with_what_is_printed(body: str, reason: str):
    with pytest.raises(AccountsError, match=re.escape(reason)):
        read_accounts(page(body))


def test_it_passes_over_a_broken_number_that_nobody_asks_for():
    body = RESULT + number("Revenue", "??", "group") + number("ProfitLossFromNothing", "??")
    assert read_accounts(page(body, more=GROUPS.replace("2024", "2019"))).value("result") == 100


def test_it_names_the_line():
    body = RESULT + "\n\n\n" + number("Revenue", "mange")
    with pytest.raises(AccountsError, match="Line 4: Revenue is 'mange'"):
        read_accounts(page(body))


def test_it_says_that_a_page_has_no_inline_xbrl():
    with pytest.raises(AccountsError, match="web page"):
        read_accounts(b'<html xmlns="http://www.w3.org/1999/xhtml"><body><p>Hej</p></body></html>')


def test_it_refuses_a_maze_of_facts_and_continuations(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inline, "MOST_WORK", 10_000)
    chain = "".join(f'<ix:continuation id="k{n}" continuedAt="k{n + 1}">{n}</ix:continuation>' for n in range(300))
    facts = "".join(words("NameOfAuditFirm", "A", prefix="c", continuedAt="k0") for _ in range(100))
    with pytest.raises(AccountsError, match="without end"):
        read_accounts(page(RESULT + chain + facts))
