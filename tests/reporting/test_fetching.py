"""What a worker reads of a report that it has claimed."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from reporting.fetching import find_report
from reporting.models import Report
from tests.reporting.conftest import NORDLYS, claimed, place

pytestmark = pytest.mark.django_db


def values_of(row: Model | None) -> dict[str, Any] | None:
    """The columns of a row, as the object has them."""
    return None if row is None else {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"notificationWebhookUrl": "https://myserver.example/hook", "notificationEmail": "rapport@revision.example"},
        {"notificationEmail": "rapport@revision.example"},
    ],
)
def test_it_is_what_the_rows_say_and_nothing_more_is_asked(organisation, told):
    report_id = claimed(place(organisation, NORDLYS, **told).pk).report_id
    # A column that is converted: JSON.
    Report.objects.filter(pk=report_id).update(warnings=["Æ", '"'])
    expected = Report.objects.get(pk=report_id)
    rows = (
        expected,
        expected.item,
        expected.batch,
        expected.batch.organisation,
        expected.batch.webhook_endpoint,
        expected.batch.email_endpoint,
    )

    found = find_report(report_id)

    assert found is not None
    with CaptureQueriesContext(connection) as queries:
        batch = found.batch
        read = (found, found.item, batch, batch.organisation, batch.webhook_endpoint, batch.email_endpoint)
    assert len(queries) == 0
    assert [values_of(row) for row in read] == [values_of(row) for row in rows]


def test_it_is_none_when_it_is_gone():
    assert find_report(uuid.uuid4()) is None
