"""What the portal forgets: orders that were begun and left, with the companies that were uploaded.

A closed organisation's go at once.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings

from accounts import erasing
from lasso.forgetting import Forgetting, Rows, delete_some, register
from portal.models import OrderDraft

DRAFTS = Rows(table="portal_orderdraft", where="changed_at < %(before)s", order="changed_at")
DRAFTS_OF_ONE = Rows(table="portal_orderdraft", where="organisation_id = %(organisation)s", order="id")


def forget_some_drafts(now: datetime) -> int:
    """Delete some of the drafts that nobody has changed for ORDER_DRAFT_RETENTION."""
    return delete_some(DRAFTS, {"before": now - settings.ORDER_DRAFT_RETENTION})


def _erase_some(organisation_id: UUID, now: datetime) -> int:  # noqa: ARG001 - as all steps
    return delete_some(DRAFTS_OF_ONE, {"organisation": organisation_id})


def _count(organisation_id: UUID) -> int:
    return OrderDraft.objects.filter(organisation_id=organisation_id).count()


def register_forgetting() -> None:
    """Called when Django starts."""
    register(
        Forgetting(
            name="order drafts",
            setting="ORDER_DRAFT_RETENTION",
            tables=("portal.OrderDraft",),
            step=forget_some_drafts,
        )
    )
    erasing.register(erasing.Belongings(name="order drafts", erase_some=_erase_some, count=_count))
