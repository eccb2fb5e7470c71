"""`manage.py migrate`, which never holds up those who work: a lock is had at once or tried for again later."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.management.commands.migrate import Command as DjangosCommand
from django.db import OperationalError, connections
from django.db.migrations import Migration
from psycopg import errors

LOCK_TIMEOUT = "3s"
# What one statement of a migration that is a transaction may take, as it may hold locks.
STATEMENT_TIMEOUT = "60s"
TRIES = 10
PAUSE = 5.0  # seconds
# Of PostgreSQL's advisory locks, this one is that of whoever migrates.
MIGRATING = 0x1A550_0001
# Who has had a transaction open for a while is the likely one to stand in the way.
IN_THE_WAY = """
SELECT pid, application_name, state, round(extract(epoch FROM clock_timestamp() - xact_start))
FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < clock_timestamp() - interval '2 seconds'
ORDER BY xact_start LIMIT 5
"""


class Command(DjangosCommand):
    """Django's own, with time-outs for locks and statements, and patience."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's options, and how long to wait for what."""
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout", default=LOCK_TIMEOUT, help="How long a lock may be waited for (default: %(default)s)."
        )
        parser.add_argument(
            "--statement-timeout",
            default=STATEMENT_TIMEOUT,
            help="How long a statement may take that may hold locks; 0: for ever (default: %(default)s).",
        )
        parser.add_argument(
            "--tries", type=int, default=TRIES, help="How often a lock is asked for (default: %(default)s)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate; try again when a lock was not to be had, and say who has it.

        Raises:
            CommandError: no lock within all tries, or a statement that took too long.
        """
        connection = connections[options["database"]]
        self.options = options
        self.wanted_connection = connection
        for tried in range(1, options["tries"] + 1):
            try:
                self._set(connection, "lock_timeout", options["lock_timeout"])
                # Two deploys at once: the second waits, and finds everything done.
                self._execute(connection, "SELECT pg_advisory_lock(%s)", MIGRATING)
                super().handle(*args, **options)
            except OperationalError as error:
                self._judge(connection, error, tried)
                time.sleep(PAUSE)
            else:
                return
            finally:
                self._tidy(connection)

    def migration_progress_callback(
        self,
        action: str,
        migration: Migration | None = None,
        fake: bool = False,  # noqa: FBT001 - Django's
    ) -> None:
        """Before each migration: whether its statements may hold locks for longer than a moment."""
        if action in {"apply_start", "unapply_start"} and migration is not None:
            # One that is no transaction builds indexes and fills in rows, which takes as long as it takes.
            limit = self.options["statement_timeout"] if migration.atomic else "0"
            self._set(self.wanted_connection, "statement_timeout", limit)
        super().migration_progress_callback(action, migration, fake)

    def _judge(self, connection: Any, error: OperationalError, tried: int) -> None:
        """Return when it is worth another try.

        Raises:
            CommandError: it is not.
        """
        if isinstance(error.__cause__, errors.QueryCanceled):
            raise CommandError(
                f"A statement of this migration took longer than {self.options['statement_timeout']} and was undone, "
                "so that nobody waits for it. Run it when little is going on, with a longer --statement-timeout."
            ) from error
        if not isinstance(error.__cause__, errors.LockNotAvailable):
            raise error
        tries = self.options["tries"]
        said = f"A lock was not to be had within {self.options['lock_timeout']} (try {tried} of {tries})."
        said += self._in_the_way(connection)
        if tried == tries:
            raise CommandError(f"{said} What is migrated so far stays; run it again later for the rest.") from error
        self.stdout.write(f"\n{said} Trying again.")

    def _in_the_way(self, connection: Any) -> str:
        with connection.cursor() as cursor:
            cursor.execute(IN_THE_WAY)
            found = [f"process {pid} ({name or 'unnamed'}, {state}) for {age} s" for pid, name, state, age in cursor]
        return f" Transactions are open: {', '.join(found)}." if found else ""

    def _tidy(self, connection: Any) -> None:
        # The connection may be used on, by tests for instance. One that is broken has nothing left to tidy.
        with suppress(OperationalError):
            if connection.connection is not None and not connection.in_atomic_block:
                self._execute(connection, "SELECT pg_advisory_unlock_all()")
                self._execute(connection, "RESET lock_timeout")
                self._execute(connection, "RESET statement_timeout")

    def _set(self, connection: Any, name: str, value: str) -> None:
        self._execute(connection, "SELECT set_config(%s, %s, false)", name, value)

    def _execute(self, connection: Any, statement: str, *parameters: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters or None)
