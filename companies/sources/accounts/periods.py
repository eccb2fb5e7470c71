"""Which financial year a filing reports, and which one it compares with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from companies.errors import AccountsError
from companies.sources.accounts import elements
from companies.sources.accounts.contexts import Scope
from companies.sources.accounts.facts import Fact
from companies.sources.accounts.statements import day_of

Period = tuple[date, date]  # first and last day
EARLIEST, LATEST = date(1990, 1, 1), date(2200, 12, 31)  # filings on paper ended in 2012


def reporting_period(facts: list[Fact]) -> Period:
    """The year reported: as the general data says, in whatever context, or else as the results' contexts do.

    Where the general data gives a first day that no result begins on, the context of the results counts.

    Raises:
        AccountsError: the filing does not say.
    """
    start, end = _stated_or_found(facts)
    if not EARLIEST <= start <= end <= LATEST:
        raise AccountsError(f"The filing reports the year {start} to {end}, which is no financial year.")
    return start, end


def _stated_or_found(facts: list[Fact]) -> Period:
    start, end = day_of(facts, elements.PERIOD_START), day_of(facts, elements.PERIOD_END)
    preceding_end = day_of(facts, elements.PRECEDING_END)
    if start is None and preceding_end is not None:
        start = preceding_end + timedelta(days=1)
    years = _years_of_results(facts)
    if end is not None:
        ending_then = [year for year in years if year[1] == end]
        if ending_then and (start is None or (start, end) not in ending_then):
            return min(ending_then)
        if start is not None:
            return start, end
    if not years:
        raise AccountsError(
            "The filing does not say which financial year it reports (ReportingPeriodStartDate/EndDate)."
        )
    return max(years, key=lambda year: (year[1], -year[0].toordinal()))


def comparative_period(facts: list[Fact], start: date) -> Period:
    """The year before `start`: as the general data and the results' contexts say, or a whole year."""
    end = day_of(facts, elements.PRECEDING_END) or start - timedelta(days=1)
    first = day_of(facts, elements.PRECEDING_START)
    ending_then = [year for year in _years_of_results(facts) if year[1] == end]
    if ending_then and (first, end) not in ending_then:
        return min(ending_then)
    return (first if first and first <= end else _year_before(end + timedelta(days=1))), end


def _years_of_results(facts: Iterable[Fact]) -> set[Period]:
    """The periods that a result is given for, of the company or of the group as a whole."""
    return {
        (fact.context.start_date, fact.context.end_date)
        for fact in facts
        if fact.name in elements.RESULT
        and fact.context.start_date
        and fact.context.start_date <= fact.context.end_date
        and fact.context.scope is not Scope.OTHER
    }


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return date(day.year - 1, 3, 1)
