"""A migrated database, made once a run and copied by whoever needs one: copying takes a tenth of a second."""

from __future__ import annotations

import os
import uuid

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

NAME = "test_migrated"
LOCK = 0x1A550  # of PostgreSQL's advisory locks, this one is ours
# All processes of one run share it; a run in a single process has one of its own.
RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid.uuid4().hex
DESCRIPTION = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"


def make_migrated_database() -> str:
    """The name of this run's database with all migrations and nothing else; made by the process that comes first."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        if server.execute(DESCRIPTION, (NAME,)).fetchone() != (RUN,):
            name = sql.Identifier(NAME)
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
            server.execute(sql.SQL("CREATE DATABASE {}").format(name))
            migrate(NAME)
            server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(RUN)))
    return NAME


def migrate(name: str) -> None:
    """Apply all migrations to a database of the server that Django is connected with."""
    settings = connection.settings_dict
    before = settings["NAME"]
    connection.close()
    settings["NAME"] = name
    try:
        call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    finally:
        connection.close()
        settings["NAME"] = before
