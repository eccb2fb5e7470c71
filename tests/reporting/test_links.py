"""Links to PDFs."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from reporting.models import Report
from tests.reporting.conftest import NORDLYS, place, render_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


@pytest.fixture
def link(api, organisation) -> str:
    """The path of a report's link, as the API gives it."""
    batch = place(organisation, NORDLYS)
    render_all(batch.pk)
    [item] = api.get(f"/apps/reporting/batches/{batch.pk}/items").json()["results"]
    return urlsplit(str(item["pdfurl"])).path


def test_it_opens_without_a_key(client, link) -> None:
    response = client.get(link)

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == ("inline; filename*=utf-8''99000007-Nordlys%20Testv%C3%A6rft%20ApS.pdf")
    content = b"".join(response.streaming_content)
    assert len(content) == int(response["Content-Length"]) == Report.objects.get().pdf_size


def test_it_ends_after_thirty_days(client, link) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=30, seconds=2)):
        response = client.get(link)

    assert response.status_code == 410
    assert response.json()["errorMessage"] == "This link has expired; read the batch's items again for a new one."


def test_it_still_opens_a_moment_before(client, link) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=29, hours=23)):
        response = client.get(link)
        assert response.status_code == 200
        response.close()


def test_it_is_for_this_pdf_alone(client, link) -> None:
    token = link.split("/")[2]
    tampered = link.replace(token, token[:-1] + ("A" if token[-1] != "A" else "B"))

    assert client.get(tampered).status_code == 404


def test_it_says_when_the_pdf_is_no_longer_stored(client, link) -> None:
    default_storage.delete(Report.objects.get().pdf)

    response = client.get(link)

    assert response.status_code == 404
    assert response.json()["errorMessage"] == "The PDF is no longer stored."


def test_it_says_when_the_storage_is_out_of_reach(client, link, monkeypatch) -> None:
    def unreachable(name: str) -> bool:
        raise PermissionError("the share is not mounted")

    monkeypatch.setattr(default_storage, "open", unreachable)

    response = client.get(link)

    assert response.status_code == 503
    assert response.json()["errorMessage"] == "The PDF cannot be read from the storage right now; try again."
