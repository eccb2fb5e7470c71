"""Mails about a person's own account: an invitation, a new password. They hold secrets, so no log keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from accounts.inviting import new_link_secret, note_sent, unsent_invitations
from accounts.models import Invitation, User
from lasso.language import Language, speaking

log = structlog.get_logger(__name__)


def send_invitations(*, now: datetime) -> int:
    """Send the mails of new invitations; returns how many went out. What the mail server refuses is tried again."""
    sent = 0
    for invitation in unsent_invitations(now=now):
        try:
            _send_invitation(invitation)
        except OSError as error:  # smtplib's own are of this kind too
            log.warning("invitation_not_sent", invitation=invitation.pk, error=str(error))
            continue
        note_sent(invitation=invitation, now=timezone.now())
        sent += 1
    return sent


def send_password_reset(*, user: User, language: Language) -> None:
    """Send the link under which the user chooses a new password; it works once, for PASSWORD_RESET_TIMEOUT.

    Raises:
        OSError: the mail server does not take it.
    """
    user_id = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("portal:new-password", args=[user_id, default_token_generator.make_token(user)])
    context = {"link": f"{settings.PUBLIC_URL}{path}", "name": user.get_full_name() or user.email}
    _send("password_reset", to=user.email, language=language, context=context)


def _send_invitation(invitation: Invitation) -> None:
    path = reverse("portal:join", args=[new_link_secret(invitation=invitation)])
    inviter = invitation.invited_by
    context = {
        "link": f"{settings.PUBLIC_URL}{path}",
        "organisation_name": invitation.organisation.name,
        "invited_by": (inviter.get_full_name() or inviter.email) if inviter else "",
    }
    language = Language(invitation.organisation.language)
    _send("invitation", to=invitation.email, language=language, context=context)


def _send(template: str, *, to: str, language: Language, context: Mapping[str, object]) -> None:
    with speaking(language):
        folder = f"emails/{template}"
        full = {**context, "language": language.value, "public_url": settings.PUBLIC_URL}
        subject = " ".join(render_to_string(f"{folder}/subject.txt", full).split())
        mail = EmailMultiAlternatives(subject=subject, body=render_to_string(f"{folder}/body.txt", full), to=[to])
        mail.attach_alternative(render_to_string(f"{folder}/body.html", {**full, "title": subject}), "text/html")
        mail.send()
