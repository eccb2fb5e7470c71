"""Nothing is lost: the whole system at work for ten minutes while all that can end, ends."""

from __future__ import annotations

import argparse
import os
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.chaos.faults import Happened
from bench.chaos.running import Findings, Plan, run_in
from bench.measuring import RESULTS, print_table, report

# Some batches are cancelled, and some listeners' runs come on top.
SPARE = 1.15
# Several changes of a company that wait for the same moment make one message.
MESSAGES_SPARE = 1.8


def main() -> int:
    """Run, and say what happened and what held; 1 when anything was broken, or too little happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--faults", type=int, default=36, help="at least so many (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the order of faults and of what is ordered")
    parser.add_argument("--reports", type=int, default=5_000, help="at least so many are made (default: %(default)s)")
    parser.add_argument("--deliveries", type=int, default=20_000, help="at least so many settle (default: %(default)s)")
    parser.add_argument(
        "--folder", type=Path, default=RESULTS / "chaos", help="of data and logs (default: %(default)s)"
    )
    options = parser.parse_args()
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)  # ours are restarted, which those must not be
    plan = Plan(
        seconds=options.minutes * 60,
        seed=options.seed,
        reports=round(options.reports * SPARE),
        # Each report gives a webhook and a mail.
        messages=round(max(0, options.deliveries - 2 * options.reports) * MESSAGES_SPARE),
        least=options.faults,
    )
    found = run_in(options.folder, plan, is_fast=False, echo=lambda line: print(line, file=sys.stderr, flush=True))
    show(found, seed=options.seed)
    is_enough = (
        found.finished_reports >= options.reports
        and found.deliveries >= options.deliveries
        and len(found.happened) >= options.faults
    )
    return 0 if is_enough and not found.broken else 1


def show(found: Findings, *, seed: int) -> None:
    """Print what happened and what held, and keep it."""
    invariants = [{"invariant": one.name, "": "held" if one.held else f"BROKEN {one.detail}"} for one in found.judged]
    print_table(invariants)
    print()
    report(
        "chaos",
        rows=fault_rows(found.happened),
        faults=len(found.happened),
        seed=seed,
        batches=found.batches,
        reports_finished=found.finished_reports,
        reports_in_all=found.reports,
        deliveries_settled=found.deliveries,
        attempts=found.attempts,
        attempts_cut_off=found.interrupted,
        came_twice=found.came_twice,
        answers_of_the_API=found.answers,
        calls_of_the_API_without_an_answer=found.unanswered,
        seconds=round(found.seconds),
        seconds_from_the_last_order_to_nothing_left=round(found.seconds_to_peace),
        invariants_held=sum(one.held for one in found.judged),
        invariants=len(found.judged),
        broken=found.broken,
    )


def fault_rows(happened: list[Happened]) -> list[dict[str, Any]]:
    """Each kind of fault: how often, when (seconds from the start), and how long it was broken."""
    kinds: dict[str, list[Happened]] = defaultdict(list)
    for one in happened:
        kinds[one.name].append(one)
    return [
        {
            "fault": name,
            "times": len(times),
            "at, s": " ".join(f"{one.offset:.0f}" for one in times),
            "lasted, s": " ".join(f"{one.seconds:.1f}" for one in times),
        }
        for name, times in kinds.items()
    ]


if __name__ == "__main__":
    sys.exit(main())
