"""A chaos run: load and faults side by side, then peace, then judgement."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

# They write themselves down where they are imported; this is their order.
from bench.chaos import (  # noqa: F401
    delivery_invariants,
    report_invariants,
    system_invariants,
)
from bench.chaos.evidence import Evidence, Judged, judge
from bench.chaos.faults import Fault, Happened, Scene, happen, schedule
from bench.chaos.load import Load
from bench.chaos.stage import Stage

COMPANIES = 600
INTEGRATIONS = 5
# What waits for a later try is tried now, and of what the clock waits for, the time has come.
HURRY = (
    "UPDATE delivery_delivery SET due_at = now() WHERE status = 'Waiting' AND due_at > now()",
    "UPDATE delivery_endpoint SET paused_until = NULL WHERE paused_until > now()",
    """
    UPDATE delivery_endpoint SET notified_at = notified_at - interval '1 hour'
    WHERE id IN (SELECT endpoint_id FROM delivery_delivery WHERE status = 'Failed' AND NOT is_failure_told)
    """,
    "UPDATE reporting_report SET due_at = now() WHERE status = 'Queued' AND due_at > now()",
)
HURRIED_EVERY = 3.0
LEFT = """
SELECT (SELECT count(*) FROM reporting_report WHERE status IN ('Queued', 'Rendering')),
  (SELECT count(*) FROM reporting_batch WHERE status IN ('Scheduled', 'Executing')),
  (SELECT count(*) FROM delivery_delivery WHERE status IN ('Waiting', 'Sending')),
  (SELECT count(*) FROM delivery_delivery WHERE status = 'Failed' AND NOT is_failure_told),
  (SELECT count(*) FROM integrations_monitoredcompany
   WHERE export_due_at IS NOT NULL OR (is_update_due AND state IN ('Monitored', 'Duplicate'))),
  (SELECT count(*) FROM companies_change WHERE id > (SELECT min(position) FROM companies_changecursor))
"""
LEFT_NAMES = ("reports", "batches", "deliveries", "untold failures", "companies", "changes")
QUIET = "SELECT count(*) FROM lanes_lane"
COUNTS = """
SELECT (SELECT count(*) FROM reporting_report WHERE finished_number IS NOT NULL),
  (SELECT count(*) FROM reporting_report),
  (SELECT count(*) FROM delivery_delivery WHERE settled_at IS NOT NULL AND status <> 'Cancelled'),
  (SELECT count(*) FROM delivery_attempt),
  (SELECT count(*) FROM delivery_attempt WHERE error_code = 'interrupted'),
  (SELECT count(*) FROM reporting_batch)
"""


@dataclass(slots=True)
class Findings:
    """What a run came to."""

    happened: list[Happened] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    seconds: float = 0.0
    seconds_to_peace: float = 0.0  # from the end of the last fault to nothing left to do
    finished_reports: int = 0
    reports: int = 0
    deliveries: int = 0
    attempts: int = 0
    interrupted: int = 0
    came_twice: int = 0
    batches: int = 0
    answers: dict[int, int] = field(default_factory=dict)
    unanswered: int = 0

    @property
    def broken(self) -> list[str]:
        """What did not hold, with what speaks against it."""
        return [f"{one.name}: {one.detail}" for one in self.judged if not one.held]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is made of. `faults` happen in turn, evenly spread; none: as `seed` says, `least` of them at least."""

    seconds: float
    seed: int
    reports: int
    messages: int
    least: int = 0
    faults: Sequence[Fault] = ()
    pause: float = 1.0
    patience: float = 1800.0
    integrations: int = INTEGRATIONS


def run(stage: Stage, plan: Plan, *, echo: Callable[[str], None]) -> Findings:
    """Load and break the stage as planned, wait until nothing is left to do, and judge.

    Raises:
        TimeoutError: it never came to an end.
        local.processes.ProcessError: a process that nobody ended has ended.
    """
    found = Findings()
    load = Load(
        stage=stage,
        seconds=plan.seconds,
        reports=plan.reports,
        messages=plan.messages,
        integrations=plan.integrations,
        seed=plan.seed,
    )
    load.start()
    began_at = time.monotonic()
    _break(stage, load, plan, found, since=began_at, echo=echo)
    load.finish(patience=plan.patience)
    quiet_since = time.monotonic()
    _settle(stage, patience=plan.patience, echo=echo)
    found.seconds_to_peace = time.monotonic() - quiet_since
    found.seconds = time.monotonic() - began_at
    _stop_clock(stage, patience=60)
    evidence = Evidence(stage=stage, load=load, happened=found.happened)
    found.judged = judge(evidence)
    _count(found, evidence)
    return found


def _break(stage: Stage, load: Load, plan: Plan, found: Findings, *, since: float, echo: Callable[[str], None]) -> None:
    chance = random.Random(f"faults {plan.seed}")
    scene = Scene(stage, load, random.Random(f"scene {plan.seed}"), pause=plan.pause)
    planned = iter(plan.faults) if plan.faults else schedule(chance)
    count = len(plan.faults) or plan.least
    until = since + plan.seconds
    while fault := next(planned, None):
        happening = happen(fault, scene, since=since)
        found.happened.append(happening)
        echo(f"{happening.offset:6.1f} s  {happening.name} ({happening.seconds:.1f} s)")
        load.require_well()
        stage.system.processes.require_running()
        left, now = count - len(found.happened), time.monotonic()
        if not plan.faults and left <= 0 and now >= until:
            return
        # Evenly over what is left of the time, and in haste when that is over.
        time.sleep(max(0.0, (until - now) / max(left + 1, 1)) * chance.uniform(0.3, 1.0))


def _settle(stage: Stage, *, patience: float, echo: Callable[[str], None]) -> None:
    until, hurried_at, told_at = time.monotonic() + patience, 0.0, time.monotonic()
    left: tuple[int, ...] = ()
    while time.monotonic() < until:
        stage.system.processes.require_running()
        if time.monotonic() - hurried_at > HURRIED_EVERY:
            for statement in HURRY:
                stage.change(statement)
            hurried_at = time.monotonic()
        left = stage.rows(LEFT)[0]
        if not any(left) and stage.rows(QUIET)[0][0] == 0:
            return
        if time.monotonic() - told_at > 15:
            told_at = time.monotonic()
            echo(f"left: {dict(zip(LEFT_NAMES, left, strict=True))}")
        time.sleep(0.5)
    raise TimeoutError(f"After {patience:.0f} s are left: {dict(zip(LEFT_NAMES, left, strict=True))}.")


def _stop_clock(stage: Stage, *, patience: float) -> None:
    """Without the clock no new messages come, and those that there are come out of their queues."""
    stage.terminate("beat")
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            if stage.rows(QUIET)[0][0] == 0 and not any(stage.queue_lengths().values()):
                return
        except psycopg.OperationalError:
            pass
        time.sleep(0.2)


def _count(found: Findings, evidence: Evidence) -> None:
    (
        found.finished_reports,
        found.reports,
        found.deliveries,
        found.attempts,
        found.interrupted,
        found.batches,
    ) = evidence.stage.rows(COUNTS)[0]
    for counter in (evidence.accepted_calls, evidence.accepted_mails):
        found.came_twice += sum(count > 1 for count in counter.values())
    for client in evidence.load.clients:
        found.unanswered += client.unanswered
        for status, count in client.answers.items():
            found.answers[status] = found.answers.get(status, 0) + count


def run_in(folder: Path, plan: Plan, *, is_fast: bool, echo: Callable[[str], None], **variables: str) -> Findings:
    """As `run`, on a stage of its own in the folder."""
    with Stage(folder, companies=COMPANIES, is_fast=is_fast, variables=variables) as stage:
        echo("ready")
        return run(stage, plan, echo=echo)
