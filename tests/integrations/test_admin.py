"""The administrator's pages of integrations."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.contrib.messages import get_messages
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from delivery.auth import parse_auth
from delivery.models import Delivery
from delivery.queueing import queue_delivery
from integrations.models import Integration, MonitoredCompany
from integrations.setting_up import NewEndpoint, delete_integration
from lasso.encryption import decrypt
from tests import receivers
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, integrated

pytestmark = pytest.mark.django_db
SECRET = "dm12d82mdlakd2"


@pytest.fixture
def secured(organisation, receiver) -> Integration:
    auth = parse_auth({"Method": "Header", "Key": "X-API-KEY", "Value": SECRET})
    return integrated(organisation, receiver, export=NewEndpoint(url=receiver.url("/companies"), auth=auth))


@pytest.fixture
def companies(secured, register) -> list[MonitoredCompany]:
    """One that is monitored, one that failed, and one that is gone."""
    states = {LASSO: "Monitored", NORDLYS: "ExportFailed", HAVGRUS: "Gone"}
    return [
        MonitoredCompany.objects.create(integration=secured, cvr=str(cvr), state=state, added_at=timezone.now())
        for cvr, state in states.items()
    ]


def listed(client: Any, model: str, **query: Any) -> str:
    response = client.get(reverse(f"admin:integrations_{model}_changelist"), query)
    assert response.status_code == 200
    return str(response.content.decode())


def page_of(client: Any, row: Any) -> str:
    name = f"admin:integrations_{row._meta.model_name}_change"
    return str(client.get(reverse(name, args=[row.pk])).content.decode())


def act(client: Any, model: str, action: str, *rows: Any) -> list[str]:
    """Use an action on rows; what the administrator is told."""
    url = reverse(f"admin:integrations_{model}_changelist")
    response = client.post(url, {"action": action, "_selected_action": [row.pk for row in rows]})
    # The list is shown anew when there is no such action for this user.
    assert response.status_code in {200, 302}
    # Those of earlier actions were not shown yet, so they are still there.
    return [str(message) for message in get_messages(response.wsgi_request)][-1:]


def test_it_shows_an_integration_with_its_mapping_health_and_counts_and_no_secret(admin_client, secured, companies):
    queue_delivery(endpoint=secured.export_endpoint, purpose="integration_export", body={}, now=timezone.now())
    page = page_of(admin_client, secured)

    assert secured.export_endpoint.url in page
    assert "telephone" in page
    assert "1 waiting, the oldest since" in page
    assert "last 24 hours: 0 delivered, 0 failed" in page
    for shown in ("1 Monitored", "1 ExportFailed", "1 Gone", "0 Exporting"):
        assert f">{shown}</a>" in page
    for secret in (SECRET, "X-API-KEY", secured.export_endpoint.auth, secured.export_endpoint.signing_secret):
        assert secret not in page
    assert decrypt(secured.export_endpoint.signing_secret) not in page


def test_it_lists_integrations_with_state_and_counts(admin_client, secured, companies):
    page = listed(admin_client, "integration")
    assert "On: POST http://127.0.0.1" in page
    assert "1 Monitored, 1 ExportFailed, 1 Gone" in page


def test_it_finds_integrations(admin_client, organisation, secured, receiver):
    other = integrated(organisation, receiver, name="Warehouse")
    for term, found in ((str(other.pk), other), ("wareh", other), ("crm", secured)):
        page = listed(admin_client, "integration", q=term)
        assert [f"/{one.pk}/change/" in page for one in (secured, other)] == [one is found for one in (secured, other)]
    assert f"/{secured.pk}/change/" in listed(admin_client, "integration", q=organisation.name)


def test_it_leaves_out_what_was_deleted(admin_client, secured, companies):
    delete_integration(integration=secured, now=timezone.now())
    assert str(secured.pk) not in listed(admin_client, "integration")
    assert str(LASSO) not in listed(admin_client, "monitoredcompany")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": str(NORDLYS)}, [NORDLYS]),
        ({"q": f" CVR-1-{LASSO} "}, [LASSO]),
        ({"q": "99000023"}, []),
        ({"q": "crm"}, [LASSO, NORDLYS, HAVGRUS]),
        ({"q": "%'; --"}, []),
        ({"state__exact": "Gone"}, [HAVGRUS]),
        ({"integration__id__exact": "{integration}"}, [LASSO, NORDLYS, HAVGRUS]),
        ({"integration__id__exact": "{integration}", "state__exact": "Monitored"}, [LASSO]),
        ({"integration__id__exact": "00000000-0000-4000-8000-000000000000"}, []),
        ({"integration__id__exact": "no id"}, []),
    ],
)
def test_it_finds_companies(admin_client, secured, companies, query, found):
    page = listed(
        admin_client,
        "monitoredcompany",
        **{name: text.replace("{integration}", str(secured.pk)) for name, text in query.items()},
    )
    assert [int(one.cvr) for one in companies if f"/{one.pk}/change/" in page] == found


def test_it_shows_companies_by_name_with_the_last_answer(admin_client, companies):
    MonitoredCompany.objects.update(last_status_code=409, last_answer="The receiver has it already.")
    assert "LASSO X A/S" in listed(admin_client, "monitoredcompany")
    page = page_of(admin_client, companies[0])
    assert "LASSO X A/S" in page
    assert "The receiver has it already." in page


@pytest.mark.parametrize(("model", "queries"), [("integration", 10), ("monitoredcompany", 9)])
def test_its_lists_ask_the_database_as_often_for_many_as_for_few(
    admin_client, organisation, secured, receiver, django_assert_max_num_queries, model, queries
):
    for number in range(4):
        other = integrated(organisation, receiver, name=f"Other {number}")
        MonitoredCompany.objects.bulk_create(
            MonitoredCompany(integration=other, cvr=f"{cvr}", added_at=timezone.now())
            for cvr in range(10_000_000, 10_000_020)
        )
    with django_assert_max_num_queries(queries):
        listed(admin_client, model)


def test_its_list_of_companies_walks_along_an_index(admin_client, organisation, receiver, secured):
    """Of 20,000 rows a page of one integration's reads about as many as it shows."""
    other = integrated(organisation, receiver, name="ERP")
    MonitoredCompany.objects.bulk_create(
        (
            MonitoredCompany(integration=one, cvr=f"{cvr}", state="Monitored", added_at=timezone.now())
            for cvr in range(10_000_000, 10_010_000)
            for one in (secured, other)
        ),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE integrations_monitoredcompany")
    rows = MonitoredCompany.objects.filter(integration=secured, integration__deleted_at__isnull=True).order_by("cvr")
    plan = rows[:50].explain(analyze=True)
    assert "monitored_once" in plan
    assert "Seq Scan on integrations_monitoredcompany" not in plan
    assert "10000049" in listed(admin_client, "monitoredcompany", integration__id__exact=secured.pk)
    # A company is looked for among those of all integrations, whatever its state. Newer servers have other ways to
    # go where there are few integrations.
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'monitored_company'")
        assert cursor.fetchone()[0].endswith("USING btree (cvr)")


def test_it_exports_again_and_stops_monitoring(admin_client, companies):
    assert act(admin_client, "monitoredcompany", "export_again", *companies[:2]) == ["2 exports put in line."]
    assert sorted(MonitoredCompany.objects.values_list("state", flat=True)) == ["Exporting", "Exporting", "Gone"]

    assert act(admin_client, "monitoredcompany", "stop_monitoring", companies[0]) == ["1 no longer monitored."]
    assert sorted(MonitoredCompany.objects.values_list("cvr", flat=True)) == [str(NORDLYS), str(HAVGRUS)]


def test_it_exports_all_failed_ones_again(admin_client, secured, companies):
    assert act(admin_client, "integration", "retry_failed", secured) == ["1 exports put in line again."]
    assert MonitoredCompany.objects.get(cvr=str(NORDLYS)).state == "Exporting"


@pytest.mark.parametrize(("action", "status"), [("recover_day", "Failed"), ("recover_week", "Waiting")])
def test_it_recovers_what_failed(admin_client, secured, action, status):
    for endpoint in (secured.export_endpoint, secured.update_endpoint):
        queue_delivery(endpoint=endpoint, purpose="integration_export", body={}, now=timezone.now())
    Delivery.objects.update(status="Failed", settled_at=timezone.now() - timedelta(days=2))

    told = act(admin_client, "integration", action, secured)

    assert told == [f"{0 if status == 'Failed' else 2} put in line again."]
    assert set(Delivery.objects.values_list("status", flat=True)) == {status}


def test_it_tries_the_endpoints(admin_client, secured, receiver):
    receiver.behaviour = receivers.in_turn(receivers.answer(201), receivers.answer(404))
    assert act(admin_client, "integration", "test_export", secured) == [
        f"CRM: POST {receiver.url('/companies')}: answered 201 (a message would be Delivered)."
    ]
    url = receiver.url("/companies/99771003")
    assert act(admin_client, "integration", "test_update", secured) == [
        f"CRM: PUT {url}: The receiver answered with status 404 (a message would be Gone)."
    ]
    assert len(receiver.calls.all()) == 2


def test_it_says_when_there_is_nothing_to_try_or_too_much(admin_client, organisation, receiver):
    made = [integrated(organisation, receiver, name=name, update=None) for name in "abcd"]
    assert act(admin_client, "integration", "test_update", made[0]) == [
        "a: The integration has no update endpoint; add one, or test the export endpoint."
    ]
    assert act(admin_client, "integration", "test_export", *made) == ["Choose at most 3 to test at once."]
    assert receiver.calls.all() == []


def test_it_changes_nothing_by_hand(admin_client, secured, companies):
    for row in (secured, companies[0]):
        name = f"admin:integrations_{row._meta.model_name}"
        assert admin_client.post(reverse(f"{name}_change", args=[row.pk]), {"name": "x"}).status_code == 403
        assert admin_client.get(reverse(f"{name}_add")).status_code == 403
        assert admin_client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert (Integration.objects.get().name, MonitoredCompany.objects.count()) == ("CRM", 3)


def test_it_gives_no_action_to_who_may_only_look(client, django_user_model, secured, companies, receiver):
    user = django_user_model.objects.create_user("kigger", password="x", is_staff=True)
    wanted = ["view_integration", "view_monitoredcompany"]
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    client.force_login(user)
    assert act(client, "integration", "test_export", secured) == []
    assert act(client, "monitoredcompany", "stop_monitoring", companies[0]) == []
    assert (receiver.calls.all(), MonitoredCompany.objects.count()) == ([], 3)
