"""Two clocks at once: everything that the clock starts may be started twice, and happens once."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.chaos.calling import PatientClient
from bench.chaos.orders import later
from bench.chaos.stage import Stage
from tests.e2e.chaos.test_graceful_stop import clock_of, order
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

SCHEDULED, SIZE, LISTENED = 3, 6, 4
ENDS = ("Finished", "FinishedWithWarning")
RUNS = "SELECT id::text FROM reporting_batch WHERE recurring_batch_id = %s"
DUE_NOW = "UPDATE reporting_batch SET next_run_at = now() WHERE id = %s"
FINISHED = "SELECT count(*) FROM reporting_batch WHERE id::text = ANY(%s) AND status = ANY(%s)"
REPORTS = "SELECT item_id, max(attempt_count) FROM reporting_report WHERE batch_id::text = ANY(%s) GROUP BY 1"
CALLS = """
SELECT public_id::text, attempt_count FROM delivery_delivery
WHERE batch_id::text = ANY(%s) AND status = 'Delivered'
"""
HEARD = "SELECT count(*) FROM reporting_report WHERE batch_id = %s AND finished_number IS NOT NULL"


def test_what_the_clock_starts_happens_once(stage: Stage, client: PatientClient) -> None:
    stage.start("beat.2")
    try:
        scheduled = [order(client, stage, scheduledTime=later(2)) for _ in range(SCHEDULED)]
        recurring = order(client, stage, recurrence="0 6 1 * *")
        stage.change(DUE_NOW, [recurring])
        items = [{"cvr": cvr} for cvr in stage.register.cvrs[:LISTENED]]
        listener = order(client, stage, type="ReelleEjere", isListener=True, items=items)
        stage.register.change_owners(stage.register.cvrs[:LISTENED])

        wait_until(lambda: len(stage.rows(RUNS, [recurring])) > 0, seconds=60)
        runs = [row[0] for row in stage.rows(RUNS, [recurring])]
        batches = [*scheduled, *runs]
        wait_until(lambda: stage.rows(FINISHED, [batches, list(ENDS)]) == [(SCHEDULED + 1,)], seconds=60)
        wait_until(lambda: stage.rows(HEARD, [listener]) == [(LISTENED,)], seconds=60)
        count = (SCHEDULED + 1) * SIZE + LISTENED
        wait_until(lambda: len(stage.rows(CALLS, [[*batches, listener]])) == count, seconds=60)
        # Both clocks go on for some more turns, in which nothing may be made again.
        for _ in range(3):
            before = clock_of(stage)
            wait_until(lambda before=before: clock_of(stage) > before, seconds=60)  # type: ignore[misc]
        client.post(f"/apps/reporting/batches/{recurring}/cancel")
    finally:
        [ending] = stage.terminate("beat.2")

    assert ending.is_graceful
    assert [row[0] for row in stage.rows(RUNS, [recurring])] == runs
    assert len(runs) == 1
    assert {attempts for _, attempts in stage.rows(REPORTS, [batches])} == {1}
    assert len(stage.rows(REPORTS, [batches])) == (SCHEDULED + 1) * SIZE
    assert stage.rows(HEARD, [listener]) == [(LISTENED,)]
    calls = dict(stage.rows(CALLS, [[*batches, listener]]))
    assert set(calls.values()) == {1}
    came = Counter(call.id for call in stage.webhooks.taken if call.id in calls)
    assert came == dict.fromkeys(calls, 1)
