"""The reporting API's addresses, as documented: without a trailing slash."""

from __future__ import annotations

from django.urls import path

from reporting.api.batches import BatchesView, BatchView, CancelView, RetryView, StopView
from reporting.api.files import DownloadView, PDFView
from reporting.api.items import ItemsView
from reporting.api.recurring import PauseView, RecurrenceView, ResumeView, RunsView
from reporting.api.webhook_test import WebhookTestView

urlpatterns = [
    path("apps/reporting/batches", BatchesView.as_view(), name="batches"),
    path("apps/reporting/batches/<uuid:batch_id>", BatchView.as_view(), name="batch"),
    path("apps/reporting/batches/<uuid:batch_id>/items", ItemsView.as_view(), name="batch-items"),
    path("apps/reporting/batches/<uuid:batch_id>/download", DownloadView.as_view(), name="batch-download"),
    path("apps/reporting/batches/<uuid:batch_id>/stop", StopView.as_view(), name="batch-stop"),
    path("apps/reporting/batches/<uuid:batch_id>/cancel", CancelView.as_view(), name="batch-cancel"),
    path("apps/reporting/batches/<uuid:batch_id>/retry", RetryView.as_view(), name="batch-retry"),
    path("apps/reporting/batches/<uuid:batch_id>/runs", RunsView.as_view(), name="batch-runs"),
    path("apps/reporting/batches/<uuid:batch_id>/recurrence", RecurrenceView.as_view(), name="batch-recurrence"),
    path("apps/reporting/batches/<uuid:batch_id>/pause", PauseView.as_view(), name="batch-pause"),
    path("apps/reporting/batches/<uuid:batch_id>/resume", ResumeView.as_view(), name="batch-resume"),
    path("apps/reporting/webhooktest", WebhookTestView.as_view(), name="webhook-test"),
    path("reports/<str:token>/<str:file_name>.pdf", PDFView.as_view(), name="pdf"),
]
