"""Closing an organisation for good: the door is shut at once; what is inside goes by and by (`accounts.erasing`)."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from accounts.models import APIKey, Invitation, Organisation, User

log = structlog.get_logger(__name__)


def close_organisation(*, organisation: Organisation, now: datetime) -> bool:
    """Let nobody in any more; False when it was closed before. This cannot be undone.

    Its keys are revoked, its invitations are void, and its members can sign in only if they belong to another
    organisation or to the staff. What runs is cancelled by the first steps of erasing.
    """
    with transaction.atomic():
        locked = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
        if locked.closed_at is not None:
            return False
        locked.closed_at = now
        locked.save(update_fields=["closed_at"])
        APIKey.objects.filter(organisation=locked).update(revoked=True)
        Invitation.objects.filter(organisation=locked, accepted_at__isnull=True).delete()
        locked_out = User.objects.filter(organisations=locked, is_staff=False, is_superuser=False).exclude(
            pk__in=User.objects.filter(organisations__closed_at__isnull=True, organisations__isnull=False)
        )
        User.objects.filter(pk__in=list(locked_out.values_list("pk", flat=True))).update(is_active=False)
    organisation.closed_at = now
    log.info("organisation_closed", organisation=str(organisation.pk), name=organisation.name)
    return True
