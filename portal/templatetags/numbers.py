"""Numbers as people read them, in the spoken language: 100.000 in Danish, 100,000 in English."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_decimal
from django import template

from lasso.language import spoken
from portal.templatetags.moments import LOCALES

register = template.Library()


@register.filter
def number(value: float | Decimal | None) -> str:
    """The number with its thousands apart, a dash where there is none: `{{ batch.size|number }}`."""
    return "–" if value is None else str(format_decimal(value, locale=LOCALES[spoken()]))
