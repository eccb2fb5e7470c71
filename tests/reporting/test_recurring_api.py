"""Recurring batches over the API: what is answered, whose they are, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from reporting.models import Batch
from reporting.recurring import run_due
from tests.reporting.conftest import NORDLYS, order_body, place
from tests.reporting.test_api_document import block

pytestmark = pytest.mark.django_db

BATCHES = "/apps/reporting/batches"
JANUARY = datetime(2999, 1, 1, 5, tzinfo=UTC)
MONTHLY = {"crontab": "0 6 1 * *"}


@pytest.fixture
def monthly(organisation) -> Batch:
    return place(organisation, now=datetime(2998, 12, 24, tzinfo=UTC), recurrence=MONTHLY)


def test_the_documented_order_is_taken_and_answered(api) -> None:
    response = api.post(BATCHES, json.loads(block("json recurrence")), format="json")

    assert response.status_code == 201, response.json()
    answer = response.json()
    assert (answer["status"], answer["completionPercentage"], answer["recurringBatchId"]) == ("Scheduled", 0.0, None)
    assert answer["recurrence"] | {"nextRunTime": None} == {
        "crontab": "0 6 1 * *",
        "timeZone": "Europe/Copenhagen",
        "nextRunTime": None,
        "paused": False,
    }
    next_run_at = Batch.objects.get().next_run_at
    assert next_run_at is not None
    assert answer["recurrence"]["nextRunTime"] == f"{next_run_at:%Y-%m-%dT%H:%M:%SZ}"


def test_names_of_fields_may_have_any_letter_case_and_null_is_none(api) -> None:
    taken = api.post(
        BATCHES, order_body(Recurrence={"CronTab": "0 6 * * MON", "timezone": "utc"}), format="json"
    ).json()
    once = api.post(BATCHES, order_body(recurrence=None), format="json").json()

    assert (taken["recurrence"]["crontab"], taken["recurrence"]["timeZone"]) == ("0 6 * * mon", "UTC")
    assert (once["recurrence"], once["status"]) == (None, "Executing")


def test_its_runs_are_listed_newest_first_and_name_it(api, monthly, organisation) -> None:
    place(organisation)
    run_due(now=JANUARY)
    run_due(now=JANUARY.replace(month=2))

    runs = api.get(f"{BATCHES}/{monthly.pk}/runs").json()

    assert [run["scheduledTime"] for run in runs] == ["2999-02-01T05:00:00Z", "2999-01-01T05:00:00Z"]
    assert {run["recurringBatchId"] for run in runs} == {str(monthly.pk)}
    assert {run["recurrence"] for run in runs} == {None}
    page = api.get(f"{BATCHES}/{monthly.pk}/runs?pageSize=1")
    token = page.headers["lasso-continuation-token"]
    assert [*page.json(), *api.get(f"{BATCHES}/{monthly.pk}/runs?pageSize=1&cToken={token}").json()] == runs
    # A token of one list opens no other.
    assert api.get(f"{BATCHES}?pageSize=1&cToken={token}").status_code == 400


def test_it_is_changed_paused_resumed_and_stopped(api, monthly) -> None:
    url = f"{BATCHES}/{monthly.pk}"
    changed = api.put(f"{url}/recurrence", {"crontab": "0 9 * * *", "timeZone": "UTC"}, format="json").json()
    paused = api.post(f"{url}/pause").json()
    resumed = api.post(f"{url}/resume").json()
    stopped = api.post(f"{url}/stop").json()

    assert changed["recurrence"]["crontab"] == "0 9 * * *"
    assert (paused["recurrence"]["paused"], paused["recurrence"]["nextRunTime"], paused["status"]) == (
        True,
        None,
        "Scheduled",
    )
    assert (resumed["recurrence"]["paused"], resumed["recurrence"]["nextRunTime"][10:]) == (False, "T09:00:00Z")
    assert (stopped["status"], stopped["completionPercentage"], stopped["recurrence"]["nextRunTime"]) == (
        "Finished",
        1.0,
        None,
    )
    assert api.post(f"{url}/pause").status_code == 409


def test_a_wrong_change_changes_nothing_and_one_that_does_not_recur_is_refused(api, monthly, organisation) -> None:
    response = api.put(f"{BATCHES}/{monthly.pk}/recurrence", {"crontab": "0 9 * *"}, format="json")
    assert (response.status_code, response.json()["errors"][0]["path"]) == (400, "crontab")
    once = place(organisation, scheduledTime="2999-01-01 01:00:00")
    for move in ("pause", "resume", "stop"):
        assert api.post(f"{BATCHES}/{once.pk}/{move}").status_code == 409
    assert api.put(f"{BATCHES}/{once.pk}/recurrence", MONTHLY, format="json").status_code == 409
    assert api.get(f"{BATCHES}/{once.pk}/runs").json() == []

    monthly.refresh_from_db()
    once.refresh_from_db()
    assert (monthly.crontab, once.crontab, once.status) == ("0 6 1 * *", "", "Scheduled")


def test_another_organisations_is_not_there(stranger, monthly) -> None:
    run_due(now=JANUARY)
    url = f"{BATCHES}/{monthly.pk}"

    answers = [
        stranger.get(f"{url}/runs"),
        stranger.put(f"{url}/recurrence", MONTHLY, format="json"),
        *(stranger.post(f"{url}/{move}") for move in ("pause", "resume", "stop", "cancel")),
    ]

    assert [answer.status_code for answer in answers] == [404] * 6
    monthly.refresh_from_db()
    assert (monthly.status, monthly.is_paused) == ("Scheduled", False)


def test_an_order_sent_twice_recurs_once(api) -> None:
    body, key = order_body(NORDLYS, recurrence=MONTHLY), {"HTTP_IDEMPOTENCY_KEY": "once"}
    first = api.post(BATCHES, body, format="json", **key)
    again = api.post(BATCHES, body, format="json", **key)

    assert (first.json(), Batch.objects.count()) == (again.json(), 1)
