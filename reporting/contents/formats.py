"""Dates, amounts and shares as Danes write them. An absent value is always `DASH`, never the word None."""

from __future__ import annotations

import calendar
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from companies.profile import ShareBand

DASH = "–"
MINUS = "−"
NO_BREAK_SPACE = "\u00a0"
MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)


def long_date(day: date | None) -> str:
    """`22. november 2026`."""
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}" if day else DASH


def short_date(day: date | None) -> str:
    """`22-11-2026`, for tables."""
    return f"{day:%d-%m-%Y}" if day else DASH


def local_date(moment: datetime | None) -> date | None:
    """The day of an aware moment in Danish time."""
    return moment.astimezone(ZoneInfo(settings.DANISH_TIME_ZONE)).date() if moment else None


def long_moment(moment: datetime) -> str:
    """`22. november 2026 kl. 07.32`, in Danish time."""
    local = moment.astimezone(ZoneInfo(settings.DANISH_TIME_ZONE))
    return f"{long_date(local.date())} kl. {local:%H.%M}"


def month_day(text: str) -> str:
    """The register's gMonthDay (`--12-31`) as `31. december`; other texts as they stand."""
    parts = text.removeprefix("--").split("-")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts) or not 1 <= int(parts[0]) <= 12:
        return text or DASH
    return f"{int(parts[1])}. {MONTHS[int(parts[0]) - 1]}"


def number(value: Decimal | int | None, decimals: int = 0) -> str:
    """`1.234.567` or `−1.234,5`; rounded half up."""
    if value is None:
        return DASH
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{abs(rounded):,.{decimals}f}".translate(str.maketrans(",.", ".,"))
    return f"{MINUS}{text}" if rounded < 0 else text


def money(value: Decimal | None, currency: str) -> str:
    """`1.234.567 DKK`; øre are shown only where there are any."""
    if value is None:
        return DASH
    decimals = 0 if value == value.to_integral_value() else 2
    return f"{number(value, decimals)}{NO_BREAK_SPACE}{currency}"


def percent(fraction: Decimal | None, decimals: int = 1) -> str:
    """A fraction of one as `32,5 %`."""
    return DASH if fraction is None else f"{number(fraction * 100, decimals)}{NO_BREAK_SPACE}%"


def exact_percent(fraction: Decimal | None) -> str:
    """A fraction of one with the decimals it has, at most four: `26,37 %`, `50 %`."""
    if fraction is None:
        return DASH
    text = number(fraction * 100, 4).rstrip("0").rstrip(",")
    return f"{text}{NO_BREAK_SPACE}%"


def band(share: ShareBand | None) -> str:
    """`25-33,32 %`; nothing filed is not 0 %."""
    return share.label.replace("%", f"{NO_BREAK_SPACE}%") if share else "ikke oplyst"


def bounds(low: Decimal, high: Decimal) -> str:
    """Two fractions as `12,5–33,32 %`, one where they are equal."""
    if low == high:
        return exact_percent(low)
    return f"{exact_percent(low).removesuffix(f'{NO_BREAK_SPACE}%')}–{exact_percent(high)}"


def count(amount: int, one: str, many: str) -> str:
    """`1 ejer`, `12 ejere`."""
    return f"{number(amount)} {one if amount == 1 else many}"


def enumeration(words: list[str], most: int = 3) -> str:
    """`A, B og C`; of more than `most`, the first ones `… og 4 andre`."""
    if len(words) > most + 1:
        return f"{', '.join(words[:most])} og {len(words) - most} andre"
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} og {words[-1]}"


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month stays the last day of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_month_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_month_end else min(day.day, last))
