"""From material to the finished HTML of a report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from reporting.material import Material


@dataclass(frozen=True, slots=True)
class Composition:
    """A report ready to be printed.

    `warnings` are Danish sentences for people; none means that the report says all it should. `balance_date` is the
    newest accounts' balance day.
    """

    html: str
    title: str
    warnings: tuple[str, ...]
    balance_date: date | None


def compose(material: Material) -> Composition:
    """The report of `material.report_type` on the company."""
    raise NotImplementedError
