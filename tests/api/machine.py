"""Any sequence of requests, workers' steps and faults, and what must hold after each.

The API is asked as a customer would; workers are the real ones, a step at a time, with a cheap engine and faults at the
edges: the engine, the storage, a worker that dies, a receiver that answers as chance wants. `Model` says what each
request must be answered and in which state everything is then.
"""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from itertools import cycle
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule

from accounts.organisations import create_organisation
from delivery.models import Delivery, Endpoint
from delivery.sending import deliver
from reporting.claiming import Claim, claim_next
from reporting.listening import follow_changes
from reporting.models import Batch, Report
from reporting.rendering import render_report
from reporting.scheduling import start_due_batches
from reporting.waking import due_batches
from tests.api.batch_invariants import check_answers, check_counters, check_states, check_told
from tests.api.batch_model import BatchModel, ReportModel, State
from tests.api.edges import Edges
from tests.api.receiving import Receiver
from tests.companies.builders import owner, person, value
from tests.integrations.conftest import client_of, take_in
from tests.integrations.driving import ShortTurn
from tests.receivers import FaultyReceiver
from tests.reporting.conftest import HAVGRUS, LASSO, NORDLYS, company_document

BATCHES = "/apps/reporting/batches"
NOWHERE = 99000023  # its check digit is right, and nobody has it
CVRS = st.sampled_from([NORDLYS, HAVGRUS, LASSO, NOWHERE])
ANSWERS = st.lists(st.sampled_from([200, 200, 204, 500, 409, 404, 410, 429]), min_size=1, max_size=3)


class Batches(RuleBasedStateMachine):
    """Batches of all kinds: ordered, cancelled, stopped, retried, rendered, told, downloaded."""

    batches = Bundle("batches")
    claims = Bundle("claims")

    def __init__(self, receiver: FaultyReceiver, edges: Edges) -> None:
        super().__init__()
        self.receiver, self.edges = receiver, edges
        self.world = transaction.atomic()
        self.world.__enter__()
        self.models: dict[str, BatchModel] = {}
        self.judge = receiver.behaviour = Receiver()

    def teardown(self) -> None:
        """Nothing of it stays."""
        transaction.set_rollback(True)
        self.world.__exit__(None, None, None)

    @initialize()
    def begin(self) -> None:
        """An organisation, and a stranger who must see nothing of it."""
        self.organisation = create_organisation(name="Fiktiv Revision", email="drift@fiktiv.example")[0]
        self.api = client_of(self.organisation)
        self.stranger = client_of(create_organisation(name="Fremmed", email="post@fremmed.example")[0])

    # --- What a customer does -----------------------------------------------------------------------------------------

    @rule(
        target=batches,
        cvrs=st.one_of(st.lists(CVRS, min_size=1, max_size=3), st.just([NOWHERE] * 250)),
        kind=st.sampled_from(["now", "now", "scheduled", "listener"]),
        webhook=st.booleans(),
        mail=st.booleans(),
        key=st.sampled_from(["", "a", "b"]),
    )
    def order(self, cvrs: list[int], kind: str, webhook: bool, mail: bool, key: str) -> Any:
        """A batch; the same again by its Idempotency-Key is the same batch."""
        body: dict[str, Any] = {"batchName": "Prøve", "format": "{cvr}", "engine": "fast", "type": "Revision"}
        body["items"] = [{"cvr": cvr} for cvr in cvrs]
        if webhook:
            body["notificationWebhookUrl"] = self.receiver.url("/reports")
        if mail:
            body["notificationEmail"] = "modtager@kunde.example"
        if kind == "scheduled":
            body["scheduledTime"] = (timezone.now() + timedelta(days=1)).isoformat()
        if kind == "listener":
            body |= {"type": "ReelleEjere", "isListener": True, "triggerNow": True}
        own = {"idempotency-key": f"{key}{len(self.models)}"} if key else {}
        answers = [self.api.post(BATCHES, body, format="json", headers=own) for _ in range(2 if key else 1)]
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.json()["id"] for answer in answers}) == 1
        status = {"now": "Executing", "scheduled": "Scheduled", "listener": "Listening"}[kind]
        model = BatchModel(answers[0].json()["id"], len(cvrs), status, webhook, mail)
        self.models[model.id] = model
        self._find_reports(model)
        assert len(model.reports) == len(cvrs)
        return model

    @rule(
        body=st.sampled_from([{"type": "Revision", "isListener": True}, {"items": []}, {"format": "{nam}"}, {"x": 1}])
    )
    def order_wrongly(self, body: dict[str, Any]) -> None:
        """Refused, and nothing is stored: the invariants count the batches."""
        good = {"batchName": "Prøve", "format": "{cvr}", "type": "Revision", "items": [{"cvr": NORDLYS}]}
        answer = self.api.post(BATCHES, good | body, format="json")
        assert (answer.status_code, answer.json()["httpStatusCode"]) == (400, 400)

    @rule(model=batches)
    def cancel(self, model: BatchModel) -> None:
        """Scheduled and Executing → Cancelled."""
        if self._move(model, "cancel", is_legal=model.status in {"Scheduled", "Executing"}):
            model.end("Cancelled")

    @rule(model=batches)
    def stop(self, model: BatchModel) -> None:
        """Listening → ListeningStopped."""
        if self._move(model, "stop", is_legal=model.status == "Listening"):
            model.end("ListeningStopped")

    @rule(model=batches)
    def retry(self, model: BatchModel) -> None:
        """FinishedWithErrors → Executing."""
        if self._move(model, "retry", is_legal=model.status == "FinishedWithErrors"):
            model.retry()

    def _move(self, model: BatchModel, verb: str, *, is_legal: bool) -> bool:
        assert self.stranger.post(f"{BATCHES}/{model.id}/{verb}").status_code == 404
        answer = self.api.post(f"{BATCHES}/{model.id}/{verb}")
        assert answer.status_code == (200 if is_legal else 409), answer.content
        return is_legal

    @rule(model=batches, size=st.integers(1, 3))
    def read_items(self, model: BatchModel, size: int) -> None:
        """All pages together are the finished reports, in the order in which they were finished."""
        found, token = [], ""
        while token is not None:
            query: dict[str, Any] = {"pageSize": size, **({"cToken": token} if token else {})}
            page = self.api.get(f"{BATCHES}/{model.id}/items", query).json()
            assert len(page["results"]) <= size
            found += [item["id"] for item in page["results"]]
            token = page["continuationToken"]
        assert found == [str(id_) for id_ in model.finished]

    @rule(model=batches)
    def download(self, model: BatchModel) -> None:
        """A file for each finished report, and no two of a name."""
        answer = self.api.get(f"{BATCHES}/{model.id}/download")
        assert answer.status_code == 200
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:  # type: ignore[attr-defined]
            names = [name.casefold() for name in archive.namelist()]
        assert len(names) == len(set(names)) == len(model.finished)

    # --- What workers and time do -------------------------------------------------------------------------------------

    @rule(target=claims, model=batches)
    def begin_report(self, model: BatchModel) -> Any:
        """A worker takes the next report that is due, of a batch that the sweep finds for it."""
        expected = model.next_due()
        assert (model.id in {str(batch_id) for batch_id, _ in due_batches()}) == (expected is not None)
        if expected is None:
            return multiple()
        claim = claim_next(UUID(model.id))
        assert claim is not None
        report = model.reports[claim.report_id]
        assert report.item == model.reports[expected].item
        report.state, report.attempts = State.RENDERING, report.attempts + 1
        assert claim.attempt == report.attempts
        # A slow machine must not end it: that is a rule of its own.
        Report.objects.filter(pk=claim.report_id).update(lease_until=timezone.now() + timedelta(hours=1))
        return (model, claim)

    @rule(taken=consumes(claims), fault=st.sampled_from(["", "", "", "engine", "storage"]))
    def end_report(self, taken: tuple[BatchModel, Claim], fault: str) -> None:
        """It is made, or fails, or is put off; cancelled or taken over meanwhile, nothing changes."""
        model, claim = taken
        report = model.reports[claim.report_id]
        row = Report.objects.select_related("item").get(pk=claim.report_id)
        is_held = row.claim == claim.token and report.state == State.RENDERING
        self.edges.engine_breaks, self.edges.storage_is_full = fault == "engine", fault == "storage"
        render_report(claim, now=timezone.now())
        self.edges.engine_breaks = self.edges.storage_is_full = False
        if not is_held:
            return
        if claim.is_hopeless or row.item.cvr == str(NOWHERE) or fault == "engine":
            model.finish(claim.report_id, made=False)
        elif fault == "storage":
            report.state, report.is_due, report.attempts = State.QUEUED, False, report.attempts - 1
        else:
            model.finish(claim.report_id, made=True)

    @rule(taken=claims)
    def lose_a_worker(self, taken: tuple[BatchModel, Claim]) -> None:
        """The lease of a worker that died runs out."""
        model, claim = taken
        held = Report.objects.filter(pk=claim.report_id, claim=claim.token)
        if held.update(lease_until=timezone.now() - timedelta(seconds=1)):
            model.reports[claim.report_id].state = State.QUEUED
            model.reports[claim.report_id].is_due = True

    @rule()
    def wait(self) -> None:
        """The time comes for everything that waits."""
        past = timezone.now() - timedelta(seconds=1)
        Report.objects.filter(status=Report.Status.QUEUED).update(due_at=past)
        Delivery.objects.filter(status=Delivery.Status.WAITING).update(due_at=past)
        Endpoint.objects.update(paused_until=None, next_call_at=None)
        for model in self.models.values():
            for report in model.reports.values():
                report.is_due = True

    @rule()
    def begin_scheduled(self) -> None:
        """The time of everything that was scheduled has come."""
        Batch.objects.filter(status=Batch.Status.SCHEDULED).update(scheduled_at=timezone.now() - timedelta(seconds=1))
        waiting = [model for model in self.models.values() if model.status == "Scheduled"]
        assert start_due_batches(now=timezone.now()) == len(waiting)
        for model in waiting:
            model.status = "Executing"

    @rule(cvr=st.sampled_from([NORDLYS, HAVGRUS]), number=st.integers(1, 3))
    def change_owners(self, cvr: int, number: int) -> None:
        """Listeners run again when who owns a company has changed, and for nothing else."""
        take_in(
            company_document(
                cvr,
                "Firma ApS",
                deltagerRelation=[owner(person(4_000_000_000 + number, f"Ejer {number}"), value("1.0", "2020-01-01"))],
            )
        )
        queued = follow_changes(now=timezone.now())
        before = sum(len(model.reports) for model in self.models.values())
        for model in self.models.values():
            self._find_reports(model)
        assert sum(len(model.reports) for model in self.models.values()) == before + queued

    @rule(answers=ANSWERS)
    def deliver(self, answers: list[int]) -> None:
        """A turn for each endpoint, at a receiver that answers so."""
        self.answer_with(answers)
        for endpoint_id in Endpoint.objects.filter(url__startswith="http").values_list("pk", flat=True):
            turn: Any = ShortTurn()
            deliver(endpoint_id, turn)

    def answer_with(self, answers: list[int]) -> None:
        """What the receiver answers next."""
        self.judge.answers = cycle(answers)
        cancelled = Delivery.objects.filter(status=Delivery.Status.CANCELLED)
        self.judge.cancelled = {str(one) for one in cancelled.values_list("public_id", flat=True)}

    def _find_reports(self, model: BatchModel) -> None:
        """Those that the model does not know yet."""
        rows = Report.objects.filter(batch_id=model.id).exclude(pk__in=model.reports)
        for id_, item, due_at in rows.values_list("pk", "item_id", "due_at"):
            model.reports[id_] = ReportModel(item, is_due=due_at <= timezone.now())

    # --- What always holds --------------------------------------------------------------------------------------------

    @invariant()
    def the_api_says_what_the_model_says(self) -> None:
        """Status and completion follow from the reports."""
        check_answers(self.api.get(BATCHES).json(), self.models)

    @invariant()
    def rows_are_what_the_model_says(self) -> None:
        """Counters, numbers and states, and what was told."""
        check_counters(self.models)
        check_told(self.models)
        check_states(self.models)
