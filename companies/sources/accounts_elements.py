"""Which elements of the Danish and the IFRS taxonomies hold what; the first that a filing uses counts."""

from __future__ import annotations

DANISH = "http://xbrl.dcca.dk/"
IFRS = ("http://xbrl.ifrs.org/taxonomy/", "https://xbrl.ifrs.org/taxonomy/")
FIGURE_NAMESPACES = (DANISH, *IFRS)

DEPRECIATION = (
    "DepreciationAmortisationExpenseAndImpairmentLossesOfPropertyPlantAndEquipmentAndIntangibleAssets"
    "RecognisedInProfitOrLoss"
)
FIGURES: dict[str, tuple[str, ...]] = {
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
    "dividend": ("ProposedDividendRecognisedInEquity",),
    "noncurrentAssets": ("NoncurrentAssets",),
    "inventories": ("Inventories",),
    "shortTermReceivables": ("ShorttermReceivables", "CurrentReceivables", "TradeAndOtherCurrentReceivables"),
    "cash": ("CashAndCashEquivalents",),
    "currentAssets": ("CurrentAssets",),
    "assets": ("Assets",),
    "contributedCapital": ("ContributedCapital", "IssuedCapital"),
    "retainedEarnings": ("RetainedEarnings",),
    "equity": ("Equity",),
    "provisions": ("Provisions",),
    "longTermLiabilities": ("LongtermLiabilitiesOtherThanProvisions", "NoncurrentLiabilities"),
    "shortTermLiabilities": ("ShorttermLiabilitiesOtherThanProvisions", "CurrentLiabilities"),
    "equityAndLiabilities": ("LiabilitiesAndEquity", "EquityAndLiabilities"),
    "employees": ("AverageNumberOfEmployees",),
}
RESULT_NAMES = frozenset({"ProfitLoss"})

PERIOD_START = ("ReportingPeriodStartDate",)
PERIOD_END = ("ReportingPeriodEndDate",)
COMPANY_CVR = ("IdentificationNumberCvrOfReportingEntity",)
ACCOUNTING_CLASS = ("ClassOfReportingEntity",)
AUDIT_FIRM = ("NameOfAuditFirm",)
AUDIT_FIRM_CVR = ("IdentificationNumberCvrOfAuditFirm",)
AUDITOR = ("NameAndSurnameOfAuditor",)
ASSISTANCE = ("TypeOfAuditorAssistance",)
OPINION = ("OpinionOnAuditedFinancialStatements",)
APPROVED = ("DateOfApprovalOfAnnualReport", "DateOfApprovalOfReport", "DateOfGeneralMeeting")
