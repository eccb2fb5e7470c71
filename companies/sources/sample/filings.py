"""Annual accounts of fictional companies with the Danish taxonomy's namespaces, as XBRL instances or inline XBRL."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from companies.sources.accounts import elements
from companies.sources.sample.bookkeeping import Year, years_of
from companies.sources.sample.plans import (
    ANCHOR,
    ASSISTED,
    AUDITED,
    CLASS_B,
    UNASSISTED,
    AccountsPlan,
    Person,
    Plan,
    Seat,
)
from companies.sources.sample.writing import GROUP, SampleContext, SampleFact, as_inline, as_instance

USUAL_DELAY, LATE_DELAY = timedelta(days=150), timedelta(days=205)  # the deadline is six months after the year
# Element by the name of the figure; those of a year, then those of its last day.
FLOWS = {
    "revenue": "Revenue",
    "grossProfit": "GrossProfitLoss",
    "staffCost": "EmployeeBenefitsExpense",
    "depreciation": elements.DEPRECIATION,
    "ebit": "ProfitLossFromOrdinaryOperatingActivities",
    "financeIncome": "OtherFinanceIncome",
    "financeExpenses": "OtherFinanceExpenses",
    "resultBeforeTax": "ProfitLossFromOrdinaryActivitiesBeforeTax",
    "tax": "TaxExpense",
    "result": "ProfitLoss",
}
STOCKS = {
    "dividend": "ProposedDividendRecognisedInEquity",
    "noncurrentAssets": "NoncurrentAssets",
    "inventories": "Inventories",
    "shortTermReceivables": "ShorttermReceivables",
    "cash": "CashAndCashEquivalents",
    "currentAssets": "CurrentAssets",
    "assets": "Assets",
    "contributedCapital": "ContributedCapital",
    "retainedEarnings": "RetainedEarnings",
    "equity": "Equity",
    "provisions": "Provisions",
    "longTermLiabilities": "LongtermLiabilitiesOtherThanProvisions",
    "shortTermLiabilities": "ShorttermLiabilitiesOtherThanProvisions",
    "equityAndLiabilities": "LiabilitiesAndEquity",
}
MODIFIED = (
    "Konklusion med forbehold: Vi har ikke kunnet overbevise os om værdien af selskabets varelager. Bortset herfra "
    "giver årsregnskabet efter vores opfattelse et retvisende billede."
)
GOING_CONCERN = (
    "Selskabets fortsatte drift afhænger af, at bankens kreditter forlænges. Det er der væsentlig usikkerhed om."
)
CLEAN = (
    "Det er vores opfattelse, at årsregnskabet giver et retvisende billede af selskabets aktiver, passiver og resultat."
)


@dataclass(frozen=True, slots=True)
class SampleFiling:
    """A filing as the register would publish it."""

    cvr: str
    end_date: date
    published_at: datetime
    data: bytes
    is_inline: bool = False  # inline XBRL, as larger companies file

    @property
    def file_name(self) -> str:
        """Unique among all filings."""
        return f"{self.cvr}-{self.end_date}.{'xhtml' if self.is_inline else 'xml'}"

    @property
    def mime_type(self) -> str:
        """As the index of publications has it."""
        return "application/xhtml+xml" if self.is_inline else "application/xml"


def filings_of(plan: Plan, rng: random.Random) -> Iterator[SampleFiling]:
    """The plan's filings, oldest first."""
    if plan.accounts is None:
        return
    years = years_of(plan, plan.accounts, rng)
    for index, year in enumerate(years):
        is_newest = index == len(years) - 1
        if index == plan.accounts.skipped:
            continue
        delay = (
            LATE_DELAY if is_newest and plan.accounts.is_late else USUAL_DELAY + timedelta(days=rng.randint(-20, 20))
        )
        published_at = datetime.combine(year.end + delay, time(10, 30), UTC)
        if published_at.date() <= ANCHOR:
            before = years[index - 1] if index else None
            is_inline = plan.accounts.accounting_class != CLASS_B
            contexts, facts = _statements(plan, plan.accounts, year, before, is_newest=is_newest)
            write = as_inline if is_inline else as_instance
            data = write(plan.cvr, plan.name, plan.accounts.currency, contexts, facts)
            yield SampleFiling(plan.cvr, year.end, published_at, data, is_inline)


def _statements(
    plan: Plan, accounts: AccountsPlan, year: Year, before: Year | None, *, is_newest: bool
) -> tuple[list[SampleContext], list[SampleFact]]:
    contexts = [SampleContext("D1", year.start, year.end), SampleContext("I1", None, year.end)]
    facts = _general(plan, year)
    if not accounts.is_group_only:
        facts += _amounts(accounts, year, "D1", "I1")
    facts += _audit(plan, accounts, year, is_newest=is_newest)
    if before and not accounts.is_group_only:
        if is_newest and accounts.restated_by:
            before = before.written_down(accounts.restated_by, is_result_hit=True)
        contexts += [SampleContext("D0", before.start, before.end), SampleContext("I0", None, before.end)]
        facts += _amounts(accounts, before, "D0", "I0")
    if accounts.has_group or accounts.is_group_only:
        contexts += [SampleContext("D2", year.start, year.end, GROUP), SampleContext("I2", None, year.end, GROUP)]
        facts += _amounts(accounts, year.scaled(3), "D2", "I2")
    if accounts.has_conflict and is_newest:
        # As one real filing has it: the result again with its sign turned and one crown off.
        facts.append(SampleFact("fsa", "ProfitLoss", "D1", str(-int(year.figures["result"]) - 1), "U1"))
    return contexts, facts


def _general(plan: Plan, year: Year) -> list[SampleFact]:
    return [
        SampleFact("gsd", "IdentificationNumberCvrOfReportingEntity", "D1", plan.cvr),
        SampleFact("gsd", "NameOfReportingEntity", "D1", plan.name),
        SampleFact("gsd", "ReportingPeriodStartDate", "D1", year.start.isoformat()),
        SampleFact("gsd", "ReportingPeriodEndDate", "D1", year.end.isoformat()),
        SampleFact("gsd", "PrecedingReportingPeriodStartDate", "D1", (year.start - timedelta(days=365)).isoformat()),
        # The taxonomy's own spelling.
        SampleFact("gsd", "PredingReportingPeriodEndDate", "D1", (year.start - timedelta(days=1)).isoformat()),
        SampleFact("sob", "DateOfApprovalOfAnnualReport", "D1", (year.end + timedelta(days=120)).isoformat()),
    ]


def _audit(plan: Plan, accounts: AccountsPlan, year: Year, *, is_newest: bool) -> list[SampleFact]:
    firm = next((seat.holder for seat in plan.seats if seat.organ == "revision" and _is_held(seat, year.end)), None)
    assistance = accounts.assistance if isinstance(firm, Plan) or accounts.assistance == ASSISTED else UNASSISTED
    facts = [
        SampleFact("fsa", "ClassOfReportingEntity", "D1", accounts.accounting_class),
        SampleFact("cmn", "TypeOfAuditorAssistance", "D1", assistance),
    ]
    if not isinstance(firm, Plan):
        return facts
    auditors = [
        seat.holder.name for seat in firm.seats if seat.organ == "direktion" and isinstance(seat.holder, Person)
    ]
    facts += [
        SampleFact("cmn", "NameOfAuditFirm", "D1", firm.name),
        SampleFact("cmn", "IdentificationNumberCvrOfAuditFirm", "D1", firm.cvr),
        *(SampleFact("cmn", "NameAndSurnameOfAuditor", "D1", name) for name in auditors[:1]),
    ]
    if assistance == AUDITED:
        opinion = MODIFIED if accounts.is_modified and is_newest else CLEAN
        facts.append(SampleFact("arr", "OpinionOnAuditedFinancialStatements", "D1", opinion))
        if accounts.has_going_concern and is_newest:
            facts.append(SampleFact("arr", "MaterialUncertaintyConcerningGoingConcernAudit", "D1", GOING_CONCERN))
    return facts


def _is_held(seat: Seat, day: date) -> bool:
    return seat.start <= day and (seat.end is None or day <= seat.end)


def _amounts(accounts: AccountsPlan, year: Year, duration: str, instant: str) -> list[SampleFact]:
    hidden = set() if accounts.shows_revenue else {"revenue"}
    facts = [
        SampleFact("fsa", element, context, str(year.figures[name]), "U1")
        for elements, context in ((FLOWS, duration), (STOCKS, instant))
        for name, element in elements.items()
        if name in year.figures and name not in hidden
    ]
    return [*facts, SampleFact("fsa", "AverageNumberOfEmployees", duration, str(year.figures["employees"]), "U2")]
