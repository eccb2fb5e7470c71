"""Annual accounts of fictional companies as XBRL instances with the Danish taxonomy's namespaces."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from xml.sax.saxutils import escape

from companies.sources.accounts import elements
from companies.sources.sample.bookkeeping import Year, years_of
from companies.sources.sample.plans import ANCHOR, ASSISTED, AUDITED, UNASSISTED, AccountsPlan, Person, Plan

USUAL_DELAY, LATE_DELAY = timedelta(days=150), timedelta(days=205)  # the deadline is six months after the year
NAMESPACES = {
    "fsa": "http://xbrl.dcca.dk/fsa",
    "gsd": "http://xbrl.dcca.dk/gsd",
    "cmn": "http://xbrl.dcca.dk/cmn",
    "arr": "http://xbrl.dcca.dk/arr",
    "sob": "http://xbrl.dcca.dk/sob",
}
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

    @property
    def file_name(self) -> str:
        """Unique among all filings."""
        return f"{self.cvr}-{self.end_date}.xml"


def filings_of(plan: Plan, rng: random.Random) -> Iterator[SampleFiling]:
    """The plan's filings, oldest first."""
    if plan.accounts is None:
        return
    years = years_of(plan, plan.accounts, rng)
    for index, year in enumerate(years):
        is_newest = index == len(years) - 1
        delay = (
            LATE_DELAY if is_newest and plan.accounts.is_late else USUAL_DELAY + timedelta(days=rng.randint(-20, 20))
        )
        published_at = datetime.combine(year.end + delay, time(10, 30), UTC)
        if published_at.date() <= ANCHOR:
            before = years[index - 1] if index else None
            data = _instance(plan, plan.accounts, year, before, is_newest=is_newest)
            yield SampleFiling(plan.cvr, year.end, published_at, data)


def _instance(plan: Plan, accounts: AccountsPlan, year: Year, before: Year | None, *, is_newest: bool) -> bytes:
    contexts = [_context(plan, "D1", year.start, year.end), _context(plan, "I1", None, year.end)]
    facts = [*_general(plan, year), *_amounts(accounts, year, "D1", "I1")]
    facts += _audit(plan, accounts, is_newest=is_newest)
    if before:
        contexts += [_context(plan, "D0", before.start, before.end), _context(plan, "I0", None, before.end)]
        facts += _amounts(accounts, before, "D0", "I0")
    if accounts.has_group:
        group = year.scaled(3)
        dimension = ("cmn:ConsolidatedSoloDimension", "cmn:ConsolidatedMember")
        contexts += [
            _context(plan, "D2", year.start, year.end, dimension),
            _context(plan, "I2", None, year.end, dimension),
        ]
        facts += _amounts(accounts, group, "D2", "I2")
    if accounts.has_conflict and is_newest:
        # As one real filing has it: the result again with its sign turned and one crown off.
        facts.append(_fact("fsa", "ProfitLoss", "D1", str(-int(year.figures["result"]) - 1), "U1"))
    body = "\n".join([*contexts, _unit("U1", f"iso4217:{accounts.currency}"), _unit("U2", "xbrli:pure"), *facts])
    prefixes = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xbrli:xbrl xmlns:xbrli="http://www.xbrl.org/2003/instance" xmlns:link="http://www.xbrl.org/2003/linkbase"'
        ' xmlns:xbrldi="http://xbrl.org/2006/xbrldi" xmlns:iso4217="http://www.xbrl.org/2003/iso4217"'
        f"{prefixes}>\n{body}\n</xbrli:xbrl>\n"
    ).encode()


def _general(plan: Plan, year: Year) -> list[str]:
    return [
        _fact("gsd", "IdentificationNumberCvrOfReportingEntity", "D1", plan.cvr),
        _fact("gsd", "NameOfReportingEntity", "D1", plan.name),
        _fact("gsd", "ReportingPeriodStartDate", "D1", year.start.isoformat()),
        _fact("gsd", "ReportingPeriodEndDate", "D1", year.end.isoformat()),
        _fact("gsd", "PrecedingReportingPeriodStartDate", "D1", (year.start - timedelta(days=365)).isoformat()),
        # The taxonomy's own spelling.
        _fact("gsd", "PredingReportingPeriodEndDate", "D1", (year.start - timedelta(days=1)).isoformat()),
        _fact("sob", "DateOfApprovalOfAnnualReport", "D1", (year.end + timedelta(days=120)).isoformat()),
    ]


def _audit(plan: Plan, accounts: AccountsPlan, *, is_newest: bool) -> list[str]:
    firm = next((seat.holder for seat in plan.seats if seat.organ == "revision"), None)
    assistance = accounts.assistance if isinstance(firm, Plan) or accounts.assistance == ASSISTED else UNASSISTED
    facts = [
        _fact("fsa", "ClassOfReportingEntity", "D1", accounts.accounting_class),
        _fact("cmn", "TypeOfAuditorAssistance", "D1", assistance),
    ]
    if not isinstance(firm, Plan):
        return facts
    auditors = [
        seat.holder.name for seat in firm.seats if seat.organ == "direktion" and isinstance(seat.holder, Person)
    ]
    facts += [
        _fact("cmn", "NameOfAuditFirm", "D1", firm.name),
        _fact("cmn", "IdentificationNumberCvrOfAuditFirm", "D1", firm.cvr),
        *(_fact("cmn", "NameAndSurnameOfAuditor", "D1", name) for name in auditors[:1]),
    ]
    if assistance == AUDITED:
        opinion = MODIFIED if accounts.is_modified and is_newest else CLEAN
        facts.append(_fact("arr", "OpinionOnAuditedFinancialStatements", "D1", opinion))
    return facts


def _amounts(accounts: AccountsPlan, year: Year, duration: str, instant: str) -> list[str]:
    hidden = set() if accounts.shows_revenue else {"revenue"}
    facts = [
        _fact("fsa", element, context, str(year.figures[name]), "U1")
        for elements, context in ((FLOWS, duration), (STOCKS, instant))
        for name, element in elements.items()
        if name in year.figures and name not in hidden
    ]
    return [*facts, _fact("fsa", "AverageNumberOfEmployees", duration, str(year.figures["employees"]), "U2")]


def _fact(prefix: str, name: str, context: str, text: str, unit: str = "") -> str:
    measure = f' unitRef="{unit}" decimals="0"' if unit else ' xml:lang="da"'
    return f'<{prefix}:{name} contextRef="{context}"{measure}>{escape(text)}</{prefix}:{name}>'


def _context(plan: Plan, key: str, start: date | None, end: date, dimension: tuple[str, str] | None = None) -> str:
    period = (
        f"<xbrli:startDate>{start}</xbrli:startDate><xbrli:endDate>{end}</xbrli:endDate>"
        if start
        else f"<xbrli:instant>{end}</xbrli:instant>"
    )
    scenario = (
        f'<xbrli:scenario><xbrldi:explicitMember dimension="{dimension[0]}">{dimension[1]}</xbrldi:explicitMember>'
        "</xbrli:scenario>"
        if dimension
        else ""
    )
    return (
        f'<xbrli:context id="{key}"><xbrli:entity><xbrli:identifier scheme="http://www.dcca.dk/cvr">{plan.cvr}'
        f"</xbrli:identifier></xbrli:entity><xbrli:period>{period}</xbrli:period>{scenario}</xbrli:context>"
    )


def _unit(key: str, measure: str) -> str:
    return f'<xbrli:unit id="{key}"><xbrli:measure>{measure}</xbrli:measure></xbrli:unit>'
