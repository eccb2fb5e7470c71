"""The body of `POST /apps/reporting/batches`: read leniently where the documentation is, checked field by field."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, TypeVar

from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.validators import validate_email
from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue

from delivery.auth import AUTH_SCHEMA
from delivery.endpoints import EndpointURLError, check_url
from lasso.forms import CVR_SCHEMA, OR_NULL, OR_TEXT, AlsoTaken, Form, read_cvr, read_flag, read_text, refuse, shown
from lasso.language import Language
from reporting.engines import Engine
from reporting.models import REPORT_TYPE_NUMBERS, ReportType
from reporting.naming import VARIABLES, FormatError, check_format
from reporting.recurrence_form import RecurrenceForm, read_recurrence

DAY_FIRST = re.compile(r"\d{4}-\d{2}-\d{2}")
MOST_ITEMS = 100_000
LARGEST_CUSTOMER_ID = 2**63 - 1
LONGEST_FORMAT = 500
Choice = TypeVar("Choice", bound=StrEnum)
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,19}")


def read_type(value: object) -> ReportType:
    """A report type by name in any letter case, or by number."""
    for kind, number in REPORT_TYPE_NUMBERS.items():
        if not isinstance(value, bool) and str(value).strip().lower() in {kind.value.lower(), str(number)}:
            return kind
    known = ", ".join(f"{kind.value} ({number})" for kind, number in REPORT_TYPE_NUMBERS.items())
    raise refuse(f"must be one of {known}, found {shown(value)}.")


def read_format(value: object) -> str:
    """A file-name format whose variables are all known."""
    text = read_text(value)
    if len(text) > LONGEST_FORMAT:
        # Refused by the field's own limit: the sentences below repeat the text.
        return text
    try:
        check_format(text)
    except FormatError as error:
        raise refuse(str(error)) from error
    return text


def read_customer_id(value: object) -> int | None:
    """A whole number (reporting page: "Must be an integer"), also as a text of digits."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and WHOLE_NUMBER.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST_CUSTOMER_ID:
        raise refuse(f"must be a whole number, found {shown(value)}.")
    return value


def read_moment(value: object) -> datetime | None:
    """A UTC moment such as `2018-01-01 01:00:00`; an ISO moment with another offset is converted."""
    if value is None or value == "":
        return None
    sentence = f"must be a UTC time such as 2018-01-01 01:00:00, found {shown(value)}."
    if not isinstance(value, str):
        raise refuse(sentence)
    if not DAY_FIRST.match(value.strip()):
        # Python also reads 34580820 as a day, which nobody means.
        raise refuse(sentence)
    try:
        moment = datetime.fromisoformat(value.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise refuse(sentence) from error


def read_email(value: object) -> str:
    """One e-mail address, or nothing."""
    if value is None or value == "":
        return ""
    address = read_text(value)
    try:
        validate_email(address)
    except DjangoValidationError as error:
        raise refuse(f"must be an e-mail address, found {shown(value)}.") from error
    return address


def read_webhook_url(value: object) -> str:
    """An address that the webhook may be sent to, or nothing."""
    if value is None or value == "":
        return ""
    url = read_text(value)
    try:
        check_url(url)
    except EndpointURLError as error:
        raise refuse(str(error)) from error
    return url


def read_language(value: object) -> Language | None:
    """A language by its code in any letter case, or nothing."""
    return _one_of(Language, value)


def read_engine(value: object) -> Engine | None:
    """An engine by its name in any letter case, or nothing."""
    return _one_of(Engine, value)


def _one_of(choices: type[Choice], value: object) -> Choice | None:
    if value is None or value == "":
        return None
    for choice in choices:
        if isinstance(value, str) and value.strip().lower() == choice.value:
            return choice
    raise refuse(f"must be one of {', '.join(choices)}, found {shown(value)}.")


OPTIONAL_AUTH_SCHEMA: JsonSchemaValue = {"anyOf": [AUTH_SCHEMA, {"type": "null"}]}
# What the readers above refuse, as far as a JSON Schema can say it.
NOT_BLANK: dict[str, Any] = {"pattern": r"\S"}
NAME_FORMAT: dict[str, Any] = {
    "pattern": r"^([^{}]|\{(?:" + "|".join(VARIABLES) + r")\})*$",
}
OR_TYPE_NUMBER = AlsoTaken({"type": "integer", "enum": list(REPORT_TYPE_NUMBERS.values())})


class ItemForm(Form):
    """One company of a batch."""

    cvr: Annotated[str, BeforeValidator(read_cvr), WithJsonSchema(CVR_SCHEMA)] = Field(
        description="CVR number of the company. One that is wrong or unknown becomes a Failed report.",
        examples=[34580820],
    )
    format: Annotated[str, BeforeValidator(lambda value: "" if value is None else read_format(value)), OR_NULL] = Field(
        "",
        max_length=LONGEST_FORMAT,
        description="Overrides the batch's format.",
        examples=["1234-{cvr}-{name}"],
        json_schema_extra=NAME_FORMAT,
    )
    internal_customer_id: Annotated[int | None, BeforeValidator(read_customer_id), OR_TEXT] = Field(
        None, description="Put at the start of the file name.", examples=[1234]
    )


class OrderForm(Form):
    """An order of a batch, as documented under "Schedule a report"."""

    batch_name: Annotated[str, BeforeValidator(read_text)] = Field(
        min_length=1, max_length=200, examples=["My Batch"], json_schema_extra=NOT_BLANK
    )
    type: Annotated[ReportType, BeforeValidator(read_type), OR_TYPE_NUMBER] = Field(
        description="By name or by number: Revision (0), Finans (1), ReelleEjere (2), RevisionUdvidet (3)."
    )
    format: Annotated[str, BeforeValidator(read_format)] = Field(
        min_length=1,
        max_length=LONGEST_FORMAT,
        description="File name of each report; variables {name}, {balanceday}, {cvr}, {type}, {rundate}.",
        examples=["{cvr}-{name}-{type}"],
        json_schema_extra=NAME_FORMAT,
    )
    items: list[ItemForm] = Field(min_length=1, max_length=MOST_ITEMS)
    scheduled_time: Annotated[datetime | None, BeforeValidator(read_moment)] = Field(
        None, description="UTC. A time in the past is now.", examples=["2018-01-01 01:00:00"]
    )
    notification_email: Annotated[str, BeforeValidator(read_email), OR_NULL] = Field(
        "", max_length=254, description="Gets one mail for each report.", examples=["mail@mail.com"]
    )
    notification_webhook_url: Annotated[str, BeforeValidator(read_webhook_url), OR_NULL] = Field(
        "",
        max_length=2000,
        description="Gets one call for each report.",
        examples=["https://myserver.com/reportwebhook"],
        json_schema_extra={"pattern": "^(https?://.+)?$"},
    )
    auth_config: Annotated[dict[str, Any] | None, WithJsonSchema(OPTIONAL_AUTH_SCHEMA)] = Field(
        None, description="How to sign in at the webhook."
    )
    error_append: Annotated[str, BeforeValidator(lambda value: "" if value is None else read_text(value)), OR_NULL] = (
        Field("", max_length=100, description="Put behind the name of a failed report.", examples=["#error"])
    )
    recurrence: Annotated[RecurrenceForm | None, BeforeValidator(read_recurrence), OR_TEXT] = Field(
        None,
        description="Run again and again, each run a batch of its own, listed by `/runs`. Also taken: the crontab "
        "alone, as a text. With scheduledTime not before that time; with triggerNow at once as well.",
        examples=[{"crontab": "0 6 1 * *", "timeZone": "Europe/Copenhagen"}],
    )
    is_listener: Annotated[bool, BeforeValidator(read_flag), OR_NULL] = Field(
        False,
        description="Run again when a company's owners change, or those of a company further up its chains of owners. "
        "Only for listenable types: ReelleEjere.",
    )
    trigger_now: Annotated[bool, BeforeValidator(read_flag), OR_NULL] = Field(
        False, description="Whether a listener, or a batch that recurs, also runs at once."
    )
    language: Annotated[Language | None, BeforeValidator(read_language)] = Field(
        None,
        description="Of the reports, their warnings and failures, and the mails about them: da (Danish) or en "
        "(English). Left out: the organisation's. Names of companies and what they registered in their own words "
        "(purpose, signing rule) stay Danish.",
        examples=["en"],
    )
    engine: Annotated[Engine | None, BeforeValidator(read_engine)] = Field(
        None,
        description="Who prints: standard, or fast for bulk. The pages read the same. What fast lacks: the tags that "
        "screen readers need (PDF/UA), and the archival form. Left out: as the server is set, which is standard "
        "unless its operator chose otherwise.",
        examples=["standard"],
    )
    archival: Annotated[bool, BeforeValidator(read_flag), OR_NULL] = Field(
        False,
        description="PDF/A-3 with the report's data attached as JSON, for long keeping and for programs that read it. "
        "Not with engine fast.",
    )
