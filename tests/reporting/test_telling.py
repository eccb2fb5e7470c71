"""What a finished report sends out."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from delivery.models import Delivery
from reporting import finishing
from reporting.models import Batch, Report
from reporting.rendering import render_report
from tests.reporting.conftest import NORDLYS, claimed, place, render_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

HOOK = "https://myserver.example/reportwebhook"


def test_every_report_results_in_a_webhook_with_what_the_items_show(api, organisation) -> None:
    batch = place(organisation, NORDLYS, 34580821, notificationWebhookUrl=HOOK)

    render_all(batch.pk)

    deliveries = Delivery.objects.order_by("id")
    items = api.get(f"/apps/reporting/batches/{batch.pk}/items").json()["results"]
    assert [delivery.purpose for delivery in deliveries] == ["report_webhook"] * 2
    for delivery, item in zip(deliveries, items, strict=True):
        body = json.loads(delivery.body)
        assert {**body, "pdfurl": None} == {**item, "pdfurl": None}
        assert (delivery.endpoint.url, delivery.batch_id, str(delivery.report_id)) == (HOOK, batch.pk, item["id"])
        assert delivery.cvr == str(item["cvr"])
    assert json.loads(deliveries[0].body)["pdfurl"].startswith("http://localhost:8000/reports/")
    assert json.loads(deliveries[1].body)["pdfurl"] is None


def test_every_report_results_in_a_mail_with_its_pdf_or_its_reason(organisation) -> None:
    batch = place(organisation, NORDLYS, 34580821, notificationEmail="rapport@revision.example")

    render_all(batch.pk)

    made, failed = (json.loads(delivery.body) for delivery in Delivery.objects.order_by("id"))
    report = Report.objects.get(status="Warning")
    assert made["attachment"]["storage_key"] == report.pdf
    assert made["attachment"]["file_name"] == "99000007-Nordlys Testværft ApS.pdf"
    assert made["context"]["warnings"] == report.warnings
    assert failed["attachment"] is None
    assert failed["context"]["failure"] == Report.objects.get(status="Failed").failure


def test_a_batch_that_asked_for_nothing_sends_nothing(organisation) -> None:
    batch = place(organisation, NORDLYS)

    render_all(batch.pk)

    assert not Delivery.objects.exists()


def test_a_report_is_never_finished_without_its_deliveries(organisation, monkeypatch) -> None:
    batch = place(organisation, NORDLYS, notificationWebhookUrl=HOOK)

    def crash(*_, **__):
        raise ConnectionError("the database went away")

    monkeypatch.setattr(finishing, "queue_deliveries", crash)
    with pytest.raises(ConnectionError):
        render_report(claimed(batch.pk), now=timezone.now())

    assert Report.objects.get().status == Report.Status.RENDERING
    assert Batch.objects.get().covered_count == 0
    assert not Delivery.objects.exists()
