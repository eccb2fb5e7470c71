"""The zip of a batch."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.storage import default_storage

from reporting.archive import UniqueNames
from reporting.models import Report
from tests.reporting.conftest import HAVGRUS, NORDLYS, place, render_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


def download(api, batch) -> zipfile.ZipFile:
    response = api.get(f"/apps/reporting/batches/{batch.pk}/download")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert archive.testzip() is None
    return archive


def test_it_holds_every_pdf_and_the_reason_of_every_failure(api, organisation) -> None:
    batch = place(organisation, NORDLYS, 99000023, errorAppend="#error")
    render_all(batch.pk)

    archive = download(api, batch)

    assert archive.namelist() == ["99000007-Nordlys Testværft ApS.pdf", "99000023-#error.txt"]
    made = Report.objects.get(status="Warning")
    with default_storage.open(made.pdf) as pdf:
        assert archive.read("99000007-Nordlys Testværft ApS.pdf") == pdf.read()
    assert archive.read("99000023-#error.txt").decode() == f"{Report.objects.get(status='Failed').failure}\n"


def test_names_that_are_the_same_are_told_apart(api, organisation) -> None:
    batch = place(organisation, NORDLYS, HAVGRUS, NORDLYS, format="rapport")
    render_all(batch.pk)

    assert download(api, batch).namelist() == ["rapport.pdf", "rapport (2).pdf", "rapport (3).pdf"]


def test_names_that_differ_only_by_letter_case_are_told_apart() -> None:
    names = UniqueNames()

    assert [names.take(name, ".pdf") for name in ("Ål", "ål", "ÅL", "ål (2)")] == [
        "Ål.pdf",
        "ål (2).pdf",
        "ÅL (3).pdf",
        "ål (2) (2).pdf",
    ]


def test_a_hundred_thousand_names_that_are_the_same_are_told_apart_in_no_time() -> None:
    # Counted up from 1 each time, they would take hours: the test's time limit would stop it.
    names = UniqueNames()

    taken = {names.take("rapport", ".pdf") for _ in range(100_000)}

    assert len(taken) == 100_000
    assert "rapport (100000).pdf" in taken


def test_a_pdf_that_is_no_longer_stored_does_not_break_the_others(api, organisation) -> None:
    batch = place(organisation, NORDLYS, HAVGRUS)
    render_all(batch.pk)
    default_storage.delete(Report.objects.get(item__cvr=NORDLYS).pdf)

    archive = download(api, batch)

    assert archive.namelist() == ["99000007-Nordlys Testværft ApS.txt", "99000015-Havgrus Prøveanlæg ApS.pdf"]
    assert archive.read("99000007-Nordlys Testværft ApS.txt").decode() == "PDF-filen er ikke længere gemt hos os.\n"


def test_it_gives_its_reasons_in_the_batchs_language(api, organisation) -> None:
    batch = place(organisation, NORDLYS, language="en")
    render_all(batch.pk)
    default_storage.delete(Report.objects.get().pdf)

    archive = download(api, batch)

    assert archive.read("99000007-Nordlys Testværft ApS.txt").decode() == "The PDF is no longer stored here.\n"


def test_it_is_empty_before_anything_is_finished(api, organisation) -> None:
    assert download(api, place(organisation, NORDLYS)).namelist() == []


def test_it_is_called_after_the_batch(api, organisation) -> None:
    batch = place(organisation, batchName='Årsrapporter/"2025"')

    response = api.get(f"/apps/reporting/batches/{batch.pk}/download")

    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%85rsrapporter--2025-.zip"
