"""/metrics tells of tries, deliveries and endpoints, and a line in the log ties each try to its report and batch."""

from __future__ import annotations

import logging
import uuid
from datetime import timedelta

from django.utils import timezone

from delivery.delivery_metrics import GAUGES
from delivery.models import Delivery, Endpoint
from tests.observations import gauge_values, observations  # noqa: F401 - a fixture
from tests.receivers import answer

BATCH, REPORT = uuid.UUID(int=1), uuid.UUID(int=2)


def test_it_counts_tries_by_answer_and_deliveries_by_end(endpoint, receiver, queue, run_lane, observations) -> None:  # noqa: F811
    queue(endpoint)
    queue(endpoint)
    run_lane(endpoint)
    receiver.behaviour = answer(429, headers={"retry-after": "60"})
    queue(endpoint, purpose="integration_export")
    run_lane(endpoint)

    assert observations("lasso_delivery_tries_total") == {
        ("2xx", "report_webhook"): 2,
        ("429", "integration_export"): 1,
    }
    assert observations("lasso_deliveries_total") == {("report_webhook", "Delivered"): 2}
    assert observations("lasso_delivery_call_seconds_count") == {("integration_export",): 1, ("report_webhook",): 2}
    assert observations("lasso_delivery_seconds_count") == {("report_webhook",): 2}


def test_it_tells_what_waits_and_how_the_endpoints_are(endpoint, organisation, receiver, queue, run_lane) -> None:
    receiver.behaviour = answer(500)
    queue(endpoint)
    run_lane(endpoint)
    now = timezone.now()
    queue(endpoint, now=now - timedelta(seconds=100))
    for state in ({"paused_until": now + timedelta(hours=1)}, {"is_enabled": False, "is_off_by_itself": True}):
        other = Endpoint.objects.create(
            organisation=organisation, url=f"https://{uuid.uuid4()}.example", fingerprint=uuid.uuid4().hex, **state
        )
        queue(other)

    assert gauge_values(GAUGES, "lasso_open_deliveries") == {("due",): 1, ("later",): 1, ("sending",): 0}
    (age,) = gauge_values(GAUGES, "lasso_delivery_age_seconds").values()
    assert 100 <= age < 200
    assert gauge_values(GAUGES, "lasso_endpoints") == {
        ("on",): 1,
        ("paused",): 1,
        ("off",): 0,
        ("off_by_itself",): 1,
        ("failing",): 1,
    }


def test_it_ties_a_try_to_its_report_and_batch_in_the_log(endpoint, queue, run_lane, caplog) -> None:
    delivery = queue(endpoint, batch_id=BATCH, report_id=REPORT, cvr="99000007")

    with caplog.at_level(logging.INFO, logger="delivery.sending"):
        run_lane(endpoint)

    (said,) = [record.msg for record in caplog.records if record.name == "delivery.sending"]
    assert said["event"] == "delivery_tried"
    assert (said["delivery"], said["batch"], said["report"]) == (str(delivery.public_id), str(BATCH), str(REPORT))
    assert (said["answer"], said["status"], said["attempt"]) == ("2xx", Delivery.Status.DELIVERED.value, 1)
