"""What must hold of the system itself: nothing is left over, it is well, and complained of nothing but the faults."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import requests

from bench.chaos.evidence import Evidence, invariant
from bench.chaos.stage import GRACE_SECONDS

LANES = "SELECT queue, state, count(*) FROM lanes_lane GROUP BY 1, 2"
HELD = """
SELECT 'reports', count(*) FROM reporting_report WHERE claim IS NOT NULL OR lease_until IS NOT NULL
UNION ALL SELECT 'deliveries', count(*) FROM delivery_delivery WHERE worker_id IS NOT NULL
UNION ALL SELECT 'requests', count(*) FROM accounts_idempotentrequest WHERE status_code IS NULL
  AND locked_until > now()
"""
STATUSES = frozenset({200, 201, 202, 204, 404, 409, 429, 503})

# The last line of a traceback, or a JSON line's own.
EXCEPTION = re.compile(r"^(?:[a-z_]\w*\.)*([A-Z]\w*(?:Error|Exception|Lost|Exit|Interrupt|Terminate\w*|Timeout\w*))\b")
# What the faults bring with them: the database, the broker or a process of ours went away.
KNOWN = frozenset(
    {
        "OperationalError",  # Django's, psycopg's and kombu's: out of reach
        "InterfaceError",  # the connection broke while nobody used it
        "AdminShutdown",
        "CrashShutdown",
        "CannotConnectNow",
        "IdleInTransactionSessionTimeout",
        "ConnectionError",  # Redis
        "ConnectionRefusedError",
        "ConnectionResetError",
        "BrokenPipeError",
        "TimeoutError",
        "BusyLoadingError",
        "WorkerLostError",  # a report process was killed
        "SchedulingError",  # beat without Redis
    }
)


@invariant("no lane, no lease, no message is left")
def nothing_is_left(evidence: Evidence) -> Iterator[str]:
    """With the clock stopped, and nothing left to do."""
    yield from (f"{count} lanes of {queue} {state}" for queue, state, count in evidence.stage.rows(LANES))
    yield from (f"{count} {kind} are held" for kind, count in evidence.stage.rows(HELD) if count)
    yield from (f"{count} messages in {queue}" for queue, count in evidence.stage.queue_lengths().items() if count)


@invariant("it is well again")
def is_well(evidence: Evidence) -> Iterator[str]:
    """As /readyz says, once the clock runs; and no process has ended by itself."""
    evidence.stage.start("beat")
    evidence.stage.system.wait_until_ready()
    answer = requests.get(f"{evidence.stage.system.url}/readyz", timeout=5, proxies={"http": ""})
    if answer.status_code != 200:
        yield answer.text


@invariant("who was asked to end did, in 25 s, with exit code 0")
def ends_are_graceful(evidence: Evidence) -> Iterator[str]:
    """And left no process behind; nor did a parent that was killed."""
    for ending in evidence.stage.endings:
        if not ending.is_graceful:
            yield f"{ending.name} took {ending.seconds:.0f} of {GRACE_SECONDS:.0f} s, code {ending.code}"
    yield from (f"{orphan} lived on" for orphan in evidence.stage.orphans)


@invariant("the API broke nowhere")
def api_never_breaks(evidence: Evidence) -> Iterator[str]:
    """While something is out of reach it says so, with 503."""
    for client in evidence.load.clients:
        yield from client.faults
        yield from (
            f"{count} answers of {status}" for status, count in client.answers.items() if status not in STATUSES
        )


@invariant("no log has an exception that no fault explains")
def logs_are_known(evidence: Evidence) -> Iterator[str]:
    """Of all processes, restarts included."""
    for kind, count in unknown_exceptions(sorted((evidence.stage.folder / "logs").glob("*.log"))).items():
        yield f"{count} × {kind}"


def unknown_exceptions(logs: Iterable[Path]) -> Counter[str]:
    """How often each exception that is not KNOWN stands in the logs, with its process and first words."""
    found: Counter[str] = Counter()
    for log in logs:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
            for text in _texts(line):
                match = EXCEPTION.match(text)
                if match and match[1] not in KNOWN:
                    found[f"{log.stem.partition('.')[0]}: {text[:200]}"] += 1
    return found


def _texts(line: str) -> Iterator[str]:
    """The lines that may name an exception: of a plain line itself, of a JSON one those of its traceback."""
    try:
        fields: Any = json.loads(line)
    except ValueError:
        yield line
        return
    tracebacks = fields.get("exception", ()) if isinstance(fields, dict) else ()
    if isinstance(tracebacks, str):
        yield from tracebacks.splitlines()
    elif tracebacks:
        # The first is the one that was raised in the end; the others are what led to it.
        yield f"{tracebacks[0]['exc_type']}: {tracebacks[0]['exc_value']}"
