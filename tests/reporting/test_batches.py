"""GET /apps/reporting/batches and one of them."""

from __future__ import annotations

import pytest

from tests.reporting.conftest import NORDLYS, place, render_all

pytestmark = pytest.mark.django_db

BATCHES = "/apps/reporting/batches"


def test_the_list_is_a_plain_array_with_the_newest_first(api, organisation) -> None:
    first = place(organisation, batchName="første")
    second = place(organisation, batchName="anden")

    response = api.get(BATCHES)

    assert [(batch["id"], batch["name"]) for batch in response.json()] == [
        (str(second.pk), "anden"),
        (str(first.pk), "første"),
    ]


def test_the_list_is_paged_on_request_and_tells_the_next_token_in_a_header(api, organisation) -> None:
    for name in ("a", "b", "c"):
        place(organisation, batchName=name)

    first = api.get(BATCHES, {"pageSize": 2})
    second = api.get(BATCHES, {"pageSize": 2, "cToken": first.headers["lasso-continuation-token"]})

    assert [batch["name"] for batch in first.json()] == ["c", "b"]
    assert [batch["name"] for batch in second.json()] == ["a"]
    assert "lasso-continuation-token" not in second.headers


def test_the_list_asks_the_database_as_often_for_many_as_for_few(api, organisation, django_assert_num_queries) -> None:
    place(organisation, notificationWebhookUrl="https://a.example/hook")
    with django_assert_num_queries(2):
        api.get(BATCHES)
    for number in range(5):
        place(organisation, notificationWebhookUrl=f"https://b{number}.example/hook")
    with django_assert_num_queries(2):
        api.get(BATCHES)


def test_every_key_of_the_organisation_sees_a_batch(api, organisation) -> None:
    from tests.reporting.conftest import client_of

    batch = place(organisation)

    assert client_of(organisation).get(f"{BATCHES}/{batch.pk}").json()["id"] == str(batch.pk)


@pytest.mark.parametrize("ending", ["", "/items", "/download"])
def test_nobody_else_sees_that_it_exists(stranger, organisation, ending) -> None:
    batch = place(organisation)

    response = stranger.get(f"{BATCHES}/{batch.pk}{ending}")

    assert response.status_code == 404
    assert response.json()["errorMessage"] == f"There is no batch {batch.pk}."
    assert stranger.get(BATCHES).json() == []


@pytest.mark.parametrize("move", ["stop", "cancel", "retry"])
def test_nobody_else_can_move_it(stranger, organisation, move) -> None:
    batch = place(organisation, scheduledTime="2999-01-01 01:00:00")

    assert stranger.post(f"{BATCHES}/{batch.pk}/{move}").status_code == 404

    batch.refresh_from_db()
    assert batch.status == "Scheduled"


def test_completion_goes_up_with_each_report_and_is_one_at_the_end(api, organisation, register) -> None:
    batch = place(organisation, NORDLYS, 99000023, 34580821, 7)
    seen = []
    for _ in range(4):
        render_all(batch.pk, most=1)
        seen.append(api.get(f"{BATCHES}/{batch.pk}").json()["completionPercentage"])

    assert seen == [0.25, 0.5, 0.75, 1.0]
