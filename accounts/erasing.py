"""Erasing what a closed organisation has: in small steps that a kill only interrupts, until nothing is left.

Each app registers what of its own belongs to an organisation, when Django starts. Apps that stand on others start
after them, so what was registered last goes first. A step is a transaction or two; what arrives in the meantime (a
report that a worker was about to finish, an order that was on its way) is found by the next look, and the
organisation's own row goes only when the database says that nothing refers to it.

What stays: the log of who read beneficial owners, because those owners and the authorities may ask for it. It has the
organisation's name, refers to nothing, and goes after ACCESS_LOG_RETENTION.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models import Count, QuerySet

from accounts.models import APIKey, Membership, Organisation, User
from lasso.forgetting import Rows, delete_some

log = structlog.get_logger(__name__)

LONGEST_TURN = timedelta(seconds=30)
MOST_USERS = 20

# What refers to a row makes its deletion fail there and then, and not at the end of the transaction.
CHECK_AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE"
DELETE_ORGANISATION = """
DELETE FROM accounts_organisation WHERE id = %(organisation)s AND closed_at IS NOT NULL
"""
OWN = tuple(
    Rows(table=table, where="organisation_id = %(organisation)s", order="id")
    for table in ("accounts_idempotentrequest", "accounts_invitation", "accounts_apikey")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """What of an app belongs to an organisation.

    `erase_some(organisation_id, now)` erases some of it and returns how much that was, 0 for nothing left;
    `count(organisation_id)` says how much there is, for those who watch.
    """

    name: str
    erase_some: Callable[[UUID, datetime], int]
    count: Callable[[UUID], int]


_belongings: dict[str, Belongings] = {}


def register(belongings: Belongings) -> None:
    """Make them known; called once for each when Django starts."""
    _belongings[belongings.name] = belongings


def remaining(organisation_id: UUID) -> dict[str, int]:
    """How much is left, by name, in the order in which it goes."""
    return {one.name: one.count(organisation_id) for one in reversed(_belongings.values())}


def closed_organisations() -> QuerySet[Organisation]:
    """Those whose belongings are on their way out, the first closed first."""
    return Organisation.objects.filter(closed_at__isnull=False).order_by("closed_at", "pk")


def erase_organisations(*, now: datetime) -> int:
    """A turn of erasing, for the clock; returns how many organisations are gone by its end.

    They share the turn, so that a large one holds up no small one.
    """
    found = list(closed_organisations())
    return sum(erase(organisation, now=now, at_most=LONGEST_TURN / len(found)) for organisation in found)


def erase(
    organisation: Organisation,
    *,
    now: datetime,
    at_most: timedelta = timedelta.max,
    tell: Callable[[str, int], None] | None = None,
) -> bool:
    """Erase what the closed organisation has, for `at_most`; whether it is gone altogether.

    `tell(name, count)` is called after each step. May run twice at once, and be cut short anywhere.
    """
    if organisation.closed_at is None:
        return False
    until = time.monotonic() + min(at_most, timedelta(days=365)).total_seconds()
    for belongings in reversed(_belongings.values()):
        while some := belongings.erase_some(organisation.pk, now):
            if tell:
                tell(belongings.name, some)
            if time.monotonic() > until:
                return False
    return _erase_itself(organisation)


def _erase_itself(organisation: Organisation) -> bool:
    """False while something refers to it: what came in since its kind was looked at, or what somebody held."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CHECK_AT_ONCE)
            cursor.execute(DELETE_ORGANISATION, {"organisation": organisation.pk})
    except IntegrityError as error:
        log.info("organisation_not_empty", organisation=str(organisation.pk), reason=str(error).partition("\n")[0])
        return False
    log.info("organisation_erased", organisation=str(organisation.pk))
    return True


def _erase_own(organisation_id: UUID, now: datetime) -> int:  # noqa: ARG001 - as all steps
    deleted = sum(delete_some(rows, {"organisation": organisation_id}) for rows in OWN)
    return deleted + _erase_members(organisation_id)


def _erase_members(organisation_id: UUID) -> int:
    """Memberships, and the users who have no other and are not staff."""
    with transaction.atomic():
        memberships = list(
            Membership.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(organisation_id=organisation_id)
            .values_list("pk", "user_id")[:MOST_USERS]
        )
        Membership.objects.filter(pk__in=[pk for pk, _ in memberships]).delete()
        alone = User.objects.annotate(places=Count("membership")).filter(
            pk__in=[user for _, user in memberships], places=0, is_staff=False, is_superuser=False
        )
        for user in alone:
            user.delete()
        return len(memberships)


def _count_own(organisation_id: UUID) -> int:
    return (
        Membership.objects.filter(organisation_id=organisation_id).count()
        + APIKey.objects.filter(organisation_id=organisation_id).count()
    )


def register_own() -> None:
    """Called when Django starts."""
    register(Belongings(name="members and keys", erase_some=_erase_own, count=_count_own))
