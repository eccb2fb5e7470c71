"""A new password by mail."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from lasso.language import Language
from portal import tasks
from portal.mails import send_password_reset
from portal.throttling import TRIES_OF_ONE_ACCOUNT
from tests.portal.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = "en helt ny hemmelighed"


def link_of(message: mail.EmailMessage) -> str:
    found = re.search(r"http://localhost:8000(/portal/\S+)", str(message.body))
    assert found
    return found[1]


def asked_for(client: Client, email: str):
    return client.post("/portal/forgotten-password", {"email": email})


def mailed_link(member: User) -> str:
    send_password_reset(user=member, language=Language.DANISH)
    return link_of(mail.outbox[-1])


def test_it_answers_alike_whether_anybody_has_the_address(stranger: Client, member: User):
    known = asked_for(stranger, member.email).content.decode()
    unknown = asked_for(stranger, "ukendt@revision.example").content.decode()
    assert known.replace(member.email, "?").count("Se din indbakke") == 2
    form_token = re.compile("[A-Za-z0-9]{64}")
    assert form_token.sub("", known.replace(member.email, "?")) == form_token.sub(
        "", unknown.replace("ukendt@revision.example", "?")
    )


def test_it_leaves_it_to_the_worker_whether_anybody_has_the_address(member: User):
    tasks.send_password_reset(email="ukendt@revision.example", language="da")
    assert mail.outbox == []
    tasks.send_password_reset(email=member.email, language="en")
    assert [message.to for message in mail.outbox] == [[member.email]]


def test_it_sends_a_link_under_which_a_new_password_is_chosen(stranger: Client, member: User):
    link = mailed_link(member)
    assert mail.outbox[-1].to == [member.email]
    assert mail.outbox[-1].subject == "Ny adgangskode til Lasso"
    assert stranger.get(link).status_code == 200
    assert stranger.post(link, {"password": NEW})["location"] == "/portal/sign-in"
    member.refresh_from_db()
    assert member.check_password(NEW)


def test_its_link_works_once(stranger: Client, member: User):
    link = mailed_link(member)
    stranger.post(link, {"password": NEW})
    answer = stranger.post(link, {"password": "endnu en hemmelighed"})
    assert answer.status_code == 404
    member.refresh_from_db()
    assert member.check_password(NEW)


@pytest.mark.parametrize("weak", ["kort", "password1234", "anna@revision.example"])
def test_it_refuses_a_weak_password(stranger: Client, member: User, weak: str):
    link = mailed_link(member)
    assert stranger.post(link, {"password": weak}).status_code == 200
    member.refresh_from_db()
    assert member.check_password(PASSWORD)


@pytest.mark.parametrize(
    "path", ["/portal/new-password/MQ/abc-def", "/portal/new-password/%00/x", "/portal/new-password/æ/x"]
)
def test_it_says_that_a_wrong_link_does_not_work(stranger: Client, path: str):
    answer = stranger.get(path)
    assert answer.status_code == 404
    assert "Linket virker ikke" in answer.content.decode()


def test_it_sends_only_a_few_mails_to_one_address(stranger: Client, member: User):
    for _ in range(TRIES_OF_ONE_ACCOUNT):
        assert asked_for(stranger, member.email).status_code == 200
    assert asked_for(stranger, member.email).status_code == 429
