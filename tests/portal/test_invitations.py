"""Invitations taken up."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.inviting import InvitationError, invite, remove_member, withdraw_invitation
from accounts.models import Invitation, Membership, Organisation, User
from portal.mails import send_invitations
from tests.portal.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW_MEMBER = {"first_name": "Bo", "last_name": "Prøve", "password": PASSWORD}


def invited(organisation: Organisation, email: str = "bo@revision.example") -> str:
    """The path of the link in the mail."""
    invite(organisation=organisation, email=email, invited_by=None, now=timezone.now())
    assert send_invitations(now=timezone.now()) == 1
    found = re.search(r"http://localhost:8000(/portal/join/\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


def test_it_makes_a_new_person_a_member(stranger: Client, organisation: Organisation):
    link = invited(organisation, " Bo@Revision.example ")
    assert mail.outbox[-1].to == ["bo@revision.example"]
    assert mail.outbox[-1].subject == "Invitation til Revisionshuset Prøve i Lasso"
    assert "Du bliver medlem af Revisionshuset Prøve" in stranger.get(link).content.decode()
    assert stranger.post(link, NEW_MEMBER)["location"] == "/portal"
    user = User.objects.get(username="bo@revision.example")
    assert (user.get_full_name(), list(user.organisations.all())) == ("Bo Prøve", [organisation])
    assert "Revisionshuset Prøve" in stranger.get("/portal").content.decode()


def test_it_makes_a_user_of_another_organisation_a_member_too(portal: Client, member: User, other_organisation):
    link = invited(other_organisation, member.email)
    assert "Du er inviteret til Advokaterne Andetsteds." in portal.get(link).content.decode()
    assert portal.post(link)["location"] == "/portal"
    assert set(member.organisations.all()) >= {other_organisation}
    assert "selected>Advokaterne" in re.sub(r"selected>\s+", "selected>", portal.get("/portal").content.decode())


def test_it_asks_a_user_to_sign_in_first(stranger: Client, member: User, other_organisation: Organisation):
    link = invited(other_organisation, member.email)
    assert stranger.get(link)["location"] == f"/portal/sign-in?next={link}"
    assert not Membership.objects.filter(organisation=other_organisation).exists()


def test_it_is_for_the_invited_address_alone(portal: Client, member: User, other_organisation: Organisation):
    User.objects.create_user(username="bo@revision.example", email="bo@revision.example", password=PASSWORD)
    answer = portal.post(invited(other_organisation))
    assert answer.status_code == 403
    assert not Membership.objects.filter(organisation=other_organisation).exists()


def test_it_works_once(stranger: Client, organisation: Organisation):
    link = invited(organisation)
    stranger.post(link, NEW_MEMBER)
    assert Client().get(link).status_code == 404


def test_it_expires(stranger: Client, organisation: Organisation):
    link = invited(organisation)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert stranger.post(link, NEW_MEMBER).status_code == 404
    assert not User.objects.filter(username="bo@revision.example").exists()


def test_it_can_be_withdrawn(stranger: Client, organisation: Organisation, other_organisation: Organisation):
    link = invited(organisation)
    number = Invitation.objects.get().pk
    assert not withdraw_invitation(organisation=other_organisation, invitation_id=number)
    assert withdraw_invitation(organisation=organisation, invitation_id=number)
    assert stranger.post(link, NEW_MEMBER).status_code == 404


def test_it_is_replaced_by_a_newer_one(stranger: Client, organisation: Organisation):
    first, second = invited(organisation), invited(organisation)
    assert stranger.get(first).status_code == 404
    assert stranger.get(second).status_code == 200
    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(("email", "reason"), [("ingen adresse", "address"), ("ANNA@revision.example", "member")])
def test_it_is_not_made_for_nonsense_or_members(organisation: Organisation, member: User, email: str, reason: str):
    with pytest.raises(InvitationError) as refused:
        invite(organisation=organisation, email=email, invited_by=None, now=timezone.now())
    assert refused.value.reason == reason
    assert not Invitation.objects.exists()


def test_a_member_can_be_removed_but_not_the_last(organisation: Organisation, member: User, other_organisation):
    with pytest.raises(InvitationError, match="The last member cannot be removed"):
        remove_member(organisation=organisation, user_id=member.pk)
    bo = User.objects.create_user(username="bo@revision.example")
    Membership.objects.create(organisation=organisation, user=bo)
    assert not remove_member(organisation=other_organisation, user_id=bo.pk)
    assert remove_member(organisation=organisation, user_id=bo.pk)
    assert list(organisation.members.all()) == [member]
