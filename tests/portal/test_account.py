"""Account settings: the organisation, members, keys, and the API's own page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.inviting import invite
from accounts.keys import create_api_key
from accounts.models import APIKey, Invitation, Organisation, User
from accounts.organisations import add_member

pytestmark = pytest.mark.django_db


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_it_changes_the_organisation(portal: Client, organisation: Organisation):
    new = {"name": " Revisorerne Ny ApS ", "email": "ny@revision.example", "language": "en"}
    assert portal.post("/portal/account", new)["location"] == "/portal/account"
    organisation.refresh_from_db()
    assert (organisation.name, organisation.email, organisation.language) == (
        "Revisorerne Ny ApS",
        "ny@revision.example",
        "en",
    )


@pytest.mark.parametrize("wrong", [{"name": " "}, {"email": "ingen"}, {"language": "sv"}, {"name": "x" * 201}])
def test_it_stores_nothing_of_a_form_with_a_mistake(portal: Client, organisation: Organisation, wrong: dict[str, str]):
    new = {"name": "Ny", "email": "ny@revision.example", "language": "en", **wrong}
    answer = portal.post("/portal/account", new)
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.content.decode()
    organisation.refresh_from_db()
    assert (organisation.name, organisation.language) == ("Revisionshuset Prøve", "da")


def test_it_never_gives_itself_access_to_beneficial_owners(portal: Client, organisation: Organisation):
    portal.post(
        "/portal/account",
        {"name": "Ny", "email": "ny@revision.example", "language": "da", "has_beneficial_owner_access": "on"},
    )
    organisation.refresh_from_db()
    assert not organisation.has_beneficial_owner_access


def test_it_invites_and_shows_who_is_invited(portal: Client, organisation: Organisation, member: User):
    assert portal.post("/portal/account/members", {"email": "Bo@revision.example"}).status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.invited_by, invitation.sent_at) == ("bo@revision.example", member, None)
    page = text_of(portal, "/portal/account/members")
    assert "bo@revision.example" in page
    assert "Sendes om lidt" in page


def test_it_says_why_somebody_cannot_be_invited(portal: Client, member: User):
    answer = portal.post("/portal/account/members", {"email": member.email})
    assert "Personen er medlem allerede." in answer.content.decode()
    assert not Invitation.objects.exists()


def test_it_removes_members_and_keeps_the_last(portal: Client, organisation: Organisation, member: User):
    bo = User.objects.create_user(username="bo@revision.example", email="bo@revision.example")
    add_member(organisation=organisation, user=bo)
    assert portal.post(f"/portal/account/members/{bo.pk}/remove").status_code == 302
    assert list(organisation.members.all()) == [member]
    portal.post(f"/portal/account/members/{member.pk}/remove")
    assert "Det sidste medlem kan ikke fjernes." in text_of(portal, "/portal/account/members")
    assert list(organisation.members.all()) == [member]


def test_it_shows_a_new_key_once(portal: Client, organisation: Organisation, member: User):
    page = portal.post("/portal/account/keys", {"name": "fra CRM"}).content.decode()
    found = re.search(r"<code>([A-Za-z0-9]{8}\.[A-Za-z0-9]{32})</code>", page)
    assert found
    key = APIKey.objects.get(prefix=APIKey.objects.get_from_key(found[1]).prefix)
    assert (key.name, key.created_by) == ("fra CRM", member)
    later = text_of(portal, "/portal/account/keys")
    assert found[1] not in later
    assert key.prefix in later


def test_it_revokes_a_key(portal: Client, organisation: Organisation):
    key = create_api_key(organisation=organisation, name="gammel").row
    assert portal.post(f"/portal/account/keys/{key.prefix}/revoke").status_code == 302
    key.refresh_from_db()
    assert key.revoked
    assert "Spærret" in text_of(portal, "/portal/account/keys")


def test_it_touches_nothing_of_another_organisation(portal: Client, other_organisation: Organisation):
    key = create_api_key(organisation=other_organisation, name="deres").row
    user = User.objects.create_user(username="de@advokat.example")
    add_member(organisation=other_organisation, user=user)
    invitation = invite(organisation=other_organisation, email="x@advokat.example", invited_by=None, now=timezone.now())
    assert portal.post(f"/portal/account/keys/{key.prefix}/revoke").status_code == 404
    assert portal.post(f"/portal/account/members/{user.pk}/remove").status_code == 404
    assert portal.post(f"/portal/account/invitations/{invitation.pk}/withdraw").status_code == 404
    key.refresh_from_db()
    assert not key.revoked
    assert list(other_organisation.members.all()) == [user]
    assert Invitation.objects.count() == 1


def test_it_says_how_to_use_the_api_at_this_address(portal: Client):
    page = text_of(portal, "/portal/account/api")
    assert "http://localhost:8000/apps/reporting/batches" in page


def test_it_shows_that_an_invitation_has_expired(portal: Client, organisation: Organisation):
    long_ago = timezone.now() - timedelta(days=8)
    invite(organisation=organisation, email="bo@revision.example", invited_by=None, now=long_ago)
    assert "Udløbet" in text_of(portal, "/portal/account/members")
