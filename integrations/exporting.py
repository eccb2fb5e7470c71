"""Exports are ordered: which companies an integration is to have, and which it is to have no longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from companies.changes import register_reader
from companies.cvr import is_valid_cvr
from companies.models import Company
from companies.sources.distribution.access import REGISTER, is_on
from delivery.latest import withdraw
from delivery.redelivering import forbid
from integrations.models import Integration, MonitoredCompany
from integrations.open_deliveries import endpoints_of
from integrations.updating import READER
from integrations.waking import wake_integration
from lasso.errors import NotFound

MOST_AT_ONCE = 10_000
REMOVED = "Withdrawn because the company was removed from the integration."

# Everybody who waits for locks on companies takes them in the order of their numbers.
# A company that is there already is left alone, unless it failed or is gone: then it begins anew.
ORDER = """
INSERT INTO integrations_monitoredcompany AS company (integration_id, cvr, state, added_at, export_due_at, fetch_count,
  is_update_due, exported_digest, queued_digest, accepted_digest, told_digest, last_answer)
SELECT %(integration)s, cvr, 'Exporting', %(now)s, %(now)s, 0, false, '', '', '', '', ''
FROM unnest(%(cvrs)s::text[]) AS cvr ORDER BY cvr
ON CONFLICT (integration_id, cvr) DO UPDATE
SET state = 'Exporting', added_at = EXCLUDED.added_at, export_due_at = EXCLUDED.export_due_at, fetch_count = 0,
  is_update_due = false, export_delivery_id = NULL, update_delivery_id = NULL,
  exported_digest = '', queued_digest = '', accepted_digest = '', told_digest = '',
  last_status_code = NULL, last_answer = '', last_answer_at = NULL, last_exported_at = NULL, last_update_at = NULL
WHERE company.state IN ('Gone', 'ExportFailed')
RETURNING cvr
"""
# What the receiver has accepted stays known, unless it no longer has the company. The delivery under way, if any, stays
# the company's until the new one takes its place.
AGAIN = """
WITH locked AS (
  SELECT id FROM integrations_monitoredcompany WHERE integration_id = %(integration)s AND {which}
  ORDER BY cvr FOR NO KEY UPDATE)
UPDATE integrations_monitoredcompany AS company
SET state = 'Exporting', export_due_at = %(now)s, fetch_count = 0,
  accepted_digest = CASE WHEN state = 'Gone' THEN '' ELSE accepted_digest END,
  told_digest = CASE WHEN state = 'Gone' THEN '' ELSE told_digest END,
  last_exported_at = CASE WHEN state = 'Gone' THEN NULL ELSE last_exported_at END,
  last_update_at = CASE WHEN state = 'Gone' THEN NULL ELSE last_update_at END,
  added_at = CASE WHEN state IN ('Gone', 'ExportFailed') THEN %(now)s ELSE added_at END
FROM locked WHERE company.id = locked.id
RETURNING cvr
"""
REMOVE = """
WITH locked AS (
  SELECT id FROM integrations_monitoredcompany WHERE integration_id = %(integration)s AND cvr = ANY(%(cvrs)s)
  ORDER BY cvr FOR UPDATE)
DELETE FROM integrations_monitoredcompany AS company USING locked WHERE company.id = locked.id
RETURNING company.cvr
"""
# Keeps the integration from being deleted while rows are written that refer to it.
HOLD = "SELECT 1 FROM integrations_integration WHERE id = %(integration)s AND deleted_at IS NULL FOR KEY SHARE"
# Keeps its lane from composing meanwhile.
HOLD_LANE = "SELECT 1 FROM integrations_integration WHERE id = %(integration)s AND deleted_at IS NULL FOR NO KEY UPDATE"


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What became of the CVR numbers of an order, each once, in the order in which they were given."""

    accepted: tuple[str, ...]
    already_there: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stopped:
    """Of the CVR numbers given, those that are monitored no longer, and those that the integration never had."""

    stopped: tuple[str, ...]
    unknown: tuple[str, ...]


def order_exports(*, integration: Integration, cvrs: Sequence[str], now: datetime) -> ExportOrder:
    """Have the companies exported, and monitored from then on. Nothing is composed here: a lane does that at once.

    Already there are companies that are Exporting, Monitored or Duplicate. Those that are Gone or failed begin anew.
    Unknown is what has a wrong check digit, and what the register lacks, unless a live source can be asked for it.

    Raises:
        ValueError: more than MOST_AT_ONCE.
        NotFound: the integration was deleted.
    """
    asked = _asked(cvrs)
    known = _known([cvr for cvr in asked if is_valid_cvr(cvr)])
    # Before any company is there to be changed, so that no change is from before its reader's time.
    register_reader(reader=READER)
    with transaction.atomic():
        accepted = _run(HOLD, ORDER, integration, cvrs=sorted(known), now=now)
        if accepted:
            wake_integration(integration.pk)
    return ExportOrder(
        accepted=tuple(cvr for cvr in asked if cvr in accepted),
        already_there=tuple(cvr for cvr in asked if cvr in known and cvr not in accepted),
        unknown=tuple(cvr for cvr in asked if cvr not in known),
    )


def export_again(*, integration: Integration, cvrs: Sequence[str], now: datetime) -> ExportOrder:
    """Send these companies' export again, as they are now, whatever state they are in; nobody is `already_there`.

    Unknown are those that the integration does not have. A company that the receiver has accepted before stays
    monitored when this export fails.

    Raises:
        ValueError: more than MOST_AT_ONCE.
        NotFound: the integration was deleted.
    """
    asked = _asked(cvrs)
    accepted = _again(integration, which="cvr = ANY(%(cvrs)s)", cvrs=asked, now=now)
    return ExportOrder(
        accepted=tuple(cvr for cvr in asked if cvr in accepted),
        already_there=(),
        unknown=tuple(cvr for cvr in asked if cvr not in accepted),
    )


def export_state_again(*, integration: Integration, state: MonitoredCompany.State, now: datetime) -> int:
    """The same for every company in the state, such as ExportFailed; returns how many.

    Raises:
        NotFound: the integration was deleted.
    """
    return len(_again(integration, which="state = %(state)s", state=state.value, now=now))


def stop_monitoring(*, integration: Integration, cvrs: Sequence[str], now: datetime) -> Stopped:
    """Take the companies out of the integration; what waits of them is withdrawn. Exported again they begin anew.

    What is under way this moment ends by itself, and is not repeated; nor is what has failed.

    Raises:
        ValueError: more than MOST_AT_ONCE.
        NotFound: the integration was deleted.
    """
    asked = _asked(cvrs)
    with transaction.atomic():
        _hold(HOLD_LANE, integration)
        # Deliveries before companies: see `integrations.open_deliveries`.
        for endpoint in endpoints_of(integration):
            withdraw(endpoint=endpoint, order_keys=asked, now=now, reason=REMOVED)
            forbid(endpoint=endpoint, cvrs=asked, reason=REMOVED)
        stopped = _run(HOLD, REMOVE, integration, cvrs=asked)
    return Stopped(
        stopped=tuple(cvr for cvr in asked if cvr in stopped),
        unknown=tuple(cvr for cvr in asked if cvr not in stopped),
    )


def _asked(cvrs: Sequence[str]) -> list[str]:
    asked = list(dict.fromkeys(cvrs))
    if len(asked) > MOST_AT_ONCE:
        raise ValueError(f"{len(asked)} CVR numbers; at most {MOST_AT_ONCE} at once.")
    return asked


def _known(cvrs: list[str]) -> set[str]:
    """Those that can be exported: a live source may have what the register lacks."""
    if is_on(REGISTER):
        return set(cvrs)
    return set(Company.objects.filter(cvr__in=cvrs).values_list("cvr", flat=True))


def _again(integration: Integration, *, which: str, **parameters: Any) -> set[str]:
    with transaction.atomic():
        cvrs = _run(HOLD, AGAIN.format(which=which), integration, **parameters)
        if cvrs:
            wake_integration(integration.pk)
    return cvrs


def _run(hold: str, statement: str, integration: Integration, **parameters: Any) -> set[str]:
    """Hold the integration, run the statement, and return the CVR numbers that it did something to."""
    _hold(hold, integration)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"integration": integration.pk, **parameters})
        return {row[0] for row in cursor.fetchall()}


def _hold(statement: str, integration: Integration) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"integration": integration.pk})
        if not cursor.fetchall():
            raise NotFound("The integration was deleted.")
