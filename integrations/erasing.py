"""Erasing a closed organisation's integrations, as their deletion by a person does it."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from accounts.erasing import Belongings, register
from integrations.clearing import clear_away
from integrations.models import Integration, MonitoredCompany
from integrations.setting_up import delete_integration
from lasso.errors import NotFound


def _erase_some(organisation_id: UUID, now: datetime) -> int:
    integration = Integration.objects.filter(organisation_id=organisation_id).order_by("pk").first()
    if integration is None:
        return 0
    if integration.deleted_at is None:
        with suppress(NotFound):  # deleted this moment
            delete_integration(integration=integration, now=now)
    else:
        clear_away(integration_id=integration.pk, is_over=lambda: True)
    return 1


def _count(organisation_id: UUID) -> int:
    integrations = Integration.objects.filter(organisation_id=organisation_id)
    return integrations.count() + MonitoredCompany.objects.filter(integration__in=integrations).count()


def register_belongings() -> None:
    """Called when Django starts."""
    register(Belongings(name="integrations", erase_some=_erase_some, count=_count))
