"""A model of one batch: which moves are legal, and what its reports come to."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Of a report, as far as the model knows it."""

    QUEUED = "Queued"
    RENDERING = "Rendering"
    MADE = "Made"
    FAILED = "Failed"
    CANCELLED = "Cancelled"


OPEN = {State.QUEUED, State.RENDERING}


@dataclass
class ReportModel:
    """One report. `told` counts how often it has settled: each time it is told once more."""

    item: int
    state: State = State.QUEUED
    is_due: bool = True
    attempts: int = 0
    told: int = 0


@dataclass
class BatchModel:
    """One batch as it should be, its reports by their ids, and those that are final in the order of their ends."""

    id: str
    size: int
    status: str
    webhook: bool
    mail: bool
    reports: dict[Any, ReportModel] = field(default_factory=dict)
    finished: list[Any] = field(default_factory=list)

    @property
    def is_listener(self) -> bool:
        """Whether it follows changes, or did."""
        return self.status in {"Listening", "ListeningStopped"}

    @property
    def completion(self) -> float:
        """The share of its items that have a finished report."""
        return len({self.reports[one].item for one in self.finished}) / self.size

    def next_due(self) -> Any | None:
        """The report that a worker should get next; of several runs of an item any."""
        if self.status not in {"Executing", "Listening"}:
            return None
        due = [
            (report.item, id_) for id_, report in self.reports.items() if report.state == State.QUEUED and report.is_due
        ]
        return min(due, default=(0, None))[1]

    def finish(self, id_: Any, *, made: bool) -> None:
        """A report has settled."""
        report = self.reports[id_]
        report.state, report.told = State.MADE if made else State.FAILED, report.told + 1
        self.finished.append(id_)
        if self.status == "Executing" and len(self.finished) == len(self.reports):
            states = {one.state for one in self.reports.values()}
            self.status = "FinishedWithErrors" if State.FAILED in states else "Finished"

    def end(self, status: str) -> None:
        """Cancelled or stopped: what is open is cancelled with it."""
        self.status = status
        for report in self.reports.values():
            if report.state in OPEN:
                report.state = State.CANCELLED

    def retry(self) -> None:
        """Those that failed run again, as if they never had."""
        self.status = "Executing"
        for id_, report in self.reports.items():
            if report.state == State.FAILED:
                report.state, report.attempts, report.is_due = State.QUEUED, 0, True
                self.finished.remove(id_)
