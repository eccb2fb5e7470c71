"""What the clock does for the portal."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.models import User
from lasso.language import Language
from portal import mails


@shared_task
def send_invitations() -> None:
    """Send the mails of new invitations."""
    mails.send_invitations(now=timezone.now())


@shared_task
def send_password_reset(*, email: str, language: str) -> None:
    """Send a link to a new password, if somebody has the address. When the message is lost, the person asks again."""
    user = User.objects.filter(username=email, is_active=True).first()
    if user is not None:
        mails.send_password_reset(user=user, language=Language(language))
