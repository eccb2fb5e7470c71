"""Values of the field catalogue as people read them, in the spoken language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from companies.catalogue import FIELDS, Field, FieldType, Json
from companies.catalogue.people import BENEFICIAL_OWNERS
from lasso.language import Language, spoken
from lasso.language import translate as _
from reporting.contents.formats import DASH, exact_percent, long_date, month_day, number, short_month
from reporting.contents.register_words import register_word

# Numbers that are names: their thousands are not set apart.
NAMING = ("cvr", "number", "code")
MOST_DECIMALS = 2
# What is told of an object in a list, in this order.
TOLD = ("name", "text", "organ", "function", "ownership", "votingRights", "date", "fromDate")


def label_of(name: str) -> str:
    """What people call the field; its name where the catalogue has it no more."""
    field = FIELDS.get(name)
    if field is None:
        return name
    return field.label_en if spoken() is Language.ENGLISH else field.label_da


def text_of(name: str, value: Json) -> str:
    """The field's value in one text; a dash where there is none."""
    if name == BENEFICIAL_OWNERS:
        return _("Vises ikke her")
    if value is None or value in ("", []):
        return DASH
    field = FIELDS.get(name)
    return _typed(field, value) if field is not None else _plain(value)


def _typed(field: Field, value: Any) -> str:
    if isinstance(value, str):
        return _written(field.type, value)
    if field.type is FieldType.PERCENTAGE:
        return exact_percent(Decimal(str(value)) / 100)
    if field.type is FieldType.NUMBER and field.name.lower().endswith(NAMING):
        return str(value)
    return _plain(value)


def _written(kind: FieldType, text: str) -> str:
    try:
        if kind is FieldType.DATE:
            return long_date(date.fromisoformat(text))
        if kind is FieldType.MONTH:
            return short_month(date.fromisoformat(f"{text}-01"))
    except ValueError:
        return text
    return month_day(text) if kind is FieldType.MONTH_DAY else register_word(text)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("Ja") if value else _("Nej")
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, list):
        return "; ".join(_plain(one) for one in value)
    if isinstance(value, Mapping):
        return _object(value)
    return register_word(str(value))


def _number(value: float) -> str:
    amount = Decimal(str(value))
    return number(amount, 0 if amount == amount.to_integral_value() else MOST_DECIMALS)


def _object(value: Mapping[str, Any]) -> str:
    """`Sivbjerg Beholdning ApS, 66,67-89,99 %`."""
    if {"from", "to"} <= value.keys():
        return _band(value)
    told = [value[name] for name in TOLD if value.get(name) not in (None, "", [])]
    return ", ".join(_plain(one) for one in told) or DASH


def _band(value: Mapping[str, Any]) -> str:
    low, high = (None if value[end] is None else Decimal(str(value[end])) for end in ("from", "to"))
    ends = dict.fromkeys(exact_percent(end) for end in (low, high) if end is not None)
    return " – ".join(ends) or DASH
