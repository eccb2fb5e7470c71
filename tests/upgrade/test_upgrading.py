"""An upgrade from the first release, with data: nothing is lost, nobody is held up, and work goes on."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql
from pytest_django import DjangoDbBlocker

from accounts.models import Organisation
from companies.models import AnnualAccounts, Company
from delivery.models import Delivery, Endpoint
from delivery.sending import deliver
from delivery.transports.kept import close_kept
from lasso import online_migrations
from local.receivers import WebhookReceiver
from reporting.models import Batch, Report
from tests.delivery.conftest import ShortTurn
from tests.reporting.conftest import client_of, render_all
from tests.upgrade.first_release import FINISHED, FIRST_RELEASE, RUNNING, fill, migrate_to_first_release

# The tests of this file see one database, upgraded once.
pytestmark = pytest.mark.timeout(300)

Rows = dict[str, list[tuple[Any, ...]]]
Schema = dict[str, list[str]]
SCHEMA = {
    "columns": "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable)"
    " FROM information_schema.columns WHERE table_schema = 'public'",
    "indexes": "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": "SELECT concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint"
    " WHERE connamespace = 'public'::regnamespace",
}


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What was there before, and what the upgrade said on its way."""

    columns: dict[str, list[str]]
    rows: Rows
    rows_after: Rows
    schema: Schema
    schema_of_new: Schema
    refusal: str
    webhooks: WebhookReceiver


@pytest.fixture(scope="module")
def upgraded(migrated_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[Upgraded]:
    """A database of the first release, filled and brought up to date while somebody stands in the way for a while."""
    name, settings = f"upgrade_{uuid.uuid4().hex}", connection.settings_dict
    with django_db_blocker.unblock(), WebhookReceiver() as webhooks, pytest.MonkeyPatch.context() as patched:
        patched.setattr(online_migrations, "ROWS_AT_ONCE", 2)
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
            cursor.execute(f'CREATE DATABASE "{name}_new" TEMPLATE "{migrated_database}"')
        connection.close()
        before = settings["NAME"]
        try:
            settings["NAME"] = f"{name}_new"
            schema_of_new = schema()
            connection.close()
            settings["NAME"] = name
            models = migrate_to_first_release()
            fill(models, webhook_url=webhooks.url())
            columns = {
                model._meta.db_table: [str(field.column) for field in model._meta.local_fields]
                for model in models.get_models()
                if model._meta.app_label in FIRST_RELEASE
            }
            rows = rows_of(columns)
            refusal = migrate_while_somebody_reads("companies_beneficialownership")
            call_command("migrate", verbosity=0, interactive=False)
            yield Upgraded(columns, rows, rows_of(columns), schema(), schema_of_new, refusal, webhooks)
        finally:
            connection.close()
            settings["NAME"] = before
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}_new" WITH (FORCE)')
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            connection.close()


def migrate_while_somebody_reads(table: str) -> str:
    """What `migrate` says when a transaction that is open all the time has read a table that it must change."""
    parameters = {**connection.get_connection_params(), "application_name": "a long report"}
    parameters = {name: value for name, value in parameters.items() if name not in {"cursor_factory", "context"}}
    with psycopg.connect(**parameters) as reader:
        reader.execute(sql.SQL("SELECT FROM {}").format(sql.Identifier(table)))
        with pytest.raises(CommandError) as refused:
            call_command("migrate", verbosity=0, interactive=False, lock_timeout="100ms", tries=1)
    return str(refused.value)


def rows_of(columns: dict[str, list[str]]) -> Rows:
    """Every row of the tables, by the columns named."""
    found: Rows = {}
    for table, names in columns.items():
        with connection.cursor() as cursor:
            query = sql.SQL("SELECT {} FROM {}").format(
                sql.SQL(", ").join(map(sql.Identifier, names)), sql.Identifier(table)
            )
            cursor.execute(query)
            found[table] = sorted(cursor.fetchall(), key=repr)
    return found


def names(query: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]


def schema() -> Schema:
    """What the connected database is made of."""
    return {kind: sorted(names(query)) for kind, query in SCHEMA.items()}


def test_the_first_release_had_rows_in_every_table(upgraded: Upgraded) -> None:
    assert [table for table, rows in upgraded.rows.items() if not rows] == []
    assert len(upgraded.rows) == 20


def test_who_stands_in_the_way_is_named_and_nothing_waits_for_long(upgraded: Upgraded) -> None:
    assert upgraded.refusal.startswith("A lock was not to be had within 100ms (try 1 of 1).")
    assert upgraded.refusal.endswith("What is migrated so far stays; run it again later for the rest.")


def test_nothing_is_lost(upgraded: Upgraded) -> None:
    assert upgraded.rows_after == upgraded.rows


def test_every_constraint_and_index_is_valid(upgraded: Upgraded) -> None:
    assert names("SELECT conname::text FROM pg_constraint WHERE NOT convalidated") == []
    assert names("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid") == []


def test_it_has_the_schema_of_a_new_database(upgraded: Upgraded) -> None:
    assert upgraded.schema == upgraded.schema_of_new


def test_what_is_new_has_a_value_in_old_rows(upgraded: Upgraded) -> None:
    organisation = Organisation.objects.get()
    assert set(Delivery.objects.values_list("organisation", flat=True)) == {organisation.pk}
    assert {str(day) for day in Company.objects.values_list("as_of_date", flat=True)} == {"2026-09-01"}
    assert set(Batch.objects.values_list("engine", "is_archival")) == {("standard", False)}
    accounts = AnnualAccounts.objects.get()
    assert (accounts.is_group, accounts.group_figures, accounts.figures["equity"]) == (False, {}, 250_000)
    assert set(Endpoint.objects.values_list("method", "owner", "is_off_by_itself")) == {("POST", "", False)}


def test_a_process_of_the_version_before_can_go_on_adding_rows(upgraded: Upgraded) -> None:
    lacking = names(
        "SELECT table_name || '.' || column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'"
    )
    known = {f"{table}.{column}" for table, columns in upgraded.columns.items() for column in columns}
    added = {name for name in lacking if name.partition(".")[0] in upgraded.columns} - known

    # Whose organisation a delivery is was said by its endpoint alone: workers stop before this upgrade.
    assert added == {"delivery_delivery.organisation_id"}


@pytest.mark.parametrize(
    "path",
    [
        "/apps/reporting/batches",
        f"/apps/reporting/batches/{FINISHED}",
        f"/apps/reporting/batches/{FINISHED}/items",
        "/apps/deliveries",
        "/apps/endpoints",
        f"/apps/reporting/batches/{FINISHED}/items?status=Failed",
    ],
)
def test_everything_can_be_read(upgraded: Upgraded, path: str) -> None:
    answer = client_of(Organisation.objects.get()).get(path)

    assert answer.status_code == 200
    assert answer.json()


def test_what_was_under_way_goes_on(upgraded: Upgraded, settings: Any) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    assert render_all(RUNNING) == 2

    batch = Batch.objects.get(pk=RUNNING)
    assert (batch.status, batch.completion) == ("FinishedWithWarning", 1.0)
    assert Report.objects.filter(batch=batch, status__in=("Completed", "Warning")).count() == 2
    turn: Any = ShortTurn()
    try:
        deliver(Endpoint.objects.get().pk, turn)
    finally:
        close_kept()
    said = [json.loads(call.body) for call in upgraded.webhooks.calls.all()]
    # The one that waited since before, and one for each report.
    assert sorted(str(body.get("number", body.get("cvr"))) for body in said) == ["3", "99000007", "99000015"]
    assert not Delivery.objects.filter(status="Waiting").exists()
