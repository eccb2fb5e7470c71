"""Signing in."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Organisation, User
from portal.throttling import TRIES_OF_ONE_ACCOUNT
from tests.portal.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def sign_in(client: Client, email: str, password: str, **more: str):
    return client.post("/portal/sign-in", {"email": email, "password": password, **more})


def test_it_lets_a_member_in_whatever_the_case_of_the_address(stranger: Client, member: User):
    answer = sign_in(stranger, " Anna@Revision.example ", PASSWORD)
    assert (answer.status_code, answer["location"]) == (302, "/portal")
    assert stranger.get("/portal").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [("anna@revision.example", "forkert adgangskode"), ("ukendt@revision.example", PASSWORD)],
)
def test_it_says_the_same_of_a_wrong_password_and_an_unknown_address(stranger: Client, member: User, email, password):
    answer = sign_in(stranger, email, password)
    assert answer.status_code == 403
    assert "E-mail eller adgangskode er forkert." in answer.content.decode()
    assert "_auth_user_id" not in stranger.session


def test_it_asks_to_sign_in_and_goes_on_to_the_page_that_was_asked_for(stranger: Client, member: User):
    answer = stranger.get("/portal?side=2")
    assert (answer.status_code, answer["location"]) == (302, "/portal/sign-in?next=/portal%3Fside%3D2")
    assert 'name="next" value="/portal?side=2"' in stranger.get(answer["location"]).content.decode()
    assert sign_in(stranger, member.email, PASSWORD, next="/portal?side=2")["location"] == "/portal?side=2"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "javascript:alert(1)",
        "http:///elsewhere.example",
        "batches",
    ],
)
def test_it_leads_nowhere_but_to_our_own_pages(stranger: Client, member: User, elsewhere: str):
    assert sign_in(stranger, member.email, PASSWORD, next=elsewhere)["location"] == "/portal"


def test_it_takes_a_few_tries_of_an_account_and_then_says_how_long_to_wait(stranger: Client, member: User):
    for _ in range(TRIES_OF_ONE_ACCOUNT):
        assert sign_in(stranger, member.email, "forkert adgangskode").status_code == 403
    answer = sign_in(stranger, member.email, PASSWORD)
    assert answer.status_code == 429
    assert "For mange forsøg. Prøv igen om 15 min." in answer.content.decode()
    assert "_auth_user_id" not in stranger.session


def test_it_lets_other_accounts_in_meanwhile(stranger: Client, member: User, organisation: Organisation):
    for _ in range(TRIES_OF_ONE_ACCOUNT + 1):
        sign_in(stranger, "en.anden@revision.example", "forkert adgangskode")
    assert sign_in(stranger, member.email, PASSWORD).status_code == 302


def test_it_gives_a_new_session_to_who_signs_in(stranger: Client, member: User):
    stranger.get("/portal/sign-in")
    before = stranger.session.session_key
    sign_in(stranger, member.email, PASSWORD)
    assert stranger.session.session_key != before


def test_it_refuses_a_form_from_elsewhere(member: User):
    browser = Client(enforce_csrf_checks=True, headers={"accept": "text/html"})
    assert sign_in(browser, member.email, PASSWORD).status_code == 403
    assert "_auth_user_id" not in browser.session


def test_it_signs_out(portal: Client):
    assert portal.get("/portal/sign-out").status_code == 405
    assert portal.post("/portal/sign-out")["location"] == "/portal/sign-in"
    assert portal.get("/portal")["location"] == "/portal/sign-in?next=/portal"


def test_it_tells_who_is_a_member_of_nothing(stranger: Client, db):
    User.objects.create_user(username="ny@revision.example", email="ny@revision.example", password=PASSWORD)
    sign_in(stranger, "ny@revision.example", PASSWORD)
    answer = stranger.get("/portal")
    assert answer.status_code == 403
    assert "Bed et medlem om at invitere ny@revision.example." in answer.content.decode()


def test_it_keeps_pages_out_of_caches_and_frames(portal: Client):
    answer = portal.get("/portal")
    assert answer["cache-control"] == "private, no-store"
    assert answer["x-frame-options"] == "DENY"
    assert "frame-ancestors 'none'" in answer["content-security-policy"]


def test_it_makes_an_open_page_sign_in_again_when_the_session_has_ended(stranger: Client):
    answer = stranger.get("/portal", headers={"hx-request": "true"})
    assert (answer.status_code, answer["hx-refresh"]) == (204, "true")


def test_the_administration_counts_the_same_tries(stranger: Client, member: User):
    member.is_staff = True
    member.save()
    for _ in range(TRIES_OF_ONE_ACCOUNT - 1):
        stranger.post("/admin/login/", {"username": member.username, "password": "forkert adgangskode"})
    assert sign_in(stranger, member.email, "forkert adgangskode").status_code == 403

    answer = stranger.post("/admin/login/?next=/admin/", {"username": member.username.upper(), "password": PASSWORD})

    assert "For mange forsøg. Prøv igen om 15 min." in answer.content.decode()
    assert "_auth_user_id" not in stranger.session


def test_the_administration_lets_in_who_has_the_password(stranger: Client, member: User):
    member.is_staff = True
    member.save()

    answer = stranger.post("/admin/login/?next=/admin/", {"username": member.username, "password": PASSWORD})

    assert (answer.status_code, answer["location"]) == (302, "/admin/")
