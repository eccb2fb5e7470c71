"""Dates, amounts and shares as they are written in the spoken language. An absent value is `DASH`, never the word None.

What differs between the languages (separators, names of months, the percent sign's place) comes from Babel's locale
data, once a process. The figures themselves are put together here: a report has thousands of them, and Babel's own
formatting takes twice as long.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from django.conf import settings

from companies.profile import ShareBand
from lasso.language import Language, spoken, translate_count
from lasso.language import translate as _

DASH = "–"
MINUS = "−"
NO_BREAK_SPACE = "\u00a0"
# Filings may hold amounts of thirty digits, which is more than the usual context can round.
WIDE = Context(prec=60)
# The locale whose habits a language follows: English is the one that Danish firms write.
LOCALES = {Language.DANISH: Locale("da", "DK"), Language.ENGLISH: Locale("en", "GB")}


@dataclass(frozen=True, slots=True)
class Style:
    """How a language writes figures and days. `separators` turns `1,234.5` into the language's own."""

    separators: dict[int, str]
    decimal_point: str
    percent_sign: str  # with the blank in front of it, where there is one
    money: str  # {amount} and {currency}, with a blank that no line breaks at
    months: tuple[str, ...]
    long_day: str  # {day}, {month} and {year}
    month_day: str  # {day} and {month}
    is_month_named_in_tables: bool  # 22-11-2026 or 22 Nov 2026: in English nobody knows which figure is the month
    clock: str  # for strftime


@cache
def style(language: Language) -> Style:
    """How the language writes, made once."""
    locale = LOCALES[language]
    symbols = locale.number_symbols["latn"]
    long_day = locale.date_formats["long"].format
    return Style(
        separators=str.maketrans({",": symbols["group"], ".": symbols["decimal"]}),
        decimal_point=symbols["decimal"],
        percent_sign=locale.percent_formats[None].pattern.removeprefix("#,##0"),
        money=f"{{amount}}{NO_BREAK_SPACE}{{currency}}"
        if language is Language.DANISH
        else f"{{currency}}{NO_BREAK_SPACE}{{amount}}",
        months=tuple(locale.months["format"]["wide"][month] for month in range(1, 13)),
        long_day=long_day % {"d": "{day}", "MMMM": "{month}", "y": "{year}"},
        month_day=(long_day % {"d": "{day}", "MMMM": "{month}", "y": ""}).strip(),
        is_month_named_in_tables=language is Language.ENGLISH,
        clock=locale.time_formats["short"].pattern.replace("HH", "%H").replace("mm", "%M"),
    )


def long_date(day: date | None) -> str:
    """`22. november 2026`, `22 November 2026`."""
    if day is None:
        return DASH
    its = style(spoken())
    return its.long_day.format(day=day.day, month=its.months[day.month - 1], year=day.year)


def short_date(day: date | None) -> str:
    """For tables: `22-11-2026`, `22 Nov 2026` (with spaces that no line breaks at)."""
    if day is None:
        return DASH
    its = style(spoken())
    if its.is_month_named_in_tables:
        return f"{day.day}{NO_BREAK_SPACE}{its.months[day.month - 1][:3]}{NO_BREAK_SPACE}{day.year}"
    return f"{day:%d-%m-%Y}"


def short_month(day: date) -> str:
    """A month for tables and charts: `11-2026`, `Nov 2026`."""
    its = style(spoken())
    if its.is_month_named_in_tables:
        return f"{its.months[day.month - 1][:3]}{NO_BREAK_SPACE}{day.year}"
    return f"{day:%m-%Y}"


def local_date(moment: datetime | None) -> date | None:
    """The day of an aware moment in Danish time."""
    return moment.astimezone(ZoneInfo(settings.DANISH_TIME_ZONE)).date() if moment else None


def long_moment(moment: datetime) -> str:
    """In Danish time: `22. november 2026 kl. 07.32`, `22 November 2026 at 07:32 (Danish time)`."""
    local = moment.astimezone(ZoneInfo(settings.DANISH_TIME_ZONE))
    clock = f"{local:{style(spoken()).clock}}"
    return _("{day} kl. {clock}").format(day=long_date(local.date()), clock=clock)


def month_day(text: str) -> str:
    """The register's gMonthDay (`--12-31`) as `31. december`, `31 December`; other texts as they stand."""
    parts = text.removeprefix("--").split("-")
    if len(parts) != 2 or not all(part.isdecimal() for part in parts) or not 1 <= int(parts[0]) <= 12:
        return text or DASH
    its = style(spoken())
    return its.month_day.format(day=int(parts[1]), month=its.months[int(parts[0]) - 1])


def number(value: Decimal | int | None, decimals: int = 0) -> str:
    """`1.234.567` or `−1.234,5`, in English `1,234,567` or `−1,234.5`; rounded half up."""
    if value is None:
        return DASH
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, WIDE)
    text = f"{abs(rounded):,.{decimals}f}".translate(style(spoken()).separators)
    return f"{MINUS}{text}" if rounded < 0 else text


def money(value: Decimal | None, currency: str) -> str:
    """`1.234.567 DKK`, `DKK 1,234,567`; øre are shown only where there are any."""
    if value is None:
        return DASH
    decimals = 0 if value == value.to_integral_value() else 2
    return style(spoken()).money.format(amount=number(value, decimals), currency=currency)


def percent(fraction: Decimal | None, decimals: int = 1) -> str:
    """A fraction of one as `32,5 %`, `32.5%`."""
    return DASH if fraction is None else f"{number(fraction * 100, decimals)}{style(spoken()).percent_sign}"


def exact_percent(fraction: Decimal | None) -> str:
    """A fraction of one with the decimals it has, at most four: `26,37 %`, `50 %`; `26.37%`, `50%`."""
    return DASH if fraction is None else f"{_hundredths(fraction)}{style(spoken()).percent_sign}"


def band(share: ShareBand | None) -> str:
    """`25-33,32 %`, `25-33.32%`; nothing filed is not 0 %."""
    if share is None:
        return _("ikke oplyst")
    low, high = _hundredths(share.low), _hundredths(share.high)
    return f"{low if low == high else f'{low}-{high}'}{style(spoken()).percent_sign}"


def bounds(low: Decimal, high: Decimal) -> str:
    """Two fractions as `12,5–33,32 %`, `12.5–33.32%`; one where they are equal."""
    return exact_percent(low) if low == high else f"{_hundredths(low)}–{exact_percent(high)}"


def count(amount: int, one: str, many: str) -> str:
    """`1 ejer`, `12 ejere`: an amount with its word, which is given in Danish and translated here."""
    return f"{number(amount)} {translate_count(one, many, amount)}"


def enumeration(words: list[str], most: int = 3) -> str:
    """`A, B og C`; of more than `most`, the first ones `… og 4 andre`."""
    if len(words) > most + 1:
        return _("{names} og {n} andre").format(names=", ".join(words[:most]), n=len(words) - most)
    if len(words) < 2:
        return "".join(words)
    return _("{names} og {last}").format(names=", ".join(words[:-1]), last=words[-1])


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last day of a month stays the last day of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_month_end = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_month_end else min(day.day, last))


def _hundredths(fraction: Decimal) -> str:
    """A fraction of one in hundredths with the decimals it has, at most four."""
    return number(fraction * 100, 4).rstrip("0").rstrip(style(spoken()).decimal_point)
