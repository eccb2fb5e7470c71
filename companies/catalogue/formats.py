"""How the values of the register are written in JSON."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

import phonenumbers

# Numbers in the register are written for Danish telephones unless they begin with + or 00.
HOME_REGION = "DK"


def plain_date(day: date | None) -> str | None:
    """As in "2026-06-01"."""
    return day.isoformat() if day else None


def plain_number(number: Decimal | None) -> int | float | None:
    """A JSON number, whole where it is whole; JSON readers keep fifteen digits of any other."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def percentage(fraction: Decimal | None) -> int | float | None:
    """A fraction of one as percentage with one decimal."""
    return None if fraction is None else plain_number(round(fraction * 100, 1))


@lru_cache(maxsize=1024)
def telephone(text: str) -> str:
    """The number in the international format, "+45 71 74 78 12"; what is no number stays as it is."""
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
