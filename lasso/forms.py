"""Bodies as pydantic forms: names in any letter case, everything wrong told at once, in our words and with its path."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Self, get_args

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, ValidationError, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError

from lasso.errors import FieldError, FieldErrors
from lasso.parsing import FieldNames

MOST_ERRORS = 100
MOST_UNKNOWN = 5  # names in one object
LONGEST_SHOWN = 60

# What pydantic finds by itself, in our words.
SENTENCES = {
    "missing": "is missing; it is a required field.",
    "too_short": "must not be empty.",
    "string_too_short": "must not be empty.",
    "too_long": "may have at most {max_length} entries, found {actual_length}.",
    "string_too_long": "may have at most {max_length} characters, found {length}.",
    "list_type": "must be a list, found {value}.",
    "dict_type": "must be a JSON object, found {value}.",
    "refused": "{sentence}",
}


class Form(BaseModel):
    """A JSON object whose keys may come in any letter case; keys that are not known are refused by name."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", validate_default=False)

    @model_validator(mode="before")
    @classmethod
    def _fold_keys(cls, data: object) -> object:
        if not isinstance(data, Mapping):
            raise refuse(f"must be a JSON object, found {shown(data)}.")
        names = names_of(cls)
        folded = names.fold(data)
        # Each would be an error of its own, and a body has room for millions of them.
        unknown = len(folded.keys() - names.names)
        if unknown > MOST_UNKNOWN:
            first = next(name for name in folded if name not in names.names)
            raise refuse(f"has {unknown} fields that are not known, the first of them {shown(first)}.")
        return folded

    @classmethod
    def read(cls, data: object) -> Self:
        """Decoded JSON as a checked form.

        Raises:
            FieldErrors: fields are missing, unknown or wrong.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise FieldErrors(
                (FieldError(path, sentence) for path, sentence in field_errors(error, form=cls)),
                count=error.error_count(),
            ) from None


@dataclass(frozen=True, slots=True)
class AlsoTaken:
    """Says in the OpenAPI document what a field's reader takes besides the type that it gives."""

    schema: JsonSchemaValue

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Either of the two."""
        return {"anyOf": [handler(schema), self.schema]}


OR_NULL = AlsoTaken({"type": "null"})
OR_TEXT = AlsoTaken({"type": "string"})


def one_of(choices: type[Enum]) -> WithJsonSchema:
    """Names an enumeration's values where it stands in the OpenAPI document: two classes called Status are two."""
    return WithJsonSchema({"type": "string", "enum": [choice.value for choice in choices]})


def refuse(sentence: str) -> PydanticCustomError:
    """An error whose sentence goes to the caller as it stands."""
    return PydanticCustomError("refused", "{sentence}", {"sentence": sentence})


def shown(value: object) -> str:
    """A value as a sentence repeats it: JSON, cut when it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}…"


def read_text(value: object) -> str:
    """A text; spaces around it do not count."""
    if not isinstance(value, str):
        raise refuse(f"must be a text, found {shown(value)}.")
    if "\x00" in value:
        raise refuse("holds a NUL character; leave it out.")
    return value.strip()


def read_flag(value: object) -> bool:
    """True or false; null counts as false."""
    if value is None:
        return False
    if not isinstance(value, bool):
        raise refuse(f"must be true or false, found {shown(value)}.")
    return value


def read_cvr(value: object) -> str:
    """Eight digits, from a number or a text. Whether such a company exists is not looked up."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise refuse(f"must be a CVR number such as 34580820, found {shown(value)}.")
    digits = str(value).strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 8):
        raise refuse(f"must be a CVR number of 8 digits such as 34580820, found {shown(value)}.")
    return digits.zfill(8)


# What `read_cvr` takes, in the OpenAPI document.
CVR_SCHEMA: JsonSchemaValue = {
    "anyOf": [
        {"type": "string", "pattern": "^ *[0-9]{1,8} *$"},
        {"type": "integer", "minimum": 0, "maximum": 99_999_999},
    ]
}


@cache
def names_of(form: type[BaseModel]) -> FieldNames:
    """The names that the form's fields have in JSON."""
    return FieldNames(field.alias or name for name, field in form.model_fields.items())


def field_errors(error: ValidationError, *, form: type[BaseModel]) -> list[tuple[str, str]]:
    """What is wrong, as (path, sentence) pairs such as `("items[3].cvr", "must be …")`; at most a hundred."""
    found = error.errors(include_url=False)[:MOST_ERRORS]
    return [(_path(one["loc"]), _sentence(one, form)) for one in found]


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _sentence(found: ErrorDetails, form: type[BaseModel]) -> str:
    kind, location, value = found["type"], found["loc"], found["input"]
    context = found.get("ctx", {})
    if kind == "extra_forbidden":
        return names_of(_form_at(form, location[:-1])).advice(str(location[-1]))
    sentence = SENTENCES.get(kind, found["msg"])
    return sentence.format(value=shown(value), length=len(str(value)), **context)


def _form_at(form: type[BaseModel], location: tuple[int | str, ...]) -> type[BaseModel]:
    """The form that an object inside of a form is read by."""
    for part in location:
        fields = {field.alias or name: field for name, field in form.model_fields.items()}
        if isinstance(part, str) and part in fields:
            form = _form_in(fields[part].annotation) or form
    return form


def _form_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((form for part in get_args(annotation) if (form := _form_in(part))), None)
