"""Exports are ordered: which companies an integration is to have, and which it is to have no longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from integrations.models import Integration, MonitoredCompany

MOST_AT_ONCE = 10_000


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
    """
    raise NotImplementedError


def export_again(*, integration: Integration, cvrs: Sequence[str], now: datetime) -> ExportOrder:
    """Send these companies' export again, as they are now, whatever state they are in; nobody is `already_there`.

    Unknown are those that the integration does not have. A company that the receiver has accepted before stays
    monitored when this export fails.

    Raises:
        ValueError: more than MOST_AT_ONCE.
    """
    raise NotImplementedError


def export_state_again(*, integration: Integration, state: MonitoredCompany.State, now: datetime) -> int:
    """The same for every company in the state, such as ExportFailed; returns how many."""
    raise NotImplementedError


def stop_monitoring(*, integration: Integration, cvrs: Sequence[str], now: datetime) -> Stopped:
    """Take the companies out of the integration; what waits of them is withdrawn. Exported again they begin anew.

    Raises:
        ValueError: more than MOST_AT_ONCE.
    """
    raise NotImplementedError
