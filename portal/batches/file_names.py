"""What reports would be called, shown while the format is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from companies.days import danish_day
from lasso.language import translate as _
from portal.batches.refusals import in_words
from reporting.models import ReportType
from reporting.naming import FormatError, check_format, report_name
from reporting.order_form import LONGEST_FORMAT

# The company of the API's documentation, and a balance day that most companies have.
EXAMPLE_CVR, EXAMPLE_NAME, EXAMPLE_BALANCE_DAY = "34580820", "LASSO X A/S", "2025-12-31"


@dataclass(frozen=True, slots=True)
class FileNameExample:
    """A file name, or what is wrong with the format."""

    text: str = ""
    error: str = ""


def example_of(values: Mapping[str, Any]) -> FileNameExample:
    """The name of a report of a fictional company by a form's `format` and `type`."""
    text, asked = str(values.get("format", "")).strip(), str(values.get("type", ""))
    if not text or len(text) > LONGEST_FORMAT:
        return FileNameExample(error=_("Skriv mellem 1 og {most} tegn.").format(most=LONGEST_FORMAT))
    try:
        check_format(text)
    except FormatError as error:
        return FileNameExample(error=in_words(str(error)))
    report_type = asked if asked in ReportType.values else ReportType.REVISION.value
    return FileNameExample(example_name(text, cvr=EXAMPLE_CVR, name=EXAMPLE_NAME, report_type=report_type))


def example_name(
    text: str, *, cvr: str, name: str, report_type: str, customer_id: int | None = None, now: datetime | None = None
) -> str:
    """What the report will be called; its balance day is known first when it is made, so an example stands there.

    `text` is a checked format.
    """
    variables = {
        "name": name,
        "balanceday": EXAMPLE_BALANCE_DAY,
        "cvr": cvr,
        "type": report_type,
        "rundate": danish_day(now or timezone.now()).isoformat(),
    }
    return f"{report_name(text, variables=variables, internal_customer_id=customer_id)}.pdf"
