"""Whether a company lives, and what the register's two statuses say of it on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from companies.sources.document import Node
from companies.sources.histories import current_or_before

# How the overall status of a company without dates of its own begins when the company is no more.
ENDED = ("ophør", "opløst", "tvangsopløst", "slettet")


@dataclass(frozen=True, slots=True)
class Life:
    """A company on a day. `ended_date` is the last day that it lived, if that lies behind."""

    is_active: bool
    ended_date: date | None
    status: str
    overall_status: str


def read_life(company: Node, metadata: Node, day: date) -> Life:
    """The company's life and statuses on the day.

    The overall status (`sammensatStatus`) is undated. It is told only of days on which the dated status was the one
    that the register had when it wrote the document: a company that has been dissolved since was not "Ophørt" then.
    """
    overall = metadata.text("sammensatStatus")
    is_active, ended_date, status = _dated(company, overall, day)
    written = _written_date(company) if overall else None
    if written and written != day and _dated(company, overall, written)[::2] != (is_active, status):
        overall = ""
    return Life(is_active, ended_date, status, overall)


def first_day(company: Node) -> date | None:
    """The first day of the company's first life."""
    return min((start for node in company.items("livsforloeb") if (start := node.period().start_date)), default=None)


def _dated(company: Node, overall: str, day: date) -> tuple[bool, date | None, str]:
    """Whether it lives on the day, the last day that it did, and the dated status."""
    node = current_or_before(company.items("virksomhedsstatus"), day)
    status = node.text("status") if node else ""
    lives = [node.period() for node in company.items("livsforloeb")]
    if not lives:
        return not overall.casefold().startswith(ENDED), None, status
    if any(life.covers(day) for life in lives):
        return True, None, status
    ends = [life.end_date for life in lives if life.end_date and life.end_date < day]
    return False, max(ends, default=None), status


def _written_date(company: Node) -> date | None:
    """The last day on which the register touched the company or its statuses, as far as it says."""
    nodes = (company, *company.items("livsforloeb"), *company.items("virksomhedsstatus"))
    days = [node.date("sidstOpdateret") for node in nodes]
    return max((day for day in days if day), default=None)
