"""Numbers as people read them, in the spoken language: 100.000 in Danish, 100,000 in English."""

from __future__ import annotations

from decimal import Decimal

from django import template

from reporting.contents import formats

register = template.Library()


@register.filter
def number(value: int | Decimal | None) -> str:
    """The number with its thousands apart, a dash where there is none: `{{ batch.size|number }}`."""
    return formats.number(value)
