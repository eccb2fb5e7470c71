"""The client of the distribution service: whom it asks how, and what each misbehaviour comes to."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from companies.errors import SourceBusy, SourceUnreachable
from companies.models import SourceRest
from companies.sources.distribution import calling, pacing
from companies.sources.distribution.access import BENEFICIAL, FILINGS, REGISTER, Access, Off, access_to
from companies.sources.distribution.calling import Conversation
from companies.sources.distribution.documents import fetch_documents
from companies.sources.distribution.errors import AnswerTooLong
from companies.sources.distribution.replies import read_reply
from companies.sources.distribution.resting import (
    FIRST_REST,
    LONGEST_ASKED_REST,
    LONGEST_REST,
    asked_rest,
    note_failure,
)
from lasso.http.deadlines import Deadline
from tests import receivers
from tests.companies.builders import CVR, company
from tests.companies.distribution import PASSWORD, USER, Distribution, bomb, cut_off, reply, switch_on
from tests.lasso.certificates import make_authority
from tests.receivers import Behaviour, answer

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(30, func_only=True)]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def access(source: str = REGISTER) -> Access:
    found = access_to(source)
    assert isinstance(found, Access)
    return found


def conversation(*, seconds: float = 30, source: str = REGISTER) -> Conversation:
    return Conversation(access(source), until=Deadline(timedelta(seconds=seconds)))


def search() -> dict[str, Any]:
    with conversation() as asked:
        return asked.search({"query": {"match_all": {}}})


def failure(ask: Callable[[], object] = search) -> SourceUnreachable:
    with pytest.raises(SourceUnreachable) as caught:
        ask()
    return caught.value


# --- Whom it asks -----------------------------------------------------------------------------------------------------


def test_it_asks_over_tls_with_the_credentials(settings, monkeypatch, tmp_path):
    authority, context = make_authority(tmp_path, name="localhost")
    settings.OUTBOUND_CA_FILE = str(authority)
    with Distribution(tls=context, host="localhost") as service:
        service.companies = [company(CVR)]
        switch_on(service, settings, monkeypatch)
        settings.OUTBOUND_ALLOWED_HOSTS = ["localhost"]
        with conversation() as asked:
            found, refused = fetch_documents(asked, [CVR])

    assert (list(found), refused) == ([CVR], {})
    assert service.scheme == "https"
    assert service.calls.all()[0].path == "/cvr-permanent/virksomhed/_search"


def test_it_does_not_trust_a_certificate_of_nobody_it_knows(settings, monkeypatch, tmp_path):
    _, context = make_authority(tmp_path, name="localhost")
    with Distribution(tls=context, host="localhost") as service:
        switch_on(service, settings, monkeypatch)
        settings.OUTBOUND_ALLOWED_HOSTS = ["localhost"]
        assert str(failure()).startswith("The certificate of localhost is not accepted")

    assert service.calls.all() == []


@pytest.mark.parametrize("url", ["http://distribution.virk.dk", "http://192.0.2.7", "http://8.8.8.8:8080"])
def test_it_never_sends_a_password_over_plain_http(settings, url):
    settings.REGISTER_URL, settings.REGISTER_USER, settings.REGISTER_PASSWORD = url, USER, PASSWORD

    assert access_to(REGISTER) == Off(
        REGISTER, "REGISTER_URL is plain http, over which a password would travel readable; use https."
    )


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (REGISTER, "REGISTER_PASSWORD not set."),
        (BENEFICIAL, "BENEFICIAL_REGISTER_USER and BENEFICIAL_REGISTER_PASSWORD not set."),
        (FILINGS, "neither REGISTER_USER and REGISTER_PASSWORD nor a FILINGS_URL of its own is set."),
    ],
)
def test_it_is_off_without_credentials_and_says_so(settings, source, reason):
    settings.REGISTER_USER, settings.REGISTER_PASSWORD = USER, ""
    settings.BENEFICIAL_REGISTER_USER = settings.BENEFICIAL_REGISTER_PASSWORD = ""

    assert access_to(source) == Off(source, reason)


def test_it_asks_for_filings_elsewhere_without_credentials(distribution, settings):
    distribution.password = None
    settings.REGISTER_USER = settings.REGISTER_PASSWORD = ""
    settings.REGISTER_URL = "https://distribution.example"

    with conversation(source=FILINGS) as asked:
        asked.search({"query": {"match_all": {}}})

    assert "authorization" not in distribution.calls.all()[0].headers


def test_the_password_stands_in_no_description(distribution):
    assert PASSWORD not in repr(access())


# --- What each misbehaviour comes to ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (answer(401), "refuses our credentials (status 401)"),
        (answer(403), "refuses our credentials (status 403)"),
        (answer(400, b'{"error":"parse"}'), 'does not take our search (status 400: {"error":"parse"})'),
        (answer(404, b"no such index"), "does not take our search (status 404: no such index)"),
        (answer(302, headers={"Location": "https://example.com"}), "answered with status 302"),
        (answer(429), "answered with status 429"),
        (answer(500), "answered with status 500"),
        (answer(503), "answered with status 503"),
        (receivers.reset, "127.0.0.1 closed the connection without a whole answer."),
        (receivers.hang_up, "127.0.0.1 closed the connection without a whole answer."),
        (receivers.garbage, "127.0.0.1 did not answer in HTTP."),
        (cut_off, "127.0.0.1 closed the connection without a whole answer."),
        (answer(200, b"{"), "answered with broken JSON"),
        (answer(200, b'{"hits":\xff}'), "answered with broken JSON"),
        (answer(200, b"[" * 100_000), "answered with broken JSON"),
        (answer(200, b"[]"), "answered with JSON that is no object"),
        (answer(200, gzip.compress(b"{}" * 5000)[:-10]), "answered with gzip that is cut off"),
        (answer(200, b"\x1f\x8bnot gzip"), "answered with broken gzip"),
    ],
)
def test_a_failure_is_named_and_puts_the_source_to_rest(distribution, fault: Behaviour, reason: str):
    distribution.permanent_fault = fault

    error = failure()

    assert str(error).startswith(reason)
    assert error.source == "CVR (Erhvervsstyrelsen)"
    assert SourceRest.objects.get().failure_count == 1
    assert len(distribution.calls.all()) == 1


@pytest.mark.parametrize("fault", [receivers.hang, receivers.hang_in_body, receivers.drip])
def test_a_call_ends_at_its_deadline(distribution, monkeypatch, fault):
    monkeypatch.setattr(calling, "CALL", timedelta(seconds=0.5))
    distribution.permanent_fault = fault

    assert "0.5 s" in str(failure())


@pytest.mark.parametrize("fault", [receivers.huge, bomb(3_000_000)])
def test_an_answer_has_an_end(distribution, monkeypatch, fault):
    monkeypatch.setattr(calling, "MOST_BYTES", 1_000_000)
    monkeypatch.setattr(calling, "MOST_UNPACKED", 2_000_000)
    distribution.permanent_fault = fault

    with pytest.raises(AnswerTooLong):
        search()
    assert not SourceRest.objects.exists()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"_shards": {"failed": 2}, "hits": {"total": 0, "hits": []}}, "answered without 2 of its shards"),
        ({"timed_out": True, "hits": {"total": 0, "hits": []}}, "gave up its own search for want of time"),
        ({}, "answered with JSON that is no search reply"),
        ({"hits": {"total": "3", "hits": []}}, "answered with JSON that is no search reply"),
        ({"hits": {"total": 1, "hits": [{"_source": None}]}}, "answered with a hit without a document"),
        ({"hits": {"total": 1, "hits": [{"_source": {}}]}}, "answered with a hit without a document"),
        ({"hits": {"total": 9, "hits": []}}, "answered with 0 of 9 hits"),
    ],
)
def test_a_reply_that_is_not_whole_is_no_answer(distribution, body, reason):
    distribution.permanent_fault = reply(200, body)

    def ask():
        with conversation() as asked:
            fetch_documents(asked, [CVR])

    assert str(failure(ask)) == reason


def test_it_reads_the_total_of_a_newer_version_too(distribution):
    with conversation() as asked:
        found = read_reply({"hits": {"total": {"value": 7, "relation": "eq"}, "hits": []}}, asked)

    assert found.total == 7


# --- Rests ------------------------------------------------------------------------------------------------------------


def test_a_source_that_keeps_failing_rests_twice_as_long_each_time(distribution):
    distribution.permanent_fault = answer(500)
    rests = []
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(8):
            failure()
            rest = SourceRest.objects.get()
            rests.append(rest.rests_until - timezone.now())
            clock.move_to(rest.rests_until)

    assert rests == [FIRST_REST * 2**number for number in range(6)] + [LONGEST_REST, LONGEST_REST]


def test_calls_that_were_under_way_when_it_failed_do_not_count():
    with time_machine.travel(NOW, tick=False):
        for _ in range(3):
            note_failure(REGISTER, "answered with status 500")

    rest = SourceRest.objects.get()
    assert (rest.failure_count, rest.rests_until) == (1, NOW + FIRST_REST)


def test_a_source_that_answers_is_well_again(distribution):
    distribution.faults = [answer(500)]
    failure()
    SourceRest.objects.update(rests_until=timezone.now())

    search()

    assert not SourceRest.objects.exists()


@pytest.mark.parametrize(
    ("asked", "rest"),
    [
        ("90", timedelta(seconds=90)),
        ("Mon, 01 Jun 2026 12:02:00 GMT", timedelta(minutes=2)),
        ("999999", LONGEST_ASKED_REST),
        ("soon", FIRST_REST),
        ("-5", FIRST_REST),
        ("Mon, 01 Jun 2020 12:02:00 GMT", FIRST_REST),
    ],
)
def test_a_source_that_says_how_long_gets_that_within_reason(distribution, asked, rest):
    distribution.permanent_fault = answer(503, headers={"Retry-After": asked})

    with time_machine.travel(NOW, tick=False):
        assert failure().retry_after == rest
        failure()

    assert len(distribution.calls.all()) == 1


def test_a_date_without_a_zone_asks_for_nothing():
    assert asked_rest("Mon, 01 Jun 2026 12:02:00 -0000", now=NOW) == timedelta(0)


# --- Pace -------------------------------------------------------------------------------------------------------------


def test_all_processes_together_ask_three_times_a_second(settings, redis_client):
    paces = [pacing.Pace(settings.REDIS_URL) for _ in range(2)]  # as two processes have them

    with time_machine.travel(NOW, tick=False) as clock:
        turns = [paces[number % 2].wait_for_turn("register.example", at_most=timedelta(0)) for number in range(5)]
        other_host = paces[0].wait_for_turn("files.example", at_most=timedelta(0))
        clock.shift(1.1)
        later = paces[1].wait_for_turn("register.example", at_most=timedelta(0))

    assert turns == [True, True, True, False, False]
    assert other_host
    assert later


def test_without_redis_each_process_asks_once_a_second():
    pace = pacing.Pace("redis://127.0.0.1:1/0")

    assert pace.wait_for_turn("register.example", at_most=timedelta(0))
    assert not pace.wait_for_turn("register.example", at_most=timedelta(0))
    assert pace.wait_for_turn("files.example", at_most=timedelta(0))
    assert pace.wait_for_turn("register.example", at_most=timedelta(seconds=2))


def test_a_turn_that_does_not_come_in_time_is_no_failure(distribution, monkeypatch):
    monkeypatch.setattr(calling, "wait_for_turn", lambda _host, *, at_most: False)

    with pytest.raises(SourceBusy):
        search()
    assert not SourceRest.objects.exists()
    assert distribution.calls.all() == []


def test_time_that_is_over_is_no_failure(distribution):
    with conversation(seconds=0.1) as asked, pytest.raises(SourceBusy):
        asked.search({})
    assert distribution.calls.all() == []
