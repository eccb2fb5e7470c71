"""When a recurring batch runs: a crontab in a named time zone.

The five fields are minute, hour, day of the month, month and day of the week, as crontab(5) writes them: `*`, numbers,
ranges, steps, lists, and the English names of months and weekdays (Sunday is 0 or 7). What is left out of crontab(5):
more than one minute, because a batch runs once an hour at most; and a day of the month together with a day of the week,
which some programs read as "both" and others as "either".

The clock that is set forward and back: a time that a night lacks (02:30 in March) is taken as much later, 03:30; one
that a night has twice (02:30 in October) is the first of the two. So each runs once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import islice
from zoneinfo import ZoneInfo, available_timezones

LONGEST_CRONTAB = 200
EXAMPLE = '"0 6 1 * *" for 06:00 on the first day of each month'
# The 29th of February may be eight years away (1896 to 1904, 2096 to 2104).
HORIZON_DAYS = 8 * 366 + 1
LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Zones that are files of the machine, or no place's.
NO_PLACES = frozenset({"localtime", "Factory", "posixrules"})


class RecurrenceError(ValueError):
    """The crontab or the time zone cannot be used; the message is a sentence without its subject ("must be …")."""


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    least: int
    most: int
    example: str
    names: tuple[str, ...] = ()  # of the numbers from `least` on

    @property
    def all(self) -> frozenset[int]:
        return frozenset(range(self.least, self.most + 1))


MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
MINUTE = _Field("minute", 0, 59, "0 or 30")
HOUR = _Field("hour", 0, 23, "6, 8-16 or */2")
DAY = _Field("day of the month", 1, 31, "1, 1,15 or *")
MONTH = _Field("month", 1, 12, "1, jan-jun, */3 or *", MONTHS)
WEEKDAY = _Field("day of the week", 0, 7, "1, mon-fri or *", WEEKDAYS)
FIELDS = (MINUTE, HOUR, DAY, MONTH, WEEKDAY)
PART = re.compile(r"(?:(?P<all>\*)|(?P<first>\w+)(?:-(?P<last>\w+))?)(?:/(?P<step>[0-9]{1,2}))?")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Checked: the crontab with one space between its fields, and the name of a time zone."""

    crontab: str
    time_zone: str

    def next_after(self, moment: datetime) -> datetime:
        """The first moment (UTC) that is later than this one."""
        return next(self.moments_after(moment))

    def moments_after(self, moment: datetime, *, most: int | None = None) -> Iterator[datetime]:
        """The moments (UTC) that are later than this one, in order; without `most` for years."""
        return islice(self._moments_after(moment), most)

    def _moments_after(self, moment: datetime) -> Iterator[datetime]:
        zone, last = ZoneInfo(self.time_zone), moment
        minutes, hours, days, months, weekdays = _sets_of(self.crontab)
        # A day earlier: a clock that is set over midnight makes one day reach into the next.
        day = moment.astimezone(zone).date() - timedelta(days=2)
        while (day - last.date()).days < HORIZON_DAYS:
            day += timedelta(days=1)
            if day.month not in months or day.day not in days or day.isoweekday() % 7 not in weekdays:
                continue
            # Sorted as moments: an hour that the night lacks comes later than the one behind it.
            for at in sorted({_moment(day, hour, minute, zone) for hour in hours for minute in minutes}):
                if at > last:
                    last = at
                    yield at


def read_crontab(text: str) -> str:
    """The crontab with one space between its fields.

    Raises:
        RecurrenceError: it cannot be read, runs more than once an hour, or never.
    """
    if len(text) > LONGEST_CRONTAB:
        raise RecurrenceError(f"may have at most {LONGEST_CRONTAB} characters, found {len(text)}.")
    fields = text.lower().split()
    if len(fields) != len(FIELDS):
        names = ", ".join(field.name for field in FIELDS)
        raise RecurrenceError(
            f'must have five fields ({names}), such as {EXAMPLE}; found {len(fields)} in "{text.strip()}".'
        )
    crontab = " ".join(fields)
    minutes, _hours, days, months, weekdays = _sets_of(crontab)
    if len(minutes) > 1:
        raise RecurrenceError(
            f'runs more than once an hour: the field minute is "{fields[0]}"; give one minute, such as 0. '
            "Once an hour is the most."
        )
    if days != DAY.all and weekdays != frozenset(range(7)):
        raise RecurrenceError(
            f'has a day of the month ("{fields[2]}") and a day of the week ("{fields[4]}"), which programs read '
            'differently; leave one of them "*".'
        )
    if all(day > LONGEST_MONTHS[month - 1] for day in days for month in months):
        raise RecurrenceError(f'never runs: no month of "{fields[3]}" has a day "{fields[2]}".')
    return crontab


def read_time_zone(name: str) -> str:
    """The name of a time zone in the letter case of the IANA list.

    Raises:
        RecurrenceError: there is none of that name.
    """
    known = _time_zones().get(name.strip().lower())
    if known is None:
        raise RecurrenceError(f'must be the name of a time zone such as Europe/Copenhagen or UTC, found "{name[:60]}".')
    return known


def beat_fields(crontab: str) -> dict[str, str]:
    """The crontab as the columns of a django-celery-beat CrontabSchedule, whose reader knows fewer spellings."""
    columns = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
    whole = (MINUTE.all, HOUR.all, DAY.all, MONTH.all, frozenset(range(7)))
    return {
        column: "*" if values == everything else ",".join(map(str, sorted(values)))
        for column, values, everything in zip(columns, _sets_of(crontab), whole, strict=True)
    }


def _moment(day: date, hour: int, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour, minute), tzinfo=zone).astimezone(UTC)


@cache
def _time_zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones() - NO_PLACES}


def _sets_of(crontab: str) -> tuple[frozenset[int], ...]:
    """The numbers that each field means; Sunday is 0."""
    sets = [_numbers(text, field) for text, field in zip(crontab.split(), FIELDS, strict=True)]
    return (*sets[:4], frozenset(number % 7 for number in sets[4]))


def _numbers(text: str, field: _Field) -> frozenset[int]:
    numbers: set[int] = set()
    for part in text.split(","):
        found = PART.fullmatch(part)
        step = int(found["step"] or 1) if found else 0
        if not found or step < 1:
            raise _refusal(text, field)
        first, last = _ends(found, text, field)
        if first > last:
            raise _refusal(text, field)
        numbers.update(range(first, last + 1, step))
    return frozenset(numbers)


def _ends(found: re.Match[str], text: str, field: _Field) -> tuple[int, int]:
    if found["all"]:
        # The seventh day of the week would be Sunday once more.
        return field.least, field.most - (field is WEEKDAY)
    first = _number(found["first"], text, field)
    if found["last"]:
        last = _number(found["last"], text, field)
        return first, 7 if field is WEEKDAY and last == 0 else last  # fri-sun
    return first, field.most if found["step"] else first


def _number(word: str, text: str, field: _Field) -> int:
    if word in field.names:
        return field.least + field.names.index(word)
    if not (word.isascii() and word.isdecimal() and len(word) <= 2 and field.least <= int(word) <= field.most):
        raise _refusal(text, field)
    return int(word)


def _refusal(text: str, field: _Field) -> RecurrenceError:
    return RecurrenceError(
        f'has "{text}" as its {field.name}, which goes from {field.least} to {field.most}; write {field.example}.'
    )
