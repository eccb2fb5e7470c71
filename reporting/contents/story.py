"""What the sentences about a company's figures are made from, and amounts as prose has them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from companies.figures import Accounts
from companies.profile import Profile
from companies.ratios import is_whole_year
from lasso.language import translate as _
from reporting.contents.formats import NO_BREAK_SPACE, money, number
from reporting.contents.years import year_before, years_of
from reporting.material import Material

MILLION = Decimal(10**6)
# From ten billions on prose says billions.
BILLIONS_FROM = Decimal(10**10)


@dataclass(frozen=True, slots=True)
class Story:
    """The newest accounts, the years shown, and the year before if it compares (`previous`)."""

    profile: Profile
    years: tuple[Accounts, ...]

    @property
    def newest(self) -> Accounts:
        """The newest accounts."""
        return self.years[0]

    @property
    def previous(self) -> Accounts | None:
        """The accounts of the year before, where they compare."""
        return year_before(self.years, self.newest)

    def value(self, name: str) -> Decimal | None:
        """A figure of the newest year; None when it is missing or contradictory."""
        return self.newest.value(name)

    def before(self, name: str) -> Decimal | None:
        """The same figure of the year before: as filed for that year, else as the newest filing compares with it."""
        if self.previous is not None:
            return self.previous.value(name)
        day_before = self.newest.start_date - timedelta(days=1)
        return self.newest.comparative_value(name) if self.newest.comparative_end_date == day_before else None

    @property
    def are_flows_comparable(self) -> bool:
        """Whether both periods are twelve months, so that a year's turnover compares with the one before."""
        previous = self.previous
        if previous is not None:
            return is_whole_year(self.newest) and is_whole_year(previous)
        start, end = self.newest.comparative_start_date, self.newest.comparative_end_date
        if start is None or end is None:
            return False
        return is_whole_year(self.newest) and is_whole_year(Accounts(self.newest.cvr, start, end))

    def amount(self, value: Decimal) -> str:
        """An amount of the newest year as prose has it."""
        return prose_amount(value, self.newest.currency)


def story_of(material: Material) -> Story:
    """What is told of the material's accounts, of which there must be some."""
    return Story(material.profile, years_of(material))


def prose_amount(value: Decimal, currency: str) -> str:
    """`684.221 DKK`, from a million on `84,3 mio. DKK`, from ten billions on `12,3 mia. DKK`."""
    size = abs(value)
    if size < MILLION:
        return money(value.to_integral_value(ROUND_HALF_UP), currency)
    if size < BILLIONS_FROM:
        text = _("{amount} mio. {currency}").format(amount=number(value / MILLION, 1), currency=currency)
    else:
        text = _("{amount} mia. {currency}").format(amount=number(value / MILLION / 1000, 1), currency=currency)
    return text.replace(" ", NO_BREAK_SPACE)


def small(label: str) -> str:
    """A label within a sentence: its first letter small."""
    return f"{label[:1].lower()}{label[1:]}"
