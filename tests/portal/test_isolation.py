"""Nobody reaches what is another organisation's: every address of the portal and the API, called by strangers."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from rest_framework.permissions import AllowAny
from rest_framework.test import APIClient

from accounts.keys import create_api_key
from accounts.models import Organisation, User
from accounts.organisations import add_member
from tests.portal.addresses import Address, addresses, addresses_with_parameters
from tests.portal.conftest import PASSWORD
from tests.portal.world import HOSTILE, World, build_world, kept

pytestmark = pytest.mark.django_db

# Pages that are there before anybody has signed in, or change only what the reader sees.
PUBLIC_PAGES = {
    "portal/sign-in",
    "portal/sign-out",
    "portal/forgotten-password",
    "portal/new-password/<str:user_id>/<str:token>",
    "portal/join/<str:token>",
    "portal/organisation",
    "portal/language",
}
PUBLIC_API = {"reports/<str:token>/<str:file_name>.pdf"}
FRAMED = "portal/batches/<uuid:batch_id>/reports/<uuid:report_id>/pdf"
# What everybody may read: the register, which belongs to no organisation.
EVERYBODYS = frozenset(
    {
        "portal/companies/<str:cvr>",
        "portal/companies/<str:cvr>/changes",
        # The integration is the organisation's: tests/portal/test_companies.py.
        "portal/companies/<str:cvr>/export",
    }
)
# What a form says, where one that says nothing is not found either.
FORMS = {
    "portal/batches/new/<uuid:draft_id>/order": b"which=all",
    "portal/integrations/<uuid:integration_id>/test": b"which=export",
    "portal/deliveries/endpoints/<uuid:endpoint_id>/switch": b"switch=off",
}
METHODS = {True: ("GET", "POST"), False: ("GET", "POST", "PUT", "PATCH", "DELETE")}
SAYS_NOTHING = {404, 405}
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "javascript:alert(1)",
    "https:evil.example",
)


@pytest.fixture
def world(db: None) -> World:
    """Ours."""
    return build_world()


@pytest.fixture
def other_member(other_organisation: Organisation) -> User:
    """A member of the other organisation."""
    user = User.objects.create_user(username="bo@advokat.example", email="bo@advokat.example", password=PASSWORD)
    add_member(organisation=other_organisation, user=user)
    return user


def clients_of(organisation: Organisation, member: User) -> dict[bool, Client]:
    """A member's browser for pages (True), and a program with a key for the API (False)."""
    browser = Client(headers={"accept": "text/html"})
    browser.force_login(member)
    program = APIClient()
    program.credentials(HTTP_LASSO_API_KEY=create_api_key(organisation=organisation, name="test").text)
    return {True: browser, False: program}


def statuses(address: Address, path: str, client: Client) -> dict[str, int]:
    """What each method answers; what it does is undone."""
    found = {}
    for method in METHODS[address.is_page]:
        with transaction.atomic():
            answer = send(client, method, address, path)
            found[method] = answer.status_code
            read_to_its_end(answer)
            transaction.set_rollback(True)
    return found


def read_to_its_end(answer: Any) -> None:
    """Which closes the file that it comes from."""
    if answer.streaming:
        b"".join(answer.streaming_content)


def send(client: Client, method: str, address: Address, path: str) -> Any:
    """The answer to a form, or to JSON."""
    if address.is_page:
        form = FORMS.get(address.route, b"")
        return client.generic(method, path, form, content_type="application/x-www-form-urlencoded")
    return client.generic(method, path, b"{}", content_type="application/json")


def test_it_answers_not_found_for_what_is_another_organisations(world: World, other_organisation, other_member):
    clients = clients_of(other_organisation, other_member)
    before = kept()
    told = {}
    for address in addresses_with_parameters():
        path = address.filled(world.parameters)
        for method in METHODS[address.is_page]:
            status = send(clients[address.is_page], method, address, path).status_code
            if status not in SAYS_NOTHING and address.route not in EVERYBODYS:
                told[f"{method} {path}"] = status
    assert told == {}, "They show another organisation's. Only what is the register's belongs among EVERYBODYS."
    assert kept() == before


def test_it_finds_the_same_addresses_for_those_who_own_what_they_name(world: World):
    clients = clients_of(world.organisation, world.member)
    dead = []
    for address in addresses_with_parameters():
        found = statuses(address, address.filled(world.parameters), clients[address.is_page])
        if set(found.values()) <= SAYS_NOTHING or 500 in found.values():
            dead.append((address.route, found))
    # Else the test above would be content with addresses that it fills wrongly.
    assert dead == []


def test_it_asks_strangers_to_sign_in(world: World, stranger: Client):
    before = kept()
    for address in addresses():
        if address.route in PUBLIC_PAGES | PUBLIC_API:
            continue
        path = address.filled(world.parameters)
        for method in METHODS[address.is_page]:
            client = stranger if address.is_page else APIClient()
            answer = send(client, method, address, path)
            if address.is_page and answer.status_code != 405:
                assert answer["location"].startswith("/portal/sign-in?next=/portal"), f"{method} {path}"
            elif not address.is_page:
                assert answer.status_code == 401, f"{method} {path}"
    assert kept() == before


def test_every_page_is_for_members_unless_it_is_known_to_be_public():
    open_pages = {one.route for one in addresses() if one.is_page and not getattr(one.view, "is_member_page", False)}
    assert open_pages == PUBLIC_PAGES


def test_every_address_of_the_api_needs_a_key_unless_it_is_known_to_be_public():
    views = {one.route: one.view.cls for one in addresses() if not one.is_page}
    assert {route for route, view in views.items() if AllowAny in view.permission_classes} == PUBLIC_API
    assert all(view.authentication_classes for route, view in views.items() if route not in PUBLIC_API)


def test_no_member_and_no_stranger_gets_into_the_admin(portal: Client, stranger: Client):
    for client in (portal, stranger):
        for path in ("/admin/", "/admin/accounts/organisation/", "/admin/reporting/batch/"):
            assert client.get(path)["location"] == f"/admin/login/?next={path}"


def test_it_takes_no_form_without_its_token(world: World):
    browser = Client(headers={"accept": "text/html"}, enforce_csrf_checks=True)
    browser.force_login(world.member)
    before = kept()
    values = {**world.parameters, "token": "x"}
    answered = {one.route: browser.post(one.filled(values)).status_code for one in addresses() if one.is_page}
    assert {route: status for route, status in answered.items() if status not in {403, 405}} == {}
    # Pages to look at only may refuse the method first.
    assert answered["portal/batches/<uuid:batch_id>/<str:name>"] == 403
    assert kept() == before


def test_it_switches_only_to_an_organisation_of_ones_own(world: World, portal: Client, organisation: Organisation):
    assert portal.post("/portal/organisation", {"organisation": str(world.organisation.pk)}).status_code == 404
    assert organisation.name in portal.get("/portal").content.decode()


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_it_leads_nobody_to_another_site(portal: Client, stranger: Client, member: User, elsewhere: str):
    assert portal.get("/portal/sign-in", {"next": elsewhere})["location"] == "/portal"
    assert portal.post("/portal/language", {"language": "en", "next": elsewhere})["location"] == "/portal"
    form = {"email": member.email, "password": PASSWORD, "next": elsewhere}
    assert (
        '<input type="hidden" name="next" value="">'
        in stranger.get("/portal/sign-in", {"next": elsewhere}).content.decode()
    )
    assert stranger.post("/portal/sign-in", form)["location"] == "/portal"


def test_it_frames_no_page_keeps_none_and_runs_nothing_that_people_wrote(world: World):
    browser = clients_of(world.organisation, world.member)[True]
    shown = ""
    for address in addresses():
        if not address.is_page:
            continue
        answer = browser.get(address.filled({**world.parameters, "token": "x"}))
        require_safe_headers(address, answer)
        read_to_its_end(answer)
        if answer.streaming or not answer["content-type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        assert "<script>alert" not in page, address.route
        assert "<img src=x" not in page, address.route
        shown += page
    # They were there: the names of a batch, a company and its report, an integration and an organisation, a mapping's
    # constant, and a receiver's answer.
    for before in ("Bestilling", "Nordlys", "CRM", "Vores", "konstant", "svar", "header", "krop"):
        assert html.escape(f"{before} {HOSTILE}") in shown, before
    # So were those that stand by themselves: of a key, a member and an uploaded file.
    for text in (HOSTILE[:50], HOSTILE[:25]):
        assert html.escape(text) in shown


def require_safe_headers(address: Address, answer: Any) -> None:
    """No other site shows the page in a frame, nothing foreign runs in it, and no cache keeps it."""
    policy, frames = answer["content-security-policy"], answer["x-frame-options"]
    if address.route == FRAMED:
        assert ("frame-ancestors 'self'" in policy, frames) == (True, "SAMEORIGIN")
    else:
        assert ("frame-ancestors 'none'" in policy, frames) == (True, "DENY"), address.route
        assert "script-src 'self'; style-src 'self';" in policy, address.route
    assert answer["cache-control"] == "private, no-store", address.route
