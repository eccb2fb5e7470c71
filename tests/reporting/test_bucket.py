"""Reports in a bucket: a server that speaks S3 keeps them, and may be away, refuse us or fall silent."""

from __future__ import annotations

import io
import socket
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.config import Config
from django.core import mail
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Organisation
from delivery.models import Delivery
from delivery.sending import deliver
from delivery.transports.kept import close_kept
from lasso.buckets import bucket_storage
from reporting.archive import PIECE_BYTES
from reporting.forgetting import expire_some_pdfs
from reporting.models import Batch, Report
from reporting.orphans import look_for_orphans
from reporting.storing import forget_pdf, storage_key
from tests.delivery.conftest import ShortTurn
from tests.reporting.conftest import HAVGRUS, NORDLYS, place, render_all
from tests.s3_server import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, S3Server

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("register", "bucket"),
]
UseBucket = Callable[..., None]


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    server = S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def use_bucket(settings, s3) -> UseBucket:
    """Sets the storage as the variables `S3_…` do; with quicker time-outs when told."""

    def use(*, quickly: bool = False, **different: str) -> None:
        given = {
            "name": s3.bucket,
            "endpoint_url": s3.url,
            "region": REGION,
            "access_key_id": ACCESS_KEY_ID,
            "secret_access_key": SECRET_ACCESS_KEY,
        }
        given |= different
        storage = bucket_storage(**given)
        if quickly:
            options = storage["OPTIONS"]
            quick = Config(connect_timeout=0.3, read_timeout=0.3)
            options["client_config"] = options["client_config"].merge(quick)
        settings.S3_BUCKET = given["name"]
        settings.STORAGES = {**settings.STORAGES, "default": storage}

    return use


@pytest.fixture
def bucket(use_bucket, s3) -> Iterator[None]:
    """Reports are kept in the server's bucket, which every test finds empty."""
    use_bucket()
    yield
    close_kept()
    if s3.process is None:
        s3.start()
    for key in s3.stored_keys():
        s3.client().delete_object(Bucket=s3.bucket, Key=key)


def place_fast(organisation: Organisation, *cvrs: int, **fields: Any) -> Batch:
    return place(organisation, *cvrs, engine="fast", **fields)


def nobodys_url() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def link_of(api, batch) -> str:
    [item] = api.get(f"/apps/reporting/batches/{batch.pk}/items").json()["results"]
    return urlsplit(str(item["pdfurl"])).path


def try_again(batch) -> int:
    """Render what was put off, as its lane does when the pause is over."""
    Report.objects.update(due_at=timezone.now())
    return render_all(batch.pk)


def test_a_whole_batch_goes_through_it(api, client, organisation, s3) -> None:
    batch = place_fast(organisation, NORDLYS, HAVGRUS, notificationEmail="modtager@kunde.example")
    assert render_all(batch.pk) == 2

    reports = list(Report.objects.order_by("finished_number"))
    assert sorted(s3.stored_keys()) == sorted(storage_key(report, attempt=1) for report in reports)
    stored = s3.client().get_object(Bucket=s3.bucket, Key=reports[0].pdf)
    pdf = stored["Body"].read()
    assert (stored["ContentType"], len(pdf)) == ("application/pdf", reports[0].pdf_size)

    # The link leads to us, and the key to the bucket stays with us.
    items = api.get(f"/apps/reporting/batches/{batch.pk}/items").json()["results"]
    linked = client.get(urlsplit(str(items[0]["pdfurl"])).path)
    assert (linked.status_code, linked["Content-Type"]) == (200, "application/pdf")
    assert linked["Content-Length"] == str(len(pdf))
    assert b"".join(linked.streaming_content) == pdf

    answer = api.get(f"/apps/reporting/batches/{batch.pk}/download")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert archive.testzip() is None
    assert archive.namelist() == [f"{report.file_name}.pdf" for report in reports]
    assert archive.read(archive.namelist()[0]) == pdf


def test_it_fetches_one_pdf_of_the_zip_after_the_other(api, organisation, s3) -> None:
    batch = place_fast(organisation, NORDLYS, HAVGRUS)
    render_all(batch.pk)
    first, second = Report.objects.order_by("finished_number")
    pieces = iter(api.get(f"/apps/reporting/batches/{batch.pk}/download").streaming_content)
    begun = b""
    while first.pdf_size > len(begun):
        begun += next(pieces)

    assert len(begun) < first.pdf_size + PIECE_BYTES
    s3.client().delete_object(Bucket=s3.bucket, Key=second.pdf)
    archive = zipfile.ZipFile(io.BytesIO(begun + b"".join(pieces)))
    assert archive.namelist() == [f"{first.file_name}.pdf", f"{second.file_name}.txt"]


def test_it_says_when_an_object_is_gone(api, client, organisation, s3) -> None:
    batch = place_fast(organisation, NORDLYS)
    render_all(batch.pk)
    path = link_of(api, batch)
    forget_pdf(Report.objects.get().pdf)
    assert s3.stored_keys() == []

    answer = client.get(path)
    assert (answer.status_code, answer.json()["errorMessage"]) == (404, "The PDF is no longer stored.")
    # To forget what is gone is no fault.
    forget_pdf(Report.objects.get().pdf)


def test_pdfs_that_were_kept_long_enough_are_deleted_once_it_answers(
    api, client, organisation, use_bucket, s3, settings
) -> None:
    batch = place_fast(organisation, NORDLYS, HAVGRUS)
    render_all(batch.pk)
    path = urlsplit(str(api.get(f"/apps/reporting/batches/{batch.pk}/items").json()["results"][0]["pdfurl"])).path
    later = timezone.now() + settings.PDF_RETENTION + timedelta(minutes=1)

    use_bucket(endpoint_url=nobodys_url())
    assert expire_some_pdfs(later) == 0
    assert not Report.objects.filter(pdf_expired_at__isnull=False).exists()

    use_bucket()
    assert expire_some_pdfs(later) == 2
    assert s3.stored_keys() == []
    answer = client.get(path)
    assert (answer.status_code, s3.stored_keys()) == (410, [])


def test_files_that_no_report_names_are_deleted_from_it(organisation, s3) -> None:
    batch = place_fast(organisation, NORDLYS)
    render_all(batch.pk)
    report = Report.objects.get()
    left, foreign = f"reports/{batch.pk}/{report.pk}-7.pdf", f"reports/{batch.pk}/note.txt"
    for key in (left, foreign):
        s3.client().put_object(Bucket=s3.bucket, Key=key, Body=b"%PDF")

    look_for_orphans(timezone.now() + timedelta(days=2))

    assert sorted(s3.stored_keys()) == sorted([report.pdf, foreign])


def test_a_bucket_that_is_away_costs_a_report_nothing(api, client, organisation, use_bucket, s3) -> None:
    batch = place_fast(organisation, NORDLYS)
    use_bucket(endpoint_url=nobodys_url())
    for _ in range(2):
        assert try_again(batch) == 1
    report = Report.objects.get()
    assert (report.status, report.attempt_count, report.pdf) == ("Queued", 0, "")

    use_bucket()
    assert try_again(batch) == 1
    assert s3.stored_keys() == [Report.objects.get().pdf]

    path, download = link_of(api, batch), f"/apps/reporting/batches/{batch.pk}/download"
    use_bucket(endpoint_url=nobodys_url())
    for answer in (client.get(path), api.get(download)):
        assert (answer.status_code, answer["Content-Type"]) == (503, "application/json")
        assert answer.json()["errorMessage"] == "The PDF cannot be read from the storage right now; try again."
    forget_pdf(report.pdf)
    use_bucket()
    answer = client.get(path)
    assert answer.status_code == 200
    answer.close()


def test_a_bucket_that_goes_away_breaks_the_zip_off(api, organisation, use_bucket, s3) -> None:
    batch = place_fast(organisation, NORDLYS, HAVGRUS)
    render_all(batch.pk)
    pieces = iter(api.get(f"/apps/reporting/batches/{batch.pk}/download").streaming_content)
    begun = next(pieces)
    s3.stop()

    # The reader's connection is cut: half of a zip must not look like all of it.
    with pytest.raises(Exception, match="Could not connect to the endpoint"):
        begun += b"".join(pieces)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(begun))


def test_a_bucket_that_is_silent_is_given_up(organisation, use_bucket) -> None:
    batch = place_fast(organisation, NORDLYS)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_bucket(endpoint_url=f"http://127.0.0.1:{silent.getsockname()[1]}", quickly=True)
        assert render_all(batch.pk) == 1

    report = Report.objects.get()
    assert (report.status, report.attempt_count) == ("Queued", 0)


def test_wrong_credentials_are_told_and_nothing_is_lost(organisation, use_bucket, s3, caplog) -> None:
    batch = place_fast(organisation, NORDLYS)
    s3.ask_for_credentials(asks=True)
    try:
        assert render_all(batch.pk) == 1
        with pytest.raises(CommandError) as refused:
            call_command("try_storage")
    finally:
        s3.ask_for_credentials(asks=False)

    report = Report.objects.get()
    assert (report.status, report.attempt_count, s3.stored_keys()) == ("Queued", 0, [])
    [line] = [record for record in caplog.records if "storage_out_of_reach" in str(record.msg)]
    assert "InvalidAccessKeyId" in str(line.msg)
    assert SECRET_ACCESS_KEY not in str(line.msg)
    assert "bucket reports" in str(refused.value)
    assert "InvalidAccessKeyId" in str(refused.value)
    assert SECRET_ACCESS_KEY not in str(refused.value)

    assert try_again(batch) == 1
    assert s3.stored_keys() == [Report.objects.get().pdf]


def test_the_command_tries_what_reports_need_and_leaves_nothing(capsys, s3) -> None:
    call_command("try_storage")

    assert capsys.readouterr().out == "The bucket reports keeps, gives back and deletes files.\n"
    assert s3.stored_keys() == []


def test_the_command_names_a_bucket_that_is_not_there(use_bucket) -> None:
    use_bucket(name="another")

    with pytest.raises(CommandError, match=r"^The bucket another cannot keep a file: .*NoSuchBucket"):
        call_command("try_storage")


def test_a_mail_waits_for_the_bucket(organisation, use_bucket, settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    batch = place_fast(organisation, NORDLYS, notificationEmail="modtager@kunde.example")
    render_all(batch.pk)
    delivery = Delivery.objects.get()

    use_bucket(endpoint_url=nobodys_url())
    turn: Any = ShortTurn()
    deliver(delivery.endpoint_id, turn)
    assert mail.outbox == []
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.WAITING

    use_bucket()
    Delivery.objects.update(due_at=timezone.now())
    deliver(delivery.endpoint_id, turn)
    [sent] = mail.outbox
    [attached] = sent.attachments
    with default_storage.open(Report.objects.get().pdf) as stored:
        assert attached[1] == stored.read()
