"""What real filings get wrong or do otherwise, each as a filing of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from companies.auditing import Assistance, ModifiedOpinion
from companies.doubts import Doubt, DoubtKind, doubts_about
from companies.errors import AccountsError
from companies.figures import Figure
from companies.ratios import RATIOS_BY_NAME
from companies.sources.accounts import read_accounts
from tests.companies.filings import (
    BEFORE,
    CVR,
    DAY,
    DAY_BEFORE,
    GENERAL,
    GROUP,
    GROUPS,
    PRECEDING,
    RESULT,
    SEPARATE,
    SOLO,
    context,
    fact,
    instance,
    said,
)

PERIOD = ("2024-01-01", "2024-12-31")
OTHER_CVR = "99900024"
LEI = "5299009990001612345X"


def read(body: str, **how: str):
    return read_accounts(instance(body, **how))


def doubts(accounts) -> set[DoubtKind]:
    return {doubt.kind for doubt in doubts_about(accounts)}


class TestContradictions:
    def test_a_result_with_its_sign_turned_and_one_crown_off(self):
        accounts = read(fact("ProfitLoss", 588224) + fact("ProfitLoss", -588223) + fact("Equity", 10, DAY))
        assert accounts.figures["result"] == Figure(None, conflict=(Decimal(588224), Decimal(-588223)))
        assert Doubt(DoubtKind.CONTRADICTION, ("result",), (Decimal(588224), Decimal(-588223))) in doubts_about(
            accounts
        )

    def test_values_of_one_precision_that_are_one_crown_apart(self):
        assert read(fact("ProfitLoss", 588224) + fact("ProfitLoss", 588223)).figures["result"].conflict

    def test_employees_nought_and_485(self):
        body = RESULT + fact("AverageNumberOfEmployees", 0, unit="n") + fact("AverageNumberOfEmployees", 485, unit="n")
        assert read(body).figures["employees"].conflict == (0, 485)

    def test_group_and_parent_told_apart_by_the_contexts_ids_alone(self):
        more = context("parentCompany", PERIOD) + context("group", PERIOD)
        accounts = read(fact("ProfitLoss", 300, "parentCompany") + fact("ProfitLoss", 900, "group"), more=more)
        assert accounts.figures["result"].conflict == (300, 900)

    def test_no_ratio_is_computed_on_a_contradiction(self):
        body = fact("Assets", 100, DAY) + fact("Equity", 40, DAY) + fact("Equity", -40, DAY)
        assert RATIOS_BY_NAME["solvency"].compute(read(body), None) is None

    def test_at_most_twenty_values_are_kept(self):
        body = "".join(fact("ProfitLoss", value) for value in range(1, 40))
        assert read(body).figures["result"].conflict == tuple(range(1, 21))


class TestPrecision:
    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            (("588000", "-3"), ("588224", "0"), "588224"),
            (("588224", "0"), ("588000", "-3"), "588224"),
            (("588224", "INF"), ("588224.00", "2"), "588224"),
            (("588224", "0"), ("588223.6", "1"), "588223.6"),
            (("1000000", "-6"), ("1499600", "0"), "1499600"),
            (("-588000", "-3"), ("-588224", "0"), "-588224"),
        ],
    )
    def test_a_rounded_value_beside_the_exact_one_is_no_contradiction(self, first, second, expected):
        body = "".join(fact("ProfitLoss", text, decimals=decimals) for text, decimals in (first, second))
        assert read(body).figures["result"] == Figure(Decimal(expected))

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (("588000", "-3"), ("588501", "0")),
            (("588000", "-3"), ("589000", "-3")),
            (("588000", "-3"), ("-588224", "0")),
            # The attribute says thousands, the values do not.
            (("588224", "-3"), ("588223", "-3")),
            (("588224", "-6"), ("588223", "INF")),
            # Nought rounded to millions is not taken for a small figure.
            (("0", "-6"), ("485", "0")),
            (("588224", "x"), ("588223", "99")),
        ],
    )
    def test_a_careless_precision_hides_no_contradiction(self, first, second):
        body = "".join(fact("ProfitLoss", text, decimals=decimals) for text, decimals in (first, second))
        assert read(body).figures["result"].conflict == (Decimal(first[0]), Decimal(second[0]))


class TestGroups:
    def test_group_and_company_are_both_kept(self):
        body = RESULT + fact("ProfitLoss", 900, "group") + fact("Equity", 70, DAY) + fact("Equity", 700, "groupday")
        accounts = read(body, more=GROUPS)
        assert {name: figure.value for name, figure in accounts.figures.items()} == {"result": 100, "equity": 70}
        assert {name: figure.value for name, figure in accounts.group_figures.items()} == {"result": 900, "equity": 700}
        assert (accounts.is_group, DoubtKind.GROUP_ONLY in doubts(accounts)) == (False, False)

    def test_solo_said_in_so_many_words_is_the_company(self):
        assert read(fact("ProfitLoss", 5, "s"), more=context("s", PERIOD, SOLO)).value("result") == 5

    @pytest.mark.parametrize("place", ["scenario", "segment"])
    def test_a_dimension_may_stand_in_scenario_or_segment(self, place: str):
        more = context("g", PERIOD, GROUP, place=place)
        accounts = read(RESULT + fact("ProfitLoss", 900, "g"), more=more)
        assert (accounts.value("result"), accounts.group_figures["result"].value) == (100, 900)

    def test_a_slice_of_the_group_is_not_the_group(self):
        more = context("slice", PERIOD, GROUP, ("c:ClassesOfEquityDimension", "c:RetainedEarningsMember"))
        accounts = read(RESULT + fact("ProfitLoss", 900, "slice"), more=more)
        assert (accounts.value("result"), accounts.group_figures) == (100, {})

    def test_figures_of_the_group_alone_are_taken_and_marked(self):
        accounts = read(fact("ProfitLoss", 900, "group") + fact("Equity", 700, "groupday"), more=GROUPS)
        assert (accounts.value("result"), accounts.is_group, accounts.group_figures) == (900, True, {})
        assert DoubtKind.GROUP_ONLY in doubts(accounts)

    def test_another_taxonomys_axis_of_the_same_name_means_nothing(self):
        axis = ("iso4217:ConsolidatedSoloDimension", "c:ConsolidatedMember")
        accounts = read(RESULT + fact("ProfitLoss", 900, "g"), more=context("g", PERIOD, axis))
        assert (accounts.value("result"), accounts.group_figures) == (100, {})


class TestInternationalStandards:
    def test_no_dimension_is_the_group_and_separate_the_parent(self):
        body = fact("ProfitLoss", 900, prefix="ifrs-full") + fact("ProfitLoss", 300, "sep", prefix="ifrs-full")
        accounts = read(body, more=context("sep", PERIOD, SEPARATE))
        assert (accounts.value("result"), accounts.group_figures["result"].value) == (300, 900)
        assert accounts.is_group is False

    def test_without_separate_figures_they_are_the_groups_and_marked(self):
        body = fact("ProfitLoss", 900, prefix="ifrs-full") + fact("Revenue", 5000, prefix="ifrs-full")
        accounts = read(body + fact("AverageNumberOfEmployees", 7, unit="n"))
        assert (accounts.value("result"), accounts.value("employees"), accounts.is_group) == (900, 7, True)

    @pytest.mark.parametrize("year", ["2013-03-28", "2017-03-09", "2024-03-27"])
    def test_the_taxonomys_date_does_not_matter(self, year: str):
        data = instance(fact("ProfitLoss", 900, prefix="ifrs-full")).replace(b"2021-03-24", year.encode())
        assert read_accounts(data).value("result") == 900

    def test_another_namespace_on_that_host_is_not_the_taxonomy(self):
        data = instance(RESULT + fact("Revenue", 900, prefix="ifrs-full")).replace(b'/ifrs-full"', b'/extension"')
        assert read_accounts(data).value("revenue") is None

    def test_the_stub_beside_the_report_package_has_no_figures(self):
        with pytest.raises(
            AccountsError, match="neither result, equity nor assets for the year 2024-01-01 to 2024-12-31"
        ):
            read(said("NameOfAuditFirm", "Prøve", prefix="c"))

    def test_a_company_known_by_lei_needs_to_be_told_by_the_index(self):
        stated = said("IdentificationNumberCvrOfReportingEntity", CVR)
        data = instance(fact("ProfitLoss", 900, prefix="ifrs-full"), general=GENERAL.replace(stated, ""))
        data = data.replace(b"http://www.dcca.dk/cvr", b"http://standards.iso.org/iso/17442")
        data = data.replace(f">{CVR}<".encode(), f">{LEI}<".encode())
        assert read_accounts(data, cvr=CVR).cvr == CVR
        with pytest.raises(AccountsError, match=f"expected a CVR number, found '{LEI}'"):
            read_accounts(data)


class TestPeriods:
    def test_general_data_on_a_context_of_two_years(self):
        general = "".join(
            said(name, text, "long")
            for name, text in (("ReportingPeriodStartDate", "2024-01-01"), ("ReportingPeriodEndDate", "2024-12-31"))
        )
        accounts = read(RESULT, general=general, more=context("long", ("2023-01-01", "2024-12-31")))
        assert (accounts.start_date, accounts.end_date, accounts.cvr) == (date(2024, 1, 1), date(2024, 12, 31), CVR)

    def test_general_data_that_names_two_years_where_the_result_is_of_one(self):
        accounts = read(RESULT, general=GENERAL.replace("2024-01-01", "2023-01-01"))
        assert (accounts.start_date, accounts.value("result")) == (date(2024, 1, 1), 100)

    def test_the_year_registered_in_cvr_is_not_the_year_reported(self):
        axis = (
            "b:TypeOfReportingPeriodDimension",
            "b:RegisteredReportingPeriodDeviatingFromReportedReportingPeriodMember",
        )
        registered = said("ReportingPeriodEndDate", "2025-06-30", "reg") + said(
            "ReportingPeriodStartDate", "2024-07-01", "reg"
        )
        more = context("reg", PERIOD, axis)
        assert read(RESULT, general=registered + GENERAL, more=more).end_date == date(2024, 12, 31)

    def test_a_default_member_of_that_axis_changes_nothing(self):
        axis = ("b:TypeOfReportingPeriodDimension", "b:AllReportingPeriodsMember")
        assert read(fact("ProfitLoss", 5, "all"), more=context("all", PERIOD, axis)).value("result") == 5

    def test_without_a_first_day_the_year_before_tells_it_by_its_misspelt_end(self):
        general = GENERAL.replace(said("ReportingPeriodStartDate", "2024-01-01"), "")
        general += said("PredingReportingPeriodEndDate", "2023-12-31")
        assert read(fact("Equity", 5, DAY), general=general).start_date == date(2024, 1, 1)

    def test_without_general_data_the_longest_of_the_latest_results_tells(self):
        more = context("quarter", ("2024-10-01", "2024-12-31")) + PRECEDING
        body = fact("ProfitLoss", 30, "quarter") + RESULT + fact("ProfitLoss", 5, BEFORE)
        accounts = read(body, general=said("IdentificationNumberCvrOfReportingEntity", CVR), more=more)
        assert (accounts.start_date, accounts.end_date, accounts.value("result")) == (
            date(2024, 1, 1),
            date(2024, 12, 31),
            100,
        )

    def test_a_period_other_than_twelve_months_is_flagged(self):
        general = GENERAL.replace("2024-01-01", "2024-07-01")
        accounts = read(
            fact("ProfitLoss", 5, "half"), general=general, more=context("half", ("2024-07-01", "2024-12-31"))
        )
        assert (accounts.start_date, DoubtKind.NOT_TWELVE_MONTHS in doubts(accounts)) == (date(2024, 7, 1), True)

    def test_an_opening_balance_is_not_the_closing_one(self):
        body = RESULT + fact("Equity", 5, "open") + fact("Equity", 8, DAY)
        assert read(body, more=context("open", ("2024-01-01",))).value("equity") == 8

    def test_a_balance_given_for_a_period_counts_only_where_none_is_given_for_the_day(self):
        assert read(RESULT + fact("Equity", 8)).value("equity") == 8
        assert read(RESULT + fact("Equity", 8) + fact("Equity", 9, DAY)).value("equity") == 9

    def test_five_year_figures_of_this_years_context_are_left_out(self):
        axis = ("EOGS10000:RetrospectiveInformationDimension", "EOGS10000:RetrospectiveMember")
        body = RESULT + fact("ProfitLoss", 1, "old") + fact("Revenue", 1, "old")
        assert read(body, more=context("old", PERIOD, axis)).figures == {"result": Figure(Decimal(100))}

    def test_components_of_equity_are_left_out(self):
        more = context("part", ("2024-12-31",), ("c:ClassesOfEquityDimension", "c:ContributedCapitalMember"))
        assert read(RESULT + fact("Equity", 40, "part") + fact("Equity", 60, DAY), more=more).value("equity") == 60

    def test_a_forever_context_covers_no_year(self):
        forever = context("all", ("2024-12-31",)).replace("<q:instant>2024-12-31</q:instant>", "<q:forever/>")
        assert read(RESULT + fact("Revenue", 5, "all"), more=forever).value("revenue") is None

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_days_at_the_ends_of_time_do_no_harm(self, day: str):
        general = GENERAL + said("PredingReportingPeriodEndDate", day)
        with pytest.raises(AccountsError, match=f"PredingReportingPeriodEndDate is '{day}', which is no day"):
            read(RESULT, general=general)


class TestComparatives:
    BODY = RESULT + fact("Equity", 300, DAY) + fact("ProfitLoss", 5, BEFORE) + fact("Equity", 100, DAY_BEFORE)

    def test_the_year_before_is_kept_apart(self):
        accounts = read(self.BODY, more=PRECEDING)
        assert {name: figure.value for name, figure in accounts.comparative_figures.items()} == {
            "result": 5,
            "equity": 100,
        }
        assert (accounts.comparative_start_date, accounts.comparative_end_date) == (
            date(2023, 1, 1),
            date(2023, 12, 31),
        )

    def test_its_days_are_as_the_general_data_says(self):
        general = (
            GENERAL
            + said("PrecedingReportingPeriodStartDate", "2022-10-01")
            + said("PredingReportingPeriodEndDate", "2023-12-31")
        )
        more = context(BEFORE, ("2022-10-01", "2023-12-31")) + context(DAY_BEFORE, ("2023-12-31",))
        accounts = read(self.BODY, general=general, more=more)
        assert (accounts.comparative_start_date, accounts.comparative_figures["result"].value) == (date(2022, 10, 1), 5)

    def test_opening_equity_comes_from_them_where_no_year_before_is_on_file(self):
        accounts = read(self.BODY, more=PRECEDING)
        assert RATIOS_BY_NAME["returnOnEquity"].compute(accounts, None) == Decimal("0.5")

    def test_a_first_year_has_none(self):
        accounts = read(RESULT)
        assert (accounts.comparative_figures, accounts.comparative_end_date) == ({}, None)


class TestUnits:
    def test_a_filing_in_euro(self):
        assert read(RESULT, currency="EUR").currency == "EUR"

    def test_a_filing_in_two_currencies_has_the_one_of_most_figures(self):
        usd = '<q:unit id="usd"><q:measure>iso4217:USD</q:measure></q:unit>'
        body = RESULT + fact("Revenue", 9, unit="usd") + fact("Revenue", 50) + fact("Assets", 7, DAY, unit="usd")
        accounts = read(body + fact("Equity", 5, DAY), more=usd)
        assert (accounts.currency, accounts.value("revenue"), accounts.value("assets")) == ("DKK", 50, None)

    def test_employees_count_in_whatever_unit(self):
        assert read(RESULT + fact("AverageNumberOfEmployees", 7, unit="u")).value("employees") == 7

    def test_employees_scaled_a_thousand_times_are_kept_and_flagged(self):
        body = (
            RESULT + fact("AverageNumberOfEmployees", 565000, unit="n") + fact("EmployeeBenefitsExpense", 240_000_000)
        )
        accounts = read(body)
        assert accounts.value("employees") == 565000
        assert Doubt(DoubtKind.IMPLAUSIBLE, ("employees",), (Decimal(565000),)) in doubts_about(accounts)
        right = replace(accounts, figures=accounts.figures | {"employees": Figure(Decimal(565))})
        assert DoubtKind.IMPLAUSIBLE not in doubts(right)

    def test_a_balance_that_does_not_balance_is_flagged(self):
        body = RESULT + fact("Assets", 500, DAY) + fact("LiabilitiesAndEquity", 499, DAY)
        assert Doubt(
            DoubtKind.UNBALANCED, ("assets", "equityAndLiabilities"), (Decimal(500), Decimal(499))
        ) in doubts_about(read(body))


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
