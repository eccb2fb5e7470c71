"""Moments as people read them: Danish time, in the spoken language."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lasso.language import Language, spoken

register = template.Library()

# 22. nov. 2026 kl. 14.05, and 22 Nov 2026, 14:05: each language's medium date, to the minute.
LOCALES = {Language.DANISH: "da_DK", Language.ENGLISH: "en_GB"}
PATTERNS = {Language.DANISH: "d. MMM y 'kl.' HH.mm", Language.ENGLISH: "d MMM y, HH:mm"}


@register.simple_tag
def moment(value: datetime | None) -> SafeString:
    """`<time>` with the moment in Danish time, a dash where there is none: `{% moment batch.created_at %}`."""
    if value is None:
        return SafeString("–")
    language = spoken()
    text = format_datetime(
        value,
        format=PATTERNS[language],
        tzinfo=ZoneInfo(settings.DANISH_TIME_ZONE),
        locale=LOCALES[language],
    )
    return format_html('<time datetime="{}">{}</time>', value.isoformat(timespec="seconds"), text)


@register.simple_tag
def day(value: date) -> SafeString:
    """`<time>` with the weekday and the day: `{% day bar.date %}` gives "ma. 23. nov."."""
    text = format_date(
        value, format="EEE d. MMM" if spoken() is Language.DANISH else "EEE d MMM", locale=LOCALES[spoken()]
    )
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)
