"""Writing all secrets again under the newest key, so that an older one can be dropped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Manager

from lasso.encrypted_column import EncryptedTextField
from lasso.encryption import InvalidToken, reencrypt

CHUNK = 500


@dataclass(slots=True)
class Reencryption:
    """How many secrets were written again, and where those are that no key opens."""

    count: int = 0
    unreadable: list[str] = field(default_factory=list)


def encrypted_columns() -> Iterator[tuple[Manager[Any], str]]:
    """Every column of every model that holds secrets, with the manager of all the model's rows."""
    for model in apps.get_models():
        for column in model._meta.concrete_fields:  # noqa: SLF001 - documented by Django
            if isinstance(column, EncryptedTextField):
                yield model._base_manager, column.name  # noqa: SLF001 - documented by Django


def reencrypt_secrets() -> Reencryption:
    """Write every stored secret again under the first key.

    May run beside everything else, and be run again: a secret that somebody changes meanwhile is left as they wrote
    it, which is under the first key already.
    """
    result = Reencryption()
    for rows, column in encrypted_columns():
        for key, token in _tokens(rows, column):
            try:
                renewed = reencrypt(token)
            except InvalidToken:
                result.unreadable.append(f"{rows.model.__name__} {key}: {column}")
                continue
            result.count += rows.filter(pk=key, **{column: token}).update(**{column: renewed})
    return result


def _tokens(rows: Manager[Any], column: str) -> Iterator[tuple[Any, str]]:
    written = rows.exclude(**{column: ""}).order_by("pk").values_list("pk", column)
    yield from written.iterator(chunk_size=CHUNK)
