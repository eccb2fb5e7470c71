"""The addresses of ordering; `portal.urls` takes them in."""

from __future__ import annotations

from django.urls import path

from portal.batches import new, recurring

urlpatterns = [
    path("portal/batches/new", new.new_batch, name="new-batch"),
    path("portal/batches/new/file-name", new.file_name, name="file-name"),
    path("portal/batches/new/next-runs", recurring.next_runs, name="next-runs"),
    path("portal/batches/<uuid:batch_id>/recurrence/times", recurring.change_times, name="batch-times"),
    path("portal/batches/new/<uuid:draft_id>", new.preview, name="batch-preview"),
    path("portal/batches/new/<uuid:draft_id>/order", new.order, name="order-batch"),
]
