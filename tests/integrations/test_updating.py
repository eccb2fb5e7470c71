"""Updates: which change is told, when, and when it is not."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import timezone

from companies.models import Change, Company
from delivery.models import Delivery
from integrations.exporting import export_again, order_exports
from integrations.mapping import Entry, FieldMapping
from integrations.models import MonitoredCompany, UpdateMessage
from integrations.setting_up import EndpointEdit, change_integration
from integrations.updating import follow_changes
from tests import receivers
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, document, integrated, take_in
from tests.integrations.driving import (
    State,
    change,
    company_of,
    compose,
    export,
    exports,
    run,
    send,
    state_of,
    statuses,
    updates,
    wait_is_over,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]
A, B, C = "71747812", "70000002", "70000003"


def said(telephone: str, cvr: int = LASSO) -> dict[str, object]:
    """The update message of a company with this telephone."""
    pairs = [telephone[start : start + 2] for start in range(0, 8, 2)]
    return {"cvr": cvr, "telephone": f"+45 {' '.join(pairs)}"}


def test_it_sends_all_fields_marked_update_when_one_of_them_changes(integration, receiver):
    export(integration, LASSO)
    assert change(LASSO, telephone=B) == 1
    run(integration)
    (call,) = [call for call in receiver.calls.all() if call.method == "PUT"]
    assert call.path == "/companies/34580820"
    assert call.body == b'{"cvr":34580820,"telephone":"+45 70 00 00 02"}'
    delivery = Delivery.objects.get(purpose="integration_update")
    assert (delivery.cvr, delivery.order_key, delivery.label) == ("34580820", "34580820", "LASSO X A/S (34580820)")
    company = company_of(integration, LASSO)
    assert (company.state, company.last_status_code, company.last_answer) == (State.MONITORED, 200, "")
    assert company.last_update_at == company.last_answer_at == delivery.settled_at


def test_it_sends_nothing_when_other_fields_change(integration, receiver):
    """Neither one that is mapped without Update, nor one that is not mapped."""
    export(integration, LASSO)
    assert change(LASSO, name="LASSO Y A/S", telephone=A) == 0
    take_in(document(LASSO, "LASSO Y A/S", A) | {"reklamebeskyttet": True})
    assert Change.objects.count() == 2
    assert follow_changes() == 0
    run(integration)
    assert (updates(receiver), UpdateMessage.objects.count()) == ([], 0)


def test_it_sends_nothing_of_companies_that_are_not_monitored(integration, receiver):
    export(integration, LASSO)
    assert change(NORDLYS, telephone=B) == 0
    run(integration)
    assert updates(receiver) == []


def test_it_tells_every_integration_that_monitors_the_company_by_its_own_mapping(organisation, receiver):
    first = integrated(organisation, receiver)
    names = FieldMapping((Entry(field="cvr", is_update=True), Entry(field="name", is_update=True)))
    second = integrated(organisation, receiver, name="ERP", mapping=names)
    export(first, LASSO)
    export(second, LASSO)
    assert change(LASSO, telephone=B) == 1
    assert change(LASSO, name="LASSO Y A/S", telephone=B) == 1
    run(first)
    run(second)
    assert updates(receiver) == [said(B), {"cvr": LASSO, "name": "LASSO Y A/S"}]


def test_it_sends_a_change_during_the_export_after_the_export_has_succeeded(integration, receiver):
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    compose(integration)
    change(LASSO, telephone=B)
    compose(integration)
    assert statuses("integration_update") == [], "the receiver does not have the company yet"
    run(integration)
    assert [call.method for call in receiver.calls.all()] == ["POST", "PUT"]
    assert (exports(receiver)[0]["telephone"], updates(receiver)) == ("+45 71 74 78 12", [said(B)])


def test_it_sends_no_update_of_what_the_export_said_already(integration, receiver):
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    assert change(LASSO, telephone=B) == 1
    run(integration)
    assert (exports(receiver)[0]["telephone"], updates(receiver)) == ("+45 70 00 00 02", [])


def test_it_sends_no_update_when_a_change_during_the_export_is_taken_back(integration, receiver):
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    compose(integration)
    change(LASSO, telephone=B)
    change(LASSO, telephone=A)
    run(integration)
    assert (len(exports(receiver)), updates(receiver)) == (1, [])


def test_it_sends_no_update_while_the_export_has_failed(integration, receiver):
    receiver.behaviour = receivers.answer(500)
    export(integration, LASSO)
    for _ in range(2):
        wait_is_over()
        send(integration)
    assert state_of(integration, LASSO) == State.EXPORT_FAILED
    receiver.behaviour = receivers.answer(200)
    change(LASSO, telephone=B)
    run(integration)
    assert updates(receiver) == []


def test_it_collapses_changes_that_wait_into_the_latest(integration, receiver):
    export(integration, LASSO)
    receiver.behaviour = receivers.hang_up
    for number in range(8):
        change(LASSO, telephone=f"700001{number:02}")
        run(integration)
    tries = len(updates(receiver))
    receiver.behaviour = receivers.answer(200)
    wait_is_over()
    run(integration)
    assert tries == 1, "a change brings no try of its own while one waits to be repeated"
    assert updates(receiver)[tries:] == [said("70000107")]
    assert Counter(statuses("integration_update")) == {"Cancelled": 1, "Delivered": 1}
    assert company_of(integration, LASSO).last_status_code == 200


def test_it_makes_one_message_of_changes_that_were_not_composed_yet(integration, receiver):
    export(integration, LASSO)
    for number in range(50):
        take_in(document(LASSO, "LASSO X A/S", f"700001{number:02}"))
    assert follow_changes() == 1
    run(integration)
    assert (updates(receiver), UpdateMessage.objects.count()) == ([said("70000149")], 1)


def test_it_withdraws_what_waits_when_the_company_is_again_as_the_receiver_has_it(integration, receiver):
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(503)
    change(LASSO, telephone=B)
    run(integration)
    change(LASSO, telephone=A)
    run(integration)
    assert statuses("integration_update") == ["Cancelled"]
    assert Delivery.objects.get(purpose="integration_update").last_error == (
        "Withdrawn because the company is again as the receiver has it."
    )
    receiver.behaviour = receivers.answer(200)
    wait_is_over()
    run(integration)
    assert updates(receiver) == [said(B)], "only the try that was refused"


def test_it_sends_nothing_that_equals_the_last_update_accepted(integration, receiver):
    export(integration, LASSO)
    change(LASSO, telephone=B)
    run(integration)
    change(LASSO, telephone=C)
    change(LASSO, telephone=B)
    run(integration)
    assert updates(receiver) == [said(B)]
    assert statuses("integration_update") == ["Delivered"]


def test_it_sends_back_and_forth_what_the_receiver_accepted_in_between(integration, receiver):
    export(integration, LASSO)
    for telephone in (B, A, B):
        change(LASSO, telephone=telephone)
        run(integration)
    assert updates(receiver) == [said(B), said(A), said(B)]


def test_it_tries_again_with_the_next_change_after_an_update_has_failed(integration, receiver):
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(500)
    change(LASSO, telephone=B)
    compose(integration)
    for _ in range(3):
        wait_is_over()
        send(integration)
    company = company_of(integration, LASSO)
    assert (statuses("integration_update"), company.state) == (["Failed"], State.MONITORED)
    assert (company.last_status_code, company.is_update_due) == (500, False)
    run(integration)
    assert len(updates(receiver)) == 3, "nothing more by itself"
    receiver.behaviour = receivers.answer(200)
    change(LASSO, telephone=C)
    run(integration)
    assert updates(receiver) == [said(B)] * 3 + [said(C)]


def test_it_sends_nothing_after_a_failed_update_when_the_company_is_again_as_the_receiver_has_it(integration, receiver):
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(500)
    change(LASSO, telephone=B)
    compose(integration)
    for _ in range(3):
        wait_is_over()
        send(integration)
    change(LASSO, telephone=A)
    run(integration)
    assert len(updates(receiver)) == 3


def test_it_monitors_a_duplicate(integration, receiver):
    receiver.behaviour = receivers.answer(409)
    export(integration, LASSO)
    assert (state_of(integration, LASSO), len(exports(receiver))) == (State.DUPLICATE, 1)
    receiver.behaviour = receivers.answer(200)
    change(LASSO, telephone=B)
    run(integration)
    assert (updates(receiver), state_of(integration, LASSO)) == ([said(B)], State.DUPLICATE)


def test_it_sends_a_duplicates_former_facts_again_since_the_receiver_never_accepted_them(integration, receiver):
    receiver.behaviour = receivers.answer(409)
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(200)
    change(LASSO, telephone=B)
    change(LASSO, telephone=A)
    run(integration)
    assert updates(receiver) == [said(A)]


def test_it_ends_monitoring_when_the_receiver_no_longer_has_the_company(integration, receiver):
    export(integration, LASSO, NORDLYS)
    receiver.behaviour = receivers.answer(404)
    change(LASSO, telephone=B)
    run(integration)
    company = company_of(integration, LASSO)
    assert (company.state, company.last_status_code, statuses("integration_update")) == (State.GONE, 404, ["Gone"])
    receiver.behaviour = receivers.answer(200)
    assert change(LASSO, telephone=C) == 0
    run(integration)
    assert (len(updates(receiver)), state_of(integration, NORDLYS)) == (1, State.MONITORED)


def test_it_sends_nothing_because_a_mapping_changes(integration, receiver):
    export(integration, LASSO)
    mapping = FieldMapping((Entry(field="cvr", is_update=True), Entry(field="name", is_update=True)))
    change_integration(integration=integration, changes={"mapping": mapping}, now=timezone.now())
    assert follow_changes() == 0
    run(integration)
    assert updates(receiver) == []
    assert change(LASSO, telephone=B) == 0, "the telephone is mapped no longer"
    assert change(LASSO, name="LASSO Y A/S", telephone=B) == 1
    run(integration)
    assert updates(receiver) == [{"cvr": LASSO, "name": "LASSO Y A/S"}]


def test_it_serves_all_companies_exported_before_with_an_update_endpoint_added_later(organisation, receiver):
    integration = integrated(organisation, receiver, update=None)
    export(integration, LASSO, NORDLYS, HAVGRUS)
    change(LASSO, telephone=B)
    run(integration)
    edit = EndpointEdit(url=receiver.url("/companies"), method="PUT")
    integration = change_integration(integration=integration, changes={"update": edit}, now=timezone.now()).integration
    run(integration)
    assert updates(receiver) == [], "only what changes from now on"
    change(LASSO, telephone=C)
    change(NORDLYS, name="Nordlys Testværft ApS", telephone=B)
    run(integration)
    assert updates(receiver) == [said(C), said(B, NORDLYS)]


def test_it_goes_on_with_the_updates_when_an_export_is_ordered_again_while_one_waits(integration, receiver):
    """The export has what the update would have said; should it fail, the update goes out all the same."""
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(500)
    change(LASSO, telephone=B)
    run(integration)
    export_again(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    compose(integration)
    assert statuses("integration_update") == ["Cancelled"]
    for _ in range(3):
        wait_is_over()
        send(integration)
    receiver.behaviour = receivers.answer(200)
    run(integration)
    assert updates(receiver) == [said(B), said(B)]
    assert [message["telephone"] for message in exports(receiver)] == ["+45 71 74 78 12"] + ["+45 70 00 00 02"] * 3


def test_it_passes_over_a_company_that_the_register_has_lost(integration, receiver):
    export(integration, LASSO, NORDLYS)
    MonitoredCompany.objects.update(is_update_due=True)
    Company.objects.filter(cvr=str(LASSO)).delete()
    run(integration)
    assert updates(receiver) == []
    assert not MonitoredCompany.objects.filter(is_update_due=True).exists()
