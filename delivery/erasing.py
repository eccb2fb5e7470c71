"""Erasing what a closed organisation has here: its endpoints, their deliveries and attempts, in small steps.

Endpoints are closed first, so that nothing more is sent. A call that is under way is not waited for: its delivery is
settled by who makes it, or released when he is dead, and goes after that.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from accounts.erasing import CHECK_AT_ONCE, Belongings, register
from delivery.cancelling import cancel_some
from delivery.forgetting import DELETE_ATTEMPTS, DELETE_DELIVERIES
from delivery.models import Delivery, Endpoint
from delivery.owned_endpoints import close_endpoint
from lasso.forgetting import CHUNK

REASON = "The organisation was deleted."
MOST_ENDPOINTS = 20

CHOOSE_SETTLED = """
SELECT id FROM delivery_delivery WHERE organisation_id = %(organisation)s AND settled_at IS NOT NULL
LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
DELETE_ENDPOINTS = """
DELETE FROM delivery_endpoint WHERE id = ANY(ARRAY(
  SELECT id FROM delivery_endpoint AS endpoint
  WHERE organisation_id = %(organisation)s AND closed_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM delivery_delivery WHERE endpoint_id = endpoint.id)
  LIMIT %(most)s FOR UPDATE SKIP LOCKED))
"""


def _erase_some(organisation_id: UUID, now: datetime) -> int:
    endpoints = Endpoint.objects.filter(organisation_id=organisation_id)
    still_open = list(endpoints.filter(closed_at__isnull=True)[:MOST_ENDPOINTS])
    for endpoint in still_open:
        close_endpoint(endpoint=endpoint, reason=REASON, now=now)
    if still_open:
        return len(still_open)
    if settled := _erase_settled(organisation_id):
        return settled
    cancelled = sum(cancel_some(endpoint=endpoint, now=now, reason=REASON) for endpoint in endpoints.iterator())
    return cancelled or _erase_endpoints(organisation_id)


def _erase_settled(organisation_id: UUID) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHOOSE_SETTLED, {"organisation": organisation_id, "most": CHUNK})
        chosen = [row[0] for row in cursor.fetchall()]
        if chosen:
            cursor.execute(DELETE_ATTEMPTS, {"chosen": chosen})
            cursor.execute(DELETE_DELIVERIES, {"chosen": chosen})
    return len(chosen)


def _erase_endpoints(organisation_id: UUID) -> int:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CHECK_AT_ONCE)
            cursor.execute(DELETE_ENDPOINTS, {"organisation": organisation_id, "most": CHUNK})
            return int(cursor.rowcount)
    except IntegrityError:
        # A batch or an integration that came in since names one, and goes first the next time.
        return 0


def _count(organisation_id: UUID) -> int:
    owned = {"organisation_id": organisation_id}
    return Delivery.objects.filter(**owned).count() + Endpoint.objects.filter(**owned).count()


def register_belongings() -> None:
    """Called when Django starts."""
    register(Belongings(name="deliveries", erase_some=_erase_some, count=_count))
