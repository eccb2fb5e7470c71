"""Exports: what is ordered, what is sent, and what the order answers."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Organisation
from companies.models import Company
from delivery.latest import withdraw
from delivery.models import Delivery
from delivery.redelivering import recover, redeliver, refusal
from integrations import exporting
from integrations.exporting import (
    MOST_AT_ONCE,
    REMOVED,
    ExportOrder,
    Stopped,
    export_again,
    export_state_again,
    order_exports,
    stop_monitoring,
)
from integrations.messages import export_message
from integrations.models import MonitoredCompany
from integrations.setting_up import NewEndpoint, delete_integration
from lasso.errors import NotFound
from tests import receivers
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, NOWHERE, integrated
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
EXAMPLE = {"cvr": 34580820, "name": "LASSO X A/S", "telephone": "+45 71 74 78 12"}


def order(integration, *cvrs) -> ExportOrder:
    return order_exports(integration=integration, cvrs=[str(cvr) for cvr in cvrs], now=timezone.now())


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_it_sends_exactly_the_message_of_the_documentation(organisation, receiver, method):
    url = receiver.url("/companies")
    integration = integrated(organisation, receiver, export=NewEndpoint(url=url, method=method), update=None)
    export(integration, LASSO)
    (call,) = receiver.calls.all()
    assert (call.method, call.path) == (method, "/companies")
    assert call.body == b'{"cvr":34580820,"name":"LASSO X A/S","telephone":"+45 71 74 78 12"}'
    assert call.json == EXAMPLE
    assert list(json.loads(call.body)) == ["cvr", "name", "telephone"]
    assert state_of(integration, LASSO) == State.MONITORED


def test_it_answers_what_was_accepted_what_was_there_and_what_is_unknown(integration, receiver):
    assert order(integration, LASSO) == ExportOrder(accepted=("34580820",), already_there=(), unknown=())
    answer = order(integration, HAVGRUS, LASSO, NOWHERE, 34580821, "1", NORDLYS, HAVGRUS)
    assert answer == ExportOrder(
        accepted=(str(HAVGRUS), str(NORDLYS)), already_there=(str(LASSO),), unknown=(str(NOWHERE), "34580821", "1")
    )
    assert Delivery.objects.count() == 0, "nothing is composed while the caller waits"
    run(integration)
    assert [message["cvr"] for message in exports(receiver)] == [LASSO, NORDLYS, HAVGRUS], "by order, then by number"


def test_it_tells_what_a_delivery_is_about(integration):
    export(integration, LASSO)
    delivery = Delivery.objects.get()
    assert (delivery.purpose, delivery.cvr, delivery.order_key) == ("integration_export", "34580820", "34580820")
    assert delivery.label == "LASSO X A/S (34580820)"
    assert delivery.endpoint == integration.export_endpoint


def test_it_exports_a_company_once_however_often_it_is_ordered(integration, receiver):
    export(integration, LASSO)
    assert order(integration, LASSO).already_there == (str(LASSO),)
    run(integration)
    assert exports(receiver) == [EXAMPLE]


def test_it_says_what_the_receiver_answered_and_when(integration, receiver):
    export(integration, LASSO)
    company = company_of(integration, LASSO)
    delivery = Delivery.objects.get()
    assert (company.last_status_code, company.last_answer) == (200, "")
    assert company.last_answer_at == company.last_exported_at == delivery.settled_at
    assert company.last_update_at is None


def test_it_refuses_more_than_ten_thousand(integration):
    with pytest.raises(ValueError, match="10001 CVR numbers; at most 10000"):
        order(integration, *range(MOST_AT_ONCE + 1))
    assert not MonitoredCompany.objects.exists()


def test_it_takes_no_order_for_a_deleted_integration(integration):
    delete_integration(integration=integration, now=timezone.now())
    with pytest.raises(NotFound, match="deleted"):
        order(integration, LASSO)
    assert not MonitoredCompany.objects.exists()


def test_it_fails_a_company_that_the_register_lost_between_the_order_and_its_turn(integration, receiver):
    order(integration, LASSO, NORDLYS)
    Company.objects.filter(cvr=str(LASSO)).delete()
    run(integration)
    company = company_of(integration, LASSO)
    assert (company.state, company.export_due_at) == (State.EXPORT_FAILED, None)
    assert company.last_answer == "The register knows no company with this CVR number."
    assert [message["cvr"] for message in exports(receiver)] == [NORDLYS]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Nothing was sent, because the company's facts could not be fetched or read."),
        ("da", "Der blev ikke sendt noget, for virksomhedens oplysninger kunne ikke hentes eller læses."),
    ],
)
def test_it_tells_by_mail_of_exports_that_fail_without_a_call(integration, organisation, language, sentence):
    Organisation.objects.update(language=language)
    order(integration, LASSO, NORDLYS)
    Company.objects.all().delete()
    run(integration)
    assert statuses("integration_export") == ["Failed"] * 2
    notice = json.loads(Delivery.objects.get(purpose="failure_notice").body)["context"]
    assert (notice["count"], notice["last_answer"]) == (2, sentence)
    assert {example["cvr"] for example in notice["examples"]} == {str(LASSO), str(NORDLYS)}


def test_it_sends_nothing_again_that_never_was_a_message(integration, receiver):
    order(integration, LASSO)
    Company.objects.all().delete()
    run(integration)
    failed = Delivery.objects.get(purpose="integration_export")
    assert (failed.body, failed.last_error) == ("", "The register knows no company with this CVR number.")
    assert not redeliver(delivery=failed, now=timezone.now())
    assert refusal(failed).startswith("No message could be made")
    since = failed.created_at
    assert recover(endpoint=integration.export_endpoint, since=since, now=timezone.now()).count == 0
    send(integration)
    assert receiver.calls.all() == []


def test_it_fails_a_company_whose_document_cannot_be_read(integration, receiver):
    Company.objects.filter(cvr=str(LASSO)).update(document={"cvrNummer": "?"})
    export(integration, LASSO)
    company = company_of(integration, LASSO)
    assert company.state == State.EXPORT_FAILED
    assert company.last_answer.startswith("The register's document of the company cannot be read: ")
    assert receiver.calls.all() == []


def test_a_company_that_breaks_us_holds_up_no_other(integration, receiver, monkeypatch):
    def breaks(*, subject, mapping):
        if subject.profile.cvr == str(LASSO):
            raise ZeroDivisionError
        return export_message(subject=subject, mapping=mapping)

    monkeypatch.setattr("integrations.chunks.export_message", breaks)
    export(integration, LASSO, NORDLYS)
    company = company_of(integration, LASSO)
    assert (company.state, company.last_answer) == (
        State.EXPORT_FAILED,
        "The company's facts could not be read because of a fault of ours. The fault is recorded.",
    )
    assert state_of(integration, NORDLYS) == State.MONITORED


@pytest.mark.parametrize("status", [404, 409])
def test_it_begins_anew_with_a_company_that_is_gone(integration, receiver, status):
    """And what was accepted before counts no more: the same update goes out again."""
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(404)
    change(LASSO, telephone="70000009")
    run(integration)
    assert state_of(integration, LASSO) == State.GONE
    receiver.behaviour = receivers.answer(409 if status == 409 else 201)
    assert order(integration, LASSO).accepted == (str(LASSO),)
    assert company_of(integration, LASSO).last_exported_at is None
    run(integration)
    assert state_of(integration, LASSO) == (State.DUPLICATE if status == 409 else State.MONITORED)
    assert [message["telephone"] for message in exports(receiver)] == ["+45 71 74 78 12", "+45 70 00 00 09"]
    assert len(updates(receiver)) == 1


def test_it_begins_anew_with_a_company_whose_export_failed(integration, receiver):
    receiver.behaviour = receivers.answer(500)
    export(integration, LASSO)
    for _ in range(2):
        wait_is_over()
        send(integration)
    assert (state_of(integration, LASSO), len(exports(receiver))) == (State.EXPORT_FAILED, 3)
    receiver.behaviour = receivers.answer(201)
    export(integration, LASSO)
    assert (state_of(integration, LASSO), len(exports(receiver))) == (State.MONITORED, 4)


def test_it_withdraws_what_waits_of_a_company_that_is_removed_and_sends_it_anew_when_it_is_ordered_again(
    integration, receiver
):
    receiver.behaviour = receivers.answer(500)
    export(integration, LASSO)
    answer = stop_monitoring(integration=integration, cvrs=[str(LASSO), str(NORDLYS)], now=timezone.now())
    assert answer == Stopped(stopped=(str(LASSO),), unknown=(str(NORDLYS),))
    assert statuses("integration_export") == ["Cancelled"]
    assert not MonitoredCompany.objects.exists()
    receiver.behaviour = receivers.answer(201)
    wait_is_over()
    run(integration)
    assert len(exports(receiver)) == 1
    export(integration, LASSO)
    assert exports(receiver) == [EXAMPLE, EXAMPLE]
    assert state_of(integration, LASSO) == State.MONITORED


def test_it_removes_many_with_one_statement_for_what_waits_at_each_endpoint(integration, receiver, monkeypatch):
    cvrs = (str(LASSO), str(NORDLYS), str(HAVGRUS))
    order_exports(integration=integration, cvrs=cvrs, now=timezone.now())
    compose(integration)
    withdrawn: list[int] = []

    def counted(**options: Any) -> int:
        withdrawn.append(withdraw(**options))
        return withdrawn[-1]

    monkeypatch.setattr(exporting, "withdraw", counted)
    assert stop_monitoring(integration=integration, cvrs=cvrs, now=timezone.now()).stopped == cvrs
    assert withdrawn == [3, 0], "the exports, and no update"
    assert statuses("integration_export") == ["Cancelled"] * 3
    assert set(Delivery.objects.values_list("last_error", flat=True)) == {REMOVED}
    send(integration)
    assert exports(receiver) == []


def test_it_sends_nothing_of_a_company_that_was_removed(integration, receiver):
    export(integration, LASSO)
    stop_monitoring(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    assert change(LASSO, telephone="70000009") == 0
    run(integration)
    assert updates(receiver) == []


def test_it_exports_again_what_it_has_and_says_what_it_has_not(integration, receiver):
    export(integration, LASSO)
    change(LASSO, name="LASSO Y A/S")
    answer = export_again(integration=integration, cvrs=[str(LASSO), str(NORDLYS)], now=timezone.now())
    assert answer == ExportOrder(accepted=(str(LASSO),), already_there=(), unknown=(str(NORDLYS),))
    assert state_of(integration, LASSO) == State.EXPORTING
    run(integration)
    assert [message["name"] for message in exports(receiver)] == ["LASSO X A/S", "LASSO Y A/S"]
    assert state_of(integration, LASSO) == State.MONITORED


def test_it_keeps_a_company_monitored_that_was_accepted_before_when_the_export_again_fails(integration, receiver):
    export(integration, LASSO)
    receiver.behaviour = receivers.answer(500)
    export_again(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    compose(integration)
    for _ in range(3):
        wait_is_over()
        send(integration)
    company = company_of(integration, LASSO)
    assert (company.state, company.last_status_code) == (State.MONITORED, 500)
    assert statuses("integration_export") == ["Delivered", "Failed"]
    receiver.behaviour = receivers.answer(200)
    assert change(LASSO, telephone="70000009") == 1
    run(integration)
    assert [message["telephone"] for message in updates(receiver)] == ["+45 70 00 00 09"]


def test_it_replaces_an_export_that_waits_by_the_one_that_is_ordered_again(integration, receiver):
    receiver.behaviour = receivers.answer(500)
    export(integration, LASSO)
    change(LASSO, name="LASSO Y A/S")
    export_again(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    compose(integration)
    assert statuses("integration_export") == ["Cancelled", "Waiting"]
    receiver.behaviour = receivers.answer(200)
    send(integration)
    assert [message["name"] for message in exports(receiver)] == ["LASSO X A/S", "LASSO Y A/S"]
    assert state_of(integration, LASSO) == State.MONITORED


def test_it_exports_all_of_a_state_again(integration, receiver):
    receiver.behaviour = receivers.answer(409)
    export(integration, LASSO, NORDLYS)
    receiver.behaviour = receivers.answer(200)
    export(integration, HAVGRUS)
    assert export_state_again(integration=integration, state=State.DUPLICATE, now=timezone.now()) == 2
    assert export_state_again(integration=integration, state=State.GONE, now=timezone.now()) == 0
    run(integration)
    assert sorted(message["cvr"] for message in exports(receiver)) == sorted([LASSO, NORDLYS] * 2 + [HAVGRUS])
    assert {company.state for company in MonitoredCompany.objects.all()} == {State.MONITORED}


def test_it_fills_in_the_address_of_the_company(organisation, receiver):
    url = receiver.url("/companies/{lassoId}?cvr={cvr}")
    integration = integrated(organisation, receiver, export=NewEndpoint(url=url))
    export(integration, LASSO)
    assert [call.path for call in receiver.calls.all()] == ["/companies/CVR-1-34580820?cvr=34580820"]
