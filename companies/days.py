"""Days in Denmark: what is in force on which, and when that changes."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

# The dates that decide what a document says, as they stand in JSON. Inside a text the quotation marks are escaped.
FIRST_DAYS = re.compile(r'"(?:gyldigFra|naermesteFremtidigeDato)": ?"([^"]*)"')
LAST_DAYS = re.compile(r'"gyldigTil": ?"([^"]*)"')


def danish_day(moment: datetime) -> date:
    """The day of the moment in Denmark, which is what the register means by a day."""
    return moment.astimezone(ZoneInfo(settings.DANISH_TIME_ZONE)).date()


def next_change_date(document: str, *, day: date) -> date | None:
    """The first day after `day` on which a register document, given as JSON, may say something else.

    That is where any of its periods begins, the day after any ends, or the day that the register names itself. Looking
    for them in the text takes a tenth of the time of walking through the objects.
    """
    starts = {start for text in set(FIRST_DAYS.findall(document)) if (start := _date(text)) and start > day}
    ends = {end for text in set(LAST_DAYS.findall(document)) if (end := _date(text)) and day <= end < date.max}
    return min((*starts, *(end + timedelta(days=1) for end in ends)), default=None)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
