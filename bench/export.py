"""Companies exported a second, beside a bare loop; then to a receiver that asks for patience and dies for a minute."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.deliver import PROCESSES, THREADS, bare_rate, steady_rate
from bench.measuring import RESULTS, report, running_system
from bench.shaky import ShakyCall, ShakyReceiver
from bench.sink import Sink
from local.client import Client

WAYS = {
    "bare": "requests.Session.post of one such message in a loop in each thread, in one process or in one a core, to "
    "the same receiver that only answers 200; nothing composed, nothing kept",
    "ours": "from the order over REST to the last call: companies read, messages composed, rows, claims, attempts, "
    "signatures and states in PostgreSQL with fsync, to a receiver that only answers 200",
    "disturbed": "the same, to a receiver that answers every fifth call with 429 and Retry-After: 1, and is killed in "
    "the middle; every tenth company changes meanwhile, so that an update follows its export",
}
EVERY = 5
# How many of an integration's companies are changed while the receiver is down.
CHANGED_EVERY = 10
TELEPHONE_BEFORE, TELEPHONE_AFTER = "71000001", "71000002"
FIRST_CVR = 99300000
CHUNK = 1000
COUNTS = """
SELECT state, count(*) FROM integrations_monitoredcompany WHERE integration_id = %(integration)s::uuid GROUP BY state
"""
OPEN = """
SELECT (SELECT count(*) FROM delivery_delivery AS delivery JOIN delivery_endpoint AS endpoint
    ON endpoint.id = delivery.endpoint_id
  WHERE endpoint.owner LIKE 'integration:' || %(integration)s::uuid || ':%%'
    AND delivery.status IN ('Waiting', 'Sending'))
 + (SELECT count(*) FROM integrations_monitoredcompany WHERE integration_id = %(integration)s::uuid
  AND (export_due_at IS NOT NULL OR is_update_due OR state = 'Exporting'))
"""
TRIES = """
SELECT attempt.status_code, attempt.error_code, attempt.is_charged, count(*)
FROM delivery_attempt AS attempt JOIN delivery_delivery AS delivery ON delivery.id = attempt.delivery_id
  JOIN delivery_endpoint AS endpoint ON endpoint.id = delivery.endpoint_id
WHERE endpoint.owner LIKE 'integration:' || %(integration)s::uuid || ':%%'
GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class Findings:
    """What the disturbed run came to."""

    companies: int
    changed: int
    seconds: float
    states: dict[str, int]
    calls: Sequence[ShakyCall]
    tries: Sequence[tuple[int | None, str, bool, int]]  # status, error code, charged, how many

    def taken(self) -> dict[int, list[ShakyCall]]:
        """The calls that were answered 200, by company."""
        found: dict[int, list[ShakyCall]] = defaultdict(list)
        for call in self.calls:
            if call.status == 200:
                found[call.message["cvr"]].append(call)
        return found

    @property
    def not_delivered(self) -> int:
        """Companies of which no export was taken, or that do not end as monitored."""
        return self.companies - min(
            sum(any(call.kind == "export" for call in calls) for calls in self.taken().values()),
            self.states.get("Monitored", 0),
        )

    @property
    def updates_missing(self) -> int:
        """Changed companies of which the last that was taken does not have the new telephone number."""
        newest = [calls[-1].message["telephone"] for calls in self.taken().values()]
        return self.changed - len([one for one in newest if one.replace(" ", "").endswith(TELEPHONE_AFTER)])

    @property
    def out_of_order(self) -> int:
        """Companies of which an export came after an update, or an older value after a newer one."""
        return sum(not _is_in_order(calls) for calls in self.taken().values())

    @property
    def taken_twice(self) -> int:
        """Messages that were taken more than once: the receiver died between taking and answering."""
        return sum(count > 1 for count in Counter(call.id for call in self.calls if call.status == 200).values())

    @property
    def charged_for_patience(self) -> int:
        """Attempts that a 429 was charged for."""
        return sum(count for status, _, is_charged, count in self.tries if status == 429 and is_charged)

    @property
    def is_right(self) -> bool:
        """Whether all is as it was promised; at most as many came twice as calls may have been under way."""
        return not (
            self.not_delivered
            or self.updates_missing
            or self.out_of_order
            or self.charged_for_patience
            or self.taken_twice > THREADS
        )


def _is_in_order(calls: Sequence[ShakyCall]) -> bool:
    came = [(call.kind == "update", call.message["telephone"]) for call in calls]
    return came == sorted(came)


def numbers(count: int) -> Iterator[int]:
    """So many CVR numbers with right check digits."""
    weights, number = (2, 7, 6, 5, 4, 3, 2, 1), FIRST_CVR
    while count:
        if sum(weight * int(digit) for weight, digit in zip(weights, str(number), strict=True)) % 11 == 0:
            yield number
            count -= 1
        number += 1


def document(cvr: int, telephone: str) -> dict[str, Any]:
    """A fictional company as the register writes it."""
    always = {"periode": {"gyldigFra": "2010-01-01", "gyldigTil": None}}
    return {
        "cvrNummer": cvr,
        "enhedsNummer": 4_000_000_000 + cvr,
        "enhedstype": "VIRKSOMHED",
        "navne": [{"navn": f"Prøvested {cvr} ApS", **always}],
        "telefonNummer": [{"kontaktoplysning": telephone, "hemmelig": False, **always}],
    }


def take_in(cvrs: Sequence[int], telephone: str) -> None:
    """Let the register have the companies."""
    from django.utils import timezone

    from companies.importing import import_documents

    for start in range(0, len(cvrs), CHUNK):
        documents = [document(cvr, telephone) for cvr in cvrs[start : start + CHUNK]]
        import_documents(documents, now=timezone.now(), source="bench")


def integrate(client: Client, url: Callable[[str], str]) -> str:
    """An integration at the receiver, as wide as the bare loop; its id."""
    limits = {"maxInFlight": THREADS}
    body = {
        "name": "Bench",
        "exportEndpoint": {"url": url("/export"), **limits},
        "updateEndpoint": {"url": url("/update"), "method": "PUT", **limits},
        "mapping": [{"field": "cvr", "update": True}, {"field": "name"}, {"field": "telephone", "update": True}],
    }
    return str(client.request("POST", "/apps/integrations", json=body).json()["id"])


def export(client: Client, integration: str, cvrs: Sequence[int]) -> None:
    """Order the exports in one request."""
    answer = client.request("POST", f"/apps/integrations/{integration}/exports", json={"cvrs": cvrs}).json()
    if answer["acceptedCount"] != len(cvrs):
        raise RuntimeError(f"Of {len(cvrs)} companies {answer['acceptedCount']} were accepted.")


def ask(question: str, integration: str) -> list[Any]:
    """The rows of an answer about the integration."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        return connection.execute(question, {"integration": integration}).fetchall()


def wait_for(condition: Callable[[], object], *, patience: float) -> None:
    """Wait until it holds.

    Raises:
        TimeoutError: it does not, in so many seconds.
    """
    until = time.monotonic() + patience
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f"It did not happen within {patience:.0f} s.")
        time.sleep(0.2)


def our_rate(client: Client, cvrs: Sequence[int], *, number: int) -> tuple[float, float]:
    """Messages a second when it goes, and from the order to the last one; to a receiver that only answers 200."""
    with ShakyReceiver(RESULTS / "export" / f"calls-{number}.jsonl", every=0) as receiver:
        integration = integrate(client, receiver.url)
        started = time.time()
        export(client, integration, cvrs)
        wait_for(lambda: ask(OPEN, integration)[0][0] == 0, patience=600)
        calls = [(call.id, call.moment) for call in receiver.calls()]
    if len(calls) != len(cvrs):
        raise RuntimeError(f"{len(cvrs)} companies made {len(calls)} calls.")
    return steady_rate(calls), len(calls) / (max(moment for _, moment in calls) - started)


def disturbed(client: Client, cvrs: Sequence[int], *, down: float, patience: float) -> Findings:
    """Export to a receiver that asks for patience, and dies for so many seconds when half has come."""
    changed = cvrs[::CHANGED_EVERY]
    with ShakyReceiver(RESULTS / "export" / "calls-disturbed.jsonl", every=EVERY) as receiver:
        integration = integrate(client, receiver.url)
        started = time.monotonic()
        export(client, integration, cvrs)
        wait_for(lambda: sum(call.status == 200 for call in receiver.calls()) >= len(cvrs) / 2, patience=patience)
        receiver.kill()
        print(f"the receiver dies after {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        died = time.monotonic()
        take_in(changed, TELEPHONE_AFTER)
        time.sleep(max(0.0, down - (time.monotonic() - died)))
        receiver.start()
        print(f"and lives again after {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
        wait_for(lambda: ask(OPEN, integration)[0][0] == 0, patience=patience)
        return Findings(
            companies=len(cvrs),
            changed=len(changed),
            seconds=time.monotonic() - started,
            states=dict(ask(COUNTS, integration)),
            calls=receiver.calls(),
            tries=ask(TRIES, integration),
        )


def rates(client: Client, cvrs: Sequence[int], *, rounds: int) -> list[dict[str, Any]]:
    """Ours beside the bare loop, in turns."""
    rows = []
    with Sink() as sink:
        for number in range(1, rounds + 1):
            alone = bare_rate(sink, len(cvrs), processes=1)
            bare = bare_rate(sink, len(cvrs), processes=PROCESSES)
            ours, whole = our_rate(client, cvrs, number=number)
            rows.append(
                {
                    "round": number,
                    "bare loop/s": alone,
                    "on all cores/s": bare,
                    "ours/s": ours,
                    "from order to end/s": whole,
                    "ours / bare": ours / alone,
                    "on all cores": ours / bare,
                }
            )
            print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    return rows


def main() -> int:
    """Measure, disturb, and say what was lost, doubled or out of order; 1 when anything was."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=10_000, help="at most 10,000 (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="of the rates (default: %(default)s)")
    parser.add_argument("--down", type=float, default=60.0, help="seconds for which the receiver is dead")
    parser.add_argument("--patience", type=float, default=3600.0, help="seconds for each wait of the disturbed run")
    options = parser.parse_args()
    settings = {"DELIVERY_THREADS": str(THREADS // PROCESSES), "SWEEP_INTERVAL": "1s"}
    with running_system("export", delivery_processes=PROCESSES, **settings) as system:
        os.environ.update(system.variables, DJANGO_SETTINGS_MODULE="lasso.settings")
        import django

        django.setup()
        client = system.create_organisation("Bench", email="bench@lasso.example")
        cvrs = list(numbers(options.companies))
        take_in(cvrs, TELEPHONE_BEFORE)
        rows = rates(client, cvrs, rounds=options.rounds)
        found = disturbed(client, cvrs, down=options.down, patience=options.patience)
    patience = sum(count for status, _, _, count in found.tries if status == 429)
    report(
        "export",
        rows=rows,
        **WAYS,
        companies=options.companies,
        calls_at_once=THREADS,
        median_of_ours_to_bare=statistics.median(row["ours / bare"] for row in rows),
        median_of_ours_to_bare_on_all_cores=statistics.median(row["on all cores"] for row in rows),
        disturbed_seconds=found.seconds,
        seconds_dead=options.down,
        calls_that_came=len(found.calls),
        answered_with_429=patience,
        of_these_charged=found.charged_for_patience,
        refused_while_dead=sum(count for _, code, _, count in found.tries if code == "connection_refused"),
        not_delivered=found.not_delivered,
        changed_meanwhile=found.changed,
        updates_missing=found.updates_missing,
        companies_out_of_order=found.out_of_order,
        taken_twice_because_it_died=found.taken_twice,
    )
    return 0 if found.is_right else 1


if __name__ == "__main__":
    sys.exit(main())
