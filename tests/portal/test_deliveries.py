"""Deliveries on pages: the log, one delivery with its attempts, and sending it again."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from accounts.models import Organisation
from delivery.auth import AuthConfig, AuthMethod
from delivery.endpoints import find_or_create_endpoint, find_or_create_mailbox
from delivery.links import endpoint_link, failed_deliveries_link
from delivery.models import Delivery, Endpoint
from delivery.owned_endpoints import close_endpoint, create_owned_endpoint
from delivery.purposes import INTEGRATION_EXPORT, REPORT_EMAIL, REPORT_WEBHOOK
from delivery.queueing import Unsent, note_unsent, queue_delivery
from delivery.sending import deliver
from integrations.composing_exports import UNKNOWN
from portal.deliveries import log
from tests.integrations.conftest import receiver as receiver_fixture
from tests.integrations.driving import ShortTurn
from tests.receivers import FaultyReceiver, answer, reset

pytestmark = pytest.mark.django_db
receiver = receiver_fixture
SECRET = "hemmelig-9f3c"


@pytest.fixture(autouse=True)
def _no_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is woken at a moment: lanes are run by hand here."""
    monkeypatch.setattr("delivery.sending.wake_at", lambda moment, *, queue, subject, width: None)


@pytest.fixture
def endpoint(organisation: Organisation, receiver: FaultyReceiver) -> Endpoint:
    """A webhook of ours that signs in."""
    auth = AuthConfig(method=AuthMethod.HEADER, key="X-API-KEY", value=SECRET)
    return find_or_create_endpoint(organisation=organisation, url=receiver.url("/hook"), auth=auth)


def queued(endpoint: Endpoint, **fields: Any) -> Delivery:
    """A delivery that waits: what is not said is as usual."""
    given = {"purpose": REPORT_WEBHOOK.name, "body": {"cvr": 34580820}, "cvr": "34580820", "now": timezone.now()}
    return queue_delivery(endpoint=endpoint, **{**given, **fields})


def sent(endpoint: Endpoint, **fields: Any) -> Delivery:
    """One that was tried."""
    delivery = queued(endpoint, **fields)
    turn: Any = ShortTurn()
    deliver(endpoint.pk, turn)
    delivery.refresh_from_db()
    return delivery


def text_of(client: Client, path: str, **headers: str) -> str:
    answered = client.get(path, headers=headers)
    assert answered.status_code == 200, answered.status_code
    return html.unescape(answered.content.decode())


def ids_in(page: str) -> list[str]:
    return re.findall(r'<a href="/portal/deliveries/([0-9a-f-]{36})">', page)


def test_it_lists_the_organisations_deliveries_newest_first(
    portal: Client, endpoint: Endpoint, other_organisation: Organisation, receiver: FaultyReceiver
):
    theirs = find_or_create_endpoint(organisation=other_organisation, url=receiver.url("/deres"))
    queued(theirs)
    made = [queued(endpoint, label=f"Rapport {number}") for number in range(2)]
    page = text_of(portal, "/portal/deliveries")
    assert ids_in(page) == [str(one.public_id) for one in reversed(made)]
    assert "/deres" not in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["anden", "første"]),
        ("?state=Delivered", ["første"]),
        ("?state=Waiting", ["anden"]),
        ("?purpose=report_webhook", ["første"]),
        ("?purpose=integration_export", []),
        ("?company=34 58 08 20", ["første"]),
        ("?company=CVR-1-99000007", ["anden"]),
        ("?endpoint={endpoint}", ["første"]),
        ("?batch={batch}", ["første"]),
        ("?batch={other}", []),
        ("?since={today}", ["anden", "første"]),
        ("?until={yesterday}", []),
        ("?since={today}&until={today}", ["anden", "første"]),
        ("?until=9999-12-31", ["anden", "første"]),
        ("?state=Delivered&company=99000007", []),
    ],
)
def test_it_finds_deliveries(
    portal: Client, organisation: Organisation, endpoint: Endpoint, query: str, expected: list[str]
):
    batch = uuid.uuid4()
    names = {str(sent(endpoint, batch_id=batch).public_id): "første"}
    mailbox = find_or_create_mailbox(organisation=organisation, email="x@firma.example")
    names[str(queued(mailbox, purpose=REPORT_EMAIL.name, cvr="99000007").public_id)] = "anden"
    # Around midnight the Danish day is not UTC's: it is read off the row, as the page does.
    today = timezone.localdate(timezone=ZoneInfo("Europe/Copenhagen"))
    words = {
        "endpoint": endpoint.pk,
        "batch": batch,
        "other": uuid.uuid4(),
        "today": today,
        "yesterday": today - timedelta(days=1),
    }
    page = text_of(portal, f"/portal/deliveries{query.format(**words)}")
    assert [names[one] for one in ids_in(page)] == expected


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("company=12", "Et CVR-nummer har otte cifre."),
        ("state=Lost", "Lost"),
        ("endpoint=x", "Modtager: "),
        ("batch=x", "Bestilling (id): "),
        ("since=i%20går", "Fra og med: "),
        ("company=%00", "CVR-nummer: "),
    ],
)
def test_it_shows_nothing_for_a_filter_that_cannot_be_read(portal: Client, endpoint: Endpoint, query: str, said: str):
    queued(endpoint)
    page = text_of(portal, f"/portal/deliveries?{query}")
    assert said in page
    assert ids_in(page) == []


def test_it_shows_a_long_log_page_by_page(portal: Client, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(log, "PAGE_SIZE", 2)
    made = [str(queued(endpoint).public_id) for _ in range(3)]
    first = text_of(portal, "/portal/deliveries?state=Waiting")
    following = re.search(r'href="(\?[^"]*)"[^>]*rel="next"', first)
    assert following
    second = text_of(portal, f"/portal/deliveries{following[1]}")
    assert ids_in(first) + ids_in(second) == made[::-1]
    assert 'rel="next"' not in second
    assert portal.get("/portal/deliveries?page=nonsense").status_code == 404


def test_it_answers_with_the_table_alone_when_only_that_is_asked_for(portal: Client, endpoint: Endpoint):
    queued(endpoint)
    part = text_of(portal, "/portal/deliveries", **{"hx-request": "true", "hx-target": "deliveries"})
    assert part.lstrip().startswith('<div id="deliveries"')


def test_it_asks_as_few_questions_for_many_as_for_one(
    portal: Client, organisation: Organisation, django_assert_max_num_queries: Callable[..., Any]
):
    for number in range(12):
        queued(find_or_create_endpoint(organisation=organisation, url=f"https://x{number}.example/"))
    with django_assert_max_num_queries(8):
        portal.get("/portal/deliveries")


def test_it_shows_what_was_sent_and_what_was_answered(portal: Client, endpoint: Endpoint, receiver: FaultyReceiver):
    receiver.behaviour = answer(503, b"<b>senere</b>", {"Retry-Later": "ja"})
    delivery = sent(endpoint)
    raw = portal.get(f"/portal/deliveries/{delivery.public_id}").content.decode()
    assert "&lt;b&gt;senere&lt;/b&gt;" in raw
    page = html.unescape(raw)
    (call,) = receiver.calls.all()
    assert f"POST {receiver.url('/hook')}" in page
    assert '"cvr": 34580820' in page
    for name in ("content-type", "user-agent", "idempotency-key", "webhook-id"):
        assert re.search(rf"(?i){name}: {re.escape(call.headers[name])}", page), name
    # Neither what signs in nor what signs.
    assert call.headers["x-api-key"] == SECRET
    assert SECRET not in page
    assert call.headers["webhook-signature"] not in page
    assert "Modtageren svarede med status 503." in page
    assert "retry-later: ja" in page
    assert "Ventetid på svar" in page
    assert "Næste forsøg" in page


def test_it_says_why_there_was_no_answer(portal: Client, endpoint: Endpoint, receiver: FaultyReceiver):
    receiver.behaviour = reset
    page = text_of(portal, f"/portal/deliveries/{sent(endpoint).public_id}")
    assert "Modtageren lukkede forbindelsen, før hele svaret var kommet." in page


def test_it_shows_nothing_of_a_mails_inside(portal: Client, organisation: Organisation):
    mailbox = find_or_create_mailbox(organisation=organisation, email="x@firma.example")
    delivery = queued(mailbox, purpose=REPORT_EMAIL.name, body={"template": "report", "context": {"link": SECRET}})
    page = text_of(portal, f"/portal/deliveries/{delivery.public_id}")
    assert "x@firma.example" in page
    assert SECRET not in page
    assert "Der er ikke gjort noget forsøg endnu." in page


def test_it_sends_a_delivery_again(portal: Client, endpoint: Endpoint, receiver: FaultyReceiver):
    delivery = sent(endpoint)
    path = f"/portal/deliveries/{delivery.public_id}"
    assert "Send igen" in text_of(portal, path)
    assert portal.post(f"{path}/again")["location"] == path
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.WAITING
    page = text_of(portal, path)
    assert "Leveringen er sat i kø igen." in page
    assert f'action="{path}/again"' not in page
    portal.post(f"{path}/again")
    assert "Kun en levering, der er afsluttet og ikke annulleret, kan sendes igen." in text_of(portal, path)


def test_it_says_that_a_closed_endpoint_takes_nothing_more(
    portal: Client, organisation: Organisation, receiver: FaultyReceiver
):
    owned = create_owned_endpoint(organisation=organisation, owner="x:1:export", url=receiver.url("/"), label="CRM")
    delivery = sent(owned)
    close_endpoint(endpoint=owned, reason="The integration was deleted.", now=timezone.now())
    path = f"/portal/deliveries/{delivery.public_id}"
    page = text_of(portal, path)
    assert "CRM (eksport)" in page
    assert f'href="/portal/deliveries/endpoints/{owned.pk}"' not in page
    portal.post(f"{path}/again")
    assert "Modtageren er nedlagt" in text_of(portal, path)
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.DELIVERED


def test_it_says_that_there_is_no_message_to_send_again(portal: Client, endpoint: Endpoint):
    unsent = Unsent(cvr="99000007", label="Ukendt", reason=UNKNOWN)
    note_unsent(endpoint=endpoint, purpose=INTEGRATION_EXPORT.name, unsent=[unsent], now=timezone.now())
    delivery = Delivery.objects.get()
    path = f"/portal/deliveries/{delivery.public_id}"
    page = text_of(portal, path)
    assert "Registret har ingen virksomhed med det CVR-nummer." in page
    assert f'action="{path}/again"' not in page
    portal.post(f"{path}/again")
    assert "Der kunne ikke laves en besked, så der er ingen at sende igen." in text_of(portal, path)
    delivery.refresh_from_db()
    assert delivery.status == Delivery.Status.FAILED


def test_it_knows_nothing_of_another_organisations(
    portal: Client, other_organisation: Organisation, receiver: FaultyReceiver
):
    theirs = sent(find_or_create_endpoint(organisation=other_organisation, url=receiver.url("/deres")))
    for delivery_id in (theirs.public_id, uuid.uuid4()):
        assert portal.get(f"/portal/deliveries/{delivery_id}").status_code == 404
        assert portal.post(f"/portal/deliveries/{delivery_id}/again").status_code == 404
    page = text_of(portal, f"/portal/deliveries?endpoint={theirs.endpoint_id}")
    assert ids_in(page) == []
    assert "/deres" not in page
    theirs.refresh_from_db()
    assert theirs.status == Delivery.Status.DELIVERED


def test_it_shows_names_and_answers_as_text(portal: Client, organisation: Organisation, receiver: FaultyReceiver):
    evil = "<script>alert(1)</script>"
    receiver.behaviour = answer(400, evil.encode(), {"X-Evil": evil})
    endpoint = find_or_create_endpoint(organisation=organisation, url=receiver.url(f"/?a={evil}"))
    delivery = sent(endpoint, label=evil, body={"name": evil})
    for path in (
        "/portal/deliveries",
        f"/portal/deliveries?batch={evil}&state={evil}&since={evil}",
        f"/portal/deliveries/{delivery.public_id}",
        "/portal/deliveries/endpoints",
        f"/portal/deliveries/endpoints/{endpoint.pk}",
    ):
        assert "<script>alert" not in portal.get(path).content.decode(), path


def test_the_links_in_mails_lead_to_these_pages(portal: Client, endpoint: Endpoint, settings: Any):
    for link, name in (
        (failed_deliveries_link(str(endpoint.pk)), "deliveries"),
        (endpoint_link(str(endpoint.pk)), "endpoint"),
    ):
        assert link.startswith(f"{settings.PUBLIC_URL}/portal/")
        path = link.removeprefix(settings.PUBLIC_URL)
        assert resolve(path.partition("?")[0]).view_name == f"portal:{name}"
        page = text_of(portal, path)
        assert endpoint.url in page
    assert re.search(
        r'value="Failed" selected', text_of(portal, f"/portal/deliveries?endpoint={endpoint.pk}&state=Failed")
    )


def test_it_is_for_members_only(stranger: Client, endpoint: Endpoint):
    delivery = queued(endpoint)
    for path in ("", f"/{delivery.public_id}", "/endpoints", f"/endpoints/{endpoint.pk}"):
        assert stranger.get(f"/portal/deliveries{path}")["location"].startswith("/portal/sign-in")
