"""The mails that tell an organisation what could not be delivered."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organisation
from delivery.endpoint_health import note_try
from delivery.endpoints import find_or_create_endpoint
from delivery.models import Delivery, Endpoint
from delivery.owned_endpoints import create_owned_endpoint
from delivery.purposes import REPORT_WEBHOOK
from delivery.sending import due
from delivery.telling import GATHERING_TIME, MOST_EXAMPLES, tell_failures
from delivery.wording import Answer
from tests import receivers
from tests.delivery.conftest import NOON
from tests.delivery.test_mail import report, text_of

Status = Delivery.Status
INTEGRATION = UUID(int=7)
pytestmark = pytest.mark.django_db


def notices() -> list[Delivery]:
    return list(Delivery.objects.filter(purpose="failure_notice").order_by("id"))


@pytest.fixture
def failing(endpoint, receiver, queue, run_lane):
    """Have so many deliveries fail for good."""
    receiver.behaviour = receivers.answer(500)

    def fail(count: int) -> None:
        for _ in range(count):
            delivery = queue(endpoint, cvr="99000007")
            # Its last attempt.
            Delivery.objects.filter(pk=delivery.pk).update(charged_count=5)
        run_lane(endpoint)

    return fail


def test_it_tells_the_organisation_of_a_failure(failing, endpoint, mail_server, run_lane):
    failing(1)
    (notice,) = notices()
    assert notice.endpoint.url == "mailto:drift@fiktiv.example"
    run_lane(notice.endpoint)
    [mail] = mail_server.mails.all()
    message = mail.message
    assert mail.recipients == ["drift@fiktiv.example"]
    assert message["Subject"] == f"1 delivery failed: {endpoint.url}"
    text = text_of(message, "plain")
    assert "The last answer: The receiver answered with status 500." in text
    assert re.search(
        r"- CVR no\. 99000007, [0-9]+ \w+ 20[0-9]{2} [0-9:]{5}: The receiver answered with status 500\.", text
    )
    assert "What you can do: Check that the receiver is running" in text
    link = f"http://localhost:8000/portal/deliveries?endpoint={endpoint.pk}&state=Failed"
    assert link in text
    assert link.replace("&", "&amp;") in text_of(message, "html")


def test_it_gathers_failures_into_one_notice_in_15_minutes(failing, endpoint, run_lane):
    failing(2)
    failing(30)
    (first,) = notices()
    assert json.loads(first.body)["context"]["count"] == 2
    assert (endpoint.pk, 1) not in due()

    with time_machine.travel(timezone.now() + GATHERING_TIME, tick=True):
        assert (endpoint.pk, 1) in due()
        run_lane(endpoint)
        assert (endpoint.pk, 1) not in due()
        run_lane(endpoint)
    _, second = notices()
    context = json.loads(second.body)["context"]
    assert (context["count"], len(context["examples"]), context["more_count"]) == (30, MOST_EXAMPLES, 10)
    assert not Delivery.objects.filter(status=Status.FAILED, is_failure_told=False).exists()


def test_it_tells_nobody_that_a_notice_failed(failing, mail_server, run_lane):
    failing(1)
    mail_server.faults["RCPT"] = "550 No such mailbox"
    (notice,) = notices()
    run_lane(notice.endpoint)
    notice.refresh_from_db()
    assert (notice.status, notice.is_failure_told) == (Status.FAILED, True)
    assert due() == []
    assert len(notices()) == 1


def test_it_tells_in_danish_by_default(failing, mail_server, run_lane, organisation):
    Organisation.objects.update(language="da")
    failing(2)
    (notice,) = notices()
    run_lane(notice.endpoint)
    message = mail_server.mails.all()[0].message
    assert message["Subject"].startswith("2 leveringer mislykkedes: http://127.0.0.1:")
    assert "kunne ikke afleveres" in text_of(message, "html")
    assert "Seneste svar: Modtageren svarede med status 500." in text_of(message, "plain")


def test_it_names_the_reports(endpoint, receiver, queue, run_lane):
    receiver.behaviour = receivers.answer(500)
    delivery = queue(endpoint, cvr="99000007", label="99000007-Nordlys Testværft")
    Delivery.objects.filter(pk=delivery.pk).update(charged_count=5)
    run_lane(endpoint)
    (notice,) = notices()
    (example,) = json.loads(notice.body)["context"]["examples"]
    assert (example["name"], example["cvr"]) == ("99000007-Nordlys Testværft", "99000007")


@pytest.mark.parametrize(
    ("language", "role", "count", "subject", "sentences"),
    [
        (
            "da",
            "export",
            1,
            "Økonomisystem: 1 eksport mislykkedes",
            ["Integrationen »Økonomisystem« tog ikke imod en virksomhed, som I har eksporteret."],
        ),
        (
            "da",
            "update",
            2,
            "Økonomisystem: 2 opdateringer mislykkedes",
            [
                "tog ikke imod ændringer af virksomheder og har derfor stadig de gamle oplysninger.",
                "Bed den, der driver modtageren, om at se på det seneste svar.",
            ],
        ),
        (
            "en",
            "export",
            2,
            "Økonomisystem: 2 exports failed",
            ["The integration “Økonomisystem” did not take companies that you exported."],
        ),
        (
            "en",
            "update",
            1,
            "Økonomisystem: 1 update failed",
            ["did not take changes of a company, so it still has the old information."],
        ),
    ],
)
def test_it_names_the_integration_and_its_companies(
    organisation, receiver, mail_server, queue, run_lane, language, role, count, subject, sentences
):
    Organisation.objects.update(language=language)
    organisation.refresh_from_db()
    receiver.behaviour = receivers.answer(400)
    endpoint = create_owned_endpoint(
        organisation=organisation,
        owner=f"integration:{INTEGRATION}:{role}",
        url=receiver.url("/companies/{cvr}"),
        method="PUT",
        label="Økonomisystem",
    )
    for number in range(count):
        queue(
            endpoint,
            purpose=f"integration_{role}",
            cvr=f"9900000{number}",
            label=f"Nordlys {number} ApS (9900000{number})",
        )
    Delivery.objects.update(charged_count=2)
    run_lane(endpoint)
    (notice,) = notices()
    run_lane(notice.endpoint)
    [mail] = mail_server.mails.all()
    assert mail.recipients == ["drift@fiktiv.example"]
    assert mail.message["Subject"] == subject
    for kind in ("plain", "html"):
        text = text_of(mail.message, kind)
        for sentence in (*sentences, f"PUT {receiver.url('/companies/{cvr}')}", "Nordlys 0 ApS (99000000)"):
            assert sentence in text
        # The company's number stands beside its name already.
        assert "CVR" not in text.replace("{cvr}", "")


def test_it_names_the_integration_that_is_switched_off(organisation, receiver, mail_server, queue, run_lane):
    endpoint = create_owned_endpoint(
        organisation=organisation, owner=f"integration:{INTEGRATION}:export", url=receiver.url(), label="Økonomisystem"
    )
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=2), failure_count=50)
    receiver.behaviour = receivers.answer(500)
    queue(endpoint, purpose="integration_export", cvr="99000007")
    run_lane(endpoint)
    (notice,) = notices()
    run_lane(notice.endpoint)
    [mail] = mail_server.mails.all()
    assert mail.message["Subject"] == "Økonomisystem: export was switched off"
    text = text_of(mail.message, "plain")
    assert "We have stopped sending exports to the integration “Økonomisystem” of Fiktiv Revision:" in text
    assert "or give the integration the receiver's new address. What waits is sent then." in text


def test_it_tells_moments_in_danish_time(endpoint, receiver, queue, run_lane, organisation):
    Organisation.objects.update(language="da")
    delivery = queue(endpoint, label="Rapport", now=NOON)
    Delivery.objects.filter(pk=delivery.pk).update(
        status=Status.FAILED, settled_at=datetime(2026, 7, 1, 22, 30, tzinfo=UTC), last_error="x"
    )
    notice = tell_failures(endpoint_id=endpoint.pk, now=timezone.now())
    assert notice is not None
    (example,) = json.loads(notice.body)["context"]["examples"]
    assert example["failed_at"] == "2. juli 2026 kl. 00.30"


def in_threads(call: Any, count: int = 6) -> list[Any]:
    """The results of so many at once, each on a connection of its own."""

    def run(_: int) -> Any:
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_it_tells_once_when_many_workers_tell_at_once(endpoint, queue):
    for _ in range(30):
        queue(endpoint)
    Delivery.objects.update(status=Status.FAILED, settled_at=timezone.now())
    told = in_threads(lambda: tell_failures(endpoint_id=endpoint.pk, now=timezone.now()))
    assert len([notice for notice in told if notice]) == 1
    (notice,) = notices()
    assert json.loads(notice.body)["context"]["count"] == 30


@pytest.mark.django_db(transaction=True)
def test_it_tells_again_what_a_worker_that_died_had_begun_to_tell(endpoint, queue):
    queue(endpoint)
    Delivery.objects.update(status=Status.FAILED, settled_at=timezone.now())
    with transaction.atomic():
        assert tell_failures(endpoint_id=endpoint.pk, now=timezone.now()) is not None
        transaction.set_rollback(True)
    assert notices() == []
    assert tell_failures(endpoint_id=endpoint.pk, now=timezone.now()) is not None
    assert len(notices()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_unwanted", [True, False])
def test_it_tells_once_that_many_workers_switched_it_off(endpoint, is_unwanted):
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=2), failure_count=50)

    def fail() -> bool:
        with transaction.atomic():
            return note_try(
                endpoint=Endpoint.objects.get(pk=endpoint.pk),
                purpose=REPORT_WEBHOOK,
                is_unwanted=is_unwanted,
                answer=Answer(status_code=410),
                now=timezone.now(),
            )

    assert sorted(in_threads(fail)) == [False] * 5 + [True]
    (notice,) = notices()
    assert json.loads(notice.body)["context"]["is_unwanted"] is is_unwanted


def test_it_has_nothing_to_tell_when_all_went_well(endpoint, receiver, queue, run_lane):
    queue(endpoint)
    run_lane(endpoint)
    assert tell_failures(endpoint_id=endpoint.pk, now=timezone.now()) is None
    assert notices() == []


def test_it_switches_off_at_once_at_410_with_one_notice(endpoint, receiver, queue, run_lane, mail_server):
    receiver.behaviour = receivers.answer(410)
    gone, waiting = queue(endpoint), queue(endpoint)
    assert run_lane(endpoint) is False
    assert len(receiver.calls.all()) == 1
    endpoint.refresh_from_db()
    gone.refresh_from_db()
    waiting.refresh_from_db()
    assert (endpoint.is_enabled, endpoint.disabled_reason) == (
        False,
        "The receiver answered 410 Gone: it wants nothing more.",
    )
    assert (gone.status, gone.is_failure_told, waiting.status) == (Status.FAILED, True, Status.WAITING)
    (notice,) = notices()
    run_lane(notice.endpoint)
    message = mail_server.mails.all()[0].message
    assert message["Subject"] == f"The receiver was switched off: {endpoint.url}"
    assert "Deliveries that wait: 1" in text_of(message, "plain")


@pytest.mark.parametrize(
    ("failing_for", "failures_before", "is_enabled"),
    [
        (timedelta(hours=24), 9, False),
        (timedelta(hours=24), 8, True),
        (timedelta(hours=23, minutes=59), 500, True),
    ],
)
def test_it_switches_off_after_a_day_and_ten_tries_without_success(
    endpoint, receiver, queue, run_lane, failing_for, failures_before, is_enabled
):
    receiver.behaviour = receivers.answer(500)
    Endpoint.objects.update(failing_since=timezone.now() - failing_for, failure_count=failures_before)
    delivery = queue(endpoint)
    run_lane(endpoint)
    endpoint.refresh_from_db()
    delivery.refresh_from_db()
    assert (endpoint.is_enabled, delivery.status) == (is_enabled, Status.WAITING)
    assert len(notices()) == (0 if is_enabled else 1)


def test_it_forgets_failures_at_the_first_success(endpoint, receiver, queue, run_lane):
    Endpoint.objects.update(
        failing_since=timezone.now() - timedelta(days=2), failure_count=50, last_success_at=timezone.now()
    )
    queue(endpoint)
    run_lane(endpoint)
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, endpoint.failure_count, endpoint.is_enabled) == (None, 0, True)


def test_it_never_switches_a_mailbox_off(mailbox, mail_server, queue, run_lane):
    mail_server.faults["mail"] = "451 Try again later"
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=2), failure_count=50)
    queue(mailbox, purpose="report_email", body=report())
    run_lane(mailbox)
    mailbox.refresh_from_db()
    assert (mailbox.is_enabled, mailbox.failure_count) == (True, 51)


def test_it_does_not_mix_the_failures_of_two_endpoints(failing, endpoint, organisation, receiver, queue, run_lane):
    other = find_or_create_endpoint(organisation=organisation, url=receiver.url("/other"))
    failing(1)
    delivery = queue(other)
    Delivery.objects.filter(pk=delivery.pk).update(charged_count=5)
    run_lane(other)
    assert [json.loads(notice.body)["context"]["url"] for notice in notices()] == [endpoint.url, other.url]
