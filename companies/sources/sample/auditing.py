"""Who audits a fictional company, so that its register document and its accounts say the same of it."""

from __future__ import annotations

from companies.sources.sample.plans import ASSISTED, AUDITED, CLASS_B, REVIEWED, AccountsPlan, Plan, Seat
from companies.sources.sample.town import Town

# Of the first year: with a few employees and what growth adds in five years still below what § 135, stk. 3, allows.
HIGHEST_REVENUE_UNAUDITED = 4_000_000


def settle_audits(town: Town) -> None:
    """Make each company's auditor, its waiver of audit and its accounts agree; draws nothing from chance."""
    for plan in town.plans:
        if plan.accounts:
            _settle(plan, plan.accounts, town)


def _settle(plan: Plan, accounts: AccountsPlan, town: Town) -> None:
    if accounts.accounting_class != CLASS_B:
        accounts.assistance = AUDITED
    elif accounts.assistance == ASSISTED and not _may_waive(accounts):
        accounts.assistance = REVIEWED
    has_auditor = any(seat.organ == "revision" for seat in plan.seats)
    if accounts.assistance == ASSISTED or (not has_auditor and _may_waive(accounts)):
        plan.is_audit_waived = True
        plan.seats = [seat for seat in plan.seats if seat.organ != "revision"]
    elif not has_auditor:
        other = next(firm for firm in town.audit_firms if firm is not plan)
        plan.seats.append(Seat(other, "revision", "REVISION", plan.founded))


def _may_waive(accounts: AccountsPlan) -> bool:
    return accounts.accounting_class == CLASS_B and accounts.revenue <= HIGHEST_REVENUE_UNAUDITED
