"""From a queued report to a PDF."""

from __future__ import annotations

import resource
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.utils import timezone

from companies.errors import SourceUnreachable
from reporting import rendering
from reporting.claiming import MOST_ATTEMPTS, claim_next
from reporting.contents.composing import compose
from reporting.models import Batch, Report
from reporting.rendering import render_report
from reporting.storing import StorageUnreachableError, storage_key, store_pdf
from tests.reporting.conftest import LASSO, NORDLYS, claimed, place, render_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


def test_it_makes_a_pdf_and_counts_it(organisation) -> None:
    batch = place(organisation, NORDLYS, format="{cvr}-{name}-{type}", engine="standard")

    assert render_all(batch.pk) == 1

    report = Report.objects.get()
    assert report.status == Report.Status.WARNING
    assert report.file_name == "99000007-Nordlys Testværft ApS-Revision"
    assert report.company_name == "Nordlys Testværft ApS"
    assert report.warnings != []
    assert report.finished_number == 1
    with default_storage.open(report.pdf) as pdf:
        content = pdf.read()
    assert content.startswith(b"%PDF-1.")
    assert len(content) == report.pdf_size
    batch.refresh_from_db()
    assert (batch.status, batch.warning_count, batch.completion) == ("FinishedWithWarning", 1, 1.0)
    assert batch.finished_at is not None


def test_a_wrong_check_digit_fails_with_the_reason(organisation) -> None:
    batch = place(organisation, 34580821, errorAppend="#error", format="4321-{cvr}-{name}")

    render_all(batch.pk)

    report = Report.objects.get()
    assert report.status == Report.Status.FAILED
    assert report.failure == "CVR-nummeret 34580821 er ikke gyldigt: kontrolcifferet passer ikke."
    assert report.file_name == "4321-34580821-#error"
    assert report.pdf == ""
    batch.refresh_from_db()
    assert (batch.status, batch.failed_count) == ("FinishedWithErrors", 1)


def test_an_unknown_company_fails_with_the_reason(organisation) -> None:
    batch = place(organisation, 99000023)

    render_all(batch.pk)

    assert Report.objects.get().failure == "Der findes ingen virksomhed med CVR-nummer 99000023 i registret."


def test_a_company_of_which_only_the_name_is_known_has_its_report(organisation) -> None:
    batch = place(organisation, LASSO)

    render_all(batch.pk)

    assert Report.objects.get().status == Report.Status.WARNING


def test_a_report_that_breaks_the_templates_fails_alone(organisation, monkeypatch) -> None:
    batch = place(organisation, NORDLYS, LASSO)

    def break_for_nordlys(material):
        if material.profile.cvr == str(NORDLYS):
            raise ValueError("something nobody thought of")
        return compose(material)

    monkeypatch.setattr(rendering, "compose", break_for_nordlys)

    assert render_all(batch.pk) == 2

    assert list(Report.objects.order_by("position").values_list("status", flat=True)) == ["Failed", "Warning"]
    assert Report.objects.get(status="Failed").failure == rendering.BROKEN


def test_a_killed_workers_report_is_taken_up_again_and_finished_once(organisation) -> None:
    batch = place(organisation, NORDLYS)
    lost = claimed(batch.pk)
    assert claim_next(batch.pk) is None, "the lease still runs"
    Report.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert render_all(batch.pk) == 1

    # The worker that was taken for dead comes back with its own PDF.
    render_report(lost, now=timezone.now())
    report = Report.objects.get()
    assert report.pdf == storage_key(report, attempt=2)
    assert not default_storage.exists(storage_key(report, attempt=1))
    batch.refresh_from_db()
    assert batch.warning_count == 1


def test_a_report_that_stops_its_worker_three_times_fails(organisation) -> None:
    batch = place(organisation, NORDLYS)
    for _ in range(3):
        assert claim_next(batch.pk) is not None
        Report.objects.update(lease_until=timezone.now() - timedelta(seconds=1))

    assert render_all(batch.pk) == 1

    report = Report.objects.get()
    assert (report.status, report.failure) == ("Failed", rendering.HOPELESS.format(n=MOST_ATTEMPTS))


def test_a_source_out_of_reach_is_asked_three_times_and_then_fails(organisation, monkeypatch) -> None:
    def unreachable(**_):
        raise SourceUnreachable("no answer within 10 seconds")

    monkeypatch.setattr(rendering, "collect", unreachable)
    batch = place(organisation, NORDLYS)

    for pause in rendering.SOURCE_PAUSES:
        assert render_all(batch.pk) == 1
        report = Report.objects.get()
        assert report.status == Report.Status.QUEUED
        assert pause - timedelta(seconds=10) < report.due_at - timezone.now() <= pause
        Report.objects.update(due_at=timezone.now())
    assert render_all(batch.pk) == 1

    assert Report.objects.get().failure == "Kilden til virksomhedens oplysninger kunne ikke nås i 3 forsøg."


def test_the_pause_begins_when_the_source_has_been_given_up(organisation, monkeypatch) -> None:
    def unreachable(**_):
        raise SourceUnreachable("no answer within 60 seconds")

    monkeypatch.setattr(rendering, "collect", unreachable)
    batch = place(organisation, NORDLYS)

    render_report(claimed(batch.pk), now=timezone.now() - timedelta(seconds=60))

    assert Report.objects.get().due_at > timezone.now() + rendering.PAUSE / 2


def test_a_disk_that_is_full_keeps_nothing_of_a_pdf(organisation) -> None:
    report = Report.objects.get(batch=place(organisation, NORDLYS))
    # What a disk with room for the first 1,000 bytes does; one that is really full needs an administrator's rights.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(StorageUnreachableError, match="File too large"):
            store_pdf(report, attempt=1, pdf=b"%PDF" * 1000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert not default_storage.exists(storage_key(report, attempt=1))
    assert store_pdf(report, attempt=1, pdf=b"%PDF") == storage_key(report, attempt=1)


def test_a_storage_out_of_reach_costs_the_report_nothing(organisation, settings, tmp_path) -> None:
    blocked = tmp_path / "full"
    blocked.write_text("a file where the folder should be")
    batch = place(organisation, NORDLYS)
    settings.MEDIA_ROOT = blocked

    for _ in range(5):
        assert render_all(batch.pk) == 1
        Report.objects.update(due_at=timezone.now())
    report = Report.objects.get()
    assert (report.status, report.attempt_count) == ("Queued", 0)

    settings.MEDIA_ROOT = tmp_path / "storage"
    assert render_all(batch.pk) == 1
    assert Report.objects.get().status == Report.Status.WARNING


def test_a_cancelled_report_is_thrown_away(organisation) -> None:
    batch = place(organisation, NORDLYS)
    claim = claimed(batch.pk)
    Report.objects.update(status="Cancelled", claim=None, lease_until=None)

    render_report(claim, now=timezone.now())

    report = Report.objects.get()
    assert report.status == Report.Status.CANCELLED
    assert not default_storage.exists(storage_key(report, attempt=1))
    assert Batch.objects.get().finish_sequence == 0


def test_reports_are_rendered_in_the_order_of_the_items(organisation) -> None:
    batch = place(organisation, LASSO, NORDLYS, 99000023)

    render_all(batch.pk)

    assert list(Report.objects.order_by("finished_number").values_list("item__cvr", flat=True)) == [
        "34580820",
        "99000007",
        "99000023",
    ]


def test_a_document_that_breaks_its_reader_fails_alone(organisation, monkeypatch) -> None:
    def broken(**_):
        raise ValueError("a document that nobody thought of")

    monkeypatch.setattr(rendering, "collect", broken)
    batch = place(organisation, NORDLYS)

    assert render_all(batch.pk) == 1

    assert Report.objects.get().failure == rendering.BROKEN


def test_a_database_that_fails_while_collecting_leaves_the_report_to_another_try(organisation, monkeypatch) -> None:
    def gone(**_):
        raise OperationalError("the connection was closed")

    monkeypatch.setattr(rendering, "collect", gone)
    batch = place(organisation, NORDLYS)

    with pytest.raises(OperationalError):
        render_all(batch.pk)

    assert Report.objects.get().status == Report.Status.RENDERING
