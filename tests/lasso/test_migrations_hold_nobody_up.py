"""Migrations after the first release hold nobody up, whatever the tables have in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import connection, models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from lasso import online_migrations as online
from tests.upgrade.first_release import FIRST_RELEASE

OURS = (*FIRST_RELEASE, "integrations", "portal")
# Tables that stay small: a row for each organisation, person, endpoint, source or worker, not for each piece of work.
SMALL = {
    *("accounts.user", "accounts.organisation", "accounts.membership", "accounts.apikey", "accounts.invitation"),
    *("companies.changecursor", "companies.sourcecursor", "companies.sourcelease", "companies.sourcerest"),
    *("delivery.endpoint", "delivery.accesstoken"),
    *("integrations.integration", "integrations.mappedfield"),
    *("lanes.pulse", "lanes.worker"),
}
# What is done all the same, and why it holds nobody up.
NAMED = {
    "companies.0004_days_that_rules_come_into_force": {
        "RunSQL ALTER TABLE companies_company ALTER COLUMN as_of_date SET DEFAULT CURRENT_DATE": "the catalogue alone",
    },
}
# Names, options, whole new tables; and what takes its lock for a moment, once it has it.
HARMLESS = (
    operations.CreateModel,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.RenameIndex,
    operations.RemoveIndex,
    operations.RemoveConstraint,
    AddConstraintNotValid,
    online.AddColumn,
)
# Each of its statements holds what it holds for a moment, if no transaction holds it for longer.
OUTSIDE_OF_TRANSACTIONS = (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
    online.AddCheck,
    online.BuildUnique,
    online.FillInBatches,
    online.RequireValue,
)
AnyField = Any  # the stubs know no index of a field
CONCURRENTLY = re.compile(r"\s*(CREATE\s+(UNIQUE\s+)?INDEX CONCURRENTLY|DROP INDEX CONCURRENTLY IF EXISTS)\b")


def complaints(migration: Migration, state: ProjectState) -> Iterator[str]:
    """What in a migration may hold somebody up; moves the state on."""
    created = {part.name_lower for part in migration.operations if isinstance(part, operations.CreateModel)}
    for operation in migration.operations:
        before = state.clone()
        operation.state_forwards(migration.app_label, state)
        for part in parts_of(operation):
            if getattr(part, "model_name_lower", "") in created:
                continue  # still empty
            if complaint := complaint_about(part, migration, before, state):
                yield complaint


def parts_of(operation: Operation) -> list[Operation]:
    if isinstance(operation, operations.SeparateDatabaseAndState):
        return list(operation.database_operations)
    return [operation]


def complaint_about(operation: Operation, migration: Migration, before: ProjectState, after: ProjectState) -> str:
    name = type(operation).__name__
    model = f"{migration.app_label}.{getattr(operation, 'model_name_lower', '')}"
    if isinstance(operation, OUTSIDE_OF_TRANSACTIONS):
        return f"{name} of {model} in a transaction" if migration.atomic else ""
    if isinstance(operation, HARMLESS) or model in SMALL:
        return ""
    if isinstance(operation, operations.AddField):
        return complaint_about_column(operation.field, f"AddField {model}.{operation.name}")
    if isinstance(operation, operations.AlterField):
        old = before.models[migration.app_label, operation.model_name_lower].fields[operation.name]
        new = after.models[migration.app_label, operation.model_name_lower].fields[operation.name]
        return complaint_about_change(old, new, f"AlterField {model}.{operation.name}")
    if isinstance(operation, operations.RunSQL):
        statement = str(operation.sql)
        is_concurrent = CONCURRENTLY.match(statement) and not migration.atomic
        return "" if is_concurrent else f"RunSQL {statement.strip()}"
    return f"{name} {model}"


def complaint_about_column(field: AnyField, name: str) -> str:
    has_constant = isinstance(field.db_default, str | int | bool | float | models.Value)
    if not (field.null or has_constant):
        return f"{name}: processes of the version before cannot add rows"
    return f"{name}: an index is built in the same breath" if field.db_index or field.unique else ""


def complaint_about_change(old: AnyField, new: AnyField, name: str) -> str:
    types = [type_of(field) for field in (old, new)]
    # A longer varchar is the same to PostgreSQL; a shorter one would be checked, row by row.
    if types[0] != types[1] and (old.max_length or 0) >= (new.max_length or 0):
        return f"{name}: every row is written anew"
    if old.null and not new.null:
        return f"{name}: every row is looked through"
    return f"{name}: an index is built" if (new.db_index, new.unique) > (old.db_index, old.unique) else ""


def type_of(field: AnyField) -> str:
    if field.remote_field is not None:
        return f"key of {field.remote_field.model}"
    return str(field.db_parameters(connection)["type"])


def later_migrations() -> Iterator[tuple[Migration, ProjectState]]:
    """Each migration after the first release, with the state that it finds."""
    loader = MigrationLoader(None)
    targets = [node for app in OURS for node in loader.graph.leaf_nodes(app)]
    plan = list(dict.fromkeys(node for target in targets for node in loader.graph.forwards_plan(target)))
    state = ProjectState(real_apps=loader.unmigrated_apps)
    for app, name in plan:
        migration = loader.graph.nodes[app, name]
        if app in OURS and FIRST_RELEASE.get(app, "") < name:
            yield migration, state
        else:
            state = migration.mutate_state(state, preserve=False)


def test_they_hold_nobody_up() -> None:
    found = {}
    for migration, state in later_migrations():
        name = f"{migration.app_label}.{migration.name}"
        allowed = NAMED.get(name, {})
        if wrong := [complaint for complaint in complaints(migration, state) if complaint not in allowed]:
            found[name] = wrong

    assert found == {}


def test_what_is_allowed_by_name_is_there() -> None:
    there = {
        f"{migration.app_label}.{migration.name}": set(complaints(migration, state))
        for migration, state in later_migrations()
    }

    assert {name: sorted(set(named) - there[name]) for name, named in NAMED.items()} == {name: [] for name in NAMED}


def migration_of(operation: Operation, *, atomic: bool) -> Migration:
    """A migration of one operation on the table of reports."""
    made = Migration("x", "reporting")
    given: Any = made
    given.operations, given.atomic = [operation], atomic
    return made


INDEX = models.Index(fields=["cvr"], name="x")
CHECK = models.CheckConstraint(condition=models.Q(cvr="x"), name="x")


@pytest.mark.parametrize(
    ("operation", "atomic", "is_refused"),
    [
        (operations.AddIndex("report", INDEX), True, True),
        (AddIndexConcurrently("report", INDEX), True, True),
        (AddIndexConcurrently("report", INDEX), False, False),
        (operations.AddConstraint("report", CHECK), True, True),
        (AddConstraintNotValid("report", CHECK), True, False),
        (operations.AddField("report", "y", models.TextField()), True, True),
        (operations.AddField("report", "y", models.TextField(null=True)), True, False),
        (operations.AddField("report", "y", models.TextField(db_default="")), True, False),
        (operations.AddField("report", "y", models.TextField(null=True, db_index=True)), True, True),
        (
            operations.AddField("report", "y", models.DateTimeField(db_default=models.functions.Now())),
            True,
            True,
        ),
        (operations.AlterField("report", "cvr", models.BigIntegerField()), True, True),
        (operations.AlterField("report", "cvr", models.TextField(unique=True)), True, True),
        (operations.AlterField("report", "cvr", models.TextField(verbose_name="CVR")), True, False),
        (operations.AlterField("report", "old", models.TextField()), True, True),
        (operations.RunSQL("UPDATE reporting_report SET x = 1"), True, True),
        (operations.RunPython(operations.RunPython.noop), True, True),
        (operations.RemoveField("report", "old"), True, True),
        (operations.RenameField("report", "old", "new"), True, True),
        (operations.DeleteModel("report"), True, True),
    ],
)
def test_it_knows_what_holds_people_up(operation: Operation, atomic: bool, is_refused: bool) -> None:
    state = ProjectState()
    fields: list[tuple[str, Any]] = [
        ("id", models.BigAutoField(primary_key=True)),
        ("cvr", models.TextField()),
        ("old", models.TextField(null=True)),
    ]
    operations.CreateModel("Report", fields).state_forwards("reporting", state)

    assert bool(list(complaints(migration_of(operation, atomic=atomic), state))) == is_refused
