"""What a company's own facts were before: names, place, form, capital and the like, each as spans of time.

Each fact is read as of every day on which it can have changed, by the same readers as the profile, so that a day of the
past is told as the profile would have told it on that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from companies.facts import Address, Fact, FactSpan, FactValue, Industry, Period
from companies.sources.attributes import Attributes, read_attributes
from companies.sources.cvr import read_alternate_names, read_form, read_industry, read_name
from companies.sources.document import Node
from companies.sources.histories import MOST_VALUES, spans_by_kind
from companies.sources.life import read_life
from companies.sources.places import read_address

# Each day that a fact can have changed on is read. Of more days the newest count, and of more values than
# `MOST_VALUES` none: no company has them, and days times values would take minutes.
MOST_DAYS = 200
_OF_ATTRIBUTES: Mapping[Fact, Callable[[Attributes], FactValue]] = {
    Fact.PURPOSE: lambda its: its["purpose"],
    Fact.CAPITAL: lambda its: its["capital"],
    Fact.SIGNING_RULE: lambda its: its["signing_rule"],
    Fact.ARTICLES_DATE: lambda its: its["articles_date"],
    Fact.FINANCIAL_YEAR: lambda its: (
        (its["financial_year_start"], its["financial_year_end"])
        if its["financial_year_start"] or its["financial_year_end"]
        else None
    ),
    Fact.AUDIT_WAIVED: lambda its: its["is_audit_waived"],
    Fact.LISTED: lambda its: its["is_listed"],
    Fact.MONEY_LAUNDERING_ACT: lambda its: its["is_covered_by_money_laundering_act"],
}


def read_past_facts(document: Mapping[str, Any], *, day: date) -> tuple[FactSpan, ...]:
    """The spans of each fact up to the day, by fact, oldest first; spans that follow on each other differ.

    What a company that has ended had on file on its last day stays as its last span.

    Raises:
        DocumentError: the document breaks the format; with path and reason.
    """
    company = Node(document)
    metadata = company.child("virksomhedMetadata") or Node({}, company, "virksomhedMetadata")
    last_day = read_life(company, metadata, day).ended_date or day
    readers: Mapping[Fact, tuple[str, Callable[[date], FactValue]]] = {
        Fact.NAME: ("navne", lambda on: read_name(company, metadata, on)),
        Fact.ALTERNATE_NAMES: ("binavne", lambda on: read_alternate_names(company, on)),
        Fact.FORM: ("virksomhedsform", lambda on: read_form(company, on)),
        Fact.STATUS: ("virksomhedsstatus", lambda on: read_life(company, metadata, on).status),
        Fact.ADDRESS: ("beliggenhedsadresse", lambda on: _address(company, on)),
        Fact.INDUSTRY: ("hovedbranche", lambda on: _industry(company, on)),
    }
    spans: list[FactSpan] = []
    for fact, (key, read) in readers.items():
        # The last status comes when the company ends.
        periods = [node.period() for node in company.items(key)]
        days = _days_of_change(periods, day if fact is Fact.STATUS else last_day)
        spans += _spans(fact, [(one, read(one)) for one in days])
    by_kind = spans_by_kind(company)
    days = _days_of_change([span.period for its in by_kind.values() for span in its], last_day)
    states = [(one, read_attributes(company, one, has_ended=False, spans=by_kind)) for one in days]
    for fact, value_of in _OF_ATTRIBUTES.items():
        spans += _spans(fact, [(one, value_of(state)) for one, state in states])
    return tuple(spans)


def _address(company: Node, day: date) -> Address | None:
    return read_address(company, "beliggenhedsadresse", day, has_ended=False)


def _industry(company: Node, day: date) -> Industry | None:
    return read_industry(company, "hovedbranche", day, has_ended=False)


def _days_of_change(periods: Sequence[Period], last_day: date) -> list[date]:
    """The days up to the last one on which a period begins or another has just ended, in order."""
    if len(periods) > MOST_VALUES:
        return []
    days: set[date] = set()
    for period in periods:
        days.add(period.start_date or date.min)
        if period.end_date and period.end_date < date.max:
            days.add(period.end_date + timedelta(days=1))
    return sorted(day for day in days if day <= last_day)[-MOST_DAYS:]


def _spans(fact: Fact, states: list[tuple[date, FactValue]]) -> Iterator[FactSpan]:
    """Equal values that follow on each other as one span; nothing before the first value."""
    runs = [(value, next(iter(run))[0]) for value, run in groupby(states, key=lambda state: state[1])]
    if runs and _is_absent(runs[0][0]):
        del runs[0]
    for place, (value, start) in enumerate(runs):
        end = runs[place + 1][1] - timedelta(days=1) if place + 1 < len(runs) else None
        yield FactSpan(fact, value, Period(None if start == date.min else start, end))


def _is_absent(value: FactValue) -> bool:
    return value is None or value in ("", ())
