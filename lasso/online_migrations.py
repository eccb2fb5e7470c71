"""Operations of migrations that hold nobody up, however many rows a table has, and that can be run again.

A migration made of them has ``atomic = False``: each statement stands alone and holds its lock for a moment only. A
migration that was cut short (a lock not given in time, a lost connection) is run again by the next ``migrate``; each
operation finds what it did before, and goes on.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently, NotInTransactionMixin, RemoveIndexConcurrently
from django.db import NotSupportedError, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddField, AlterField
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from psycopg import sql

Editor = BaseDatabaseSchemaEditor
ROWS_AT_ONCE = 5000


class AddColumn(AddField):
    """A column with a default that PostgreSQL keeps, so that processes of the version before can go on adding rows."""

    def database_forwards(
        self, app_label: str, schema_editor: Editor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Add the column unless it is there, and let its default stand."""
        model = to_state.apps.get_model(app_label, self.model_name)
        table, field = model._meta.db_table, _field(model, self.name)
        if not _exists(
            schema_editor,
            "SELECT 1 FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND table_name = %s AND column_name = %s",
            table,
            str(field.column),
        ):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
        if field.null or field.db_default is not models.NOT_PROVIDED:
            return
        default = schema_editor.effective_default(field)
        statement = sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT {}").format(
            sql.Identifier(table), sql.Identifier(str(field.column)), sql.Literal(default)
        )
        _run(schema_editor, statement)


class BuildIndex(AddIndexConcurrently):
    """An index that is built while everybody works."""

    def database_forwards(
        self, app_label: str, schema_editor: Editor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Build it unless it is there; what a run that was cut short left half built is dropped first."""
        if _has_index(schema_editor, self.index.name):
            return
        with _patience(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class DropIndex(RemoveIndexConcurrently):
    """An index that is dropped while everybody works."""

    def database_forwards(
        self, app_label: str, schema_editor: Editor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Drop it if it is there."""
        with _patience(schema_editor):
            _run(schema_editor, sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(self.name)))


class BuildUnique(NotInTransactionMixin, AddConstraint):
    """A unique constraint with a condition, which is an index, built while everybody works."""

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: Editor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Build its index unless it is there."""
        self._ensure_not_in_transaction(schema_editor)
        if _has_index(schema_editor, self.constraint.name):
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        statement = str(self.constraint.create_sql(model, schema_editor))
        begins = "CREATE UNIQUE INDEX "
        if not statement.startswith(begins):
            raise NotSupportedError(f"{self.constraint.name} is no index but a constraint: {statement}")
        with _patience(schema_editor):
            _run(schema_editor, f"CREATE UNIQUE INDEX CONCURRENTLY {statement.removeprefix(begins)}")


class AddCheck(NotInTransactionMixin, AddConstraint):
    """A check that holds for new rows at once, and is then validated for the old ones while everybody works."""

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: Editor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Add it unless it is there, and validate it."""
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        table, name = sql.Identifier(model._meta.db_table), sql.Identifier(self.constraint.name)
        if not _exists(schema_editor, "SELECT 1 FROM pg_constraint WHERE conname = %s", self.constraint.name):
            statement = str(self.constraint.create_sql(model, schema_editor))
            # Django's templates have doubled the per cents, for parameters that there are none of.
            _run(schema_editor, f"{statement} NOT VALID".replace("%%", "%"))
        _run(schema_editor, sql.SQL("ALTER TABLE {} VALIDATE CONSTRAINT {}").format(table, name))


class RequireValue(NotInTransactionMixin, AlterField):
    """A column in which NULL is forbidden from now on; its rows are looked through while everybody works."""

    atomic = False

    def database_forwards(
        self, app_label: str, schema_editor: Editor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Forbid NULL by a check, validate it, and turn it into the column's own property."""
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        table, column = model._meta.db_table, str(_field(model, self.name).column)
        names = {
            "table": sql.Identifier(table),
            "column": sql.Identifier(column),
            "check": sql.Identifier(f"{table}_{column}_given"),
        }
        for statement in (
            "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {check}",
            "ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({column} IS NOT NULL) NOT VALID",
            "ALTER TABLE {table} VALIDATE CONSTRAINT {check}",
            # Takes a moment, because the check says that there is none.
            "ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL",
            "ALTER TABLE {table} DROP CONSTRAINT {check}",
        ):
            _run(schema_editor, sql.SQL(statement).format(**names))

    def database_backwards(
        self, app_label: str, schema_editor: Editor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Allow NULL again."""
        AlterField.database_forwards(self, app_label, schema_editor, from_state, to_state)


class FillInBatches(NotInTransactionMixin, Operation):
    """An UPDATE of a whole table, some thousand rows a transaction.

    Args:
        table: whose rows are walked in the order of ``key``, its primary key.
        update: the statement; ``{rows}`` stands for the condition on ``{table}.{key}``, and its own condition leaves
            out what is filled in already.
    """

    atomic = False
    reduces_to_sql = False
    reversible = True

    def __init__(self, *, table: str, key: str, update: str) -> None:
        self.table, self.key, self.update = table, key, update

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Values are no part of the state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: Editor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Walk the table."""
        self._ensure_not_in_transaction(schema_editor)
        table, key = sql.Identifier(self.table), sql.Identifier(self.key)
        place = sql.SQL("{}.{}").format(table, key)
        last: Any = None
        while (end := self._end_of_batch(schema_editor, last)) is not None:
            rows = sql.SQL("{} <= {}").format(place, sql.Literal(end))
            if last is not None:
                rows += sql.SQL(" AND {} > {}").format(place, sql.Literal(last))
            _run(schema_editor, sql.SQL(self.update).format(rows=rows))
            last = end

    def database_backwards(
        self, app_label: str, schema_editor: Editor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """What was filled in goes with its column."""

    def describe(self) -> str:
        """For `migrate --plan`."""
        return f"Fill in {self.table}, {ROWS_AT_ONCE} rows a transaction"

    def _end_of_batch(self, schema_editor: Editor, last: Any) -> Any:
        names = {"table": sql.Identifier(self.table), "key": sql.Identifier(self.key)}
        after = sql.SQL("" if last is None else "WHERE {key} > {last}").format(last=sql.Literal(last), **names)
        batch = sql.SQL(
            "SELECT max({key}) FROM (SELECT {key} FROM {table} {after} ORDER BY {key} LIMIT {most}) AS batch"
        ).format(after=after, most=sql.Literal(ROWS_AT_ONCE), **names)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(batch)
            return cursor.fetchone()[0]


class _patience:  # noqa: N801 - used as a function
    """Building and dropping indexes wait for others and let nobody wait for them: no lock's time-out is needed.

    A backup that runs for an hour would end them otherwise.
    """

    def __init__(self, schema_editor: Editor) -> None:
        self.editor = schema_editor
        self.before = ""

    def __enter__(self) -> None:
        with self.editor.connection.cursor() as cursor:
            cursor.execute("SHOW lock_timeout")
            self.before = cursor.fetchone()[0]
            cursor.execute("SET lock_timeout = 0")

    def __exit__(self, *error: object) -> None:
        if self.editor.connection.is_usable():
            with self.editor.connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [self.before])


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise NotSupportedError(f"{name} of {model.__name__} is no column.")
    return field


def _has_index(schema_editor: Editor, name: str) -> bool:
    """Whether the index is there and whole; half an index is dropped."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [f'"{name}"'])
        row = cursor.fetchone()
    if row is not None and not row[0]:
        _run(schema_editor, sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(name)))
    return row is not None and bool(row[0])


def _exists(schema_editor: Editor, query: str, *parameters: str) -> bool:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone() is not None


def _run(schema_editor: Editor, statement: str | sql.Composed) -> None:
    # Not by the editor's own execute, which knows strings alone. Without parameters a per cent is a per cent.
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(statement)
