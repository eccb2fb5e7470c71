"""GET /apps/endpoints and what can be done to one: limits, on and off, a new secret, sending again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from accounts.models import IdempotentRequest
from delivery.auth import AuthConfig, AuthMethod
from delivery.endpoints import disable_endpoint, find_or_create_endpoint
from delivery.models import Attempt, Delivery, Endpoint
from lasso.encryption import decrypt
from tests import receivers
from tests.delivery.conftest import NOON

Status = Delivery.Status
pytestmark = pytest.mark.django_db


def read(api: Any, endpoint: Endpoint) -> dict[str, Any]:
    response = api.get(f"/apps/endpoints/{endpoint.pk}")
    assert response.status_code == 200
    body: dict[str, Any] = response.json()
    return body


def post(api: Any, endpoint: Endpoint, verb: str, body: Any = None, **headers: str) -> Any:
    return api.post(f"/apps/endpoints/{endpoint.pk}/{verb}", body, format="json", headers=headers)


def settled(queue: Any, endpoint: Endpoint, status: str, *, ago: timedelta, took: timedelta | None = None) -> Delivery:
    delivery: Delivery = queue(endpoint)
    Delivery.objects.filter(pk=delivery.pk).update(status=status, settled_at=timezone.now() - ago)
    if took is not None:
        Attempt.objects.create(delivery=delivery, number=1, started_at=NOON, duration=took, status_code=200)
    return delivery


def test_it_shows_a_new_endpoint(api, organisation, receiver):
    endpoint = find_or_create_endpoint(organisation=organisation, url=receiver.url("/new"))
    assert read(api, endpoint) == {
        "id": str(endpoint.pk),
        "name": None,
        "method": "POST",
        "url": endpoint.url,
        "state": "Enabled",
        "since": endpoint.created_at.isoformat().replace("+00:00", "Z"),
        "disabledReason": None,
        "pausedUntil": None,
        "isSigned": True,
        "hasAuthentication": False,
        "lastSuccessOn": None,
        "lastFailureOn": None,
        "failingSince": None,
        "failuresInARow": 0,
        "deliveredLastDay": 0,
        "failedLastDay": 0,
        "waitingCount": 0,
        "oldestWaitingOn": None,
        "medianDurationMs": None,
        "p95DurationMs": None,
        "maxInFlight": None,
        "ratePerSecond": None,
        "ratePerMinute": None,
        "isProbed": False,
        "createdOn": endpoint.created_at.isoformat().replace("+00:00", "Z"),
    }


def test_it_counts_a_day_and_what_waits(api, endpoint, queue):
    for milliseconds in (100, 200, 300):
        settled(queue, endpoint, "Delivered", ago=timedelta(hours=1), took=timedelta(milliseconds=milliseconds))
    settled(queue, endpoint, "Duplicate", ago=timedelta(hours=23))
    settled(queue, endpoint, "Failed", ago=timedelta(hours=2))
    settled(queue, endpoint, "Cancelled", ago=timedelta(hours=2))
    settled(queue, endpoint, "Failed", ago=timedelta(hours=25), took=timedelta(seconds=9))
    oldest = queue(endpoint, now=NOON)
    tried, sending = queue(endpoint, now=NOON + timedelta(hours=1)), queue(endpoint)
    Delivery.objects.filter(pk=tried.pk).update(attempt_count=2)
    Delivery.objects.filter(pk=sending.pk).update(attempt_count=1, status=Status.SENDING)

    shown = read(api, endpoint)

    assert (shown["deliveredLastDay"], shown["failedLastDay"], shown["waitingCount"]) == (4, 1, 3)
    assert shown["oldestWaitingOn"] == oldest.created_at.isoformat().replace("+00:00", "Z")
    assert (shown["medianDurationMs"], shown["p95DurationMs"]) == (200, 290)


def test_it_shows_what_went_wrong(api, endpoint, receiver, queue, run_lane):
    receiver.behaviour = receivers.answer(500)
    queue(endpoint)
    before = timezone.now()
    run_lane(endpoint)
    shown = read(api, endpoint)
    endpoint.refresh_from_db()
    assert endpoint.last_failure_at is not None
    assert before <= endpoint.last_failure_at <= timezone.now()
    assert (
        shown["lastFailureOn"] == shown["failingSince"] == endpoint.last_failure_at.isoformat().replace("+00:00", "Z")
    )
    assert shown["failuresInARow"] == 1


def test_it_shows_a_pause_only_while_it_lasts(api, endpoint):
    until = timezone.now() + timedelta(minutes=5)
    Endpoint.objects.update(paused_until=until)
    shown = read(api, endpoint)
    assert (shown["state"], shown["pausedUntil"]) == ("Paused", until.isoformat().replace("+00:00", "Z"))
    Endpoint.objects.update(paused_until=timezone.now() - timedelta(seconds=1))
    shown = read(api, endpoint)
    assert (shown["state"], shown["pausedUntil"]) == ("Enabled", None)


def test_it_lists_the_newest_first_in_pages(api, organisation, endpoint, receiver):
    Endpoint.objects.update(created_at=NOON)
    others = [find_or_create_endpoint(organisation=organisation, url=receiver.url(f"/{name}")) for name in "abc"]
    Endpoint.objects.filter(pk=others[2].pk).update(created_at=NOON + timedelta(hours=1))
    Endpoint.objects.filter(pk__in=[others[0].pk, others[1].pk]).update(created_at=NOON)
    first = api.get("/apps/endpoints", {"pageSize": 3}).json()
    second = api.get("/apps/endpoints", {"pageSize": 3, "cToken": first["continuationToken"]}).json()
    ids = [row["id"] for row in first["results"] + second["results"]]
    same_moment = sorted((endpoint.pk, others[0].pk, others[1].pk), reverse=True)
    assert ids == [str(others[2].pk), *map(str, same_moment)]
    assert second["continuationToken"] is None


def test_it_shows_no_secret(api, organisation, receiver):
    auth = AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2")
    endpoint = find_or_create_endpoint(organisation=organisation, url=receiver.url("/secret"), auth=auth)
    text = api.get(f"/apps/endpoints/{endpoint.pk}").content.decode() + api.get("/apps/endpoints").content.decode()
    for secret in (
        "dm12d82mdlakd2",
        "X-API-KEY",
        endpoint.auth,
        endpoint.signing_secret,
        decrypt(endpoint.signing_secret),
    ):
        assert secret not in text
    assert read(api, endpoint)["hasAuthentication"] is True


def test_it_switches_off_and_on(api, endpoint, queue, run_lane, receiver, woken, django_capture_on_commit_callbacks):
    response = post(api, endpoint, "disable")
    assert (response.status_code, response.json()["state"]) == (200, "Disabled")
    assert response.json()["disabledReason"] == "Switched off through the API."
    delivery = queue(endpoint)
    run_lane(endpoint)
    assert receiver.calls.all() == []

    assert post(api, endpoint, "disable").status_code == 409
    with django_capture_on_commit_callbacks(execute=True):
        response = post(api, endpoint, "enable")
    endpoint.refresh_from_db()
    assert endpoint.enabled_at is not None
    assert (response.json()["state"], response.json()["disabledReason"]) == ("Enabled", None)
    assert response.json()["since"] == endpoint.enabled_at.isoformat().replace("+00:00", "Z")
    assert endpoint.pk in woken
    run_lane(endpoint)
    delivery.refresh_from_db()
    assert delivery.status == Status.DELIVERED
    refused = post(api, endpoint, "enable")
    assert (refused.status_code, refused.json()["errorMessage"]) == (409, "The endpoint is enabled already.")


def test_it_rotates_the_secret_and_shows_it_once(api, endpoint, receiver, queue, run_lane):
    old = decrypt(endpoint.signing_secret)
    response = post(api, endpoint, "rotate", {"GraceSeconds": 3600})
    answer = response.json()
    endpoint.refresh_from_db()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert answer["signingSecret"] == decrypt(endpoint.signing_secret) != old
    assert endpoint.previous_signing_secret_until is not None
    assert answer["previousValidUntil"] == endpoint.previous_signing_secret_until.isoformat().replace("+00:00", "Z")
    assert timedelta(minutes=59) < endpoint.previous_signing_secret_until - timezone.now() <= timedelta(hours=1)
    assert answer["signingSecret"] not in json.dumps(read(api, endpoint))

    queue(endpoint)
    run_lane(endpoint)
    (call,) = receiver.calls.all()
    for secret in (old, answer["signingSecret"]):
        Webhook(secret).verify(call.body, call.headers)


def test_it_ends_a_leaked_secret_at_once(api, endpoint):
    answer = post(api, endpoint, "rotate", {"graceSeconds": 0}).json()
    endpoint.refresh_from_db()
    assert (answer["previousValidUntil"], endpoint.previous_signing_secret) == (None, "")


def test_it_rotates_once_for_one_idempotency_key_and_keeps_the_answer_encrypted(api, endpoint):
    first = api.post(f"/apps/endpoints/{endpoint.pk}/rotate", headers={"Idempotency-Key": "r1"})
    again = api.post(f"/apps/endpoints/{endpoint.pk}/rotate", headers={"Idempotency-Key": "r1"})
    secret = first.json()["signingSecret"]
    assert (again.json(), again.headers["Idempotent-Replayed"]) == (first.json(), "true")
    endpoint.refresh_from_db()
    assert decrypt(endpoint.signing_secret) == secret
    assert secret not in json.dumps(IdempotentRequest.objects.get().answer)


@pytest.mark.parametrize(
    ("body", "path", "sentence"),
    [
        ({"graceSeconds": -1}, "graceSeconds", "must be a whole number from 0 to 604800, found -1."),
        ({"graceSeconds": 604801}, "graceSeconds", "must be a whole number from 0 to 604800, found 604801."),
        ({"graceSeconds": "1h"}, "graceSeconds", "must be a whole number from 0 to 604800, found a string."),
        ({"graceSeconds": True}, "graceSeconds", "found true."),
        ({"grace": 1}, "grace", "is not a field; "),
    ],
)
def test_it_refuses_a_wrong_rotation_and_keeps_the_secret(api, endpoint, body, path, sentence):
    response = post(api, endpoint, "rotate", body)
    assert response.status_code == 400
    (error,) = response.json()["errors"]
    assert (error["path"], sentence in error["message"]) == (path, True), error
    before = endpoint.signing_secret
    endpoint.refresh_from_db()
    assert endpoint.signing_secret == before


def test_it_has_no_secret_for_a_mailbox(api, mailbox):
    response = post(api, mailbox, "rotate")
    assert (response.status_code, read(api, mailbox)["isSigned"]) == (422, False)


def test_it_recovers_what_did_not_get_through(api, endpoint, receiver, queue, run_lane):
    delivery = settled(queue, endpoint, "Failed", ago=timedelta(minutes=5))
    since = (timezone.now() - timedelta(hours=1)).isoformat()
    response = post(api, endpoint, "recover", {"since": since})
    assert (response.status_code, response.json()) == (200, {"count": 1, "hasMore": False})
    run_lane(endpoint)
    delivery.refresh_from_db()
    assert delivery.status == Status.DELIVERED


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "is missing; write it as 2026-03-02T12:00:00Z."),
        ({"since": None}, "is missing"),
        ({"since": 7}, "must be a moment, found a number"),
        ({"since": "monday"}, "'monday' is not a moment"),
        ({"since": "2999-01-01"}, "'2999-01-01' is in the future."),
    ],
)
def test_it_refuses_a_wrong_recovery_and_sends_nothing(api, endpoint, queue, body, sentence):
    delivery = settled(queue, endpoint, "Failed", ago=timedelta(minutes=5))
    response = post(api, endpoint, "recover", body)
    (error,) = response.json()["errors"]
    assert (response.status_code, error["path"]) == (400, "since")
    assert sentence in error["message"]
    delivery.refresh_from_db()
    assert delivery.status == Status.FAILED


def test_it_changes_limits_and_leaves_the_rest(api, endpoint):
    path = f"/apps/endpoints/{endpoint.pk}"
    Endpoint.objects.update(next_call_at=timezone.now() + timedelta(minutes=1))
    answer = api.patch(path, {"maxinflight": 2, "ratePerMinute": 30, "isProbed": True}, format="json").json()
    assert [answer[name] for name in ("maxInFlight", "ratePerSecond", "ratePerMinute", "isProbed")] == [
        2,
        None,
        30,
        True,
    ]
    endpoint.refresh_from_db()
    assert (endpoint.max_in_flight, endpoint.rate_per_minute, endpoint.next_call_at) == (2, 30, None)
    answer = api.patch(path, {"ratePerMinute": None}, format="json").json()
    assert [answer[name] for name in ("maxInFlight", "ratePerMinute", "isProbed")] == [2, None, True]


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({"maxInFlight": 0}, {"maxInFlight": "must be a whole number from 1 to 64, found 0."}),
        (
            {"maxInFlight": 1, "ratePerSecond": "7"},
            {"ratePerSecond": "must be a whole number from 1 to 100, found a string."},
        ),
        (
            {"ratePerMinute": 1.5, "isProbed": 1},
            {
                "ratePerMinute": "must be a whole number from 1 to 6000, found a number.",
                "isProbed": "must be true or false, found a number.",
            },
        ),
        ({"maxFlight": 1}, {"maxFlight": "is not a field; did you mean maxInFlight?"}),
        ({"isEnabled": True, "maxInFlight": 1}, {"isEnabled": "is not a field; "}),
        ({}, {"": "The body changes nothing; send isProbed, maxInFlight, ratePerMinute, ratePerSecond."}),
    ],
)  # fmt: skip
def test_it_refuses_wrong_limits_and_changes_nothing(api, endpoint, body, errors):
    response = api.patch(f"/apps/endpoints/{endpoint.pk}", body, format="json")
    assert response.status_code == 400
    found = {error["path"]: error["message"] for error in response.json()["errors"]}
    assert found.keys() == errors.keys()
    assert all(found[path].startswith(message) for path, message in errors.items()), found
    endpoint.refresh_from_db()
    assert (endpoint.max_in_flight, endpoint.rate_per_second, endpoint.is_probed) == (None, None, False)


@pytest.mark.parametrize("verb", ["enable", "disable", "rotate", "recover"])
def test_it_hides_an_endpoint_from_strangers(stranger, endpoint, queue, verb):
    delivery = settled(queue, endpoint, "Failed", ago=timedelta(minutes=5))
    if verb == "enable":
        disable_endpoint(endpoint=endpoint, reason="Switched off.", now=NOON)
    before = Endpoint.objects.values().get()
    body = {"since": "2026-01-01"} if verb == "recover" else None
    assert post(stranger, endpoint, verb, body).status_code == 404
    assert stranger.get(f"/apps/endpoints/{endpoint.pk}").status_code == 404
    assert stranger.patch(f"/apps/endpoints/{endpoint.pk}", {"maxInFlight": 1}, format="json").status_code == 404
    assert stranger.get("/apps/endpoints").json()["results"] == []
    assert Endpoint.objects.values().get() == before
    delivery.refresh_from_db()
    assert delivery.status == Status.FAILED


def test_it_asks_the_database_as_often_for_many_endpoints(
    api, organisation, endpoint, receiver, django_assert_num_queries
):
    for name in "abc":
        find_or_create_endpoint(organisation=organisation, url=receiver.url(f"/{name}"))
    # The key, the endpoints, their figures.
    with django_assert_num_queries(3):
        api.get("/apps/endpoints")
