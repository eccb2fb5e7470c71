"""The years that a report shows figures of: their columns, in what amounts are written, and where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from companies.figures import Accounts
from companies.ratios import follows, is_whole_year
from companies.rounding import COUNTS, rounding_unit
from lasso.language import translate as _
from lasso.language import translate_count as _n
from reporting.contents.blocks import Column
from reporting.contents.formats import NO_BREAK_SPACE, local_date, number, short_date, short_month
from reporting.material import Material

YEARS = 5
# From this amount on figures that are rounded to thousands anyway are written in thousands.
LARGE = Decimal(10_000_000)
# The widest amount that a column of five years holds has nine digits.
WIDEST = Decimal(1_000_000_000)
DIVISORS = (Decimal(1), Decimal(10**3), Decimal(10**6), Decimal(10**9))


@dataclass(frozen=True, slots=True)
class Unit:
    """In what the amounts of a table are written; `currency` is empty where the years have several."""

    divisor: Decimal
    currency: str

    def text(self, value: Decimal | None) -> str:
        """An amount in this unit, rounded half up, without the unit; a dash for none."""
        return number(None if value is None else value / self.divisor)

    @property
    def short(self) -> str:
        """`DKK`, `1.000 DKK`: for the head of a column and the title of a chart."""
        currency = self.currency or _("årets valuta")
        if self.divisor == DIVISORS[1]:
            return _("1.000 {currency}").format(currency=currency)
        if self.divisor == DIVISORS[2]:
            return _("mio. {currency}").format(currency=currency)
        if self.divisor == DIVISORS[3]:
            return _("mia. {currency}").format(currency=currency)
        return currency

    @property
    def label(self) -> str:
        """`Beløb i hele DKK`, `Beløb i t.kr. (1.000 DKK)`: said once, at the top of a table."""
        currency = self.currency or _("enheder af årets valuta")
        if self.divisor == DIVISORS[1]:
            if self.currency == "DKK":
                return _("Beløb i t.kr. (1.000 DKK)")
            return _("Beløb i 1.000 {currency}").format(currency=currency)
        if self.divisor == DIVISORS[2]:
            return _("Beløb i mio. {currency}").format(currency=currency)
        if self.divisor == DIVISORS[3]:
            return _("Beløb i mia. {currency}").format(currency=currency)
        return _("Beløb i hele {currency}").format(currency=currency)


def years_of(material: Material) -> tuple[Accounts, ...]:
    """The newest five years, newest first."""
    return material.accounts[:YEARS]


def year_before(years: Iterable[Accounts], accounts: Accounts) -> Accounts | None:
    """The year just before that compares: it adjoins, in the same currency and of the same scope."""
    return next((other for other in years if follows(accounts, other)), None)


def unit_of(years: Iterable[Accounts]) -> Unit:
    """In what the years' amounts are written: in whole units, unless thousands lose nothing or a column is too narrow.

    Thousands where every filing is rounded to them and something is large; and as many thousands more as make the
    largest amount fit.
    """
    shown = tuple(years)
    currencies = {accounts.currency for accounts in shown}
    amounts = [abs(value) for accounts in shown for value in _amounts(accounts)]
    largest = max(amounts, default=Decimal(0))
    is_rounded = largest >= LARGE and all(rounding_unit(accounts) >= DIVISORS[1] for accounts in shown)
    divisors = DIVISORS[1:] if is_rounded else DIVISORS
    divisor = next((one for one in divisors if largest / one < WIDEST), DIVISORS[-1])
    return Unit(divisor, currencies.pop() if len(currencies) == 1 else "")


def year_columns(years: tuple[Accounts, ...], *, heading: str = "") -> tuple[Column, ...]:
    """A column of labels and one of figures for each year."""
    width = 13 if len(years) > 3 else 16
    return (Column(heading, 100 - width * len(years)), *figure_columns(years, width))


def figure_columns(years: tuple[Accounts, ...], width: int) -> tuple[Column, ...]:
    """A column of figures for each year, `width` percent of the table each."""
    mixed = len({accounts.currency for accounts in years}) > 1
    titles = (column_title(accounts, is_currency_told=mixed) for accounts in years)
    return tuple(Column(title, width, is_numeric=True) for title in titles)


def column_title(accounts: Accounts, *, is_currency_told: bool = False) -> str:
    """The balance day, and what makes the year differ from others: currency, scope, length."""
    words = (
        accounts.currency if is_currency_told else "",
        _("koncern") if accounts.is_group else "",
        "" if is_whole_year(accounts) else f"({period_length(accounts)})".replace(" ", NO_BREAK_SPACE),
    )
    return " ".join((short_date(accounts.end_date), *filter(None, words)))


def period_length(accounts: Accounts) -> str:
    """How long the period is: `18 måneder`, or in days where it is no whole number of months."""
    after = accounts.end_date + timedelta(days=1)
    if after.day == accounts.start_date.day:
        months = (after.year - accounts.start_date.year) * 12 + after.month - accounts.start_date.month
        return _n("{n} måned", "{n} måneder", months).format(n=months)
    days = (after - accounts.start_date).days
    return _n("{n} dag", "{n} dage", days).format(n=number(days))


def figures_source(years: Iterable[Accounts]) -> str:
    """Which filings (newest first, at least one) the figures come from; a table elsewhere has the days of each."""
    newest, *others = years
    days = short_date(newest.end_date)
    if others:
        days = _("{first} til {last}").format(first=short_date(others[-1].end_date), last=days)
    return _n(
        "Erhvervsstyrelsen, {n} årsrapport: {days}, offentliggjort {published}",
        "Erhvervsstyrelsen, {n} årsrapporter: {days}, den seneste offentliggjort {published}",
        len(others) + 1,
    ).format(n=len(others) + 1, days=days, published=short_date(local_date(newest.published_at)))


def year_labels(years: Iterable[Accounts]) -> Iterator[str]:
    """The year of each balance day, or year and month where two fall into one year: for charts."""
    shown = tuple(years)
    plain = [str(accounts.end_date.year) for accounts in shown]
    for accounts, label in zip(shown, plain, strict=True):
        yield label if plain.count(label) == 1 else short_month(accounts.end_date)


def _amounts(accounts: Accounts) -> Iterator[Decimal]:
    for name, figure in accounts.figures.items():
        if name not in COUNTS:
            yield from (value for value in (figure.conflict or (figure.value,)) if value is not None)
