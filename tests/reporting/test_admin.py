"""The administrator's pages of batches and reports."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reporting.models import Report
from tests.reporting.conftest import NORDLYS, place, render_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


def queries_of(client, url: str) -> int:
    """How many queries the page takes."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("model", ["batch", "report"])
def test_a_list_takes_as_many_queries_however_long_it_is(admin_client, organisation, model: str) -> None:
    url = reverse(f"admin:reporting_{model}_changelist")
    place(organisation)
    few = queries_of(admin_client, url)
    for _ in range(20):
        place(organisation)

    assert queries_of(admin_client, url) == few <= 8


@pytest.mark.parametrize("model", ["batch", "report"])
def test_a_search_takes_any_text(admin_client, organisation, model: str) -> None:
    place(organisation)

    page = admin_client.get(reverse(f"admin:reporting_{model}_changelist"), {"q": "no id at all"})

    assert page.status_code == 200


def test_it_shows_why_a_report_failed_and_changes_nothing(admin_client, organisation) -> None:
    batch = place(organisation, NORDLYS, 99000023)
    render_all(batch.pk)
    failed = Report.objects.get(status="Failed")
    url = reverse("admin:reporting_report_change", args=[failed.pk])

    page = admin_client.get(url)

    assert failed.failure in page.content.decode()
    assert admin_client.post(url, {"status": "Completed"}).status_code == 403
    assert admin_client.get(reverse("admin:reporting_batch_change", args=[batch.pk])).status_code == 200
    assert Report.objects.get(pk=failed.pk).status == "Failed"
