"""The database of the first release: its schema, by the names of its migrations, and rows in each of its tables."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lasso.encryption import encrypt
from tests.reporting.conftest import HAVGRUS, LASSO, NORDLYS, company_document

# What was there when batches could first be ordered, rendered and delivered. Migrations after these may be run on
# tables that are full and in use; these are never changed again.
FIRST_RELEASE = {
    "accounts": "0001_initial",
    "companies": "0001_initial",
    "delivery": "0001_initial",
    "lanes": "0001_initial",
    "reporting": "0001_initial",
}
OTHERS = ("admin", "auth", "contenttypes", "django_celery_beat", "rest_framework_api_key", "sessions")
NOW = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
COMPANIES = {NORDLYS: "Nordlys Testværft ApS", HAVGRUS: "Havgrus Prøveanlæg ApS", LASSO: "LASSO X A/S"}
FINISHED, RUNNING, LISTENING = (uuid.UUID(int=number) for number in (1, 2, 3))


def migrate_to_first_release() -> Apps:
    """Bring an empty database to the schema of the first release; returns its models."""
    executor = MigrationExecutor(connection)
    targets = [*FIRST_RELEASE.items(), *(node for node in executor.loader.graph.leaf_nodes() if node[0] in OTHERS)]
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def fill(models: Apps, *, webhook_url: str) -> None:
    """Write rows into every table of ours, as a site in use has them."""
    organisation = _fill_accounts(models)
    _fill_companies(models, organisation)
    endpoint = _fill_endpoint(models, organisation, webhook_url)
    _fill_batches(models, organisation, endpoint)
    _fill_deliveries(models, endpoint)
    lane = models.get_model("lanes", "Lane")
    lane.objects.create(
        queue="reports", subject=RUNNING, number=0, state="running", ticket=uuid.uuid4(), queued_at=NOW, lease_until=NOW
    )
    models.get_model("lanes", "Pulse").objects.create(queue="reports", passed_at=NOW, seen_at=NOW)


def _fill_accounts(models: Apps) -> Any:
    organisation = models.get_model("accounts", "Organisation").objects.create(
        name="Revisionshuset Eksempel", email="drift@revision.example", language="da", created_at=NOW
    )
    user = models.get_model("accounts", "User").objects.create(username="drift@revision.example", password="!")
    models.get_model("accounts", "Membership").objects.create(user=user, organisation=organisation, created_at=NOW)
    models.get_model("accounts", "APIKey").objects.create(
        id="abcdefgh.hash", prefix="abcdefgh", hashed_key="hash", name="program", organisation=organisation
    )
    models.get_model("accounts", "IdempotentRequest").objects.create(
        organisation=organisation, key="k1", fingerprint="f" * 64, locked_until=NOW, created_at=NOW, answer={"id": "1"}
    )
    return organisation


def _fill_companies(models: Apps, organisation: Any) -> None:
    company = models.get_model("companies", "Company")
    for cvr, name in COMPANIES.items():
        document = company_document(cvr, name)
        company.objects.create(
            cvr=str(cvr),
            unit_number=document["enhedsNummer"],
            name=name,
            form="APS",
            is_active=True,
            is_protected=False,
            document=document,
            document_hash="d" * 64,
            fingerprint="f" * 64,
            source="register",
            retrieved_at=NOW,
        )
        models.get_model("companies", "Change").objects.create(cvr=str(cvr), version=1, fields=["name"], created_at=NOW)
    models.get_model("companies", "ChangeCursor").objects.create(reader="reporting.listening", position=2)
    models.get_model("companies", "OwnershipEdge").objects.create(
        owned_id=str(NORDLYS),
        owner_key=f"cvr-{HAVGRUS}",
        owner_kind="company",
        owner_unit_number=4_000_000_015,
        owner_cvr=str(HAVGRUS),
        owner_name=COMPANIES[HAVGRUS],
        owner_country_code="DK",
        share_low=Decimal("0.5"),
        share_high=Decimal("0.6667"),
        start_date=date(2020, 1, 1),
    )
    models.get_model("companies", "AnnualAccounts").objects.create(
        cvr=str(NORDLYS),
        start_date=date(2025, 1, 1),
        end_date=date(2025, 12, 31),
        currency="DKK",
        published_at=NOW,
        accounting_class="B",
        figures={"equity": 250_000, "assets": 1_000_000},
        document_hash="a" * 64,
        source="filings",
        retrieved_at=NOW,
    )
    models.get_model("companies", "BeneficialOwnership").objects.create(
        company_id=str(NORDLYS), relations=[], relations_hash="r" * 64, source="register", retrieved_at=NOW
    )
    models.get_model("companies", "BeneficialOwnerRead").objects.create(
        organisation_id=organisation.pk,
        organisation_name=organisation.name,
        cvr=str(NORDLYS),
        purpose="report",
        read_at=NOW,
    )


def _fill_endpoint(models: Apps, organisation: Any, url: str) -> Any:
    return models.get_model("delivery", "Endpoint").objects.create(
        organisation=organisation,
        url=url,
        signing_secret=encrypt("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        fingerprint="e" * 64,
        last_success_at=NOW,
        created_at=NOW,
    )


def _fill_batches(models: Apps, organisation: Any, endpoint: Any) -> None:
    batch, item = models.get_model("reporting", "Batch"), models.get_model("reporting", "BatchItem")
    report = models.get_model("reporting", "Report")
    common = {"organisation": organisation, "type": "Revision", "format": "{cvr}-{name}", "created_at": NOW}
    done = batch.objects.create(
        id=FINISHED,
        name="Kvartal 2",
        status="FinishedWithErrors",
        size=2,
        completed_count=1,
        failed_count=1,
        covered_count=2,
        finish_sequence=2,
        started_at=NOW,
        finished_at=NOW,
        **common,
    )
    ends: list[dict[str, Any]] = [
        {"status": "Completed", "pdf": "reports/1.pdf", "pdf_size": 100, "company_name": COMPANIES[NORDLYS]},
        {"status": "Failed", "failure": "CVR-nummeret 34580821 er ikke gyldigt."},
    ]
    for position, (cvr, end) in enumerate(zip((NORDLYS, 34580821), ends, strict=True)):
        made = item.objects.create(batch=done, position=position, cvr=str(cvr))
        report.objects.create(
            batch=done,
            item=made,
            position=position,
            due_at=NOW,
            created_at=NOW,
            finished_at=NOW,
            finished_number=position + 1,
            file_name=str(cvr),
            **end,
        )
    running = batch.objects.create(
        id=RUNNING, name="Kvartal 3", status="Executing", size=2, started_at=NOW, webhook_endpoint=endpoint, **common
    )
    for position, cvr in enumerate((NORDLYS, HAVGRUS)):
        made = item.objects.create(batch=running, position=position, cvr=str(cvr), internal_customer_id=7)
        report.objects.create(batch=running, item=made, position=position, due_at=NOW, created_at=NOW)
    listener = batch.objects.create(
        id=LISTENING,
        name="Ejere",
        status="Listening",
        size=1,
        is_listener=True,
        **(common | {"type": "ReelleEjere"}),
    )
    item.objects.create(batch=listener, position=0, cvr=str(LASSO))


def _fill_deliveries(models: Apps, endpoint: Any) -> None:
    delivery, attempt = models.get_model("delivery", "Delivery"), models.get_model("delivery", "Attempt")
    for number, status in enumerate(("Delivered", "Failed", "Cancelled", "Waiting")):
        is_open = status == "Waiting"
        made = delivery.objects.create(
            endpoint=endpoint,
            purpose="report_webhook",
            body=json.dumps({"cvr": str(NORDLYS), "number": number}),
            batch_id=FINISHED,
            cvr=str(NORDLYS),
            status=status,
            attempt_count=1,
            charged_count=1,
            due_at=NOW,
            # An upgrade is no reason to give up on what waits.
            deadline_at=datetime.now(UTC) + timedelta(hours=20),
            created_at=NOW,
            settled_at=None if is_open else NOW,
        )
        attempt.objects.create(
            delivery=made, number=1, started_at=NOW, duration=timedelta(seconds=1), status_code=503, answer_body="busy"
        )
