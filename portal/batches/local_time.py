"""Moments as people give them: Danish time, with the night that lacks an hour and the one that has it twice."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from lasso.language import translate as _


class LocalTimeError(ValueError):
    """The text is no moment in Danish time; the message says why, in the reader's language."""


def read_local_time(text: str) -> datetime:
    """The moment (UTC) that a text such as "2026-11-23T08:00" means in Denmark.

    Raises:
        LocalTimeError: it cannot be read, does not exist, or exists twice.
    """
    try:
        local = datetime.fromisoformat(text.strip())
    except ValueError:
        raise LocalTimeError(_("Skriv dag og klokkeslæt, for eksempel 2026-11-23 08:00.")) from None
    if local.tzinfo is not None or not 1970 <= local.year <= 9000:
        raise LocalTimeError(_("Skriv dag og klokkeslæt, for eksempel 2026-11-23 08:00."))
    zone = ZoneInfo(settings.DANISH_TIME_ZONE)
    first, second = local.replace(tzinfo=zone, fold=0), local.replace(tzinfo=zone, fold=1)
    clock = f"{local:%H:%M}"
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local:
        sentence = _("Klokken {clock} findes ikke den nat: urene stilles frem fra 2 til 3. Vælg et andet tidspunkt.")
    else:
        sentence = _("Klokken {clock} er der to gange den nat: urene stilles tilbage. Vælg et andet tidspunkt.")
    raise LocalTimeError(sentence.format(clock=clock))


def local_time_text(moment: datetime) -> str:
    """The moment as `read_local_time` and `<input type="datetime-local">` take it."""
    return f"{moment.astimezone(ZoneInfo(settings.DANISH_TIME_ZONE)):%Y-%m-%dT%H:%M}"
