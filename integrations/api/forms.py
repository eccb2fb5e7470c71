"""The bodies that the integrations' API takes: read leniently where the documentation is, checked field by field."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue

from companies.catalogue import FIELDS
from delivery.auth import AUTH_SCHEMA
from delivery.models import Endpoint
from integrations.exporting import MOST_AT_ONCE
from integrations.mapping import LONGEST_NAME, MOST_ENTRIES
from integrations.previewing import Which
from lasso.forms import CVR_SCHEMA, OR_NULL, AlsoTaken, Form, read_cvr, read_flag, read_text, refuse, shown

LONGEST_INTEGRATION_NAME = 200
LONGEST_URL = 2000
# The most that each limit may be; null stands for no limit of its own.
MOST_IN_FLIGHT, MOST_PER_SECOND, MOST_PER_MINUTE = 64, 100, 6000
OPTIONAL_AUTH_SCHEMA: JsonSchemaValue = {"anyOf": [AUTH_SCHEMA, {"type": "null"}]}
FIELD_NAMES = {name.casefold(): name for name in FIELDS}


def read_name(value: object) -> str:
    """A text; null is none."""
    return "" if value is None else read_text(value)


def read_field(value: object) -> str:
    """A field's name, in any letter case; whether the catalogue has it is for the mapping's own check to say."""
    name = read_name(value)
    return FIELD_NAMES.get(name.casefold(), name)


def read_method(value: object) -> Endpoint.Method:
    """POST or PUT, in any letter case."""
    if isinstance(value, str) and value.strip().upper() in Endpoint.Method.values:
        return Endpoint.Method(value.strip().upper())
    raise refuse(f"must be POST or PUT, found {shown(value)}.")


def read_which(value: object) -> Which:
    """One of the two endpoints, in any letter case."""
    if isinstance(value, str) and value.strip().lower() in list(Which):
        return Which(value.strip().lower())
    raise refuse(f"must be export or update, found {shown(value)}.")


def at_most(most: int) -> BeforeValidator:
    """Reads a limit: a whole number from 1 to `most`, or null for none."""

    def read(value: object) -> int | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            raise refuse(f"must be a whole number from 1 to {most}, or null for no limit, found {shown(value)}.")
        return value

    return BeforeValidator(read)


def each_once(cvrs: list[str]) -> list[str]:
    """The numbers in their order, doubled ones once."""
    once = list(dict.fromkeys(cvrs))
    if len(once) > MOST_AT_ONCE:
        raise refuse(f"may have at most {MOST_AT_ONCE} companies, found {len(once)}; send them in several requests.")
    return once


Url = Annotated[str, BeforeValidator(read_text)]
Method = Annotated[Endpoint.Method, BeforeValidator(read_method)]
Auth = Annotated[dict[str, Any] | None, WithJsonSchema(OPTIONAL_AUTH_SCHEMA)]

URL = "http or https. `{cvr}` and `{lassoId}` in its path or query are filled in with the company's."
METHOD = "How messages are sent: POST or PUT."
AUTH = "How to sign in at the endpoint; never shown again."


class LimitsForm(Form):
    """How much a receiver takes."""

    max_in_flight: Annotated[int | None, at_most(MOST_IN_FLIGHT)] = Field(
        None, description=f"Calls that may be under way at once, at most {MOST_IN_FLIGHT}; null: the usual number."
    )
    rate_per_second: Annotated[int | None, at_most(MOST_PER_SECOND)] = Field(
        None, description=f"Calls that may begin in a second, at most {MOST_PER_SECOND}; null: any number."
    )
    rate_per_minute: Annotated[int | None, at_most(MOST_PER_MINUTE)] = Field(
        None, description=f"Calls that may begin in a minute, at most {MOST_PER_MINUTE}; null: any number."
    )


class EndpointForm(LimitsForm):
    """Where messages go."""

    url: Url = Field(max_length=LONGEST_URL, description=URL, examples=["https://crm.example.com/companies"])
    method: Method = Field(Endpoint.Method.POST, description=METHOD)
    auth_config: Auth = Field(None, description=AUTH)


class EndpointEditForm(LimitsForm):
    """What is to be changed of an endpoint; what is left out stays as it is."""

    url: Url = Field("", max_length=LONGEST_URL, description=URL)
    method: Method = Field(Endpoint.Method.POST, description=METHOD)
    auth_config: Auth = Field(
        None,
        description=f"{AUTH} Null takes the sign-in away. It must be given anew when the URL leads to another host.",
    )


class MappedFieldForm(Form):
    """One member of the messages: a field of the catalogue, or a constant with a name."""

    field: Annotated[str, BeforeValidator(read_field), OR_NULL] = Field(
        "", description="A field of the catalogue, by its name.", examples=["telephone"]
    )
    name: Annotated[str, BeforeValidator(read_name), OR_NULL] = Field(
        "",
        description=f"Its name in the message, at most {LONGEST_NAME} characters; the field's own when left out.",
        examples=["phone"],
    )
    update: Annotated[bool, BeforeValidator(read_flag), OR_NULL] = Field(
        False, description="Marked Update: sent in update messages too, and a change of it causes one."
    )
    constant: Annotated[Any, WithJsonSchema({})] = Field(
        None, description="In place of a field: any JSON value, sent in every message as it stands.", examples=["lasso"]
    )


Mapping = Annotated[list[MappedFieldForm], Field(min_length=1, max_length=MOST_ENTRIES)]
MAPPING = "What the messages say, in this order."
NAME = "What people call it."


class IntegrationForm(Form):
    """A new integration."""

    name: Annotated[str, BeforeValidator(read_text)] = Field(
        min_length=1, max_length=LONGEST_INTEGRATION_NAME, description=NAME, examples=["Our CRM"]
    )
    export_endpoint: EndpointForm = Field(description="Gets a message for each company that is exported.")
    update_endpoint: EndpointForm | None = Field(
        None, description="Gets a message when an exported company changes. It may be added later."
    )
    mapping: Mapping = Field(description=MAPPING)


class IntegrationChangesForm(Form):
    """What is to be changed of an integration; what is left out stays as it is."""

    name: Annotated[str, BeforeValidator(read_text)] = Field(
        "", min_length=1, max_length=LONGEST_INTEGRATION_NAME, description=NAME
    )
    export_endpoint: EndpointEditForm = Field(
        default_factory=EndpointEditForm.model_construct, description="Gets a message for each company."
    )
    update_endpoint: EndpointEditForm | None = Field(
        None, description="Gets a message when a company changes. Null takes it away; one that is added needs a `url`."
    )
    mapping: Mapping = Field(
        default_factory=list, description=f"{MAPPING} The whole of it, in place of the one before."
    )


class ExportsForm(Form):
    """Which companies to export."""

    cvrs: Annotated[
        list[Annotated[str, BeforeValidator(read_cvr), WithJsonSchema(CVR_SCHEMA)]],
        AfterValidator(each_once),
        Field(
            min_length=1, description=f"1 to {MOST_AT_ONCE} CVR numbers, as numbers or texts; doubled ones count once."
        ),
    ] = Field(examples=[[34580820, 99000007]])


class TestForm(Form):
    """Which endpoint to try."""

    __test__ = False  # pytest would take the class for tests

    endpoint: Annotated[
        Which, BeforeValidator(read_which), AlsoTaken({"type": "string", "enum": [which.value for which in Which]})
    ] = Field(Which.EXPORT, description="export or update.")
