"""PDFs expire, batches are forgotten, listeners keep each company's newest report, and no file is without a report."""

from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from lasso.forgetting import forget
from reporting import orphans
from reporting.links import pdf_url
from reporting.models import Batch, Report, StorageWalk
from reporting.orphans import look_for_orphans
from reporting.storing import store_pdf
from tests.reporting.conftest import HAVGRUS, NORDLYS, place

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
BATCHES = "/apps/reporting/batches"


def made(organisation, *, days: float, number: int = 1, batch: Batch | None = None, status: str = "Finished") -> Report:
    """A finished report with a PDF, and its batch, that ended so many days before NOW."""
    then = NOW - days * DAY
    batch = batch or place(organisation, NORDLYS)
    report = batch.reports.filter(finished_number__isnull=True).order_by("position")[0]
    key = store_pdf(report, attempt=1, pdf=b"%PDF-1.7")
    values = {"status": "Completed", "pdf": key, "pdf_size": 8, "finished_at": then, "finished_number": number}
    Report.objects.filter(pk=report.pk).update(**values, file_name=f"navn {number}")
    Batch.objects.filter(pk=batch.pk).update(status=status, finished_at=then, created_at=then, finish_sequence=number)
    report.refresh_from_db()
    return report


def stored() -> set[str]:
    root = Path(django_settings.MEDIA_ROOT)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()} if root.exists() else set()


def test_a_pdf_expires_and_its_report_stays(api, organisation) -> None:
    old, young = made(organisation, days=366), made(organisation, days=364)
    link = pdf_url(report_id=old.pk, file_name="x", now=timezone.now())

    assert (forget("PDFs", now=NOW), forget("PDFs", now=NOW)) == (1, 0)

    assert stored() == {young.pdf}
    old.refresh_from_db()
    assert (old.status, old.pdf_expired_at, old.has_pdf) == ("Completed", NOW, False)
    [item] = api.get(f"{BATCHES}/{old.batch_id}/items").json()["results"]
    assert (item["status"], item["pdfurl"], item["expired"]) == ("Completed", None, True)
    answer = api.get("/reports" + link.partition("/reports")[2])
    assert (answer.status_code, answer.json()["errorMessage"]) == (
        410,
        "The PDF was kept for 365 days and was deleted; order the report anew.",
    )
    archive = zipfile.ZipFile(BytesIO(api.get(f"{BATCHES}/{old.batch_id}/download").getvalue()))
    [name] = archive.namelist()
    assert (name, archive.read(name).decode().startswith("PDF-filen er udløbet")) == ("navn 1.txt", True)
    assert api.get(f"{BATCHES}/{young.batch_id}/items").json()["results"][0]["expired"] is False


def test_a_storage_out_of_reach_keeps_pdfs_and_what_they_say(organisation, monkeypatch) -> None:
    old = made(organisation, days=366)

    def away(name: str) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(default_storage, "delete", away)
    assert (forget("PDFs", now=NOW), forget("batches", now=NOW + 1825 * DAY)) == (0, 0)
    monkeypatch.undo()

    old.refresh_from_db()
    assert (old.has_pdf, stored()) == (True, {old.pdf})
    assert forget("PDFs", now=NOW) == 1


def test_a_batch_is_forgotten_with_all_that_it_has(organisation, settings) -> None:
    settings.BATCH_RETENTION = 100 * DAY
    old, young = made(organisation, days=101, status="FinishedWithErrors"), made(organisation, days=99)
    default_storage.save(f"reports/{old.batch_id}/{old.pk}-7.pdf", ContentFile(b"left by a killed worker"))
    running = place(organisation, NORDLYS)
    series = place(organisation, recurrence="0 6 * * *")
    Batch.objects.filter(pk=series.pk).update(status="Finished", next_run_at=None, finished_at=NOW - 200 * DAY)
    Batch.objects.filter(pk=young.batch_id).update(recurring_batch=series)

    # A report, an item, a batch; the series with its two items.
    assert forget("batches", now=NOW) == 6

    assert set(Batch.objects.values_list("pk", flat=True)) == {young.batch_id, running.pk}
    assert (stored(), Report.objects.filter(pk=old.pk).exists()) == ({young.pdf}, False)
    assert not (Path(django_settings.MEDIA_ROOT) / "reports" / str(old.batch_id)).exists()


def test_a_listener_keeps_the_newest_report_of_each_company(organisation, settings) -> None:
    settings.BATCH_RETENTION = 100 * DAY
    batch = place(organisation, NORDLYS, HAVGRUS, type="ReelleEjere", isListener=True, triggerNow=True)
    first = made(organisation, days=300, number=1, batch=batch, status="Listening")
    lonely = made(organisation, days=299, number=2, batch=batch, status="Listening")
    runs = []
    for number, days in ((3, 200), (4, 50)):
        Report.objects.create(
            batch=batch, item=first.item, run=number, position=0, due_at=NOW, created_at=NOW, status="Queued"
        )
        runs.append(made(organisation, days=days, number=number, batch=batch, status="Listening"))
    Batch.objects.filter(pk=batch.pk).update(created_at=NOW - 301 * DAY, finished_at=None)

    assert forget("older reports of listeners", now=NOW) == 2
    assert set(Report.objects.values_list("pk", flat=True)) == {lonely.pk, runs[1].pk}
    assert stored() == {lonely.pdf, runs[1].pdf}


def test_files_without_a_report_go_when_they_are_a_day_old(organisation, monkeypatch) -> None:
    monkeypatch.setattr(orphans, "CHUNK", 2)
    kept, expired = made(organisation, days=1), made(organisation, days=1)
    Report.objects.filter(pk=expired.pk).update(pdf_expired_at=NOW)
    names = {
        "another attempt": f"reports/{kept.batch_id}/{kept.pk}-2.pdf",
        "of no report": f"reports/{organisation.pk}/{organisation.pk}-1.pdf",
        "young": f"reports/{kept.batch_id}/{kept.pk}-3.pdf",
        "not ours": f"reports/{kept.batch_id}/notes.txt",
    }
    for name in names.values():
        default_storage.save(name, ContentFile(b"x"))
    root = Path(django_settings.MEDIA_ROOT)
    for name in (kept.pdf, expired.pdf, *names.values()):
        age = timedelta(hours=23 if name == names["young"] else 25)
        os.utime(root / name, times=((NOW - age).timestamp(),) * 2)

    look_for_orphans(NOW)

    assert stored() == {kept.pdf, names["young"], names["not ours"]}
    assert not (root / "reports" / str(organisation.pk)).exists()
    walk = StorageWalk.objects.get()
    assert (walk.position, walk.ended_at) == ("", NOW)
    # Once a day.
    look_for_orphans(NOW + timedelta(hours=23))
    assert names["young"] in stored()
    look_for_orphans(NOW + timedelta(hours=25))
    assert names["young"] not in stored()


def test_the_walk_goes_on_where_it_was_cut_short(organisation, monkeypatch) -> None:
    monkeypatch.setattr(orphans, "CHUNK", 1)
    monkeypatch.setattr(orphans, "LONGEST_TURN", timedelta())
    keys = sorted(made(organisation, days=1).pdf for _ in range(3))

    seen = []
    for _ in range(4):
        look_for_orphans(NOW)
        seen.append(StorageWalk.objects.get().position)

    assert seen == [*keys, ""]
    assert stored() == set(keys)
