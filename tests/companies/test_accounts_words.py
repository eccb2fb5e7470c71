"""What a filing says in words: its auditor, what kind of report it is, and whose."""

from __future__ import annotations

from datetime import date

import pytest

from companies.auditing import Assistance, ModifiedOpinion
from companies.errors import AccountsError
from companies.sources.accounts import read_accounts
from tests.companies.filings import (
    CVR,
    GENERAL,
    GROUPS,
    RESULT,
    context,
    fact,
    instance,
    said,
)

PERIOD = ("2024-01-01", "2024-12-31")
OTHER_CVR = "99900024"


def read(body: str, **how: str):
    return read_accounts(instance(body, **how))


class TestWords:
    def test_elements_of_older_taxonomies_stand_in_other_namespaces(self):
        body = (
            RESULT
            + said("TypeOfAuditorAssistance", "Revisionspåtegning", prefix="b")
            + said("NameOfAuditFirm", "Prøve Revision", prefix="b")
            + said("IdentificationNumberCvrOfAuditFirm", OTHER_CVR, prefix="arr")
            + said("NameAndSurnameOfAuditorAppointedToPerformAudit", "Anna Prøvesen", prefix="arr")
            + said("DateOfApprovalOfReport", "2025-05-01", prefix="b")
            + said("DateOfGeneralMeeting", "2025-05-20", prefix="b")
        )
        accounts = read(body)
        assert (accounts.assistance, accounts.audit_firm, accounts.audit_firm_cvr, accounts.auditor_name) == (
            "Revisionspåtegning",
            "Prøve Revision",
            OTHER_CVR,
            "Anna Prøvesen",
        )
        assert (accounts.approved_date, accounts.general_meeting_date) == (date(2025, 5, 1), date(2025, 5, 20))

    def test_auditors_stand_in_typed_dimensions(self):
        more = "".join(
            context(
                key, PERIOD, ("c:IdentificationOfAuditorDimension", f"<c:auditorIdentifier>{key}</c:auditorIdentifier>")
            )
            for key in ("a1", "a2")
        )
        body = RESULT + "".join(
            said("NameAndSurnameOfAuditor", name, key, prefix="c")
            + said("IdentificationNumberOfAuditor", f"mne{key}", key, prefix="c")
            for key, name in (("a1", "Anna Prøvesen"), ("a2", "Bo Prøvesen"))
        )
        accounts = read(body, more=more)
        assert (accounts.auditor_name, accounts.auditor_number) == ("Anna Prøvesen", "mnea1")

    def test_a_modified_opinion_and_doubt_about_going_concern_are_read(self):
        body = (
            RESULT
            + said("TypeOfModifiedOpinionOnAuditedFinancialStatements", "Konklusion med forbehold", prefix="arr")
            + said(
                "TypeOfBasisForModifiedOpinionOnAuditedFinancialStatements",
                "Grundlag for konklusion med forbehold",
                prefix="arr",
            )
            + said(
                "MaterialUncertaintyConcerningGoingConcernAudit",
                "Uden ny kapital kan driften ikke fortsætte.",
                prefix="arr",
            )
        )
        accounts = read(body)
        assert accounts.modified_opinion == ModifiedOpinion.QUALIFIED
        assert accounts.going_concern == "Uden ny kapital kan driften ikke fortsætte."

    def test_a_clean_opinion_is_not_modified(self):
        assert (
            read(
                RESULT + said("TypeOfModifiedOpinionOnAuditedFinancialStatements", "Konklusion", prefix="arr")
            ).modified_opinion
            == ""
        )

    def test_blocks_of_escaped_html_are_read_as_words(self):
        text = "&lt;p&gt;Retvisende &amp;amp; godt.&lt;/p&gt;&lt;p&gt;3 &amp;lt; 4&lt;/p&gt;"
        body = RESULT + said("OpinionOnFinancialStatementsExtendedReview", text, prefix="arr")
        assert read(body).opinion == "Retvisende & godt. 3 < 4"

    def test_an_auditors_words_have_an_end(self):
        body = RESULT + said("OpinionOnAuditedFinancialStatements", "godt " * 50_000, prefix="arr")
        assert len(read(body).opinion) == 20_000

    def test_an_english_filing_uses_the_same_vocabulary(self):
        body = (
            RESULT
            + said("TypeOfAuditorAssistance", "Auditor’s report on extended review", prefix="c")
            + said("ClassOfReportingEntity", "Reporting class C, medium-size enterprise", prefix="EOGS10000")
        )
        accounts = read(body)
        assert accounts.assistance == Assistance.EXTENDED_REVIEW
        assert accounts.accounting_class == "Regnskabsklasse C, mellemstor virksomhed"

    def test_what_is_said_without_a_dimension_comes_before_what_is_said_of_the_group(self):
        body = (
            RESULT
            + said("NameOfAuditFirm", "Koncernens", "group", prefix="c")
            + said("NameOfAuditFirm", "Vores", prefix="c")
        )
        assert read(body, more=GROUPS).audit_firm == "Vores"

    @pytest.mark.parametrize("text", ["DK 99900024", "99 90 00 24", "DK-99900024"])
    def test_an_audit_firms_number_is_read_however_it_is_written(self, text: str):
        assert read(RESULT + said("IdentificationNumberCvrOfAuditFirm", text, prefix="c")).audit_firm_cvr == OTHER_CVR

    def test_an_audit_firms_number_that_is_none_is_left_out(self):
        assert read(RESULT + said("IdentificationNumberCvrOfAuditFirm", "99900025", prefix="c")).audit_firm_cvr == ""


class TestOtherReports:
    @pytest.mark.parametrize("kind", ["Halvårsrapport", "Delårsrapport", "Interim report"])
    def test_an_interim_report_is_refused(self, kind: str):
        with pytest.raises(AccountsError, match=f"interim report \\('{kind}'\\)"):
            read(RESULT + said("InformationOnTypeOfSubmittedReport", kind))

    @pytest.mark.parametrize("kind", ["Årsrapport", "Likvidationsregnskab"])
    def test_annual_accounts_are_taken(self, kind: str):
        assert read(RESULT + said("InformationOnTypeOfSubmittedReport", kind)).value("result") == 100

    def test_a_supplement_that_gives_revenue_alone_is_refused(self):
        with pytest.raises(AccountsError, match="be a supplement"):
            read(fact("Revenue", 9))


class TestWhose:
    def test_a_number_with_a_wrong_check_digit_is_refused(self):
        with pytest.raises(AccountsError, match="'99900017', no CVR number: eight digits with a right check digit"):
            read(RESULT, general=GENERAL.replace(CVR, "99900017"))

    def test_a_number_in_other_writing_is_read(self):
        assert read(RESULT, general=GENERAL.replace(CVR, "DK 99 90 00 16")).cvr == CVR

    def test_contexts_of_another_company_are_refused(self):
        more = context("x", PERIOD, cvr=OTHER_CVR)
        with pytest.raises(AccountsError, match=f"more than one company: {CVR}, {OTHER_CVR}"):
            read(RESULT + fact("Revenue", 1, "x"), more=more)

    def test_an_index_that_says_another_company_is_refused(self):
        with pytest.raises(AccountsError, match="more than one company"):
            read_accounts(instance(), cvr=OTHER_CVR)

    def test_without_general_data_the_contexts_tell(self):
        stated = said("IdentificationNumberCvrOfReportingEntity", CVR)
        assert read(RESULT, general=GENERAL.replace(stated, "")).cvr == CVR
