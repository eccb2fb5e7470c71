"""Endpoints that belong to one thing alone: made, called, changed in place and closed."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from accounts.models import Organisation
from delivery.auth import AuthConfig, AuthMethod
from delivery.cancelling import cancel_waiting
from delivery.claiming import claim_next
from delivery.endpoint_health import note_success, note_try
from delivery.endpoints import EndpointURLError, disable_endpoint, enable_endpoint, find_or_create_endpoint
from delivery.models import Attempt, Delivery, Endpoint
from delivery.outcomes import Outcome
from delivery.owned_endpoints import change_owned_endpoint, close_endpoint, create_owned_endpoint
from delivery.purposes import INTEGRATION_EXPORT
from delivery.recording import record, record_and_claim
from delivery.redelivering import redeliver, refusal
from delivery.sweeping import due_endpoints
from delivery.testing import test_endpoint
from delivery.transports.base import message_of
from delivery.wording import Answer
from lasso.encryption import decrypt
from tests import receivers
from tests.delivery.conftest import NOON, proven
from tests.delivery.policy import listened

pytestmark = pytest.mark.django_db

Status = Delivery.Status
OWNER = f"integration:{uuid.UUID(int=7)}:export"
AUTH = AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2")
OTHER_AUTH = AuthConfig(AuthMethod.BEARER, "", "another-token-4711")
REFUSED = Outcome(duration=timedelta(), status_code=500)


@pytest.fixture
def owned(organisation, receiver) -> Endpoint:
    """An endpoint with everything, that something has got through to."""
    endpoint = create_owned_endpoint(
        organisation=organisation,
        owner=OWNER,
        url=receiver.url("/companies/{cvr}?id={lassoId}"),
        method="PUT",
        auth=AUTH,
        limits={"max_in_flight": 2},
        label="Økonomisystem",
    )
    return proven(endpoint)


def test_it_is_nobody_elses_even_with_the_same_url_and_sign_in(organisation, receiver):
    url = receiver.url()
    shared = find_or_create_endpoint(organisation=organisation, url=url, auth=AUTH)
    first = create_owned_endpoint(organisation=organisation, owner=OWNER, url=url, auth=AUTH)
    second = create_owned_endpoint(
        organisation=organisation, owner=OWNER.replace("export", "update"), url=url, auth=AUTH
    )
    assert find_or_create_endpoint(organisation=organisation, url=url, auth=AUTH) == shared
    assert len({shared.pk, first.pk, second.pk}) == 3
    assert len({decrypt(one.signing_secret) for one in (shared, first, second)}) == 3
    with pytest.raises(IntegrityError, match="endpoint_owner_once"):
        create_owned_endpoint(organisation=organisation, owner=OWNER, url=receiver.url("/other"))


def test_it_belongs_to_an_organisation_too(organisation, receiver):
    other = Organisation.objects.create(name="Fremmed og Søn", email="post@fremmed.example")
    create_owned_endpoint(organisation=organisation, owner=OWNER, url=receiver.url())
    create_owned_endpoint(organisation=other, owner=OWNER, url=receiver.url())
    assert Endpoint.objects.count() == 2


@pytest.mark.parametrize(
    ("options", "error", "reason"),
    [
        ({"owner": ""}, ValueError, "without an owner"),
        ({"method": "PATCH"}, ValueError, "PATCH"),
        ({"url": "https://crm.example/{name}"}, EndpointURLError, "not known"),
        ({"url": "https://10.0.0.1/{cvr}"}, EndpointURLError, "not on the public internet"),
    ],
)
def test_it_is_refused_before_anything_is_stored(organisation, options, error, reason):
    with pytest.raises(error, match=reason):
        create_owned_endpoint(
            organisation=organisation, **{"owner": OWNER, "url": "https://crm.example/{cvr}", **options}
        )
    assert Endpoint.objects.count() == 0


def test_it_calls_the_filled_url_by_its_method_with_its_own_secrets(owned, receiver, queue, run_lane):
    delivery = queue(owned, purpose="integration_export", cvr="99000007", body={"cvr": 99000007})
    run_lane(owned)
    (call,) = receiver.calls.all()
    assert (call.method, call.path) == ("PUT", "/companies/99000007?id=CVR-1-99000007")
    assert (call.body, call.headers["x-api-key"]) == (b'{"cvr":99000007}', "dm12d82mdlakd2")
    assert call.headers["webhook-id"] == call.headers["idempotency-key"] == str(delivery.public_id)
    assert Webhook(decrypt(owned.signing_secret)).verify(call.body, call.headers) == {"cvr": 99000007}
    attempt = Attempt.objects.get()
    assert (attempt.method, attempt.url) == ("PUT", receiver.url("/companies/99000007?id=CVR-1-99000007"))


def test_it_leaves_a_batch_webhooks_url_as_it_stands(organisation, receiver, queue, run_lane):
    shared = find_or_create_endpoint(organisation=organisation, url=receiver.url("/hook/{cvr}"))
    queue(shared, cvr="99000007")
    run_lane(shared)
    (call,) = receiver.calls.all()
    assert (call.method, call.path) == ("POST", "/hook/%7Bcvr%7D")
    attempt = Attempt.objects.get()
    assert (attempt.method, attempt.url) == ("", "")


def test_it_sends_what_waits_to_the_new_address_with_the_new_sign_in(owned, receiver, queue, run_lane):
    queue(owned, purpose="integration_export", cvr="99000007")
    secret = decrypt(owned.signing_secret)
    change_owned_endpoint(endpoint=owned, url=receiver.url("/v2/{cvr}"), method="POST", auth=OTHER_AUTH, now=NOON)
    run_lane(owned)
    (call,) = receiver.calls.all()
    assert (call.method, call.path) == ("POST", "/v2/99000007")
    assert (call.headers["authorization"], "x-api-key" in call.headers) == ("Bearer another-token-4711", False)
    Webhook(secret).verify(call.body, call.headers)

    change_owned_endpoint(endpoint=owned, auth=None, now=NOON)
    queue(owned, purpose="integration_export", cvr="99000015")
    run_lane(owned)
    assert "authorization" not in receiver.calls.all()[1].headers
    # The log says what was called then.
    assert list(Attempt.objects.order_by("id").values_list("method", "url")) == [
        ("POST", receiver.url("/v2/99000007")),
        ("POST", receiver.url("/v2/99000015")),
    ]


def test_it_goes_to_the_new_address_from_the_next_call_on_within_a_lanes_turn(owned, receiver, queue):
    for cvr in ("99000007", "99000015"):
        queue(owned, purpose="integration_export", cvr=cvr, now=NOON)
    in_lane = Endpoint.objects.get(pk=owned.pk)
    first = claim_next(endpoint=in_lane, now=NOON)
    assert first is not None
    change_owned_endpoint(endpoint=owned, url=receiver.url("/v2/{cvr}"), method="POST", auth=OTHER_AUTH, now=NOON)
    _, second = record_and_claim(claim=first, outcome=Outcome(duration=timedelta(), status_code=200), now=NOON)
    assert second is not None
    message = message_of(second.delivery, now=NOON)
    assert (message.method, message.url) == ("POST", receiver.url("/v2/99000015"))
    assert message.auth == OTHER_AUTH


def unwell(endpoint: Endpoint) -> None:
    """Give it a history."""
    Endpoint.objects.filter(pk=endpoint.pk).update(
        failing_since=NOON,
        failure_count=12,
        last_failure_at=NOON,
        paused_until=timezone.now() + timedelta(hours=1),
        next_call_at=timezone.now() + timedelta(minutes=1),
        recent_calls=[timezone.now()],
    )


@pytest.mark.parametrize("changes", [{"url": "https://crm.example/v2"}, {"auth": OTHER_AUTH}, {"auth": None}])
def test_it_begins_its_health_anew_with_another_address_or_sign_in(owned, changes: Any):
    unwell(owned)
    secret = owned.signing_secret
    change_owned_endpoint(endpoint=owned, now=NOON, **changes)
    assert (owned.failing_since, owned.failure_count, owned.paused_until, owned.last_success_at) == (
        None,
        0,
        None,
        None,
    )
    assert (owned.last_failure_at, owned.next_call_at, owned.recent_calls) == (None, None, [])
    assert (owned.signing_secret, owned.max_in_flight, owned.owner) == (secret, 2, OWNER)


@pytest.mark.parametrize("changes", [{"method": "POST"}, {"label": "Andet navn"}, {"auth": AUTH}, {}])
def test_it_keeps_its_health_when_it_stays_where_it_is(owned, changes: Any):
    unwell(owned)
    change_owned_endpoint(endpoint=owned, now=NOON, **changes)
    assert (owned.failing_since, owned.failure_count) == (NOON, 12)
    assert (owned.method, owned.label) == (changes.get("method", "PUT"), changes.get("label", "Økonomisystem"))


def test_it_learns_nothing_from_a_call_to_the_address_before(owned, receiver, queue):
    queue(owned, purpose="integration_export", cvr="99000007")
    claims = []
    for outcome in (REFUSED, Outcome(duration=timedelta(), status_code=429, headers={"retry-after": "600"})):
        claim = claim_next(endpoint=Endpoint.objects.get(pk=owned.pk), now=NOON + timedelta(days=365))
        assert claim is not None
        claims.append(claim)
        change_owned_endpoint(endpoint=owned, url=receiver.url(f"/v{len(claims)}"), now=NOON)
        record(claim=claim, outcome=outcome, now=NOON)
        owned.refresh_from_db()
        assert (owned.failure_count, owned.failing_since, owned.paused_until) == (0, None, None)
        Delivery.objects.update(due_at=NOON, deadline_at=NOON + timedelta(days=500))
    note_success(claims[0].delivery.endpoint, now=NOON)
    owned.refresh_from_db()
    assert owned.last_success_at is None


def test_it_is_switched_on_by_a_new_address_only_when_nobody_switched_it_off(owned, receiver, queue):
    waiting = queue(owned, purpose="integration_export", cvr="99000007", now=NOON)
    disable_endpoint(endpoint=owned, reason="Switched off by hand.", now=NOON)
    change_owned_endpoint(endpoint=owned, url=receiver.url("/v2"), now=NOON)
    assert owned.is_enabled is False
    enable_endpoint(endpoint=owned, now=NOON)

    Endpoint.objects.filter(pk=owned.pk).update(failing_since=NOON - timedelta(hours=24), failure_count=9)
    assert note_try(owned, purpose=INTEGRATION_EXPORT, is_unwanted=False, answer=Answer(status_code=500), now=NOON)
    owned.refresh_from_db()
    assert (owned.is_enabled, owned.is_off_by_itself) == (False, True)
    change_owned_endpoint(endpoint=owned, method="POST", now=NOON)
    assert owned.is_enabled is False
    later = NOON + timedelta(hours=5)
    change_owned_endpoint(endpoint=owned, url=receiver.url("/v3"), now=later)
    assert (owned.is_enabled, owned.is_off_by_itself, owned.disabled_reason) == (True, False, "")
    waiting.refresh_from_db()
    assert (waiting.due_at, waiting.deadline_at) == (later, later + timedelta(hours=24))


def test_it_refuses_a_bad_address_and_changes_nothing(owned, organisation, receiver):
    before = Endpoint.objects.filter(pk=owned.pk).values().get()
    refused: list[tuple[Any, type[Exception]]] = [
        ({"url": "https://crm.example/{x}", "method": "POST"}, EndpointURLError),
        ({"method": "PATCH", "url": "https://crm.example/"}, ValueError),
    ]
    for changes, error in refused:
        with pytest.raises(error):
            change_owned_endpoint(endpoint=owned, now=NOON, **changes)
    assert Endpoint.objects.filter(pk=owned.pk).values().get() == before
    shared = find_or_create_endpoint(organisation=organisation, url=receiver.url())
    with pytest.raises(ValueError, match="that has an owner"):
        change_owned_endpoint(endpoint=shared, method="PUT", now=NOON)
    assert Endpoint.objects.get(pk=shared.pk).method == "POST"


# --- Closing ----------------------------------------------------------------------------------------------------------


def test_it_sends_nothing_any_more_once_it_is_closed(
    owned, api, admin_client, organisation, receiver, queue, run_lane, monkeypatch
):
    seen = listened(monkeypatch)
    sent = queue(owned, purpose="integration_export", cvr="99000007")
    run_lane(owned)
    waiting = [queue(owned, purpose="integration_export", cvr=cvr) for cvr in ("99000015", "99000023")]
    assert close_endpoint(endpoint=owned, reason="The integration was deleted.", now=NOON) is True
    assert close_endpoint(endpoint=owned, reason="Again.", now=NOON + timedelta(hours=1)) is False
    for delivery in waiting:
        delivery.refresh_from_db()
        assert (delivery.status, delivery.settled_at) == (Status.CANCELLED, NOON)
        assert delivery.last_error == "The integration was deleted."
    assert (owned.is_enabled, owned.closed_at, owned.disabled_reason) == (False, NOON, "The integration was deleted.")
    assert (owned.auth, owned.signing_secret, owned.previous_signing_secret) == ("", "", "")
    # Neither by switching it on, nor by sending again, nor by changing it.
    assert enable_endpoint(endpoint=owned, now=NOON) is False
    sent.refresh_from_db()
    assert redeliver(delivery=sent, now=NOON) is False
    assert refusal(sent) == "The delivery's endpoint is closed; nothing can be sent there any more."
    with pytest.raises(ValueError, match="not closed"):
        change_owned_endpoint(endpoint=owned, method="POST", now=NOON)
    queue(owned, purpose="integration_export", cvr="99000015", now=NOON)
    assert due_endpoints(now=NOON) == [(owned.pk, 1)]
    assert run_lane(owned) is False
    assert due_endpoints(now=NOON) == []
    assert Delivery.objects.filter(status=Status.CANCELLED).count() == 3
    assert len(receiver.calls.all()) == 1
    assert seen == [("integration_export", "Delivered")]
    # It is listed no more, and its deliveries stay in the log.
    assert api.get("/apps/endpoints").json()["results"] == []
    assert api.get(f"/apps/endpoints/{owned.pk}").status_code == 404
    assert api.post(f"/apps/endpoints/{owned.pk}/enable").status_code == 404
    assert len(api.get("/apps/deliveries", {"endpoint": str(owned.pk)}).json()["results"]) == 4
    assert api.post(f"/apps/deliveries/{sent.public_id}/redeliver").status_code == 409
    page = admin_client.get(reverse("admin:delivery_endpoint_change", args=[owned.pk])).content.decode()
    assert "Closed" in page
    # The owner may begin anew.
    again = create_owned_endpoint(organisation=organisation, owner=OWNER, url=owned.url, auth=AUTH)
    assert again.pk != owned.pk


@pytest.mark.parametrize(("status", "state"), [(500, Status.CANCELLED), (201, Status.DELIVERED)])
def test_it_lets_the_call_that_is_under_way_end_by_itself(owned, queue, run_lane, status, state):
    delivery = queue(owned, purpose="integration_export", cvr="99000007", now=NOON)
    claim = claim_next(endpoint=owned, now=NOON)
    assert claim is not None
    close_endpoint(endpoint=Endpoint.objects.get(pk=owned.pk), reason="Deleted.", now=NOON)
    record_and_claim(claim=claim, outcome=Outcome(duration=timedelta(), status_code=status), now=NOON)
    # What waits again is found by the sweep.
    assert due_endpoints(now=NOON) == ([(owned.pk, 1)] if status == 500 else [])
    run_lane(owned)
    delivery.refresh_from_db()
    assert delivery.status == state


def test_it_cancels_many_in_small_steps(owned, queue, run_lane, woken, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr("delivery.cancelling.CHUNK", 3)
    for number in range(20):
        queue(owned, purpose="integration_export", cvr=f"9900{number:04}")
    Delivery.objects.filter(pk__in=Delivery.objects.values("pk")[:5]).update(attempt_count=1)
    with django_capture_on_commit_callbacks(execute=True):
        close_endpoint(endpoint=owned, reason="Deleted.", now=NOON)
    assert woken == [owned.pk]
    assert Delivery.objects.filter(status=Status.WAITING).count() == 14
    # A lane's turn cancels as many as it has time for; the sweep comes back for the others.
    assert run_lane(owned, most=0) is True
    assert Delivery.objects.filter(status=Status.WAITING).count() < 14
    assert run_lane(owned) is False
    assert set(Delivery.objects.values_list("status", flat=True)) == {Status.CANCELLED}


def test_it_cancels_all_that_waits_and_nothing_else(owned, endpoint, queue):
    under_way = queue(owned, purpose="integration_export", cvr="99000007", now=NOON)
    claim_next(endpoint=owned, now=NOON)
    for number in range(5):
        queue(owned, purpose="integration_export", cvr=f"9900{number:04}")
    other = queue(endpoint)
    assert cancel_waiting(endpoint=owned, now=NOON, reason="Not wanted any more.") == 5
    assert cancel_waiting(endpoint=owned, now=NOON, reason="Not wanted any more.") == 0
    for delivery, state in ((under_way, Status.SENDING), (other, Status.WAITING)):
        delivery.refresh_from_db()
        assert delivery.status == state
    assert set(Delivery.objects.filter(status=Status.CANCELLED).values_list("last_error", flat=True)) == {
        "Not wanted any more."
    }


# --- The test call, and what is shown ---------------------------------------------------------------------------------


def test_it_is_tested_with_its_own_sign_in_signature_and_method_and_nothing_is_stored(owned, receiver):
    receiver.behaviour = receivers.answer(409, b"known already")
    disable_endpoint(endpoint=owned, reason="Switched off.", now=NOON)
    before = Endpoint.objects.filter(pk=owned.pk).values().get()
    result = test_endpoint(
        endpoint=owned, purpose="integration_export", body={"cvr": 99000007}, cvr="99000007", now=timezone.now()
    )
    assert (result.state, result.is_success, result.status_code) == (Status.DUPLICATE, False, 409)
    assert (result.method, result.url) == ("PUT", receiver.url("/companies/99000007?id=CVR-1-99000007"))
    assert (result.error, result.answer_body) == ("The receiver answered with status 409.", "known already")
    (call,) = receiver.calls.all()
    assert (call.method, call.headers["x-api-key"]) == ("PUT", "dm12d82mdlakd2")
    assert Webhook(decrypt(owned.signing_secret)).verify(call.body, call.headers) == {"cvr": 99000007}
    assert (Delivery.objects.count(), Attempt.objects.count()) == (0, 0)
    assert Endpoint.objects.filter(pk=owned.pk).values().get() == before


def test_it_shows_method_name_and_the_url_that_was_called(owned, api, admin_client, receiver, queue, run_lane):
    delivery = queue(owned, purpose="integration_export", cvr="99000007", label="Nordlys ApS (99000007)")
    run_lane(owned)
    called = receiver.url("/companies/99000007?id=CVR-1-99000007")
    change_owned_endpoint(endpoint=owned, url=receiver.url("/v2/{cvr}"), method="POST", now=NOON)

    shown = api.get(f"/apps/endpoints/{owned.pk}").json()
    assert (shown["name"], shown["method"], shown["url"]) == (
        "Økonomisystem (export)",
        "POST",
        receiver.url("/v2/{cvr}"),
    )
    (listed,) = api.get("/apps/deliveries").json()["results"]
    assert (listed["method"], listed["url"]) == ("POST", receiver.url("/v2/99000007"))
    (attempt,) = api.get(f"/apps/deliveries/{delivery.public_id}").json()["attempts"]
    assert (attempt["method"], attempt["url"]) == ("PUT", called)

    page = admin_client.get(reverse("admin:delivery_delivery_change", args=[delivery.pk])).content.decode()
    assert f"PUT {called.replace('&', '&amp;')}" in page
    assert f"POST {receiver.url('/v2/99000007')}" in page
    for model in ("endpoint", "delivery"):
        assert "dm12d82mdlakd2" not in admin_client.get(reverse(f"admin:delivery_{model}_changelist")).content.decode()
