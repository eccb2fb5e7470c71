"""The documentation of the custom API integration, sentence by sentence: real workers, a real receiver, every call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.client import APIError
from tests import receivers
from tests.e2e.integrating import MAPPING, Customer, Integration, Receiver, document, numbers
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

LASSO = 34580820
NUMBERS = iter(numbers(99783000, 20))
EMPTY = numbers(99782000, 1)[0]  # has a name and nothing else
NOWHERE = numbers(99782500, 1)[0]  # the check digit is right, and nobody has it
WRONG = NOWHERE + 1  # the check digit is wrong


@pytest.fixture(scope="module", autouse=True)
def _known(customer: Customer) -> None:
    """The register has the company of the documentation, and one that it knows nothing of but its name."""
    name = [{"navn": "LASSO X A/S", "periode": {"gyldigFra": "2010-01-01", "gyldigTil": None}}]
    customer.register.take_in([document(LASSO, telephone="71747812", navne=name), document(EMPTY)])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture
def cvr(customer: Customer) -> int:
    """A company of the test's own."""
    number = next(NUMBERS)
    customer.register.take_in([document(number, telephone="71000001")])
    return number


def change(customer: Customer, cvr: int, telephone: str, **fields: Any) -> None:
    """The register has another telephone number of the company."""
    customer.register.take_in([document(cvr, telephone=telephone, **fields)])


def said(receiver: Receiver) -> list[tuple[str, str, Any]]:
    """Method, what for, and message of each call, oldest first."""
    return [(call.method, call.path.split("/")[1], call.json) for call in receiver.calls.all()]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_it_sends_the_documented_message_to_the_export_endpoint(
    customer: Customer, receiver: Receiver, method: str
) -> None:
    """ "… which will trigger a POST or PUT message to your Export-endpoint." """
    fields = {
        field["name"]: field for field in customer.client.request("GET", "/apps/integrations/fields").json()["results"]
    }
    # "The name used will be the name in parantheses in your mapping editor."
    assert fields["telephone"]["display"] == "Telefon (telephone)"
    mapping = [{"field": name} for name in ("cvr", "name", "telephone")]
    made = customer.integrate(
        receiver, f"Side {method}", mapping=mapping, exportEndpoint={"url": receiver.url("/export"), "method": method}
    )
    assert made.call("GET")["warnings"] != []
    answer = made.export(LASSO, NOWHERE, WRONG)
    # The live register may have what ours lacks; it is asked.
    assert (answer["accepted"], answer["alreadyThere"], answer["unknown"]) == ([LASSO, NOWHERE], [], [WRONG])
    made.settle()
    [call] = receiver.calls.all()
    assert (call.method, call.path) == (method, "/export")
    assert call.body.decode() == '{"cvr":34580820,"name":"LASSO X A/S","telephone":"+45 71 74 78 12"}'
    assert made.export(LASSO)["alreadyThere"] == [LASSO]
    made.settle()
    assert len(receiver.calls.all()) == 1
    company = made.company(LASSO)
    assert (company["state"], company["isMonitored"], company["lastStatusCode"]) == ("Monitored", True, 200)
    missing = made.company(NOWHERE)
    assert (missing["state"], missing["lastStatusCode"]) == ("ExportFailed", None)
    assert missing["lastAnswer"] == "The register knows no company with this CVR number."


def test_it_sends_an_update_with_only_the_fields_marked_update(
    customer: Customer, receiver: Receiver, cvr: int
) -> None:
    """ "The same message is sent on updates, but only the fields marked as Update will be included." """
    made = customer.integrate(receiver, "Opdatering")
    made.export(cvr)
    made.settle()
    # A field that is not marked Update, and one that is not mapped at all, send nothing.
    renamed = [{"navn": "Nyt Navn ApS", "periode": {"gyldigFra": "2010-01-01", "gyldigTil": None}}]
    change(customer, cvr, "71000001", navne=renamed)
    made.settle()
    assert len(receiver.calls.all()) == 1
    change(customer, cvr, "71000002", navne=renamed)
    made.settle()
    assert said(receiver) == [
        ("POST", "export", {"cvr": cvr, "name": f"Prøvested {cvr} ApS", "telephone": "+45 71 00 00 01"}),
        ("PUT", "update", {"cvr": cvr, "telephone": "+45 71 00 00 02"}),
    ]
    assert receiver.calls.all()[1].path == f"/update/{cvr}"
    assert made.company(cvr)["lastUpdateOn"] is not None


def test_it_monitors_what_was_exported_before_there_was_an_update_endpoint(
    customer: Customer, receiver: Receiver, cvr: int
) -> None:
    """ "Should you add this endpoint at a later point, all previously exported companies will still be monitored." """
    made = customer.integrate(receiver, "Senere", updateEndpoint=None)
    made.export(cvr)
    made.settle()
    change(customer, cvr, "71000002")
    made.settle()
    assert len(receiver.calls.all()) == 1
    # Meanwhile the changes can be fetched.
    [fetched] = made.call("GET", "/changes")["results"]
    assert fetched["message"] == {"cvr": cvr, "telephone": "+45 71 00 00 02"}

    made.call("PATCH", body={"updateEndpoint": {"url": receiver.url("/update"), "method": "POST"}})
    change(customer, cvr, "71000003")
    made.settle()
    assert said(receiver)[1:] == [("POST", "update", {"cvr": cvr, "telephone": "+45 71 00 00 03"})]


def test_it_signs_in_at_each_endpoint_with_its_own_credentials(
    customer: Customer, receiver: Receiver, cvr: int
) -> None:
    """ "You will be prompted to add your Export-endpoint and Update-endpoint, as well as security credentials." """
    made = customer.integrate(
        receiver,
        "Adgang",
        exportEndpoint={
            "url": receiver.url("/export?id={lassoId}"),
            "authConfig": {"Method": "Header", "Key": "X-API-KEY", "Value": "eksport-nogle-1"},
        },
        updateEndpoint={
            "url": receiver.url("/update/{cvr}"),
            "authConfig": {"Method": "BasicAuth", "Key": "lasso", "Value": "opdatering-2"},
        },
    )
    made.export(cvr)
    made.settle()
    change(customer, cvr, "71000002")
    made.settle()
    export, update = receiver.calls.all()
    assert (export.path, export.headers["x-api-key"]) == (f"/export?id=CVR-1-{cvr}", "eksport-nogle-1")
    assert "authorization" not in export.headers
    assert (update.path, update.headers["authorization"]) == (f"/update/{cvr}", "Basic bGFzc286b3BkYXRlcmluZy0y")
    assert all("webhook-signature" in call.headers for call in (export, update))
    shown = json.dumps(made.call("GET"))
    assert "eksport-nogle-1" not in shown
    assert "opdatering-2" not in shown


def test_it_sends_each_mapped_field_with_its_type_and_constants(customer: Customer, receiver: Receiver) -> None:
    """ "Which fields the message contains depends on the mappings you configure." """
    mapping = [
        {"field": "telephone", "name": "Tlf."},
        {"name": "kilde", "constant": {"system": "lasso", "nr": 7}},
        {"field": "cvr", "update": True},
        {"field": "lassoId"},
    ]
    made = customer.integrate(receiver, "Felter", mapping=mapping)
    preview = made.call("GET", f"/preview/{EMPTY}")
    made.export(EMPTY)
    made.settle()
    [call] = receiver.calls.all()
    assert list(call.json.items()) == [
        ("Tlf.", None),
        ("kilde", {"system": "lasso", "nr": 7}),
        ("cvr", EMPTY),
        ("lassoId", f"CVR-1-{EMPTY}"),
    ]
    assert call.json == preview["export"]


def test_it_refuses_a_mapping_that_says_nothing_and_urls_that_are_never_called(
    customer: Customer, receiver: Receiver
) -> None:
    wrong: list[dict[str, Any]] = [
        {"mapping": []},
        {"exportEndpoint": {"url": receiver.url("/{name}")}},
        {"exportEndpoint": {"url": receiver.url("/"), "method": "PATCH"}},
        {"updateEndpoint": {"url": "http://10.0.0.1/"}},
    ]
    before = len(customer.client.request("GET", "/apps/integrations").json()["results"])
    for fields in wrong:
        with pytest.raises(APIError, match="answered 400"):
            customer.integrate(receiver, "Forkert", **fields)
    assert len(customer.client.request("GET", "/apps/integrations").json()["results"]) == before
    assert receiver.calls.all() == []


def test_it_sends_no_update_before_the_export_has_succeeded(customer: Customer, receiver: Receiver, cvr: int) -> None:
    made = customer.integrate(receiver, "Rækkefølge")
    receiver.plan("export", cvr, 500, 500, 201)
    made.export(cvr)
    wait_until(lambda: len(receiver.calls.all()) == 1, seconds=30)
    for telephone in ("71000002", "71000003"):
        change(customer, cvr, telephone)
    wait_until(lambda: made.company(cvr)["state"] == "Exporting", seconds=5)
    made.settle()
    assert said(receiver) == [
        *[("POST", "export", {"cvr": cvr, "name": f"Prøvested {cvr} ApS", "telephone": "+45 71 00 00 01"})] * 3,
        # Both changes in one.
        ("PUT", "update", {"cvr": cvr, "telephone": "+45 71 00 00 03"}),
    ]


def test_it_sends_one_update_for_fifty_changes_while_the_receiver_is_down(customer: Customer, cvr: int) -> None:
    with Receiver() as first:
        made = customer.integrate(first, "Nede")
        made.export(cvr)
        made.settle()
    # Nobody listens. A first change is tried and refused; fifty more come while it waits.
    change(customer, cvr, "72000000")
    wait_until(lambda: made.attempts() == 2, seconds=30)
    customer.register.take_in(*([document(cvr, telephone=f"72{number:06}")] for number in range(1, 51)))
    made.compose()
    assert made.attempts() == 2, "changes that keep coming make no more calls"
    with Receiver(port=first.port) as again:
        made.settle()
        assert said(again) == [("PUT", "update", {"cvr": cvr, "telephone": "+45 72 00 00 50"})]
        assert made.attempts() == 3
        # The same again is nothing new.
        change(customer, cvr, "72000050")
        made.settle()
        assert len(again.calls.all()) == 1
        states = [one["state"] for one in made.deliveries(cvr, "update")]
        assert (states[-1], set(states[:-1])) == ("Delivered", {"Cancelled"})


def test_it_withdraws_an_update_when_the_company_is_again_as_the_receiver_has_it(
    customer: Customer, receiver: Receiver, cvr: int
) -> None:
    made = customer.integrate(receiver, "Tilbage")
    receiver.plan("update", cvr, 503)
    made.export(cvr)
    made.settle()
    change(customer, cvr, "71000002")
    wait_until(lambda: len(receiver.got("update", cvr)) == 1, seconds=30)
    change(customer, cvr, "71000001")
    made.compose()
    made.settle()
    assert len(receiver.calls.all()) == 2
    [update] = made.deliveries(cvr, "update")
    assert update["state"] == "Cancelled"


def test_it_ends_the_monitoring_of_a_company_that_is_removed_and_begins_it_anew(
    customer: Customer, receiver: Receiver, cvr: int
) -> None:
    made = customer.integrate(receiver, "Fjernet")
    made.export(cvr)
    made.settle()
    made.call("DELETE", f"/companies/{cvr}")
    change(customer, cvr, "71000002")
    made.settle()
    assert len(receiver.calls.all()) == 1
    assert made.export(cvr)["accepted"] == [cvr]
    made.settle()
    change(customer, cvr, "71000003")
    made.settle()
    assert [(kind, message["telephone"][-2:]) for _, kind, message in said(receiver)] == [
        ("export", "01"),
        ("export", "02"),
        ("update", "03"),
    ]


def test_it_sends_nothing_more_when_it_is_deleted(customer: Customer, receiver: Receiver, cvr: int) -> None:
    made = customer.integrate(receiver, "Slettet")
    receiver.plan("export", cvr, receivers.answer(500))
    made.export(cvr)
    wait_until(lambda: len(receiver.calls.all()) == 1, seconds=30)
    waiting = made.deliveries(cvr, "export")
    made.call("DELETE")
    made.settle()
    assert len(receiver.calls.all()) == 1
    [delivery] = waiting
    shown = customer.client.request("GET", f"/apps/deliveries/{delivery['id']}").json()
    assert (shown["state"], shown["attemptCount"]) == ("Cancelled", 1)
    with pytest.raises(APIError, match="answered 404"):
        made.call("GET")


def test_it_tries_an_endpoint_and_says_what_it_answered(customer: Customer, receiver: Receiver) -> None:
    made = customer.integrate(receiver, "Prøve")
    receiver.behaviour = receivers.answer(401, b"who are you?")
    for which, method in (("export", "POST"), ("update", "PUT")):
        found = made.call("POST", "/test", {"endpoint": which})
        assert (found["success"], found["statusCode"], found["answerBody"]) == (False, 401, "who are you?")
        assert (found["method"], found["message"]["cvr"] > 0) == (method, True)
    assert [call.method for call in receiver.calls.all()] == ["POST", "PUT"]
    assert made.attempts() == 0


def test_it_keeps_its_receivers_apart(customer: Customer, receiver: Receiver, cvr: int) -> None:
    """Two integrations with the same addresses: one endpoint that pauses or fails says nothing about the other."""
    made: list[Integration] = [customer.integrate(receiver, name, mapping=MAPPING) for name in ("Ene", "Anden")]
    endpoints = {one.call("GET")[f"{role}Endpoint"]["id"] for one in made for role in ("export", "update")}
    assert len(endpoints) == 4
    for one in made:
        one.export(cvr)
        one.settle()
    assert len({call.headers["webhook-id"] for call in receiver.got("export", cvr)}) == 2
