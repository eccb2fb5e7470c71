"""What the newest annual accounts say."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from companies import ratios
from companies.catalogue.field import Field, FieldType, Json, of_accounts
from companies.catalogue.formats import percentage, plain_date, plain_number
from companies.days import danish_day
from companies.figures import Accounts

# Danish and English label of each amount, by the figure's name in `companies.figures`.
AMOUNTS = {
    "revenue": ("Nettoomsætning", "Revenue"),
    "grossProfit": ("Bruttofortjeneste", "Gross profit"),
    "staffCost": ("Personaleomkostninger", "Staff cost"),
    "depreciation": ("Af- og nedskrivninger", "Depreciation and amortisation"),
    "ebit": ("Resultat af primær drift (EBIT)", "Operating result (EBIT)"),
    "financeIncome": ("Finansielle indtægter", "Finance income"),
    "financeExpenses": ("Finansielle omkostninger", "Finance expenses"),
    "resultBeforeTax": ("Resultat før skat", "Result before tax"),
    "tax": ("Skat af årets resultat", "Tax"),
    "result": ("Årets resultat", "Result"),
    "dividend": ("Foreslået udbytte", "Proposed dividend"),
    "noncurrentAssets": ("Anlægsaktiver", "Non-current assets"),
    "inventories": ("Varebeholdninger", "Inventories"),
    "shortTermReceivables": ("Kortfristede tilgodehavender", "Short-term receivables"),
    "cash": ("Likvide beholdninger", "Cash"),
    "currentAssets": ("Omsætningsaktiver", "Current assets"),
    "assets": ("Aktiver i alt", "Assets"),
    "contributedCapital": ("Virksomhedskapital", "Contributed capital"),
    "retainedEarnings": ("Overført resultat", "Retained earnings"),
    "equity": ("Egenkapital", "Equity"),
    "provisions": ("Hensatte forpligtelser", "Provisions"),
    "longTermLiabilities": ("Langfristede gældsforpligtelser", "Long-term liabilities"),
    "shortTermLiabilities": ("Kortfristede gældsforpligtelser", "Short-term liabilities"),
    "equityAndLiabilities": ("Passiver i alt", "Equity and liabilities"),
}
# Where the catalogue calls a figure by another name: `employees` is the register's.
FIELD_NAMES = {"employees": "averageEmployees"}


def _published_date(accounts: Accounts) -> Json:
    moment = accounts.published_at
    return plain_date(danish_day(moment) if moment else None)


def _amount(name: str) -> Callable[[Accounts], Json]:
    return lambda accounts: plain_number(accounts.value(name))


def _ratio(compute: Callable[[Accounts], Decimal | None]) -> Callable[[Accounts], Json]:
    return lambda accounts: percentage(compute(accounts))


def _contradictions(accounts: Accounts) -> Json:
    return sorted(FIELD_NAMES.get(name, name) for name, figure in accounts.figures.items() if figure.conflict)


FIELDS: tuple[Field, ...] = (
    of_accounts(
        "accountsStartDate",
        "Regnskab, første dag",
        "Accounts, first day",
        FieldType.DATE,
        lambda accounts: plain_date(accounts.start_date),
    ),
    of_accounts(
        "balanceDate", "Balancedag", "Balance day", FieldType.DATE, lambda accounts: plain_date(accounts.end_date)
    ),
    of_accounts(
        "accountsPublishedDate", "Regnskab, offentliggjort", "Accounts, published", FieldType.DATE, _published_date
    ),
    of_accounts(
        "accountsApprovedDate",
        "Regnskab, godkendt",
        "Accounts, approved",
        FieldType.DATE,
        lambda accounts: plain_date(accounts.approved_date),
    ),
    of_accounts(
        "generalMeetingDate",
        "Generalforsamling",
        "General meeting",
        FieldType.DATE,
        lambda accounts: plain_date(accounts.general_meeting_date),
    ),
    of_accounts(
        "accountsOfGroup",
        "Regnskabstal er koncernens",
        "Figures are the group's",
        FieldType.BOOLEAN,
        lambda accounts: accounts.is_group,
    ),
    of_accounts(
        "accountsCurrency", "Regnskab, valuta", "Accounts, currency", FieldType.TEXT, lambda accounts: accounts.currency
    ),
    of_accounts(
        "accountingClass",
        "Regnskabsklasse",
        "Accounting class",
        FieldType.TEXT,
        lambda accounts: accounts.accounting_class,
    ),
    of_accounts("auditFirm", "Revisionsfirma", "Audit firm", FieldType.TEXT, lambda accounts: accounts.audit_firm),
    of_accounts(
        "auditFirmCvr",
        "Revisionsfirma, CVR-nummer",
        "Audit firm, CVR number",
        FieldType.NUMBER,
        lambda accounts: int(accounts.audit_firm_cvr) if accounts.audit_firm_cvr.isdecimal() else None,
    ),
    of_accounts(
        "accountsAuditor",
        "Underskrivende revisor",
        "Signing auditor",
        FieldType.TEXT,
        lambda accounts: accounts.auditor_name,
    ),
    of_accounts(
        "accountsAuditorNumber",
        "Underskrivende revisor, mne-nummer",
        "Signing auditor, registration number",
        FieldType.TEXT,
        lambda accounts: accounts.auditor_number,
    ),
    of_accounts(
        "auditorAssistance",
        "Revisors bistand",
        "Auditor's assistance",
        FieldType.TEXT,
        lambda accounts: accounts.assistance,
    ),
    of_accounts(
        "auditOpinion", "Revisors konklusion", "Audit opinion", FieldType.TEXT, lambda accounts: accounts.opinion
    ),
    of_accounts(
        "modifiedOpinion",
        "Modificeret konklusion",
        "Modified opinion",
        FieldType.TEXT,
        lambda accounts: accounts.modified_opinion,
    ),
    of_accounts(
        "goingConcern",
        "Væsentlig usikkerhed om fortsat drift",
        "Material uncertainty about going concern",
        FieldType.TEXT,
        lambda accounts: accounts.going_concern,
    ),
    *(
        of_accounts(name, label_da, label_en, FieldType.MONEY, _amount(name))
        for name, (label_da, label_en) in AMOUNTS.items()
    ),
    of_accounts(
        "averageEmployees",
        "Gennemsnitligt antal ansatte",
        "Average number of employees",
        FieldType.NUMBER,
        _amount("employees"),
    ),
    of_accounts("solvencyRatio", "Soliditetsgrad", "Solvency ratio", FieldType.PERCENTAGE, _ratio(ratios.solvency)),
    of_accounts(
        "liquidityRatio",
        "Likviditetsgrad",
        "Liquidity ratio",
        FieldType.PERCENTAGE,
        _ratio(ratios.liquidity),
    ),
    of_accounts(
        "returnOnAssets", "Afkastningsgrad", "Return on assets", FieldType.PERCENTAGE, _ratio(ratios.return_on_assets)
    ),
    of_accounts("profitMargin", "Overskudsgrad", "Profit margin", FieldType.PERCENTAGE, _ratio(ratios.profit_margin)),
    of_accounts(
        "contradictoryFigures",
        "Tal, som regnskabet modsiger sig selv om",
        "Figures on which the accounts contradict themselves",
        FieldType.LIST,
        _contradictions,
    ),
)
