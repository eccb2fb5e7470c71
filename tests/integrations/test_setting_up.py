"""Integrations are created, changed and deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from delivery.auth import AuthConfig, AuthMethod
from delivery.models import Delivery, Endpoint
from integrations import clearing
from integrations.exporting import export_again, order_exports
from integrations.finding import find_integration
from integrations.mapping import Entry, FieldMapping, mapping_of
from integrations.models import Integration, MappedField, MonitoredCompany, UpdateMessage
from integrations.setting_up import (
    EndpointEdit,
    NewEndpoint,
    change_integration,
    create_integration,
    delete_integration,
)
from integrations.waking import due_integrations
from lasso.errors import FieldErrors, NotFound
from tests import receivers
from tests.integrations.conftest import HAVGRUS, LASSO, MAPPING, NORDLYS, integrated
from tests.integrations.driving import (
    State,
    change,
    compose,
    export,
    exports,
    run,
    send,
    statuses,
    updates,
    wait_is_over,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]
URL = "https://crm.example/companies"
SECRET = AuthConfig(AuthMethod.HEADER, "X-API-KEY", "hemmelig")


def create(organisation, **fields):
    given = {"name": "CRM", "export": NewEndpoint(url=URL), "mapping": MAPPING, "now": timezone.now(), **fields}
    return create_integration(organisation=organisation, **given)


def changed(integration, **changes):
    given: Any = changes
    return change_integration(integration=integration, changes=given, now=timezone.now())


def paths(raised) -> list[str]:
    return [error.path for error in raised.value.errors]


def test_it_has_what_was_asked_for(organisation):
    update = NewEndpoint(url=f"{URL}/{{cvr}}", method="PUT", auth=SECRET, limits={"rate_per_minute": 60})
    saved = create(organisation, name="  CRM  ", update=update)
    integration = Integration.objects.get()
    assert saved.warnings == ()
    assert (integration.name, integration.organisation) == ("CRM", organisation)
    assert mapping_of(integration) == FieldMapping(
        tuple(Entry(field=one.field, name=one.key, is_update=one.is_update) for one in MAPPING.entries)
    )
    exporting, updating = integration.export_endpoint, integration.update_endpoint
    assert updating is not None
    assert (exporting.url, exporting.method, exporting.label) == (URL, "POST", "CRM")
    assert (updating.url, updating.method, updating.label) == (f"{URL}/{{cvr}}", "PUT", "CRM")
    assert (updating.rate_per_minute, exporting.rate_per_minute) == (60, None)
    assert "hemmelig" not in updating.auth


def test_it_says_all_that_is_wrong_and_stores_nothing(organisation):
    with pytest.raises(FieldErrors) as raised:
        create(
            organisation,
            name=" ",
            export=NewEndpoint(url="ftp://crm.example", method="GET"),
            update=NewEndpoint(url="https://{cvr}.example"),
            mapping=FieldMapping((Entry(field="nmae"),)),
        )
    assert paths(raised) == [
        "name",
        "exportEndpoint.url",
        "exportEndpoint.method",
        "updateEndpoint.url",
        "mapping[0].field",
    ]
    assert not Integration.objects.exists()
    assert not Endpoint.objects.exists()


def test_it_has_endpoints_of_its_own_where_another_has_the_same_address(organisation):
    first, second = create(organisation).integration, create(organisation).integration
    assert first.export_endpoint != second.export_endpoint


def test_it_changes_what_is_named_and_leaves_the_rest(organisation):
    integration = create(organisation, export=NewEndpoint(url=URL, auth=SECRET)).integration
    before = Endpoint.objects.get()
    later = timezone.now() + timedelta(minutes=1)
    edit = EndpointEdit(method="PUT", limits={"max_in_flight": 2})
    saved = change_integration(integration=integration, changes={"name": "ERP", "export": edit}, now=later)
    endpoint = Endpoint.objects.get()
    assert (saved.integration.name, saved.integration.changed_at) == ("ERP", later)
    assert (endpoint.pk, endpoint.url, endpoint.auth) == (before.pk, URL, before.auth)
    assert (endpoint.method, endpoint.max_in_flight, endpoint.label) == ("PUT", 2, "ERP")
    assert len(mapping_of(saved.integration).entries) == 3


def test_it_refuses_a_change_that_is_wrong_and_changes_nothing(organisation):
    integration = create(organisation).integration
    before = Integration.objects.values().get(), list(MappedField.objects.values()), Endpoint.objects.values().get()
    with pytest.raises(FieldErrors) as raised:
        changed(
            integration, name="x" * 201, export={"url": "nothing"}, update={"method": "PUT"}, mapping=FieldMapping(())
        )
    assert paths(raised) == ["name", "exportEndpoint.url", "updateEndpoint.url", "mapping"]
    assert before == (
        Integration.objects.values().get(),
        list(MappedField.objects.values()),
        Endpoint.objects.values().get(),
    )


def test_it_sends_no_sign_in_to_another_host_that_was_stored_while_the_change_was_on_its_way(organisation):
    """Judged by the endpoint as it is, not as the caller has read it."""
    read_before = create(organisation).integration
    assert read_before.export_endpoint.auth == ""
    changed(read_before, export={"auth": SECRET})
    with pytest.raises(FieldErrors) as raised:
        changed(read_before, export={"url": "https://elsewhere.example.com/a"})
    assert paths(raised) == ["exportEndpoint.authConfig"]
    assert Endpoint.objects.get().url == URL
    changed(read_before, export={"url": "https://elsewhere.example.com/a", "auth": None})
    assert (Endpoint.objects.get().url, Endpoint.objects.get().auth) == ("https://elsewhere.example.com/a", "")


def test_it_warns_of_what_a_change_leads_to(organisation):
    mapping = FieldMapping((Entry(field="name", is_update=True),))
    integration = create(organisation, mapping=mapping, update=NewEndpoint(url=f"{URL}/{{cvr}}")).integration
    (warning,) = changed(integration, update={"url": URL}).warnings
    assert warning.startswith("No identifying field is marked Update")
    assert changed(integration, update={"url": f"{URL}/{{lassoId}}"}).warnings == ()


def test_it_sends_what_waits_to_the_new_address(integration, receiver):
    receiver.behaviour = receivers.answer(500)
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(201)
    integration = changed(integration, export={"url": receiver.url("/elsewhere"), "method": "PUT"}).integration
    wait_is_over()
    send(integration)
    assert [(call.method, call.path) for call in receiver.calls.all()] == [
        ("POST", "/companies"),
        ("PUT", "/elsewhere"),
    ]


def test_it_exports_by_the_mapping_of_the_moment(integration, receiver):
    export(integration, LASSO)
    changed(integration, mapping=FieldMapping((Entry(field="name", name="navn"),)))
    run(integration)
    assert len(exports(receiver)) == 1
    export_again(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    run(integration)
    assert exports(receiver)[1:] == [{"navn": "LASSO X A/S"}]


def test_it_cancels_the_updates_that_wait_when_the_update_endpoint_goes(integration, receiver):
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(500)
    change(LASSO, telephone="70000002")
    run(integration)
    saved = changed(integration, update=None)
    assert saved.integration.update_endpoint is None
    assert statuses("integration_update") == ["Cancelled"]
    receiver.behaviour = receivers.answer(200)
    change(LASSO, telephone="70000003")
    run(saved.integration)
    assert (len(updates(receiver)), UpdateMessage.objects.count()) == (1, 2), "the feed alone has it"


def test_it_may_get_another_update_endpoint(integration, receiver):
    export(integration, LASSO)
    without = changed(integration, update=None).integration
    again = changed(without, update={"url": receiver.url("/new"), "method": "PUT"}).integration
    change(LASSO, telephone="70000002")
    run(again)
    assert [call.path for call in receiver.calls.all()] == ["/companies", "/new"]


def test_it_is_gone_for_everybody_at_once_when_it_is_deleted(integration, organisation, receiver):
    receiver.behaviour = receivers.answer(500)
    export(integration, LASSO)
    order_exports(integration=integration, cvrs=[str(NORDLYS)], now=timezone.now())
    delete_integration(integration=integration, now=timezone.now())
    assert find_integration(organisation, integration.pk) is None
    assert statuses("integration_export") == ["Cancelled"]
    receiver.behaviour = receivers.answer(200)
    wait_is_over()
    send(integration)
    change(NORDLYS, telephone="70000002")
    assert [subject for subject, _ in due_integrations()] == [integration.pk]
    compose(integration)
    assert len(receiver.calls.all()) == 1
    assert not Integration.objects.exists()
    assert not MonitoredCompany.objects.exists()
    assert not MappedField.objects.exists()
    assert list(due_integrations()) == []
    assert Delivery.objects.get().endpoint == integration.export_endpoint, "the log stays"


def test_it_clears_away_in_small_steps(integration, monkeypatch):
    monkeypatch.setattr(clearing, "CHUNK", 2)
    export(integration, LASSO, NORDLYS, HAVGRUS)
    delete_integration(integration=integration, now=timezone.now())
    assert clearing.clear_away(integration_id=integration.pk, is_over=lambda: True)
    assert MonitoredCompany.objects.count() == 1
    assert not clearing.clear_away(integration_id=integration.pk, is_over=lambda: False)
    assert not Integration.objects.exists()


def test_it_refuses_to_change_or_delete_what_was_deleted(integration):
    delete_integration(integration=integration, now=timezone.now())
    with pytest.raises(NotFound):
        changed(integration, name="ERP")
    with pytest.raises(NotFound):
        delete_integration(integration=integration, now=timezone.now())


def test_it_goes_with_its_organisation(organisation, receiver):
    integrated(organisation, receiver)
    organisation.delete()
    assert not Integration.objects.exists()
    assert not Endpoint.objects.exists()


def test_states_move_as_the_table_says():
    """From each state there is a way out, and none leads back to itself."""
    assert MonitoredCompany.MOVES.keys() == set(State)
    for state, following in MonitoredCompany.MOVES.items():
        assert following
        assert state not in following
