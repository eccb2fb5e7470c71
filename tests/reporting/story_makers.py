"""Made-up years with only the figures that a sentence is about."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from companies.figures import Accounts, Figure
from reporting.contents.story import Story
from tests.reporting import makers
from tests.reporting.pdf_text import plain

Values = dict[str, int | tuple[int, ...]]


def year(number: int = 2025, values: Values | None = None, **changes: Any) -> Accounts:
    """A calendar year with these figures and no others."""
    figures = {
        name: Figure(None, tuple(map(Decimal, value))) if isinstance(value, tuple) else Figure(Decimal(value))
        for name, value in (values or {}).items()
    }
    return makers.accounts(number, figures=figures, **changes)


def story(*years: Accounts, **profile: Any) -> Story:
    """What is told of these years, newest first."""
    return Story(makers.profile(**profile), years)


def two(name: str, now: int, before: int) -> Story:
    """Two years that have this figure alone."""
    return story(year(2025, {name: now}), year(2024, {name: before}))


def told(rule: Callable[[Story], str], given: Story) -> str:
    """The rule's sentence, with ordinary spaces."""
    return plain(rule(given))
