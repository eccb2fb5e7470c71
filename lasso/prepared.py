"""Statements that the database plans once a connection, for those that run many times a second.

Django sends every statement as text with its values in it, and PostgreSQL plans it anew each time; for a statement with
several parts that costs more than running it. Through a pooler that hands one connection to another client in between
statements, such as PgBouncer's transaction mode, statements cannot be kept: DATABASE_PREPARES=false.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import islice
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.db.models import Field, Model

# For a statement's RETURNING, with `is_alone` from `alone()`: the commit of what a crash of the database may take need
# not wait for the disk. It is on the disk before anything that is committed later.
UNHURRIED = "CASE WHEN %(is_alone)s THEN set_config('synchronous_commit', 'off', true) END"

PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def execute_prepared(statement: str, parameters: Mapping[str, Any]) -> psycopg.RawCursor[tuple[Any, ...]]:
    """Run the statement on Django's connection, in its transaction if there is one, and return the cursor.

    Placeholders are `%(name)s`; a percent sign stands for itself. Values are sent apart from the text: where PostgreSQL
    cannot see a parameter's type from where it stands, the statement must say it (`%(due_at)s::timestamptz`).

    Raises:
        django.db.Error: as a cursor of Django's would.
    """
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    raw: psycopg.Connection[tuple[Any, ...]] = connection.connection
    if raw.prepare_threshold is None:
        raw.prepare_threshold = 1  # a count of uses; None, as Django has it, keeps none
    text, names = _numbered(statement)
    with connection.wrap_database_errors:
        return psycopg.RawCursor(raw).execute(
            text, [parameters[name] for name in names], prepare=settings.DATABASE_PREPARES
        )


def alone() -> dict[str, bool]:
    """What UNHURRIED asks for: whether the next statement is a transaction of its own."""
    return {"is_alone": not connection.in_atomic_block}


def columns_of(models: Mapping[str, type[Model]]) -> str:
    """For a statement's SELECT: every column of the models, each under its table's name in the statement."""
    return ", ".join(f'{name}."{field.column}"' for name, model in models.items() for field in _fields(model))


def objects_of(models: Mapping[str, type[Model]], row: Iterable[Any]) -> Iterator[Any]:
    """An object of each model, as Django's ORM would have read it, from a row of `columns_of`.

    None for one that an outer join did not find.
    """
    values = iter(row)
    for model in models.values():
        its = list(islice(values, len(_fields(model))))
        yield _object(model, its) if any(value is not None for value in its) else None


def _object(model: type[Model], values: list[Any]) -> Model:
    for place, convert in _converters(model):
        values[place] = convert(values[place], None, connection)
    return model.from_db(connection.alias, [field.attname for field in _fields(model)], values)


def _fields(model: type[Model]) -> Sequence[Field[Any, Any]]:
    return model._meta.concrete_fields  # noqa: SLF001 - documented, and so named that no field can have the name


@cache
def _converters(model: type[Model]) -> tuple[tuple[int, Any], ...]:
    """What turns the values of some columns (JSON) into Python's, by their place."""
    return tuple(
        (place, convert)
        for place, field in enumerate(_fields(model))
        for convert in field.get_db_converters(connection)
    )


@lru_cache(maxsize=64)
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """The statement with `$1`, `$2`, … in place of names, and the names in that order.

    The driver would do the same, but anew each time for statements as long as ours.
    """
    names = tuple(dict.fromkeys(PLACEHOLDER.findall(statement)))
    numbers = {name: f"${number}" for number, name in enumerate(names, 1)}
    text = PLACEHOLDER.sub(lambda match: numbers[match[1]], statement)
    return " ".join(text.split()).encode(), names
