"""Figures of fictional accounts that hold together: the balance adds up, and each year follows from the one before."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from companies.sources.sample.plans import ANCHOR, AccountsPlan, Plan

TAX_RATE = 0.22


@dataclass(frozen=True, slots=True)
class Year:
    """A financial year's figures, by the names of companies.figures."""

    start: date
    end: date
    figures: dict[str, int]

    def scaled(self, factor: int) -> Year:
        """The same year with every figure times the factor: a group around the company."""
        return Year(self.start, self.end, {name: value * factor for name, value in self.figures.items()})

    def changed(self, **figures: int) -> Year:
        """The same year with other figures."""
        return Year(self.start, self.end, self.figures | figures)

    def written_down(self, amount: int, *, is_result_hit: bool) -> Year:
        """The same year with so much less inventories and equity, and with a lower result where it hits that."""
        names = ["inventories", "currentAssets", "assets", "retainedEarnings", "equity", "equityAndLiabilities"]
        if is_result_hit:
            names += ["grossProfit", "ebit", "resultBeforeTax", "result"]
        return self.changed(**{name: self.figures[name] - amount for name in names})


def years_of(plan: Plan, accounts: AccountsPlan, rng: random.Random) -> list[Year]:
    """The financial years that have ended, oldest first."""
    years = _years(plan, accounts, rng)
    if accounts.rounded_to > 1:
        years = [
            year.scaled(accounts.rounded_to).changed(
                employees=year.figures["employees"], contributedCapital=plan.capital
            )
            for year in years
        ]
    if years and accounts.restated_by:
        years[-1] = years[-1].written_down(accounts.restated_by, is_result_hit=False)
    if years:
        years[-1] = years[-1].changed(employees=years[-1].figures["employees"] * accounts.employees_factor)
    return years


def _years(plan: Plan, accounts: AccountsPlan, rng: random.Random) -> list[Year]:
    years: list[Year] = []
    revenue = accounts.revenue // accounts.rounded_to
    equity = int(revenue * 0.6 * accounts.solidity)
    dividend = 0
    for start, end in _periods(plan, accounts):
        income = _income(revenue * _months(start, end) // 12, accounts, rng)
        equity += income["result"] - dividend
        # What the general meeting will decide to pay: never more than half of a profit, never out of a loss.
        dividend = income["result"] // 2 if income["result"] > 0 and equity > income["result"] else 0
        balance = _balance(plan.capital // accounts.rounded_to, equity, dividend, revenue, rng)
        staff = max(1, plan.staff or 1)
        years.append(Year(start, end, income | balance | {"employees": staff}))
        revenue = int(revenue * rng.uniform(0.93, 1.15))
    return years


def _periods(plan: Plan, accounts: AccountsPlan) -> list[tuple[date, date]]:
    month, day = plan.year_end
    last = date(ANCHOR.year, month, day)
    # The newest year is one that the deadline of six months has passed for.
    if last + timedelta(days=184) > ANCHOR:
        last = date(last.year - 1, month, day)
    if accounts.has_long_first_year:
        return [(plan.founded, last)]
    periods = []
    if accounts.former_year_end:
        month, day = accounts.former_year_end
        former = date(last.year - 1, month, day)
        former = former if former < last.replace(year=last.year - 1) else former.replace(year=former.year - 1)
        before = last.replace(year=last.year - 1)
        periods = [(before + timedelta(days=1), last), (former + timedelta(days=1), before)]
        last = former
    for back in range(accounts.years - len(periods)):
        end = date(last.year - back, month, day)
        start = date(end.year - 1, month, day) + timedelta(days=1)
        if start >= plan.founded and (plan.ended is None or end < plan.ended):
            periods.append((start, end))
    return periods[::-1]


def _months(start: date, end: date) -> int:
    """The months from the first to the last day; twelve of a year."""
    after = end + timedelta(days=1)
    return (after.year - start.year) * 12 + after.month - start.month


def _income(revenue: int, accounts: AccountsPlan, rng: random.Random) -> dict[str, int]:
    ebit = int(revenue * (accounts.margin + rng.uniform(-0.02, 0.02)))
    staff_cost, depreciation = int(revenue * 0.31), int(revenue * 0.03)
    finance_income, finance_expenses = int(revenue * 0.002), int(revenue * 0.006)
    before_tax = ebit + finance_income - finance_expenses
    tax = max(0, round(before_tax * TAX_RATE))
    return {
        "revenue": revenue,
        "grossProfit": ebit + staff_cost + depreciation,
        "staffCost": staff_cost,
        "depreciation": depreciation,
        "ebit": ebit,
        "financeIncome": finance_income,
        "financeExpenses": finance_expenses,
        "resultBeforeTax": before_tax,
        "tax": tax,
        "result": before_tax - tax,
    }


def _balance(capital: int, equity: int, dividend: int, revenue: int, rng: random.Random) -> dict[str, int]:
    assets = max(int(revenue * rng.uniform(0.5, 0.7)), int(equity * 1.2) + 10_000)
    noncurrent = int(assets * rng.uniform(0.25, 0.55))
    current = assets - noncurrent
    inventories, receivables = int(current * 0.3), int(current * 0.45)
    debt = assets - equity
    provisions, long_term = int(debt * 0.05), int(debt * rng.uniform(0.1, 0.35))
    return {
        "dividend": dividend,
        "noncurrentAssets": noncurrent,
        "inventories": inventories,
        "shortTermReceivables": receivables,
        "cash": current - inventories - receivables,
        "currentAssets": current,
        "assets": assets,
        "contributedCapital": capital,
        "retainedEarnings": equity - capital - dividend,
        "equity": equity,
        "provisions": provisions,
        "longTermLiabilities": long_term,
        "shortTermLiabilities": debt - provisions - long_term,
        "equityAndLiabilities": assets,
    }
