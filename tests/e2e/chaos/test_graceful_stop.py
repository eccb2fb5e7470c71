"""A deploy: each process is asked to end, as Heroku asks (all of its processes by TERM), in the middle of its work."""

from __future__ import annotations

import signal
from collections import Counter
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest

from bench.chaos.calling import PatientClient
from bench.chaos.receiving import HOLDS
from bench.chaos.stage import Stage
from tests.e2e.chaos.conftest import asked_to_end
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

SIZE = 6
STATES = "SELECT status, attempt_count FROM reporting_report WHERE batch_id = %s"
TOLD = "SELECT public_id::text, status, attempt_count FROM delivery_delivery WHERE batch_id = %s"


def order(client: PatientClient, stage: Stage, **fields: Any) -> str:
    """A batch that tells of each report by a webhook; its id."""
    answer = client.post(
        "/apps/reporting/batches",
        {
            "batchName": "deploy",
            "type": "Finans",
            "engine": "fast",
            "format": "{cvr}",
            "notificationWebhookUrl": stage.webhooks.url(f"/reports/deploy/{fields.get('engine', 'fast')}"),
            "items": [{"cvr": cvr} for cvr in stage.register.cvrs[:SIZE]],
            **fields,
        },
    )
    assert answer is not None
    return str(answer.json()["id"])


def clock_of(stage: Stage) -> datetime:
    """When the clock sent the last pulse that has come out of its queue."""
    moment: datetime = stage.rows("SELECT max(passed_at) FROM lanes_pulse")[0][0]
    return moment


def handles_term(stage: Stage, name: str) -> bool:
    """Whether the process has come as far as to handle TERM; before that it has begun nothing (`SigCgt` of proc(5))."""
    status = Path(f"/proc/{stage.system.processes.running[name].pid}/status").read_text(encoding="utf-8")
    handled = status.partition("SigCgt:")[2].split()[0]
    return bool(int(handled, 16) >> (signal.SIGTERM - 1) & 1)


def came(stage: Stage, batch: str) -> Counter[str]:
    """How often each of the batch's webhooks was taken."""
    mine = {identity for identity, *_ in stage.rows(TOLD, [batch])}
    return Counter(call.id for call in stage.webhooks.taken if call.id in mine and call.status == 200)


def test_web_answers_the_request_that_it_has_in_hand(stage: Stage, client: PatientClient) -> None:
    stage.webhooks.misbehave(HOLDS)
    url, answers = stage.webhooks.url("/deploy/test"), []
    query = f"url={url}&lassoId=CVR-1-{stage.register.cvrs[0]}&batchId={uuid4()}&reportType=Revision"
    path = f"/apps/reporting/webhooktest?{query}"
    caller = Thread(target=lambda: answers.append(client.get(path)))
    caller.start()
    wait_until(lambda: stage.webhooks.held == 1, seconds=30)

    unanswered = client.unanswered
    with asked_to_end(stage, "web") as asked:
        stage.webhooks.behave()
        caller.join()

    assert asked.codes == [0]
    assert client.unanswered == unanswered, "the request was asked once"
    [answer] = answers
    assert answer is not None
    assert answer.status_code == 200, answer.text
    assert answer.json()["success"]


def test_reports_finish_or_give_back_what_they_render(stage: Stage, client: PatientClient) -> None:
    batch = order(client, stage, type="RevisionUdvidet", engine="standard")
    wait_until(lambda: ("Rendering", 1) in stage.rows(STATES, [batch]), seconds=60, interval=0.02)

    with asked_to_end(stage, "reports") as asked:
        pass
    wait_until(lambda: {state for state, _ in stage.rows(STATES, [batch])} <= {"Completed", "Warning"}, seconds=120)

    assert asked.codes == [0]
    # Nobody's claim had to run out: each was rendered once.
    assert [attempts for _, attempts in stage.rows(STATES, [batch])] == [1] * SIZE
    wait_until(lambda: len(came(stage, batch)) == SIZE, seconds=60)
    assert set(came(stage, batch).values()) == {1}


def test_deliveries_end_the_call_that_they_make_and_begin_no_other(stage: Stage, client: PatientClient) -> None:
    stage.webhooks.misbehave(HOLDS)
    batch = order(client, stage)
    wait_until(lambda: stage.webhooks.held > 0 and len(stage.rows(TOLD, [batch])) == SIZE, seconds=60)
    under_way = stage.webhooks.held

    with asked_to_end(stage, "deliveries") as asked:
        stage.webhooks.behave()
    wait_until(lambda: {state for _, state, _ in stage.rows(TOLD, [batch])} == {"Delivered"}, seconds=60)

    assert asked.codes == [0]
    assert under_way < SIZE
    assert set(came(stage, batch).values()) == {1}
    assert [attempts for *_, attempts in stage.rows(TOLD, [batch])] == [1] * SIZE


def test_beat_ends_whatever_it_is_doing(stage: Stage) -> None:
    # It sends several messages a second: a TERM at any moment may meet it in the middle of one.
    for _ in range(2):
        # What moves the clock may have been sent by the beat before; this one may still be loading.
        wait_until(lambda: handles_term(stage, "beat"), seconds=60)
        before = clock_of(stage)
        wait_until(lambda before=before: clock_of(stage) > before, seconds=60)  # type: ignore[misc]
        with asked_to_end(stage, "beat") as asked:
            pass
        assert asked.codes == [0]
