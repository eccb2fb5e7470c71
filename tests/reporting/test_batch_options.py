"""Language, engine and archival form: ordered on a batch, kept on it, followed by its reports and its mails."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone

from delivery.models import Delivery
from reporting.first_reports import create_first_reports
from reporting.models import Batch, BatchItem, Report
from reporting.moves import retry_failed
from tests.reporting.conftest import NORDLYS, order_body, place, render_all
from tests.reporting.pdf_text import reader

BATCHES = "/apps/reporting/batches"
UNKNOWN = 99000023

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


def options_of(answer: dict[str, Any]) -> tuple[str, str, bool]:
    """The options that an answered batch shows."""
    return answer["language"], answer["engine"], answer["archival"]


@pytest.mark.parametrize(
    ("ordered", "options"),
    [
        ({}, ("da", "standard", False)),
        ({"language": None, "engine": None, "archival": None}, ("da", "standard", False)),
        ({"language": "", "engine": ""}, ("da", "standard", False)),
        ({"language": "en"}, ("en", "standard", False)),
        ({"Language": "EN", "Engine": " Fast "}, ("en", "fast", False)),
        ({"archival": True}, ("da", "standard", True)),
        ({"archival": True, "engine": "standard"}, ("da", "standard", True)),
    ],
)
def test_it_takes_them_and_shows_what_it_took(api, ordered: dict[str, Any], options: tuple[str, str, bool]) -> None:
    response = api.post(BATCHES, order_body() | ordered, format="json")

    assert response.status_code == 201, response.json()
    assert options_of(response.json()) == options
    assert options_of(api.get(f"{BATCHES}/{response.json()['id']}").json()) == options
    batch = Batch.objects.get()
    assert (batch.language, batch.engine, batch.is_archival) == options


@pytest.mark.parametrize(
    ("ordered", "path", "message"),
    [
        ({"language": "de"}, "language", 'must be one of da, en, found "de".'),
        ({"language": 1}, "language", "must be one of da, en, found 1."),
        ({"language": ["da"]}, "language", 'must be one of da, en, found ["da"].'),
        ({"engine": "turbo"}, "engine", 'must be one of standard, fast, found "turbo".'),
        ({"engine": True}, "engine", "must be one of standard, fast, found true."),
        ({"archival": "yes"}, "archival", 'must be true or false, found "yes".'),
        (
            {"archival": True, "engine": "fast"},
            "archival",
            'does not go with engine "fast"; order engine "standard", or leave it out.',
        ),
    ],
)
def test_it_says_what_it_does_not_take_and_stores_nothing(api, ordered, path: str, message: str) -> None:
    body = order_body(notificationEmail="rapport@revision.example") | ordered

    response = api.post(BATCHES, body, format="json")

    assert response.status_code == 400
    assert response.json()["errors"] == [{"path": path, "message": message}]
    assert not Batch.objects.exists()
    assert not BatchItem.objects.exists()


def test_an_order_that_names_no_language_gets_the_organisations(api, organisation) -> None:
    organisation.language = "en"
    organisation.save()

    named = api.post(BATCHES, order_body(language="da"), format="json").json()
    unnamed = api.post(BATCHES, order_body(), format="json").json()

    assert (named["language"], unnamed["language"]) == ("da", "en")


def test_an_order_that_names_no_engine_gets_the_settings_unless_that_one_cannot_make_it(api, settings) -> None:
    settings.REPORT_ENGINE = "fast"

    answers = [
        api.post(BATCHES, order_body(**ordered), format="json").json()
        for ordered in ({}, {"engine": "standard"}, {"archival": True})
    ]

    assert [options_of(answer) for answer in answers] == [
        ("da", "fast", False),
        ("da", "standard", False),
        ("da", "standard", True),
    ]


def test_the_database_holds_no_archival_batch_of_the_fast_engine(organisation) -> None:
    batch = place(organisation)

    with pytest.raises(IntegrityError, match="batch_archival_by_standard"):
        Batch.objects.filter(pk=batch.pk).update(engine="fast", is_archival=True)


def test_the_command_line_names_them_in_place_of_the_file(organisation, tmp_path) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps(order_body(language="da", engine="fast")), encoding="utf-8")

    call_command("order_batch", organisation.name, str(file), stdout=StringIO())
    call_command(
        "order_batch", organisation.name, str(file), language="en", engine="standard", archival=True, stdout=StringIO()
    )

    assert list(Batch.objects.order_by("created_at").values_list("language", "engine", "is_archival")) == [
        ("da", "fast", False),
        ("en", "standard", True),
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--language", "de"], "argument --language: invalid choice: 'de' (choose from 'da', 'en')"),
        (["--engine", "turbo"], "argument --engine: invalid choice: 'turbo' (choose from 'standard', 'fast')"),
        (["--archival"], 'archival: does not go with engine "fast"; order engine "standard", or leave it out.'),
    ],
)
def test_the_command_line_says_what_it_does_not_take(organisation, tmp_path, arguments, sentence: str) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps(order_body(engine="fast")), encoding="utf-8")

    with pytest.raises(CommandError) as caught:
        call_command("order_batch", organisation.name, str(file), *arguments)

    assert sentence in str(caught.value)
    assert not Batch.objects.exists()


def test_the_administration_shows_them(admin_client, organisation) -> None:
    batch = place(organisation, language="en", engine="fast")

    page = admin_client.get(f"/admin/reporting/batch/{batch.pk}/change/").content.decode()
    english = admin_client.get("/admin/reporting/batch/", {"language": "en", "engine": "fast"}).content.decode()
    danish = admin_client.get("/admin/reporting/batch/", {"language": "da"}).content.decode()

    assert "Engine:" in page
    assert "Is archival:" in page
    assert str(batch.pk) in english
    assert str(batch.pk) not in danish


def test_failures_and_mails_speak_the_batchs_language(organisation) -> None:
    for language in ("da", "en"):
        batch = place(organisation, UNKNOWN, 34580821, language=language, notificationEmail="rapport@revision.example")
        render_all(batch.pk)

    assert list(Report.objects.order_by("created_at", "position").values_list("failure", flat=True)) == [
        "Der findes ingen virksomhed med CVR-nummer 99000023 i registret.",
        "CVR-nummeret 34580821 er ikke gyldigt: kontrolcifferet passer ikke.",
        "There is no company with the CVR number 99000023 in the register.",
        "The CVR number 34580821 is not valid: its check digit is wrong.",
    ]
    mails = [json.loads(delivery.body) for delivery in Delivery.objects.order_by("id")]
    assert [mail["language"] for mail in mails] == ["da", "da", "en", "en"]
    assert mails[2]["context"]["failure"] == "There is no company with the CVR number 99000023 in the register."


def test_a_report_and_its_warnings_are_written_in_the_batchs_language(organisation) -> None:
    for language in ("da", "en"):
        render_all(place(organisation, NORDLYS, type="Finans", format="{type}-{cvr}", language=language).pk)

    danish, english = Report.objects.order_by("created_at")
    assert (danish.file_name, english.file_name) == ("Finans-99000007", "Finans-99000007")
    assert "Registret har ingen offentliggjort årsrapport for virksomheden." in danish.warnings
    assert "The register holds no published annual report for the company." in english.warnings


def test_a_run_of_a_listener_and_a_retry_keep_them(organisation) -> None:
    listener = place(organisation, NORDLYS, type="ReelleEjere", isListener=True, language="en", engine="fast")
    create_first_reports(listener, now=timezone.now())
    failed = place(organisation, UNKNOWN, language="en")

    render_all(listener.pk)
    render_all(failed.pk)
    failed.refresh_from_db()
    retry_failed(failed, now=timezone.now())
    render_all(failed.pk)

    [report] = Report.objects.filter(batch=listener)
    assert (
        "Revisionshuset Eksempel does not have access to information on beneficial owners (Section 18a of the Danish "
        "CVR Act)." in report.warnings
    )
    [again] = Report.objects.filter(batch=failed)
    assert again.failure == "There is no company with the CVR number 99000023 in the register."


def stored(report: Report) -> bytes:
    """The report's PDF in the storage."""
    with default_storage.open(report.pdf) as file:
        return bytes(file.read())


def test_reports_are_printed_by_the_batchs_engine_in_the_batchs_form(organisation) -> None:
    for options in ({"engine": "standard"}, {"engine": "fast"}, {"archival": True, "language": "en"}):
        render_all(place(organisation, NORDLYS, **options).pk)

    standard, fast, archival = (reader(stored(report)) for report in Report.objects.order_by("created_at"))
    assert [bool(pdf.trailer["/Root"].get("/MarkInfo")) for pdf in (standard, fast, archival)] == [True, False, True]
    assert [list(pdf.attachments) for pdf in (standard, fast, archival)] == [[], [], ["report.json"]]
    attached = json.loads(archival.attachments["report.json"][0])
    assert (attached["language"], attached["company"]["cvr"]) == ("en", "99000007")
