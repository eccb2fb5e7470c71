"""The administrator's pages."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from delivery.auth import AuthConfig, AuthMethod
from delivery.endpoints import find_or_create_endpoint
from delivery.models import Delivery, Endpoint
from lasso.admin import LongTablePaginator
from lasso.encryption import decrypt
from tests.delivery.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def secured(organisation, receiver) -> Endpoint:
    auth = AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2")
    return find_or_create_endpoint(organisation=organisation, url=receiver.url(), auth=auth)


def shown(client, **query) -> str:
    """The list of deliveries."""
    return str(client.get(reverse("admin:delivery_delivery_changelist"), query).content.decode())


def act(client, model: str, action: str, row) -> None:
    url = reverse(f"admin:delivery_{model}_changelist")
    assert client.post(url, {"action": action, "_selected_action": [row.pk]}).status_code == 302


def test_it_shows_an_endpoint_without_its_secrets(admin_client, secured):
    page = admin_client.get(reverse("admin:delivery_endpoint_change", args=[secured.pk])).content.decode()
    assert secured.url in page
    for secret in ("dm12d82mdlakd2", secured.auth, secured.signing_secret, decrypt(secured.signing_secret)):
        assert secret not in page


def test_it_shows_a_delivery_with_its_attempts(admin_client, secured, queue, run_lane):
    delivery = queue(secured)
    run_lane(secured)
    page = admin_client.get(reverse("admin:delivery_delivery_change", args=[delivery.pk])).content.decode()
    assert str(delivery.public_id) in page
    assert "attempt 1 of" in page
    assert "The receiver answered with status 200." in page


@pytest.mark.parametrize("term", ["{id}", "{batch}", "99000007", "CVR-1-99000007", "{url}", " {id} "])
def test_it_finds_deliveries(admin_client, organisation, secured, queue, term):
    other = find_or_create_endpoint(organisation=organisation, url="https://receiver.example/other")
    batch = uuid.uuid4()
    wanted, unwanted = queue(secured, cvr="99000007", batch_id=batch), queue(other, cvr="99000015")
    found = shown(admin_client, q=term.format(id=wanted.public_id, batch=batch, url=secured.url))
    assert f"/{wanted.pk}/change/" in found
    assert f"/{unwanted.pk}/change/" not in found


@pytest.mark.parametrize("term", ["99000023", str(uuid.UUID(int=5)), "nowhere", "%", "1'; --"])
def test_it_finds_nothing_that_is_not_there(admin_client, secured, queue, term):
    delivery = queue(secured, cvr="99000007")
    assert f"/{delivery.pk}/change/" not in shown(admin_client, q=term)


def test_it_narrows_to_an_endpoint_an_organisation_or_a_state(admin_client, organisation, secured, queue):
    other = find_or_create_endpoint(organisation=organisation, url="https://receiver.example/other")
    wanted, unwanted = queue(secured), queue(other)
    page = shown(admin_client, endpoint__id__exact=secured.pk)
    assert (f"/{wanted.pk}/change/" in page, f"/{unwanted.pk}/change/" in page) == (True, False)
    assert f"/{unwanted.pk}/change/" in shown(admin_client, organisation__id__exact=organisation.pk)
    assert f"/{wanted.pk}/change/" in shown(admin_client, status__exact="Waiting")
    assert f"/{wanted.pk}/change/" not in shown(admin_client, status__exact="Failed")


def test_it_counts_no_further_than_it_must(admin_client, secured, queue, monkeypatch):
    monkeypatch.setattr("lasso.admin.MOST_COUNTED", 3)
    for _ in range(5):
        queue(secured)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE delivery_delivery")
    rows = Delivery.objects.order_by("-id")
    # The planner's estimate of all, and the first ones of a selection.
    assert LongTablePaginator(rows, 2).count == 5
    assert LongTablePaginator(rows.filter(status="Waiting"), 2).count == 3
    assert LongTablePaginator(rows.filter(status="Failed"), 2).count == 0


def test_its_list_asks_the_database_as_often_for_many_as_for_few(
    admin_client, secured, queue, django_assert_max_num_queries
):
    for _ in range(20):
        queue(secured)
    # The session and the user, the count, the rows, and what the estimate needs.
    with django_assert_max_num_queries(6):
        shown(admin_client)


def test_it_shows_an_endpoints_health(admin_client, secured, queue, run_lane):
    queue(secured)
    run_lane(secured)
    queue(secured, now=NOON)
    page = admin_client.get(reverse("admin:delivery_endpoint_change", args=[secured.pk])).content.decode()
    assert "1 delivered, 0 failed" in page
    assert "1, the oldest since 2026-03-02 12:00 UTC" in page
    assert re.search(r"median [0-9]+ ms, 95 % within [0-9]+ ms", page)


@pytest.mark.parametrize(("action", "status"), [("recover_day", "Failed"), ("recover_week", "Waiting")])
def test_it_recovers(admin_client, secured, queue, action, status):
    delivery = queue(secured)
    Delivery.objects.update(status="Failed", settled_at=timezone.now() - timedelta(days=2))
    act(admin_client, "endpoint", action, secured)
    delivery.refresh_from_db()
    assert delivery.status == status


def test_it_changes_nothing_by_hand(admin_client, secured, queue):
    delivery = queue(secured)
    url = reverse("admin:delivery_delivery_change", args=[delivery.pk])
    assert admin_client.post(url, {"status": "Cancelled"}).status_code == 403
    assert admin_client.get(reverse("admin:delivery_delivery_add")).status_code == 403
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.WAITING


def test_it_switches_endpoints(admin_client, secured):
    act(admin_client, "endpoint", "disable", secured)
    secured.refresh_from_db()
    assert (secured.is_enabled, secured.disabled_reason) == (False, "Switched off by admin.")
    act(admin_client, "endpoint", "enable", secured)
    secured.refresh_from_db()
    assert secured.is_enabled is True


def test_it_sends_again(admin_client, secured, queue, run_lane, receiver):
    delivery = queue(secured)
    run_lane(secured)
    act(admin_client, "delivery", "redeliver", delivery)
    run_lane(secured)
    assert len(receiver.calls.all()) == 2


def test_it_gives_no_action_to_who_may_only_look(client, django_user_model, secured, queue, run_lane, receiver):
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("kigger", password="x", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_delivery", "view_endpoint"]))
    client.force_login(user)
    delivery = queue(secured)
    run_lane(secured)
    act_url = reverse("admin:delivery_delivery_changelist")
    client.post(act_url, {"action": "redeliver", "_selected_action": [delivery.pk]})
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.DELIVERED
