"""One report, from its claim to its end: collect, compose, print, store, finish."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

from companies.days import danish_day
from companies.errors import SourceBusy, SourceUnreachable
from lanes.heartbeat import heartbeat
from lanes.stopping import GivenUpError, may_be_given_up
from lanes.turns import Turn
from lasso.language import Language, mark, speaking
from lasso.language import translate as _
from lasso.tracing import tracer
from reporting.claiming import HEARTBEAT, MOST_ATTEMPTS, Claim, claim_next
from reporting.collecting import NoSuchCompanyError, collect
from reporting.contents.attached import data_of
from reporting.contents.composing import Composition, compose
from reporting.document import render_pdf
from reporting.engines import Engine
from reporting.fetching import find_report
from reporting.finishing import ClaimLostError, Outcome, finish_report
from reporting.keeping import Kept
from reporting.material import Material
from reporting.models import Report, ReportType
from reporting.naming import report_name
from reporting.report_metrics import note_finished, phase_seconds, wait_seconds
from reporting.storing import StorageUnreachableError, forget_earlier_attempts, forget_pdf, storage_key, store_pdf

log = structlog.get_logger(__name__)

# A storage that is out of reach is asked again after this.
PAUSE = timedelta(seconds=30)
# A source is asked again after these, or later when it says so itself.
SOURCE_PAUSES = (timedelta(seconds=30), timedelta(minutes=2))
LONGEST_PAUSE = timedelta(hours=1)
# A source that is only busy with other questions of ours.
BUSY_PAUSE = timedelta(seconds=3)

HOPELESS = mark("Rapporten standsede det program, der skulle danne den, {n} gange, og forsøges ikke igen.")
BROKEN = mark("Rapporten kunne ikke dannes på grund af en fejl hos os. Fejlen er registreret.")
OUT_OF_REACH = mark("{source} kunne ikke nås i {n} forsøg.")
SOME_SOURCE = mark("Kilden til virksomhedens oplysninger")


def render_lane(batch_id: UUID, turn: Turn) -> bool:
    """A lane's turn: one report after the other until none is due or the turn is over; whether more may be due."""
    kept = Kept(turn)
    # One for the whole turn: a thread each would cost a report by the fast engine a twentieth.
    with heartbeat(kept.beat, every=HEARTBEAT, at_most=timedelta.max):
        while claim := claim_next(batch_id):
            kept.hold(claim)
            try:
                with may_be_given_up():
                    render_report(claim, now=timezone.now())
            except GivenUpError:
                give_back(claim, batch_id=batch_id)
                return True
            if turn.is_over:
                return True
    return False


def give_back(claim: Claim, *, batch_id: UUID) -> None:
    """Let another process have the report at once: this one ends. It costs the report nothing."""
    connection.close()  # it may be in the middle of a statement
    if put_off(claim, charged=False, pause=timedelta(0), now=timezone.now()):
        forget_pdf(storage_key(Report(pk=claim.report_id, batch_id=batch_id), attempt=claim.attempt))
        log.info("report_given_back", report=str(claim.report_id))


def render_report(claim: Claim, *, now: datetime) -> None:
    """Bring a claimed report to its end, or put it off when something that it needs is out of reach.

    What nobody foresaw below (the database gone) goes on up: the claim runs out, and the report is taken up again.
    """
    report = find_report(claim.report_id)
    if report is None:
        log.info("report_gone", report=str(claim.report_id))  # its organisation was deleted this moment
        return
    with (
        structlog.contextvars.bound_contextvars(report=str(report.pk), batch=str(report.batch_id)),
        tracer.start_as_current_span("report", attributes={"report": str(report.pk), "batch": str(report.batch_id)}),
        speaking(Language(report.batch.language)),
    ):
        wait_seconds.observe(now - report.due_at)
        if claim.is_hopeless:
            _fail(report, claim, _(HOPELESS).format(n=MOST_ATTEMPTS), now=now)
            return
        try:
            made = _make(report, now=now)
        except NoSuchCompanyError as error:
            _fail(report, claim, str(error), now=now)
        except (SourceUnreachable, SourceBusy) as error:
            _put_off_or_fail(report, claim, error, now=now)
        except DatabaseError:
            raise
        except Exception:
            # Whatever a company's data does to us, the templates or the engine ends this report, not the lane.
            log.exception("report_broke", cvr=report.item.cvr)
            _fail(report, claim, _(BROKEN), now=now)
        else:
            _store_and_finish(report, claim, made, now=now)


def _make(report: Report, *, now: datetime) -> _Made:
    batch = report.batch
    with phase_seconds.measured("collect"):
        material = collect(
            cvr=report.item.cvr,
            report_type=ReportType(batch.type),
            organisation=batch.organisation,
            now=now,
            language=Language(batch.language),
        )
    with phase_seconds.measured("compose"):
        composition = compose(material)
        data = data_of(material, composition.content) if batch.is_archival else None
    with phase_seconds.measured("print"):
        pdf = render_pdf(composition.html, engine=Engine(batch.engine), data=data)
    return _Made(material, composition, pdf)


@dataclass(frozen=True, slots=True)
class _Made:
    material: Material
    composition: Composition
    pdf: bytes


def _store_and_finish(report: Report, claim: Claim, made: _Made, *, now: datetime) -> None:
    try:
        with phase_seconds.measured("store"):
            key = store_pdf(report, attempt=claim.attempt, pdf=made.pdf)
    except StorageUnreachableError as error:
        # The report is not to blame, so it costs it nothing.
        log.warning("storage_out_of_reach", error=str(error))
        put_off(claim, charged=False, pause=PAUSE, now=timezone.now())
        return
    profile, composition = made.material.profile, made.composition
    outcome = Outcome(
        file_name=_file_name(
            report, name=profile.name, balance_day=_iso(composition.balance_date), failed=False, now=now
        ),
        company_name=profile.name,
        balance_date=composition.balance_date,
        warnings=composition.warnings,
        pdf=key,
        pdf_size=len(made.pdf),
    )
    _finish(report, claim, outcome, now=now)


def put_off(claim: Claim, *, charged: bool, pause: timedelta, now: datetime) -> bool:
    """Back in line, due again after a pause; an uncharged attempt does not count against the report.

    False when the claim is void.
    """
    attempts = claim.attempt if charged else claim.attempt - 1
    held = Report.objects.filter(pk=claim.report_id, claim=claim.token, status=Report.Status.RENDERING)
    return bool(
        held.update(
            status=Report.Status.QUEUED, claim=None, lease_until=None, due_at=now + pause, attempt_count=attempts
        )
    )


def _put_off_or_fail(report: Report, claim: Claim, error: SourceUnreachable | SourceBusy, *, now: datetime) -> None:
    """Try again later, and later still the next time; the lane goes on with another report meanwhile."""
    log.warning("source_out_of_reach", attempt=claim.attempt, source=error.source, error=str(error))
    if isinstance(error, SourceBusy):
        put_off(claim, charged=False, pause=max(BUSY_PAUSE, error.retry_after), now=timezone.now())
    elif claim.attempt >= MOST_ATTEMPTS:
        source = _(error.source or SOME_SOURCE)
        sentence = _(OUT_OF_REACH).format(source=f"{source[0].upper()}{source[1:]}", n=MOST_ATTEMPTS)
        _fail(report, claim, sentence, now=now)
    else:
        pause = max(SOURCE_PAUSES[claim.attempt - 1], min(error.retry_after, LONGEST_PAUSE))
        put_off(claim, charged=True, pause=pause, now=timezone.now())


def _fail(report: Report, claim: Claim, sentence: str, *, now: datetime) -> None:
    name = _file_name(report, name="", balance_day="", failed=True, now=now)
    outcome = Outcome(file_name=name, failure=sentence)
    _finish(report, claim, outcome, now=now)


def _finish(report: Report, claim: Claim, outcome: Outcome, *, now: datetime) -> None:
    try:
        finish_report(report, claim=claim, outcome=outcome, now=timezone.now())
    except ClaimLostError:
        log.info("claim_lost", attempt=claim.attempt)
        if outcome.pdf:
            forget_pdf(outcome.pdf)
        return
    ended_at = timezone.now()
    note_finished(report, began_at=now, now=ended_at)
    log.info(
        "report_finished",
        status=report.status,
        attempt=claim.attempt,
        seconds=round((ended_at - now).total_seconds(), 3),
    )
    forget_earlier_attempts(report, attempt=claim.attempt)


def _file_name(report: Report, *, name: str, balance_day: str, failed: bool, now: datetime) -> str:
    item, batch = report.item, report.batch
    return report_name(
        item.format or batch.format,
        variables={
            "name": name,
            "balanceday": balance_day,
            "cvr": item.cvr,
            "type": batch.type,
            "rundate": danish_day(now).isoformat(),
        },
        internal_customer_id=item.internal_customer_id,
        error_append=batch.error_append if failed else "",
    )


def _iso(day: object) -> str:
    return "" if day is None else str(day)
