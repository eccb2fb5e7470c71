"""What holds of batches after each step, judged by their model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count

from delivery.models import Delivery
from reporting.models import Batch, Report
from tests.api.batch_model import BatchModel, State

Models = Mapping[str, BatchModel]


def check_answers(answers: Sequence[Any], models: Models) -> None:
    """The API lists these batches and no others, and their status and completion follow from their reports."""
    listed = {batch["id"]: batch for batch in answers}
    assert listed.keys() == models.keys()
    for model in models.values():
        shown, expected = listed[model.id]["status"], model.status
        if expected == "Finished" and Report.objects.filter(batch_id=model.id, status="Warning").exists():
            expected = "FinishedWithWarning"
        assert shown == expected
        completion = listed[model.id]["completionPercentage"]
        assert completion == model.completion
        assert 0 <= completion <= 1
        assert (completion == 1) == (len({model.reports[one].item for one in model.finished}) == model.size)


def check_counters(models: Models) -> None:
    """Counters equal rows, and finished reports are numbered without a gap but for those that were retried."""
    for row in Batch.objects.filter(pk__in=models):
        reports = Report.objects.filter(batch=row)
        counted = dict(reports.values_list("status").annotate(Count("pk")))
        counters = {"Completed": row.completed_count, "Warning": row.warning_count, "Failed": row.failed_count}
        assert counters == {status: counted.get(status, 0) for status in counters}
        numbers = list(
            reports.exclude(finished_number=None).order_by("finished_number").values_list("finished_number", "pk")
        )
        told = sum(report.told for report in models[str(row.pk)].reports.values())
        assert row.finish_sequence == told
        assert [pk for _, pk in numbers] == models[str(row.pk)].finished
        if told == len(numbers):
            assert [number for number, _ in numbers] == list(range(1, told + 1))


def check_told(models: Models) -> None:
    """Each report that settled is told by one webhook and one mail, as its batch asked; no other is."""
    rows = Delivery.objects.exclude(report_id=None).values_list("report_id", "purpose").annotate(Count("pk"))
    told = {(report, purpose): count for report, purpose, count in rows}
    for model in models.values():
        for id_, report in model.reports.items():
            assert told.pop((id_, "report_webhook"), 0) == (report.told if model.webhook else 0)
            assert told.pop((id_, "report_email"), 0) == (report.told if model.mail else 0)
    assert told == {}


def check_states(models: Models) -> None:
    """Made is Completed or Warning; one whose worker died stays Rendering until the next one takes it."""
    rows = dict(Report.objects.filter(batch_id__in=models).values_list("pk", "status"))
    for model in models.values():
        for id_, report in model.reports.items():
            if report.state == State.MADE:
                assert rows[id_] in {"Completed", "Warning"}
            elif report.state == State.QUEUED:
                assert rows[id_] in {"Queued", "Rendering"}
            else:
                assert rows[id_] == report.state
