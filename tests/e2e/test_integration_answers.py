"""What each answer of the customer's endpoints leads to: real workers, a real receiver, every call counted.

The documentation: 200 and 201 deliver (and 204, as its "201 No Content" says), 409 to an export is a duplicate, 404 to
an update means that the company is gone, and all else leads to up to three attempts, failure and an e-mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from tests import receivers
from tests.e2e.integrating import Customer, Integration, Receiver, document, numbers
from tests.receivers import Behaviour
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

WAIT_A_LITTLE = receivers.answer(429, headers={"Retry-After": "1"})
OUT_OF_SERVICE = receivers.answer(503, headers={"Retry-After": "1"})
ELSEWHERE = receivers.answer(302, headers={"Location": "/elsewhere"})
OFTEN = 3
NO_ANSWER = "no answer"

# What the receiver answers, then: calls, charged attempts, the delivery's state, and the company's.
Row = tuple[list[int | Behaviour], int, int, str, str]
EXPORTS: dict[str, Row] = {
    "200": ([200], 1, 1, "Delivered", "Monitored"),
    "201": ([201], 1, 1, "Delivered", "Monitored"),
    "204": ([204], 1, 1, "Delivered", "Monitored"),
    "409 is a duplicate": ([409], 1, 1, "Duplicate", "Duplicate"),
    "429 waits": ([WAIT_A_LITTLE, WAIT_A_LITTLE, 201], 3, 1, "Delivered", "Monitored"),
    "503 with Retry-After waits": ([OUT_OF_SERVICE, 200], 2, 1, "Delivered", "Monitored"),
    "500": ([500], OFTEN, 3, "Failed", "ExportFailed"),
    "500 twice": ([500, 500, 200], 3, 3, "Delivered", "Monitored"),
    "500 then 409": ([500, 409], 2, 2, "Duplicate", "Duplicate"),
    "202": ([202], OFTEN, 3, "Failed", "ExportFailed"),
    "302 is not followed": ([ELSEWHERE], OFTEN, 3, "Failed", "ExportFailed"),
    "401": ([401], OFTEN, 3, "Failed", "ExportFailed"),
    "404": ([404], OFTEN, 3, "Failed", "ExportFailed"),
    "503": ([503], OFTEN, 3, "Failed", "ExportFailed"),
    NO_ANSWER: ([receivers.hang_up], OFTEN, 3, "Failed", "ExportFailed"),
    "no HTTP": ([receivers.garbage], OFTEN, 3, "Failed", "ExportFailed"),
}
UPDATES: dict[str, Row] = {
    "200": ([200], 1, 1, "Delivered", "Monitored"),
    "201": ([201], 1, 1, "Delivered", "Monitored"),
    "204": ([204], 1, 1, "Delivered", "Monitored"),
    "404 is gone": ([404], 1, 1, "Gone", "Gone"),
    "429 waits": ([WAIT_A_LITTLE, WAIT_A_LITTLE, 200], 3, 1, "Delivered", "Monitored"),
    "409": ([409], OFTEN, 3, "Failed", "Monitored"),
    "500": ([500], OFTEN, 3, "Failed", "Monitored"),
    "500 then 404": ([500, 404], 2, 2, "Gone", "Gone"),
    NO_ANSWER: ([receivers.reset], OFTEN, 3, "Failed", "Monitored"),
}
NUMBERS = numbers(99781000, len(EXPORTS) + len(UPDATES))
EXPORTED = dict(zip(EXPORTS, NUMBERS, strict=False))
UPDATED = dict(zip(UPDATES, NUMBERS[len(EXPORTS) :], strict=True))


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with Receiver() as running:
        yield running


@pytest.fixture(scope="module")
def integration(customer: Customer, receiver: Receiver) -> Integration:
    """Every company was exported, and those of UPDATES have changed; all of it has settled."""
    customer.register.take_in([document(cvr, telephone="71000001") for cvr in NUMBERS])
    made = customer.integrate(receiver, "Alle svar")
    for kind, rows, cvrs in (("export", EXPORTS, EXPORTED), ("update", UPDATES, UPDATED)):
        for name, (answers, *_) in rows.items():
            receiver.plan(kind, cvrs[name], *answers)
    made.export(*NUMBERS)
    made.settle()
    customer.register.take_in([document(cvr, telephone="71000002") for cvr in UPDATED.values()])
    made.settle()
    return made


def check(integration: Integration, receiver: Receiver, kind: str, name: str) -> None:
    cvr = {"export": EXPORTED, "update": UPDATED}[kind][name]
    _, calls, charged, state, company_state = {"export": EXPORTS, "update": UPDATES}[kind][name]
    got = receiver.got(kind, cvr)
    # A call on a kept connection that ends without an answer is made once more, within the same attempt.
    assert calls <= len(got) <= (2 * calls if name == NO_ANSWER else calls)
    # Each attempt says the same under the same id.
    assert len({(call.body, call.headers["webhook-id"]) for call in got}) == 1
    [delivery] = integration.deliveries(cvr, kind)
    attempts = delivery["attempts"]
    assert len(attempts) == calls
    assert (delivery["state"], delivery["id"]) == (state, got[0].headers["webhook-id"])
    assert [attempt["isCharged"] for attempt in attempts].count(True) == charged
    check_waits([attempt for attempt in attempts if attempt["isCharged"]], state)
    company = integration.company(cvr)
    assert (company["state"], company["isMonitored"]) == (company_state, company_state != "Gone")
    # The last answer, and when; what is wrong, in words.
    assert company["lastStatusCode"] == attempts[-1]["statusCode"]
    assert company["lastAnswerOn"] == delivery["settledOn"]
    assert (company["lastAnswer"] is None) == (state in {"Delivered", "Duplicate", "Gone"})


def check_waits(attempts: list[Any], state: str) -> None:
    """After a minute and after ten, each lengthened by up to a tenth."""
    waits = [
        (datetime.fromisoformat(one["nextAttemptOn"]) - datetime.fromisoformat(one["startedOn"])).total_seconds()
        for one in attempts
        if one["nextAttemptOn"]
    ]
    assert len(waits) == len(attempts) - 1
    for wait, planned in zip(waits, (60, 600), strict=False):
        assert planned <= wait <= planned * 1.1 + 20, state


@pytest.mark.parametrize("name", EXPORTS)
def test_it_takes_each_answer_to_an_export_for_what_it_means(
    integration: Integration, receiver: Receiver, name: str
) -> None:
    check(integration, receiver, "export", name)
    assert receiver.got("update", EXPORTED[name]) == []


@pytest.mark.parametrize("name", UPDATES)
def test_it_takes_each_answer_to_an_update_for_what_it_means(
    integration: Integration, receiver: Receiver, name: str
) -> None:
    assert len(receiver.got("export", UPDATED[name])) == 1
    check(integration, receiver, "update", name)
    assert receiver.got("update", UPDATED[name])[0].json == {"cvr": UPDATED[name], "telephone": "+45 71 00 00 02"}


def test_it_calls_nobody_else(integration: Integration, receiver: Receiver) -> None:
    called = sum(row[1] for row in EXPORTS.values()) + sum(row[1] for row in UPDATES.values()) + len(UPDATES)
    assert integration.attempts() == called
    assert {call.path.split("/")[1] for call in receiver.calls.all()} == {"export", "update"}


def test_it_says_in_one_mail_each_what_the_endpoints_did_not_take(integration: Integration, customer: Customer) -> None:
    """Gathered: the first failure at once, and what fails within 15 minutes after it in the next mail."""
    wait_until(lambda: len(customer.mails_about("Alle svar")) >= 2, seconds=30)
    subjects = [str(mail.message["Subject"]) for mail in customer.mails_about("Alle svar")]
    assert len(subjects) == 2
    assert sorted("eksport" in subject for subject in subjects) == [False, True]
    assert sorted("opdatering" in subject for subject in subjects) == [False, True]


def test_it_sends_no_mail_for_what_the_receiver_has_or_has_no_longer(customer: Customer) -> None:
    cvr = numbers(99784000, 1)[0]  # nobody else follows its changes
    customer.register.take_in([document(cvr, telephone="71000001")])
    with Receiver() as other:
        made = customer.integrate(other, "Kun dubletter")
        other.plan("export", cvr, 409)
        other.plan("update", cvr, 404)
        made.export(cvr)
        made.settle()
        customer.register.take_in([document(cvr, telephone="71000003")])
        made.settle()
        assert [place.split("/")[1] for place in (call.path for call in other.calls.all())] == ["export", "update"]
        # Gone: changes are followed no more.
        customer.register.take_in([document(cvr, telephone="71000004")])
        made.settle()
        assert len(other.calls.all()) == 2
        # Exported again it begins anew, duplicate as it is.
        assert made.export(cvr)["accepted"] == [cvr]
        made.settle()
        assert len(other.got("export", cvr)) == 2
        assert made.company(cvr)["state"] == "Duplicate"
    assert customer.mails_about("Kun dubletter") == []
