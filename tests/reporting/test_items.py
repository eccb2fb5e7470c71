"""GET …/items: finished reports, page by page."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from reporting.claiming import claim_next
from reporting.models import Batch, Report
from reporting.rendering import render_report
from tests.reporting.conftest import HAVGRUS, LASSO, NORDLYS, claimed, place, render_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


@pytest.fixture
def batch(organisation) -> Batch:
    """Five reports: two companies, two unknown ones, and one more company."""
    batch = place(organisation, NORDLYS, 99000023, HAVGRUS, 34580821, LASSO, errorAppend="#error")
    render_all(batch.pk)
    batch.refresh_from_db()
    return batch


def items(api: APIClient, batch: Batch, **query: Any) -> dict[str, Any]:
    """One page."""
    response = api.get(f"/apps/reporting/batches/{batch.pk}/items", query)
    assert response.status_code == 200, response.json()
    page: dict[str, Any] = response.json()
    return page


def test_it_shows_what_is_documented(api, batch) -> None:
    page = items(api, batch)

    assert page["continuationToken"] is None
    made, failed = page["results"][0], page["results"][1]
    report = Report.objects.get(pk=made["id"])
    assert report.finished_at is not None
    assert made.pop("pdfurl").endswith("/99000007-Nordlys%20Testv%C3%A6rft%20ApS.pdf")
    assert made == {
        "id": str(report.pk),
        "batchId": str(batch.pk),
        "lassoId": "CVR-1-99000007",
        "cvr": 99000007,
        "name": "99000007-Nordlys Testværft ApS",
        "companyName": "Nordlys Testværft ApS",
        "format": "{cvr}-{name}",
        "internalCustomerId": None,
        "printType": "Revision",
        "status": "Warning",
        "expired": False,
        "warnings": report.warnings,
        "error": None,
        "createdOn": report.finished_at.isoformat().replace("+00:00", "Z"),
    }
    assert (failed["status"], failed["name"], failed["pdfurl"]) == ("Failed", "99000023-#error", None)
    assert failed["error"] == "Der findes ingen virksomhed med CVR-nummer 99000023 i registret."


@pytest.mark.parametrize(
    ("status", "cvrs"),
    [
        ("Failed", [99000023, 34580821]),
        ("warning", [NORDLYS, HAVGRUS, LASSO]),
        ("2", [99000023, 34580821]),
        ("Completed", []),
    ],
)
def test_it_filters_by_status(api, batch, status, cvrs) -> None:
    assert [item["cvr"] for item in items(api, batch, status=status)["results"]] == cvrs


def test_its_pages_join_without_gap_or_overlap(api, batch) -> None:
    first = items(api, batch, pageSize=2)
    second = items(api, batch, pageSize=2, cToken=first["continuationToken"])
    third = items(api, batch, pageSize=2, cToken=second["continuationToken"])

    assert [item["cvr"] for page in (first, second, third) for item in page["results"]] == [
        NORDLYS, 99000023, HAVGRUS, 34580821, LASSO,
    ]  # fmt: skip
    assert third["continuationToken"] is None


def test_a_page_stays_the_same_while_more_reports_finish(api, organisation) -> None:
    batch = place(organisation, NORDLYS, HAVGRUS, LASSO)
    first_claim = claimed(batch.pk)
    # The first item's report takes longest: it is finished last, behind those that were ordered after it.
    for _ in range(2):
        render_report(claimed(batch.pk), now=timezone.now())
    before = items(api, batch, pageSize=1)
    render_report(first_claim, now=timezone.now())

    again = items(api, batch, pageSize=1)
    rest = items(api, batch, cToken=before["continuationToken"])

    assert [item["cvr"] for item in again["results"]] == [HAVGRUS]
    assert [item["cvr"] for item in rest["results"]] == [LASSO, NORDLYS]


def test_it_shows_no_report_that_is_not_finished(api, organisation) -> None:
    batch = place(organisation, NORDLYS)
    claim_next(batch.pk)

    assert items(api, batch) == {"continuationToken": None, "results": []}


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"status": "Done"}, "status"),
        ({"cToken": "abc"}, "cToken"),
        ({"pageSize": "0"}, "pageSize"),
        ({"pageSize": "1001"}, "pageSize"),
    ],
)
def test_it_says_what_is_wrong_with_the_query(api, batch, query, path) -> None:
    response = api.get(f"/apps/reporting/batches/{batch.pk}/items", query)

    assert response.status_code == 400
    assert [error["path"] for error in response.json()["errors"]] == [path]


def test_it_refuses_a_token_of_another_filter(api, batch) -> None:
    token = items(api, batch, pageSize=1)["continuationToken"]

    response = api.get(f"/apps/reporting/batches/{batch.pk}/items", {"cToken": token, "status": "Failed"})

    assert response.status_code == 400


def test_it_asks_the_database_as_often_for_many_reports_as_for_few(
    api, batch, organisation, django_assert_num_queries
) -> None:
    small = place(organisation, NORDLYS)
    render_all(small.pk)

    # The key, the batch, the reports.
    with django_assert_num_queries(3):
        items(api, small)
    with django_assert_num_queries(3):
        items(api, batch)
