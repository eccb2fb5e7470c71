"""Integrations on pages: the list, each one's page, its companies, and what can be done with it."""

from __future__ import annotations

import html
import json
import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation
from delivery.models import Delivery
from integrations.exporting import order_exports
from integrations.models import Integration, MonitoredCompany
from integrations.setting_up import NewEndpoint
from portal.integrations import page as integration_page
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, NOWHERE, document, integrated, register, take_in
from tests.integrations.conftest import receiver as receiver_fixture
from tests.integrations.driving import export, run, state_of, wait_is_over
from tests.receivers import FaultyReceiver, answer

__all__ = ["register"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]
receiver = receiver_fixture
State = MonitoredCompany.State


@pytest.fixture(autouse=True)
def _no_alarms(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is woken at a moment: lanes are run by hand here."""
    monkeypatch.setattr("delivery.sending.wake_at", lambda moment, *, queue, subject, width: None)


@pytest.fixture
def integration(organisation: Organisation, receiver: FaultyReceiver) -> Integration:
    """Ours, with both endpoints."""
    return integrated(organisation, receiver)


@pytest.fixture
def theirs(other_organisation: Organisation, receiver: FaultyReceiver) -> Integration:
    """Somebody else's."""
    return integrated(other_organisation, receiver, name="Deres CRM")


def text_of(client: Client, path: str, **headers: str) -> str:
    answered = client.get(path, headers=headers)
    assert answered.status_code == 200, answered.status_code
    return html.unescape(answered.content.decode())


def test_it_stands_in_the_menu_and_among_the_accounts_pages(portal: Client):
    page = text_of(portal, "/portal/account")
    assert page.count('href="/portal/integrations"') == 3  # both menus, and the tab


def test_it_lists_the_organisations_integrations(portal: Client, integration: Integration, theirs: Integration):
    export(integration, LASSO, NORDLYS)
    page = text_of(portal, "/portal/integrations")
    assert re.findall(r'<a href="/portal/integrations/[0-9a-f-]{36}">([^<]*)</a>', page) == ["CRM"]
    assert "POST http://127.0.0.1" in page
    assert re.search(r'class="numeric">2</td>', page)


def test_it_says_what_an_integration_is_for_when_there_is_none(portal: Client):
    assert "I har ingen integrationer endnu." in text_of(portal, "/portal/integrations")
    assert 'href="/portal/integrations/add/own-api"' in text_of(portal, "/portal/integrations/add")


def test_it_shows_an_integration_with_its_endpoints_and_companies(
    portal: Client, integration: Integration, receiver: FaultyReceiver
):
    export(integration, LASSO)
    receiver.behaviour = answer(409)
    export(integration, NORDLYS)
    page = text_of(portal, f"/portal/integrations/{integration.pk}")
    assert f'<a href="/portal/companies/{LASSO}">LASSO X A/S</a>' in page
    assert "Overvåges (1)" in page
    assert "Fandtes i forvejen (1)" in page
    assert "<code>cvr</code>" in page
    assert "2 af 3 er mærket Opdatering." in page
    assert "PUT http://127.0.0.1" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"34580820", "99000007"}),
        ("?state=Duplicate", {"99000007"}),
        ("?state=Monitored", {"34580820"}),
        ("?state=Gone", set()),
        ("?state=nonsense", {"34580820", "99000007"}),
        ("?cvr=34 58 08 20", {"34580820"}),
        ("?cvr=99000015", set()),
        ("?cvr=x%00y", set()),
    ],
)
def test_it_finds_companies(
    portal: Client, integration: Integration, receiver: FaultyReceiver, query: str, expected: set[str]
):
    export(integration, LASSO)
    receiver.behaviour = answer(409)
    export(integration, NORDLYS)
    page = text_of(portal, f"/portal/integrations/{integration.pk}{query}")
    assert set(re.findall(r"\?company=(\d{8})", page)) == expected


def test_it_shows_many_companies_page_by_page(
    portal: Client, integration: Integration, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(integration_page, "PAGE_SIZE", 2)
    order_exports(integration=integration, cvrs=[str(LASSO), str(NORDLYS), str(HAVGRUS)], now=timezone.now())
    path = f"/portal/integrations/{integration.pk}?state=Exporting"
    first = text_of(portal, path)
    following = re.search(r'href="(\?[^"]*)"[^>]*rel="next"', first)
    assert following
    second = text_of(portal, f"/portal/integrations/{integration.pk}{following[1]}")
    assert re.findall(r"\?company=(\d{8})", first + second) == ["34580820", "99000007", "99000015"]
    assert portal.get(f"/portal/integrations/{integration.pk}?page=nonsense").status_code == 404


def test_it_asks_as_few_questions_for_many_companies_as_for_one(
    portal: Client, integration: Integration, receiver: FaultyReceiver, django_assert_max_num_queries: Any
):
    order_exports(integration=integration, cvrs=[str(LASSO), str(NORDLYS), str(HAVGRUS)], now=timezone.now())
    with django_assert_max_num_queries(14):
        portal.get(f"/portal/integrations/{integration.pk}")
    for number in range(3):
        integrated(integration.organisation, receiver, name=f"Nummer {number}")
    with django_assert_max_num_queries(10):
        portal.get("/portal/integrations")


def test_it_tells_the_last_answer_in_the_readers_language(
    portal: Client, integration: Integration, receiver: FaultyReceiver
):
    receiver.behaviour = answer(500)
    order_exports(integration=integration, cvrs=[str(LASSO)], now=timezone.now())
    run(integration)
    page = text_of(portal, f"/portal/integrations/{integration.pk}")
    assert "Modtageren svarede med status 500." in page
    assert "Prøves igen" in page


def test_it_exports_pasted_numbers_and_says_what_became_of_each(portal: Client, integration: Integration):
    order_exports(integration=integration, cvrs=[str(NORDLYS)], now=timezone.now())
    path = f"/portal/integrations/{integration.pk}/exports"
    page = html.unescape(portal.post(path, {"cvrs": f"34 58 08 20\nDK{NORDLYS}; {NOWHERE},{LASSO}"}).content.decode())
    assert "Eksporteres nu og overvåges derefter: 1" in page
    assert "Eksporteret i forvejen eller på vej: 1" in page
    assert "Findes ikke i registret: 1" in page
    assert set(integration.companies.values_list("cvr", flat=True)) == {"34580820", "99000007"}


@pytest.mark.parametrize("wrong", ["", "34580820 ikke-et", "1234567", "34580820\n<script>alert(1)</script>"])
def test_it_exports_nothing_when_one_of_the_numbers_is_none(portal: Client, integration: Integration, wrong: str):
    answered = portal.post(f"/portal/integrations/{integration.pk}/exports", {"cvrs": wrong})
    page = answered.content.decode()
    assert 'aria-invalid="true"' in page
    assert "<script>alert" not in page
    if wrong:
        assert html.escape(wrong.split(maxsplit=1)[0]) in page  # nothing of what was typed is lost
    assert not integration.companies.exists()


def test_it_exports_no_more_than_fits_at_once(portal: Client, integration: Integration):
    many = "\n".join(str(number) for number in range(10_000_000, 10_010_001))
    answered = portal.post(f"/portal/integrations/{integration.pk}/exports", {"cvrs": many})
    assert "Der er 10001 numre" in html.unescape(answered.content.decode())
    assert not integration.companies.exists()


def test_it_exports_a_company_again(portal: Client, integration: Integration, receiver: FaultyReceiver):
    export(integration, LASSO)
    path = f"/portal/integrations/{integration.pk}/companies/{LASSO}/export"
    assert portal.post(path)["location"] == f"/portal/integrations/{integration.pk}"
    run(integration)
    assert [call.json["cvr"] for call in receiver.calls.all() if call.method == "POST"] == [LASSO, LASSO]
    assert portal.post(f"/portal/integrations/{integration.pk}/companies/{NORDLYS}/export").status_code == 404
    assert portal.post(f"/portal/integrations/{integration.pk}/companies/%00/export").status_code == 404


def test_it_sends_all_failed_ones_again(portal: Client, integration: Integration, receiver: FaultyReceiver):
    receiver.behaviour = answer(500)
    order_exports(integration=integration, cvrs=[str(LASSO), str(NORDLYS)], now=timezone.now())
    for _ in range(3):
        run(integration)
        wait_is_over()
    assert state_of(integration, LASSO) == State.EXPORT_FAILED
    assert "Send alle mislykkede igen (2)" in re.sub(
        r"\s+", " ", text_of(portal, f"/portal/integrations/{integration.pk}")
    )
    receiver.behaviour = answer(201)
    assert portal.post(f"/portal/integrations/{integration.pk}/retry").status_code == 302
    assert "2 virksomheder eksporteres igen." in text_of(portal, f"/portal/integrations/{integration.pk}")
    run(integration)
    assert state_of(integration, LASSO) == state_of(integration, NORDLYS) == State.MONITORED


def test_it_stops_monitoring_a_company(portal: Client, integration: Integration):
    export(integration, LASSO)
    path = f"/portal/integrations/{integration.pk}/companies/{LASSO}/stop"
    assert portal.post(path).status_code == 302
    assert not integration.companies.exists()
    assert portal.post(path).status_code == 404


def test_it_shows_the_message_of_a_company_and_sends_nothing(
    portal: Client, integration: Integration, receiver: FaultyReceiver
):
    page = text_of(portal, f"/portal/integrations/{integration.pk}/preview?cvr={LASSO}")
    shown = [json.loads(text) for text in re.findall(r"<code>(\{.*?\})</code>", page, re.DOTALL)]
    assert shown == [
        {"cvr": LASSO, "name": "LASSO X A/S", "telephone": "+45 71 74 78 12"},
        {"cvr": LASSO, "telephone": "+45 71 74 78 12"},
    ]
    assert receiver.calls.all() == []


@pytest.mark.parametrize(
    ("cvr", "said"),
    [
        (str(NOWHERE), "Registret har ingen virksomhed med det CVR-nummer."),
        ("x", "Et CVR-nummer har otte cifre."),
        ("%00", "Et CVR-nummer har otte cifre."),
        ("", "Uden nummer vises en opdigtet virksomhed."),
    ],
)
def test_it_says_why_there_is_no_message_to_show(portal: Client, integration: Integration, cvr: str, said: str):
    assert said in text_of(portal, f"/portal/integrations/{integration.pk}/preview?cvr={cvr}")


@pytest.mark.parametrize(("which", "method"), [("export", "POST"), ("update", "PUT")])
def test_it_tests_an_endpoint_and_shows_what_was_answered(
    portal: Client, integration: Integration, receiver: FaultyReceiver, which: str, method: str
):
    receiver.behaviour = answer(418, b"<b>te</b>")
    page = portal.post(f"/portal/integrations/{integration.pk}/test", {"which": which}).content.decode()
    assert [call.method for call in receiver.calls.all()] == [method]
    assert "Modtageren svarede 418" in page
    assert "&lt;b&gt;te&lt;/b&gt;" in page
    assert not Delivery.objects.exists()
    receiver.behaviour = answer(200)
    page = portal.post(f"/portal/integrations/{integration.pk}/test", {"which": which}).content.decode()
    assert "Det virker." in page


def test_it_tests_no_endpoint_that_is_not_there(portal: Client, organisation: Organisation, receiver: FaultyReceiver):
    one = integrated(organisation, receiver, update=None)
    assert portal.post(f"/portal/integrations/{one.pk}/test", {"which": "update"}).status_code == 404
    assert portal.post(f"/portal/integrations/{one.pk}/test", {"which": "other"}).status_code == 404
    assert receiver.calls.all() == []


def test_it_tests_only_so_often(portal: Client, integration: Integration, receiver: FaultyReceiver, settings: Any):
    settings.TEST_CALLS_PER_MINUTE = 1
    path = f"/portal/integrations/{integration.pk}"
    assert "Det virker." in portal.post(f"{path}/test", {"which": "export"}).content.decode()
    assert portal.post(f"{path}/test", {"which": "update"})["location"] == path
    assert "Der er prøvet mange gange i det sidste minut." in text_of(portal, path)
    assert len(receiver.calls.all()) == 1


def test_it_asks_before_it_deletes(portal: Client, integration: Integration):
    export(integration, LASSO)
    path = f"/portal/integrations/{integration.pk}/delete"
    assert "Slet CRM?" in text_of(portal, path)
    assert Integration.objects.filter(deleted_at__isnull=True).exists()
    assert portal.post(path)["location"] == "/portal/integrations"
    assert portal.get(f"/portal/integrations/{integration.pk}").status_code == 404
    assert not Integration.objects.filter(deleted_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", ""),
        ("get", "/change"),
        ("post", "/change"),
        ("get", "/delete"),
        ("post", "/delete"),
        ("get", "/exports"),
        ("post", "/exports"),
        ("post", "/retry"),
        ("get", "/preview"),
        ("post", "/test"),
        ("post", f"/companies/{LASSO}/export"),
        ("post", f"/companies/{LASSO}/stop"),
    ],
)
def test_it_knows_nothing_of_another_organisations(
    portal: Client, theirs: Integration, receiver: FaultyReceiver, method: str, path: str
):
    export(theirs, LASSO)
    before = len(receiver.calls.all())
    for integration_id in (theirs.pk, uuid.uuid4()):
        data = {"which": "export", "cvrs": str(NORDLYS)} if method == "post" else {}
        answered = getattr(portal, method)(f"/portal/integrations/{integration_id}{path}", data)
        assert answered.status_code == 404
    assert len(receiver.calls.all()) == before
    assert list(theirs.companies.values_list("cvr", "state")) == [(str(LASSO), "Monitored")]


def test_it_shows_names_and_addresses_as_text(portal: Client, organisation: Organisation, receiver: FaultyReceiver):
    evil = '"><script>alert(1)</script>'
    take_in(document(HAVGRUS, evil))
    one = integrated(
        organisation, receiver, name=evil, export=NewEndpoint(url=receiver.url("/x?a=<script>alert(2)</script>"))
    )
    export(one, HAVGRUS)
    paths = ["", "/change", "/delete", "/exports", f"/preview?cvr={HAVGRUS}"]
    for path in ["/portal/integrations", *(f"/portal/integrations/{one.pk}{path}" for path in paths)]:
        page = portal.get(path).content.decode()
        assert "<script>alert" not in page, path


def test_it_is_for_members_only(stranger: Client, integration: Integration):
    for path in ("/portal/integrations", f"/portal/integrations/{integration.pk}", "/portal/integrations/add/own-api"):
        assert stranger.get(path)["location"].startswith("/portal/sign-in")
