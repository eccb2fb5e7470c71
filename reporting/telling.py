"""Telling the world of a finished report: its webhook and its mail, queued with what finished it."""

from __future__ import annotations

from datetime import datetime

from delivery.mails import report_mail
from delivery.models import Endpoint
from delivery.purposes import REPORT_EMAIL, REPORT_WEBHOOK
from delivery.queueing import queue_delivery
from reporting.answers import item_answer
from reporting.links import pdf_url
from reporting.models import Batch, Report


def queue_deliveries(report: Report, *, now: datetime) -> None:
    """Queue what the batch asked for, in the caller's transaction.

    Reporting page: "every single item will result in an email", "in a webhook call"; so failed reports are told too.
    """
    batch = report.batch
    if batch.webhook_endpoint:
        queue_delivery(
            endpoint=batch.webhook_endpoint,
            purpose=REPORT_WEBHOOK.name,
            body=item_answer(report, item=report.item, batch=batch, now=now),
            now=now,
            batch_id=batch.pk,
            report_id=report.pk,
            cvr=report.item.cvr,
            label=report.file_name,
        )
    if batch.email_endpoint:
        _queue_mail(report, batch, batch.email_endpoint, now=now)


def _queue_mail(report: Report, batch: Batch, endpoint: Endpoint, *, now: datetime) -> None:
    mail = report_mail(
        language=batch.language,
        batch_name=batch.name,
        report_type=batch.type,
        cvr=report.item.cvr,
        company_name=report.company_name,
        file_name=f"{report.file_name}.pdf",
        storage_key=report.pdf,
        link=pdf_url(report_id=report.pk, file_name=report.file_name, now=now) if report.pdf else "",
        warnings=report.warnings,
        failure=report.failure,
    )
    queue_delivery(
        endpoint=endpoint,
        purpose=REPORT_EMAIL.name,
        body=mail,
        now=now,
        batch_id=batch.pk,
        report_id=report.pk,
        cvr=report.item.cvr,
        label=report.file_name,
    )
