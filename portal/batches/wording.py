"""How batches and their reports are called on pages."""

from __future__ import annotations

from dataclasses import dataclass

from lasso.language import mark
from lasso.language import translate as _
from reporting.models import Batch, Report, ReportType

TYPES = {
    ReportType.REVISION: mark("Revision"),
    ReportType.REVISION_UDVIDET: mark("Revision, udvidet"),
    ReportType.REELLE_EJERE: mark("Reelle ejere"),
    ReportType.FINANS: mark("Finans"),
}

# The word, and the tone that it is shown in: "", going, good, note or bad.
BATCH_STATES = {
    Batch.Status.INITIALIZING: (mark("Gøres klar"), "going"),
    Batch.Status.SCHEDULED: (mark("Planlagt"), ""),
    Batch.Status.EXECUTING: (mark("I gang"), "going"),
    Batch.Status.FINISHED: (mark("Færdig"), "good"),
    Batch.Status.FINISHED_WITH_WARNING: (mark("Færdig med advarsler"), "note"),
    Batch.Status.FINISHED_WITH_ERRORS: (mark("Færdig med fejl"), "bad"),
    Batch.Status.LISTENING: (mark("Overvåger"), "going"),
    Batch.Status.LISTENING_STOPPED: (mark("Overvågning stoppet"), ""),
    Batch.Status.CANCELLED: (mark("Annulleret"), ""),
}
RECURRING_STATES = {
    **BATCH_STATES,
    Batch.Status.SCHEDULED: (mark("Gentages"), "going"),
    Batch.Status.FINISHED: (mark("Gentages ikke mere"), ""),
}
PAUSED = mark("På pause")
REPORT_STATES = {
    Report.Status.QUEUED: (mark("I kø"), ""),
    Report.Status.RENDERING: (mark("Dannes"), "going"),
    Report.Status.COMPLETED: (mark("Færdig"), "good"),
    Report.Status.WARNING: (mark("Advarsel"), "note"),
    Report.Status.FAILED: (mark("Mislykket"), "bad"),
    Report.Status.CANCELLED: (mark("Annulleret"), ""),
}


@dataclass(frozen=True, slots=True)
class State:
    """A state's word in the reader's language, and its tone."""

    word: str
    tone: str


def batch_state(batch: Batch) -> State:
    """The batch's state."""
    word, tone = (RECURRING_STATES if batch.is_recurring else BATCH_STATES)[Batch.Status(batch.status)]
    return State(_(PAUSED if batch.is_paused else word), tone)


def report_state(report: Report) -> State:
    """The report's state."""
    word, tone = REPORT_STATES[Report.Status(report.status)]
    return State(_(word), tone)


def type_name(report_type: str) -> str:
    """What people call the type."""
    return _(TYPES[ReportType(report_type)])
