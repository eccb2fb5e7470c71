"""Batches on pages: the list, each one's page, its reports, and what can be done with it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import timedelta

import pytest
from django.http import FileResponse, StreamingHttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation
from portal.batches import listing
from reporting.models import Batch, Report
from reporting.moves import cancel_batch
from tests.reporting.conftest import HAVGRUS, NORDLYS, place, register, render_all

__all__ = ["register"]
pytestmark = pytest.mark.django_db

NOBODY = 99999993  # a wrong check digit


def text_of(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def names_of(page: str) -> list[str]:
    return re.findall(r'<a href="/portal/batches/[0-9a-f-]{36}">\s*([^<]*?)\s*</a>', page)


def test_it_lists_the_organisations_batches_newest_first(portal: Client, organisation, other_organisation):
    for name in ("Første", "Anden"):
        place(organisation, batchName=name)
    place(other_organisation, batchName="Deres")
    assert names_of(text_of(portal, "/portal/batches")) == ["Anden", "Første"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("text=først", ["Første"]),
        ("state=ended", ["Anden"]),
        ("state=open", ["Første"]),
        ("type=Finans", ["Første"]),
        ("type=Revision&state=ended", ["Anden"]),
        ("text=tredje", []),
        ("state=nonsense&type=nonsense", ["Anden", "Første"]),
    ],
)
def test_it_finds_batches(portal: Client, organisation: Organisation, query: str, expected: list[str]):
    place(organisation, batchName="Første", type="Finans")
    cancel_batch(place(organisation, batchName="Anden"), now=timezone.now())
    assert names_of(text_of(portal, f"/portal/batches?{query}")) == expected


def test_it_shows_a_long_list_page_by_page(portal: Client, organisation: Organisation, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    for number in range(5):
        place(organisation, batchName=f"Nummer {number}")
    seen, path = [], "/portal/batches?text=nummer"
    for _ in range(3):
        page = text_of(portal, path)
        seen.append(names_of(page))
        following = re.search(r'href="(\?[^"]*)"[^>]*rel="next"', page)
        path = f"/portal/batches{following[1]}" if following else ""
    assert seen == [["Nummer 4", "Nummer 3"], ["Nummer 2", "Nummer 1"], ["Nummer 0"]]
    assert path == ""


def test_it_does_not_take_a_position_of_another_list(portal: Client):
    assert portal.get("/portal/batches?page=nonsense").status_code == 404


def test_it_answers_with_the_table_alone_when_only_that_is_asked_for(portal: Client, organisation: Organisation):
    place(organisation, batchName="Første")
    part = text_of(portal, "/portal/batches", **{"hx-request": "true", "hx-target": "batches"})
    assert part.lstrip().startswith('<div id="batches"')
    assert names_of(part) == ["Første"]


def test_it_asks_for_news_only_while_there_may_be_some(portal: Client, organisation: Organisation):
    batch = place(organisation)
    assert 'hx-trigger="every 2s"' in text_of(portal, f"/portal/batches/{batch.pk}")
    cancel_batch(batch, now=timezone.now())
    assert 'hx-trigger="every 2s"' not in text_of(portal, f"/portal/batches/{batch.pk}")


@pytest.mark.usefixtures("register")
def test_it_shows_the_reports_and_why_one_failed(portal: Client, organisation: Organisation):
    batch = place(organisation, NORDLYS, NOBODY, errorAppend="#fejl")
    render_all(batch.pk)
    page = text_of(portal, f"/portal/batches/{batch.pk}")
    failed, made = Report.objects.get(status="Failed"), Report.objects.get(status="Warning")
    assert "Færdig med fejl" in page
    assert "2 af 2" in page
    assert failed.failure in page
    assert made.warnings[0] in page
    only_failed = text_of(portal, f"/portal/batches/{batch.pk}?status=Failed")
    assert failed.file_name in only_failed
    assert made.file_name not in only_failed


@pytest.mark.usefixtures("register")
def test_it_shows_a_report_in_its_page_and_as_a_file(portal: Client, organisation: Organisation):
    batch = place(organisation, NORDLYS)
    render_all(batch.pk)
    report = Report.objects.get()
    path = f"/portal/batches/{batch.pk}/reports/{report.pk}"
    answer = portal.get(path)
    assert f'src="{path}/pdf"' in answer.content.decode()
    assert "frame-src 'self'" in answer["content-security-policy"]
    shown, kept = portal.get(f"{path}/pdf"), portal.get(f"{path}/pdf?download")
    for response in (shown, kept):
        assert isinstance(response, FileResponse)
        assert response.getvalue().startswith(b"%PDF-")
    assert (shown["content-type"], shown["x-frame-options"]) == ("application/pdf", "SAMEORIGIN")
    assert shown["content-disposition"].startswith("inline")
    assert kept["content-disposition"].startswith("attachment")


@pytest.mark.usefixtures("register")
def test_it_has_no_pdf_of_a_failed_report(portal: Client, organisation: Organisation):
    batch = place(organisation, NOBODY)
    render_all(batch.pk)
    path = f"/portal/batches/{batch.pk}/reports/{Report.objects.get().pk}"
    assert "<iframe" not in text_of(portal, path)
    assert portal.get(f"{path}/pdf").status_code == 404


@pytest.mark.usefixtures("register")
def test_it_gives_all_reports_as_a_zip(portal: Client, organisation: Organisation):
    batch = place(organisation, NORDLYS, HAVGRUS, batchName="Årets <kunder>")
    render_all(batch.pk)
    answer = portal.get(f"/portal/batches/{batch.pk}/download")
    assert isinstance(answer, StreamingHttpResponse)
    names = zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist()
    assert sorted(names) == sorted(f"{name}.pdf" for name in Report.objects.values_list("file_name", flat=True))


@pytest.mark.usefixtures("register")
def test_it_retries_what_failed(portal: Client, organisation: Organisation):
    batch = place(organisation, NORDLYS, NOBODY)
    render_all(batch.pk)
    assert "Prøv de mislykkede igen" in text_of(portal, f"/portal/batches/{batch.pk}")
    assert portal.post(f"/portal/batches/{batch.pk}/retry")["location"] == f"/portal/batches/{batch.pk}"
    batch.refresh_from_db()
    assert batch.status == Batch.Status.EXECUTING
    assert Report.objects.filter(status="Queued").count() == 1


def test_it_cancels_and_says_what_cannot_be_done_any_more(portal: Client, organisation: Organisation):
    batch = place(organisation)
    portal.post(f"/portal/batches/{batch.pk}/cancel")
    batch.refresh_from_db()
    assert batch.status == Batch.Status.CANCELLED
    portal.post(f"/portal/batches/{batch.pk}/cancel")
    assert "Det kan ikke lade sig gøre" in text_of(portal, f"/portal/batches/{batch.pk}")


def test_it_stops_a_listener(portal: Client, organisation: Organisation):
    batch = place(organisation, type="ReelleEjere", isListener=True)
    assert portal.post(f"/portal/batches/{batch.pk}/stop").status_code == 302
    batch.refresh_from_db()
    assert batch.status == Batch.Status.LISTENING_STOPPED


def test_it_makes_no_move_by_looking_and_knows_no_others(portal: Client, organisation: Organisation):
    batch = place(organisation)
    assert portal.get(f"/portal/batches/{batch.pk}/cancel").status_code == 405
    assert portal.post(f"/portal/batches/{batch.pk}/nonsense").status_code == 404
    batch.refresh_from_db()
    assert batch.status == Batch.Status.EXECUTING


def test_it_shows_when_a_scheduled_batch_will_run(portal: Client, organisation: Organisation):
    batch = place(organisation, scheduledTime=(timezone.now() + timedelta(days=1)).isoformat())
    page = text_of(portal, f"/portal/batches/{batch.pk}")
    assert "Planlagt til" in page


def test_it_escapes_what_names_hold(portal: Client, organisation: Organisation):
    batch = place(organisation, batchName="<script>alert(1)</script>")
    for path in ("/portal/batches", f"/portal/batches/{batch.pk}"):
        assert "<script>alert" not in portal.get(path).content.decode()
