"""Repeating an order: the choices that people know, as crontabs in Danish time, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from lasso.language import mark
from lasso.language import translate as _
from portal.batches.refusals import in_words
from reporting.recurrence import Recurrence, RecurrenceError, read_crontab
from reporting.recurring import first_moment

MOST_SHOWN = 3
OWN = "own"
# Without a first time: in the morning, on the first day of each.
MORNING = 6
# The names of the choices, and the fields of each: what of the first time stands in them.
CHOICES = {
    "": mark("Én gang"),
    "daily": mark("Hver dag"),
    "weekly": mark("Hver uge"),
    "monthly": mark("Hver måned"),
    "quarterly": mark("Hvert kvartal"),
    "yearly": mark("Hvert år"),
    OWN: mark("Efter egen crontab"),
}
# Every month has these.
LAST_COMMON_DAY = 28


class RepeatError(ValueError):
    """The order cannot be repeated so; `field` of the form has to change, the message is in the reader's language."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def recurrence_for(*, repeat: str, first: datetime | None, crontab: str) -> Recurrence | None:
    """When an order is repeated; None for once. `crontab` is the reader's own, for that choice.

    Raises:
        RepeatError: months lack the day of the first time, or the crontab cannot be used.
    """
    if not repeat:
        return None
    if repeat == OWN:
        try:
            return Recurrence(read_crontab(crontab), settings.DANISH_TIME_ZONE)
        except RecurrenceError as error:
            raise RepeatError("crontab", in_words(str(error))) from None
    local = first.astimezone(ZoneInfo(settings.DANISH_TIME_ZONE)) if first else None
    if local and local.day > LAST_COMMON_DAY and repeat in {"monthly", "quarterly", "yearly"}:
        raise RepeatError("scheduled", _("Vælg en dag fra 1 til 28, når der gentages: dem har alle måneder."))
    return Recurrence(_crontab(repeat, local), settings.DANISH_TIME_ZONE)


def choice_for(recurrence: Mapping[str, str] | None, *, first: datetime | None) -> str:
    """Which of the choices an order's recurrence came from."""
    if not recurrence:
        return ""
    local = first.astimezone(ZoneInfo(settings.DANISH_TIME_ZONE)) if first else None
    named = [repeat for repeat in CHOICES if repeat and repeat != OWN]
    return next((repeat for repeat in named if _crontab(repeat, local) == recurrence["crontab"]), OWN)


def next_moments(recurrence: Recurrence, *, first: datetime | None, now: datetime | None = None) -> list[datetime]:
    """The first few runs of an order that begins now, or at `first`."""
    begin = first_moment(recurrence, not_before=first, now=now or timezone.now())
    return list(recurrence.moments_after(begin - timedelta(microseconds=1), most=MOST_SHOWN))


def _crontab(repeat: str, local: datetime | None) -> str:
    minute, hour = (local.minute, local.hour) if local else (0, MORNING)
    day, month = (local.day, local.month) if local else (1, 1)
    weekday = local.isoweekday() % 7 if local else 1
    months = ",".join(str((month - 1 + 3 * quarter) % 12 + 1) for quarter in range(4))
    dates = {
        "daily": "* * *",
        "weekly": f"* * {weekday}",
        "monthly": f"{day} * *",
        "quarterly": f"{day} {months} *",
        "yearly": f"{day} {month} *",
    }
    return f"{minute} {hour} {dates[repeat]}"
