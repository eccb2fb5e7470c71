"""Endpoints on pages: how they are doing, and what can be done with them."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation
from delivery.endpoints import disable_endpoint, find_or_create_endpoint, find_or_create_mailbox
from delivery.history import MOST_A_DAY, days_of
from delivery.models import Delivery, Endpoint
from delivery.owned_endpoints import close_endpoint, create_owned_endpoint
from delivery.signing import signing_secrets
from tests.integrations.conftest import receiver as receiver_fixture
from tests.portal.test_deliveries import queued, sent
from tests.receivers import FaultyReceiver

pytestmark = pytest.mark.django_db
receiver = receiver_fixture
ZONE = ZoneInfo("Europe/Copenhagen")
ENDPOINTS = "/portal/deliveries/endpoints"


@pytest.fixture(autouse=True)
def _no_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is woken at a moment: lanes are run by hand here."""
    monkeypatch.setattr("delivery.sending.wake_at", lambda moment, *, queue, subject, width: None)


@pytest.fixture
def endpoint(organisation: Organisation, receiver: FaultyReceiver) -> Endpoint:
    """A webhook of ours."""
    return find_or_create_endpoint(organisation=organisation, url=receiver.url("/hook"))


@pytest.fixture
def theirs(other_organisation: Organisation, receiver: FaultyReceiver) -> Endpoint:
    """Somebody else's."""
    return find_or_create_endpoint(organisation=other_organisation, url=receiver.url("/deres"))


def text_of(client: Client, path: str) -> str:
    answered = client.get(path)
    assert answered.status_code == 200, answered.status_code
    return re.sub(r"\s+", " ", html.unescape(answered.content.decode()))


def settle(delivery: Delivery, status: Delivery.Status, *, at: datetime) -> None:
    """The delivery settled at that moment, after one attempt."""
    Delivery.objects.filter(pk=delivery.pk).update(status=status, settled_at=at, attempt_count=1)


def test_it_lists_endpoints_by_what_people_call_them(
    portal: Client, organisation: Organisation, endpoint: Endpoint, theirs: Endpoint, receiver: FaultyReceiver
):
    find_or_create_mailbox(organisation=organisation, email="x@firma.example")
    create_owned_endpoint(organisation=organisation, owner="integration:1:update", url=receiver.url("/"), label="CRM")
    page = text_of(portal, ENDPOINTS)
    assert re.findall(rf'href="{ENDPOINTS}/[0-9a-f-]{{36}}" ?>([^<]*)<', page) == [
        "CRM (opdatering)",
        "x@firma.example",
        endpoint.url,
    ]


def test_it_asks_as_few_questions_for_many_as_for_one(
    portal: Client, organisation: Organisation, django_assert_max_num_queries: Callable[..., Any]
):
    for number in range(9):
        find_or_create_endpoint(organisation=organisation, url=f"https://x{number}.example/")
    with django_assert_max_num_queries(7):
        portal.get(ENDPOINTS)


def test_it_shows_how_an_endpoint_is_doing(portal: Client, endpoint: Endpoint):
    sent(endpoint)
    queued(endpoint)
    page = text_of(portal, f"{ENDPOINTS}/{endpoint.pk}")
    assert "Slået til" in page
    assert "95 % svares inden" in page
    assert "den ældste siden" in page
    # Fourteen days, today first, their figures in text.
    figures = re.findall(r'<td class="numeric"> ?(\d+) ?</td> ?<td class="numeric"> ?(\d+) ?</td>', page)
    assert figures == [("1", "0"), *[("0", "0")] * 13]


def test_it_counts_by_danish_days(endpoint: Endpoint):
    now = datetime(2026, 7, 3, 12, 0, tzinfo=ZONE)
    midnight = datetime(2026, 7, 3, 0, 0, tzinfo=ZONE)
    settle(queued(endpoint), Delivery.Status.DELIVERED, at=midnight)
    settle(queued(endpoint), Delivery.Status.DUPLICATE, at=midnight - timedelta(seconds=1))
    settle(queued(endpoint), Delivery.Status.FAILED, at=midnight - timedelta(hours=24))
    settle(queued(endpoint), Delivery.Status.CANCELLED, at=midnight)
    settle(queued(endpoint), Delivery.Status.DELIVERED, at=midnight - timedelta(days=2, seconds=1))
    days = days_of(endpoint.pk, now=now, count=3)
    assert [(day.date.isoformat(), day.delivered_count, day.failed_count, day.is_more) for day in days] == [
        ("2026-07-01", 0, 0, False),
        ("2026-07-02", 1, 1, False),
        ("2026-07-03", 1, 0, False),
    ]
    assert MOST_A_DAY >= 10_000


def test_it_counts_no_further_than_tells_anybody_anything(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("delivery.history.MOST_A_DAY", 2)
    now = timezone.now()
    for _ in range(3):
        settle(queued(endpoint), Delivery.Status.DELIVERED, at=now)
    (day,) = days_of(endpoint.pk, now=now, count=1)
    assert (day.delivered_count, day.is_more) == (2, True)


def test_it_switches_an_endpoint_off_and_on(portal: Client, endpoint: Endpoint):
    path = f"{ENDPOINTS}/{endpoint.pk}"
    assert portal.post(f"{path}/switch", {"switch": "off"})["location"] == path
    endpoint.refresh_from_db()
    assert not endpoint.is_enabled
    page = text_of(portal, path)
    assert "Slået fra i portalen af anna@revision.example." in page
    assert "Leveringer til den venter" in page
    portal.post(f"{path}/switch", {"switch": "on"})
    endpoint.refresh_from_db()
    assert endpoint.is_enabled
    assert portal.post(f"{path}/switch", {"switch": "sideways"}).status_code == 404


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (
            "The receiver answered 410 Gone: it wants nothing more.",
            "Modtageren svarede 410 Gone: den ønsker ikke mere.",
        ),
        ("Nothing got through for 24 hours, in 12 attempts.", "Intet er nået frem i 24 timer, i 12 forsøg."),
        ("Switched off through the API.", "Slået fra gennem API’et."),
        ("Something new.", "Something new."),
    ],
)
def test_it_says_why_an_endpoint_is_off(portal: Client, endpoint: Endpoint, reason: str, said: str):
    disable_endpoint(endpoint=endpoint, reason=reason, now=timezone.now())
    assert said in text_of(portal, f"{ENDPOINTS}/{endpoint.pk}")


def test_it_says_that_an_endpoint_pauses(portal: Client, endpoint: Endpoint):
    Endpoint.objects.filter(pk=endpoint.pk).update(paused_until=timezone.now() + timedelta(hours=1))
    page = text_of(portal, f"{ENDPOINTS}/{endpoint.pk}")
    assert "Holder pause" in page
    assert "Modtageren har bedt om fred til" in page


def test_it_sets_limits(portal: Client, endpoint: Endpoint):
    path = f"{ENDPOINTS}/{endpoint.pk}"
    answered = portal.post(
        f"{path}/limits", {"max_in_flight": "2", "rate_per_second": "", "rate_per_minute": "30", "is_probed": "on"}
    )
    assert answered["location"] == path
    endpoint.refresh_from_db()
    assert (endpoint.max_in_flight, endpoint.rate_per_second, endpoint.rate_per_minute) == (2, None, 30)
    assert endpoint.is_probed
    page = text_of(portal, path)
    assert 'name="rate_per_minute" value="30"' in page


@pytest.mark.parametrize("wrong", [{"max_in_flight": "0"}, {"rate_per_second": "101"}, {"rate_per_minute": "mange"}])
def test_it_sets_no_limit_that_cannot_be(portal: Client, endpoint: Endpoint, wrong: dict[str, str]):
    answered = portal.post(f"{ENDPOINTS}/{endpoint.pk}/limits", {"max_in_flight": "3", **wrong})
    page = answered.content.decode()
    assert 'aria-invalid="true"' in page
    assert f'value="{next(iter(wrong.values()))}"' in page
    endpoint.refresh_from_db()
    assert (endpoint.max_in_flight, endpoint.rate_per_second, endpoint.rate_per_minute) == (None, None, None)


@pytest.mark.parametrize(("grace", "secrets"), [("24", 2), ("0", 1)])
def test_it_shows_a_new_secret_once(portal: Client, endpoint: Endpoint, grace: str, secrets: int):
    path = f"{ENDPOINTS}/{endpoint.pk}"
    before = signing_secrets(endpoint, now=timezone.now())
    assert before[0] not in text_of(portal, f"{path}/secret")
    page = html.unescape(portal.post(f"{path}/secret", {"grace": grace}).content.decode())
    found = re.search(r"<code>(whsec_[^<]*)</code>", page)
    assert found
    endpoint.refresh_from_db()
    now = signing_secrets(endpoint, now=timezone.now())
    assert now[0] == found[1] != before[0]
    assert len(now) == secrets
    assert found[1] not in text_of(portal, path)


def test_it_makes_no_secret_without_a_word_on_the_old_one(
    portal: Client, organisation: Organisation, endpoint: Endpoint
):
    before = endpoint.signing_secret
    for wrong in ({}, {"grace": "99999"}):
        assert "whsec_" not in portal.post(f"{ENDPOINTS}/{endpoint.pk}/secret", wrong).content.decode()
    endpoint.refresh_from_db()
    assert endpoint.signing_secret == before
    mailbox = find_or_create_mailbox(organisation=organisation, email="x@firma.example")
    assert portal.post(f"{ENDPOINTS}/{mailbox.pk}/secret", {"grace": "24"}).status_code == 404


def test_it_sends_everything_since_a_moment_again(portal: Client, endpoint: Endpoint):
    now = timezone.now()
    old, new = queued(endpoint), queued(endpoint)
    settle(old, Delivery.Status.FAILED, at=now - timedelta(hours=5))
    settle(new, Delivery.Status.FAILED, at=now - timedelta(hours=1))
    since = (now - timedelta(hours=2)).astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
    path = f"{ENDPOINTS}/{endpoint.pk}"
    assert portal.post(f"{path}/recover", {"since": since})["location"] == path
    assert "1 levering er sat i kø igen." in text_of(portal, path)
    for delivery, status in ((old, "Failed"), (new, "Waiting")):
        delivery.refresh_from_db()
        assert delivery.status == status


@pytest.mark.parametrize("since", ["", "i går", "2099-01-01T00:00"])
def test_it_sends_nothing_again_since_a_moment_that_is_none(portal: Client, endpoint: Endpoint, since: str):
    failed = queued(endpoint)
    settle(failed, Delivery.Status.FAILED, at=timezone.now())
    page = portal.post(f"{ENDPOINTS}/{endpoint.pk}/recover", {"since": since}).content.decode()
    assert 'aria-invalid="true"' in page
    failed.refresh_from_db()
    assert failed.status == Delivery.Status.FAILED


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("post", "/switch"),
        ("post", "/limits"),
        ("get", "/secret"),
        ("post", "/secret"),
        ("post", "/recover"),
    ],
)
def test_it_knows_nothing_of_another_organisations(portal: Client, theirs: Endpoint, method: str, path: str):
    data = {"switch": "off", "grace": "0", "since": "2020-01-01T00:00", "max_in_flight": "1"}
    for endpoint_id in (theirs.pk, uuid.uuid4()):
        answered = getattr(portal, method)(f"{ENDPOINTS}/{endpoint_id}{path}", data if method == "post" else {})
        assert answered.status_code == 404
    before = theirs.signing_secret
    theirs.refresh_from_db()
    assert theirs.is_enabled
    assert (theirs.max_in_flight, theirs.signing_secret) == (None, before)


def test_it_shows_no_endpoint_that_is_closed(portal: Client, organisation: Organisation, receiver: FaultyReceiver):
    owned = create_owned_endpoint(organisation=organisation, owner="x:1:export", url=receiver.url("/"), label="CRM")
    close_endpoint(endpoint=owned, reason="The integration was deleted.", now=timezone.now())
    assert portal.get(f"{ENDPOINTS}/{owned.pk}").status_code == 404
