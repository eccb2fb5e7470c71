"""The log stays quick however long it is: each filter is one walk along an index, and so are health and forgetting."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.models import Organisation
from delivery.finding import DeliveryFilter, behind, deliveries_of
from delivery.models import Delivery
from tests.delivery.conftest import NOON
from tests.standing_rows import standing_rows

Status = Delivery.Status
ROWS = 40_000
RARE_BATCH = uuid.UUID(int=7)

# Two organisations with an endpoint each hour of their days; nearly all delivered, a few of all else.
FILL = """
INSERT INTO delivery_delivery (public_id, endpoint_id, organisation_id, purpose, body, order_key, batch_id, cvr, label,
  status, attempt_count, charged_count, due_at, deadline_at, last_error, is_failure_told, created_at, settled_at)
SELECT gen_random_uuid(), endpoint.id, endpoint.organisation_id,
  CASE WHEN n %% 500 = 0 THEN 'failure_notice' WHEN n %% 3 = 0 THEN 'report_email' ELSE 'report_webhook' END,
  '{}', '', CASE WHEN n %% 1000 = 7 THEN %(batch)s ELSE md5((n / 100)::text)::uuid END,
  CASE WHEN n %% 400 = 9 THEN '99000007' ELSE (10000000 + n %% 3000)::text END, '',
  status, 1, 1, created_at, created_at, '', true, created_at,
  CASE WHEN status IN ('Waiting', 'Sending') THEN NULL ELSE created_at END
FROM (
  SELECT n, CASE n %% 300 WHEN 1 THEN 'Failed' WHEN 2 THEN 'Waiting' WHEN 3 THEN 'Gone' ELSE 'Delivered' END AS status,
    %(noon)s - n * interval '1 minute' AS created_at, n %% 40 AS which
  FROM generate_series(1, %(rows)s) AS n) AS facts
JOIN (SELECT id, organisation_id, row_number() OVER (ORDER BY url) - 1 AS number FROM delivery_endpoint) AS endpoint
  ON endpoint.number = facts.which
"""


@pytest.fixture(scope="module")
def log(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Organisation]:
    """A long log, of which the organisation has half; in one transaction, so that nobody else analyses the table."""
    from delivery.models import Endpoint

    with standing_rows(django_db_blocker), connection.cursor() as cursor:
        # Files of its own: what earlier tests left behind in the old ones would count in the planner's costs.
        cursor.execute("TRUNCATE delivery_delivery, delivery_endpoint CASCADE")
        organisations = [Organisation.objects.create(name=name, email="log@fiktiv.example") for name in "ab"]
        for number in range(40):
            Endpoint.objects.create(
                organisation=organisations[number % 2],
                url=f"https://receiver.example/{number:02}",
                fingerprint=f"{number:064}",
            )
        cursor.execute(FILL, {"rows": ROWS, "noon": NOON, "batch": RARE_BATCH})
        # The statistics come from a sample of 300 rows times this target: here from all rows, never by chance.
        cursor.execute("SET LOCAL default_statistics_target = 1000")
        cursor.execute("ANALYZE delivery_delivery, delivery_endpoint")
        yield organisations[0]


def planned(deliveries: QuerySet[Delivery]) -> tuple[set[str], set[str], int]:
    """The plan's ways of reading deliveries, the indexes it uses, and how many rows were read and thrown away."""
    plan = json.loads(deliveries.explain(format="json", analyze=True))[0]["Plan"]
    nodes, waiting = [], [plan]
    while waiting:
        node = waiting.pop()
        nodes.append(node)
        waiting += node.get("Plans", [])
    removed = sum(
        node.get("Rows Removed by Filter", 0) * node["Actual Loops"]
        for node in nodes
        if node.get("Relation Name") == "delivery_delivery"
    )
    return (
        {node["Node Type"] for node in nodes if node.get("Relation Name", "delivery_delivery") == "delivery_delivery"},
        {node["Index Name"] for node in nodes if "Index Name" in node},
        removed,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        ({}, "delivery_log"),
        ({"since": NOON - timedelta(days=20), "until": NOON - timedelta(days=19)}, "delivery_log"),
        ({"status": Status.DELIVERED}, "delivery_log"),
        # Of what is rare or absent, the administrator's index by state tells about as quickly.
        ({"status": Status.FAILED}, "delivery_log_status delivery_not_delivered"),
        ({"status": Status.WAITING, "since": NOON - timedelta(days=5)}, "delivery_log_status"),
        ({"status": Status.DUPLICATE}, "delivery_log_status delivery_not_delivered"),
        ({"purpose": "failure_notice"}, "delivery_log_purpose"),
        ({"cvr": "99000007"}, "delivery_log_company"),
        ({"cvr": "99000007", "status": Status.DELIVERED, "purpose": "report_webhook"}, "delivery_log_company"),
        ({"batch_id": RARE_BATCH}, "delivery_log_batch"),
        ({"batch_id": RARE_BATCH, "status": Status.DELIVERED}, "delivery_log_batch"),
    ],
)
def test_it_walks_along_one_index(log, wanted, index):
    deliveries = deliveries_of(log, wanted=DeliveryFilter(**wanted))
    nodes, indexes, removed = planned(deliveries[:101])
    assert indexes & set(index.split())
    assert "Seq Scan" not in nodes
    assert removed <= 1000


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", [{}, {"status": Status.DELIVERED}, {"purpose": "report_webhook"}])
def test_it_finds_a_page_in_the_middle_as_quickly(log, wanted):
    deliveries = deliveries_of(log, wanted=DeliveryFilter(**wanted))
    middle = deliveries[9000:9001].get()
    page = behind(deliveries, created_at=middle.created_at, pk=middle.pk)
    nodes, _, removed = planned(page[:101])
    assert "Sort" not in nodes
    assert removed <= 1000
    assert page[0].pk == deliveries[9001].pk
