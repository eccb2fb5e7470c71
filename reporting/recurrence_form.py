"""`recurrence` in the API: a crontab and its time zone, as an object or as the crontab alone."""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from pydantic import BeforeValidator, Field

from lasso.forms import OR_NULL, Form, read_text, refuse
from reporting.recurrence import Recurrence, RecurrenceError, read_crontab, read_time_zone


def read_crontab_field(value: object) -> str:
    """A crontab that a batch can run by."""
    try:
        return read_crontab(read_text(value))
    except RecurrenceError as error:
        raise refuse(str(error)) from error


def read_time_zone_field(value: object) -> str:
    """The name of a time zone; nothing is Danish time."""
    if value is None or value == "":
        return settings.DANISH_TIME_ZONE
    try:
        return read_time_zone(read_text(value))
    except RecurrenceError as error:
        raise refuse(str(error)) from error


def read_recurrence(value: object) -> object:
    """A text is the crontab; an empty one is nothing."""
    if value == "":
        return None
    return {"crontab": value} if isinstance(value, str) else value


class RecurrenceForm(Form):
    """When a batch runs again and again."""

    crontab: Annotated[str, BeforeValidator(read_crontab_field)] = Field(
        description="Five fields: minute, hour, day of the month, month, day of the week. At most once an hour, and "
        "either a day of the month or a day of the week.",
        examples=["0 6 1 * *"],
    )
    time_zone: Annotated[str, BeforeValidator(read_time_zone_field), OR_NULL] = Field(
        default_factory=lambda: settings.DANISH_TIME_ZONE,
        description="Its name in the IANA list. Left out: Europe/Copenhagen. A time that a night lacks is taken as "
        "an hour later, one that a night has twice is the first of the two.",
        examples=["Europe/Copenhagen"],
    )

    @property
    def recurrence(self) -> Recurrence:
        """What was asked for."""
        return Recurrence(self.crontab, self.time_zone)
