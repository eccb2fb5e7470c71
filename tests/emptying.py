"""What a test leaves that commits is deleted: a few rows, where Django's flush makes the files of all tables anew."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

# As the migrations left them; flush would empty these too and then work out every permission again.
KEPT = {model._meta.db_table for model in (ContentType, Permission, MigrationRecorder.Migration)}


def empty_tables(_case: Any) -> None:
    """Delete all rows, in any order: every reference between our tables is looked at when the transaction ends."""
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - KEPT)
        parts = (f"SELECT {number} WHERE EXISTS (SELECT FROM {quote(table)})" for number, table in enumerate(tables))
        cursor.execute(" UNION ALL ".join(parts))
        for (number,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quote(tables[number])}")
