"""The last day of a deadline: one that ends on a day off is put off to the next working day.

Days off are Saturdays, Sundays, the public holidays, Constitution Day, and 24 and 31 December: what is the rule of
Danish deadlines in general (forældelsesloven § 27, stk. 2, says it in so many words).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

DAY = timedelta(days=1)
SATURDAY = 5
# (month, day): New Year's Day, Constitution Day, Christmas Eve to the second day of Christmas, New Year's Eve.
FIXED = ((1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31))
# Days from Easter Sunday: Maundy Thursday, Good Friday, Easter Monday, Ascension, Whit Monday; the others are Sundays.
MOVABLE = (-3, -2, 1, 39, 50)
GREAT_PRAYER_DAY, LAST_GREAT_PRAYER_DAY = 26, 2023  # abolished from 2024


def last_day(day: date) -> date:
    """The day itself, or the first working day after it when it is a day off."""
    while day.weekday() >= SATURDAY or day in _holidays(day.year):
        day += DAY
    return day


def easter_sunday(year: int) -> date:
    """By the Gregorian calendar (the algorithm of Meeus, Jones and Butcher)."""
    century, of_century = divmod(year, 100)
    leap_centuries, of_four = divmod(century, 4)
    moon = (19 * (year % 19) + century - leap_centuries - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    leap_years, of_leap = divmod(of_century, 4)
    weekday = (32 + 2 * of_four + 2 * leap_years - moon - of_leap) % 7
    correction = (year % 19 + 11 * moon + 22 * weekday) // 451
    month, of_month = divmod(moon + weekday - 7 * correction + 114, 31)
    return date(year, month, of_month + 1)


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[date]:
    easter = easter_sunday(year)
    movable = (*MOVABLE, GREAT_PRAYER_DAY) if year <= LAST_GREAT_PRAYER_DAY else MOVABLE
    return frozenset({*(date(year, *one) for one in FIXED), *(easter + days * DAY for days in movable)})
