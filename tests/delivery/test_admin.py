"""The administrator's pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from delivery.auth import AuthConfig, AuthMethod
from delivery.endpoints import find_or_create_endpoint
from delivery.models import Delivery, Endpoint
from lasso.encryption import decrypt

pytestmark = pytest.mark.django_db


@pytest.fixture
def secured(organisation, receiver) -> Endpoint:
    auth = AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2")
    return find_or_create_endpoint(organisation=organisation, url=receiver.url(), auth=auth)


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


def test_it_finds_deliveries(admin_client, secured, queue):
    delivery = queue(secured, cvr="99000007")
    url = reverse("admin:delivery_delivery_changelist")
    for query in ("?q=99000007", f"?q={delivery.public_id}", "?status__exact=Waiting"):
        assert str(delivery.public_id) in admin_client.get(url + query).content.decode()


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
