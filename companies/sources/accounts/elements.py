"""Which elements of the Danish and the IFRS taxonomies hold what; the first that a filing uses counts.

The Danish namespaces are the same in every year's taxonomy (fsa, gsd, cmn, arr, sob, mrv); IFRS's carry a date.
Elements have moved between gsd, cmn and arr over the years, so that an element is known by its name within all of
them.
"""

from __future__ import annotations

import re

DANISH = "http://xbrl.dcca.dk/"
IFRS = re.compile(r"https?://xbrl\.ifrs\.org/taxonomy/[0-9]{4}-[0-9]{2}-[0-9]{2}/ifrs(?:-full)?")
IFRS_DANISH = f"{DANISH}ifrs-dk"  # Erhvervsstyrelsen's additions to IFRS, dated too


def is_ifrs(namespace: str) -> bool:
    """Whether an element of the namespace follows IFRS, where no dimension means the group."""
    return namespace.startswith(IFRS_DANISH) or IFRS.fullmatch(namespace) is not None


def is_known(namespace: str) -> bool:
    """Whether the namespace is one of the taxonomies that are read."""
    return namespace.startswith(DANISH) or is_ifrs(namespace)


DEPRECIATION = (
    "DepreciationAmortisationExpenseAndImpairmentLossesOfPropertyPlantAndEquipmentAndIntangibleAssets"
    "RecognisedInProfitOrLoss"
)
# Of a period.
FLOWS: dict[str, tuple[str, ...]] = {
    "revenue": ("Revenue",),
    "grossProfit": ("GrossProfitLoss", "GrossResult", "GrossProfit"),
    "staffCost": ("EmployeeBenefitsExpense",),
    "depreciation": (
        DEPRECIATION,
        "DepreciationAmortisationAndImpairmentLossReversalOfImpairmentLossRecognisedInProfitOrLoss",
    ),
    "ebit": ("ProfitLossFromOrdinaryOperatingActivities", "ProfitLossFromOperatingActivities"),
    "financeIncome": ("OtherFinanceIncome", "FinanceIncome"),
    "financeExpenses": ("OtherFinanceExpenses", "FinanceCosts"),
    "resultBeforeTax": ("ProfitLossFromOrdinaryActivitiesBeforeTax", "ProfitLossBeforeTax"),
    "tax": ("TaxExpense", "TaxExpenseOnOrdinaryActivities", "IncomeTaxExpenseContinuingOperations"),
    "result": ("ProfitLoss",),
    "employees": ("AverageNumberOfEmployees",),
}
# Of a day.
STOCKS: dict[str, tuple[str, ...]] = {
    "dividend": ("ProposedDividendRecognisedInEquity", "ProposedDividend"),
    "noncurrentAssets": ("NoncurrentAssets",),
    "inventories": ("Inventories",),
    "shortTermReceivables": ("ShorttermReceivables", "CurrentReceivables", "TradeAndOtherCurrentReceivables"),
    "cash": ("CashAndCashEquivalents", "Cash"),
    "currentAssets": ("CurrentAssets",),
    "assets": ("Assets",),
    "contributedCapital": ("ContributedCapital", "IssuedCapital"),
    "retainedEarnings": ("RetainedEarnings",),
    "equity": ("Equity",),
    "provisions": ("Provisions",),
    "longTermLiabilities": ("LongtermLiabilitiesOtherThanProvisions", "NoncurrentLiabilities"),
    "shortTermLiabilities": ("ShorttermLiabilitiesOtherThanProvisions", "CurrentLiabilities"),
    "equityAndLiabilities": ("LiabilitiesAndEquity", "EquityAndLiabilities"),
}
FIGURES = FLOWS | STOCKS
COUNTS = frozenset({"employees"})  # not in a currency
# Erhvervsstyrelsen takes no annual accounts without result and equity; a filing that has none of these is something
# else.
STATEMENT = ("result", "equity", "assets")
RESULT = FLOWS["result"]

PERIOD_START = ("ReportingPeriodStartDate",)
PERIOD_END = ("ReportingPeriodEndDate",)
PRECEDING_START = ("PrecedingReportingPeriodStartDate",)
PRECEDING_END = ("PredingReportingPeriodEndDate", "PrecedingReportingPeriodEndDate")  # the first is the taxonomy's own
COMPANY_CVR = ("IdentificationNumberCvrOfReportingEntity",)
REPORT_TYPE = ("InformationOnTypeOfSubmittedReport",)
ACCOUNTING_CLASS = ("ClassOfReportingEntity",)
AUDIT_FIRM = ("NameOfAuditFirm",)
AUDIT_FIRM_CVR = ("IdentificationNumberCvrOfAuditFirm",)
AUDITOR = ("NameAndSurnameOfAuditor", "NameAndSurnameOfAuditorAppointedToPerformAudit")
AUDITOR_NUMBER = ("IdentificationNumberOfAuditor",)
ASSISTANCE = ("TypeOfAuditorAssistance",)
OPINION = (
    "OpinionOnAuditedFinancialStatements",
    "OpinionOnFinancialStatementsExtendedReview",
    "OpinionOnReviewedFinancialStatements",
)
APPROVED = ("DateOfApprovalOfAnnualReport", "DateOfApprovalOfReport")
GENERAL_MEETING = ("DateOfGeneralMeeting",)
# Each kind of report by an auditor has an element of its own, which begin alike.
MODIFIED_OPINION = ("TypeOfModifiedOpinion", "TypeOfBasisForModifiedOpinion")
GOING_CONCERN = ("MaterialUncertaintyConcerningGoingConcern",)

NAMES = frozenset(
    name
    for names in (
        *FIGURES.values(),
        *(PERIOD_START, PERIOD_END, PRECEDING_START, PRECEDING_END, COMPANY_CVR, REPORT_TYPE, ACCOUNTING_CLASS),
        *(AUDIT_FIRM, AUDIT_FIRM_CVR, AUDITOR, AUDITOR_NUMBER, ASSISTANCE, OPINION, APPROVED, GENERAL_MEETING),
    )
    for name in names
)
BEGINNINGS = (*MODIFIED_OPINION, *GOING_CONCERN)


def is_wanted(name: str) -> bool:
    """Whether anything is made of an element with this name."""
    return name in NAMES or name.startswith(BEGINNINGS)
