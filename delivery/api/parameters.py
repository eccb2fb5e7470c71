"""Reading what a request asks for: filters in the query, moments and durations in the body."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

from rest_framework.request import Request

from accounts.authentication import PARAMETER as KEY_PARAMETER
from delivery.finding import DeliveryFilter
from delivery.models import Delivery
from delivery.purposes import PURPOSES
from lasso.errors import FieldError, FieldErrors
from lasso.paging import SIZE_PARAMETER, TOKEN_PARAMETER
from lasso.parsing import FieldNames, kind_of

Value = TypeVar("Value")

PAGING_PARAMETERS = frozenset({SIZE_PARAMETER, TOKEN_PARAMETER})
# A day comes first, or Python would read 34580820 as one too.
DAY_FIRST = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
COMPANY = re.compile(r"(?:cvr-1-)?([0-9]{8})", re.IGNORECASE)
LONGEST_SHOWN = 60


def check_parameters(request: Request, *, known: Collection[str]) -> None:
    """Refuse a query parameter that means nothing here: a filter that is misspelt would show everything.

    Raises:
        FieldErrors: each parameter that is not known, or given twice.
    """
    names = FieldNames(known)
    errors = [
        FieldError(name, names.advice(name).replace("a field", "a parameter"))
        for name in request.query_params
        if name not in known and name != KEY_PARAMETER
    ]
    errors += [
        FieldError(name, "is given twice; keep one of them.")
        for name, values in request.query_params.lists()
        if name in known and len(values) > 1
    ]
    if errors:
        raise FieldErrors(errors)


def read_filter(request: Request) -> DeliveryFilter:
    """The filters in the query of `GET /apps/deliveries`.

    Raises:
        FieldErrors: every filter that cannot be read.
    """
    check_parameters(request, known=FILTERS.keys() | PAGING_PARAMETERS)
    errors: list[FieldError] = []
    found: dict[str, Any] = {}
    for parameter, (name, reader) in FILTERS.items():
        text = request.query_params.get(parameter, "").strip()
        if not text:
            continue
        try:
            found[name] = reader(text)
        except ValueError as error:
            errors.append(FieldError(parameter, str(error)))
    if errors:
        raise FieldErrors(errors)
    return DeliveryFilter(**found)


def read_state(text: str) -> Delivery.Status:
    """A delivery's state by its name, in any letter case; ValueError when it is none."""
    return Delivery.Status(_named(text, [status.value for status in Delivery.Status], "a state of a delivery"))


def read_purpose(text: str) -> str:
    """A purpose by its name, in any letter case; ValueError when it is none."""
    return _named(text, PURPOSES, "a purpose of deliveries")


def read_id(text: str) -> UUID:
    """An id; ValueError when it is none."""
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(f"{_shown(text)} is not an id such as d2e61fbf-7562-4ffb-ba33-52396c0ba12d.") from None


def read_company(text: str) -> str:
    """The CVR number of a company's id or of eight digits; ValueError when it is neither."""
    match = COMPANY.fullmatch(text)
    if not match:
        raise ValueError(f"{_shown(text)} is not a company; write it as CVR-1-34580820 or 34580820.")
    return match[1]


def read_moment(text: str) -> datetime:
    """A moment in ISO form, UTC when it names no offset; ValueError when it is none."""
    sentence = f"{_shown(text)} is not a moment; write it as 2026-03-02T12:00:00Z."
    if not DAY_FIRST.match(text):
        raise ValueError(sentence)
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        hint = " A + in a query is written %2B." if " " in text[11:] else ""
        raise ValueError(sentence + hint) from None


# The parameter, the field of DeliveryFilter that it sets, and its reader.
FILTERS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "state": ("status", read_state),
    "purpose": ("purpose", read_purpose),
    "endpoint": ("endpoint_id", read_id),
    "company": ("cvr", read_company),
    "batch": ("batch_id", read_id),
    "since": ("since", read_moment),
    "until": ("until", read_moment),
}


def known_fields(data: Mapping[str, Any], *, names: FieldNames) -> Mapping[str, Any]:
    """The body's fields under their canonical names.

    Raises:
        FieldErrors: each field that is not known.
    """
    folded = names.fold(data)
    errors = [FieldError(name, names.advice(name)) for name in folded if name not in names.names]
    if errors:
        raise FieldErrors(errors)
    return folded


def whole_number(name: str, value: object, *, least: int, most: int) -> int:
    """A field's whole number.

    Raises:
        FieldErrors: it is none, or out of bounds.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        found = str(value) if isinstance(value, int) and not isinstance(value, bool) else kind_of(value)
        raise FieldErrors([FieldError(name, f"must be a whole number from {least} to {most}, found {found}.")])
    return value


def _named(text: str, names: Collection[str], what: str) -> str:
    for name in names:
        if text.lower() == name.lower():
            return name
    raise ValueError(f"{_shown(text)} is not {what}; use {', '.join(names)}.")


def _shown(text: str) -> str:
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
