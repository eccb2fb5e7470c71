"""Members: invited by e-mail, joined by the link in it, removed again."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from accounts.models import Invitation, Membership, Organisation, User
from accounts.organisations import add_member

LIFETIME = timedelta(days=7)


class InvitationError(Exception):
    """An invitation that cannot be made or taken up; `reason` is a code of REASONS."""

    def __init__(self, reason: str) -> None:
        super().__init__(REASONS[reason])
        self.reason = reason


REASONS = {
    "address": "That is not an e-mail address.",
    "member": "The person is a member already.",
    "unknown": "There is no such invitation: the link is wrong or was withdrawn.",
    "expired": "The invitation has expired; ask for a new one.",
    "used": "The invitation has been used.",
    "other": "The invitation is for another e-mail address.",
    "last": "The last member cannot be removed.",
}


def invite(*, organisation: Organisation, email: str, invited_by: User | None, now: datetime) -> Invitation:
    """Invite somebody to become a member; the mail goes out by and by (`unsent_invitations`).

    An open invitation of the same address begins anew, and its former link is dead.

    Raises:
        InvitationError: not an address, or a member already; nothing was stored.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise InvitationError("address") from None
    if Membership.objects.filter(organisation=organisation, user__username=address).exists():
        raise InvitationError("member")
    anew = {"token_digest": None, "invited_by": invited_by, "created_at": now, "expires_at": now + LIFETIME}
    return Invitation.objects.update_or_create(
        organisation=organisation, email=address, accepted_at=None, defaults={**anew, "sent_at": None}
    )[0]


def unsent_invitations(*, now: datetime) -> QuerySet[Invitation]:
    """The invitations whose mail is still to be sent, oldest first."""
    unsent = Invitation.objects.filter(sent_at__isnull=True, accepted_at__isnull=True, expires_at__gt=now)
    return unsent.select_related("organisation", "invited_by").order_by("created_at")


def new_link_secret(*, invitation: Invitation) -> str:
    """The secret part of a new link; that of a former one opens nothing any more."""
    token = secrets.token_urlsafe(32)
    Invitation.objects.filter(pk=invitation.pk).update(token_digest=_digest(token))
    return token


def note_sent(*, invitation: Invitation, now: datetime) -> None:
    """The mail has gone out."""
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=now)


def find_invitation(*, token: str, now: datetime) -> Invitation:
    """The open invitation of a link.

    Raises:
        InvitationError: unknown, used or expired.
    """
    invitation = Invitation.objects.select_related("organisation").filter(token_digest=_digest(token)).first()
    if invitation is None:
        raise InvitationError("unknown")
    if invitation.accepted_at is not None:
        raise InvitationError("used")
    if invitation.expires_at <= now:
        raise InvitationError("expired")
    return invitation


def user_of(invitation: Invitation) -> User | None:
    """The user with the invited address, if there is one already."""
    return User.objects.filter(username=invitation.email).first()


@transaction.atomic
def accept_invitation(*, token: str, user: User, now: datetime) -> Membership:
    """Become a member. The link was sent to the address, so whoever has it owns the address.

    Raises:
        InvitationError: as `find_invitation`, or the user signs in with another address.
    """
    found = find_invitation(token=token, now=now)
    invitation = Invitation.objects.select_for_update().get(pk=found.pk)
    if invitation.accepted_at is not None:
        raise InvitationError("used")
    if user.username != invitation.email:
        raise InvitationError("other")
    invitation.accepted_at = now
    invitation.save(update_fields=["accepted_at"])
    return add_member(organisation=invitation.organisation, user=user)


@transaction.atomic
def join_as_new_user(*, token: str, password: str, first_name: str, last_name: str, now: datetime) -> User:
    """Make the invited person's user, and the user a member.

    The password must have been validated.

    Raises:
        InvitationError: as `find_invitation`, or there is a user with the address, who must sign in instead.
    """
    invitation = find_invitation(token=token, now=now)
    if user_of(invitation) is not None:
        raise InvitationError("other")
    user = User.objects.create_user(
        username=invitation.email,
        email=invitation.email,
        password=password,
        first_name=first_name.strip(),
        last_name=last_name.strip(),
    )
    accept_invitation(token=token, user=user, now=now)
    return user


def withdraw_invitation(*, organisation: Organisation, invitation_id: int) -> bool:
    """End an open invitation; False when the organisation has no such."""
    gone, _ = Invitation.objects.filter(organisation=organisation, pk=invitation_id, accepted_at=None).delete()
    return gone > 0


@transaction.atomic
def remove_member(*, organisation: Organisation, user_id: UUID) -> bool:
    """End a membership, at once; False when there is none.

    Raises:
        InvitationError: it is the last one: nobody could undo it.
    """
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    memberships = Membership.objects.filter(organisation=organisation)
    if not memberships.filter(user_id=user_id).exists():
        return False
    if memberships.count() == 1:
        raise InvitationError("last")
    memberships.filter(user_id=user_id).delete()
    return True


def _digest(token: str) -> str:
    return salted_hmac("accounts.inviting", token, algorithm="sha256").hexdigest()
