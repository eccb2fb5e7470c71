"""Where the time of one report goes: collect, compose, layout and write by the standard engine, or the fast one."""

from __future__ import annotations

import gc
import time

from django.utils import timezone

from accounts.models import Organisation
from reporting.collecting import collect
from reporting.contents.composing import compose
from reporting.document import render_pdf
from reporting.document.standard import press
from reporting.engines import Engine
from reporting.models import ReportType

PHASES = ("collect", "compose", "layout", "write", "fast engine")


def time_phases(cvr: str, kind: str) -> dict[str, float]:
    """Milliseconds by the wall clock of each phase, one report made."""
    moments = [time.perf_counter()]

    def done() -> None:
        moments.append(time.perf_counter())

    organisation = Organisation.objects.latest("created_at")
    moments[0] = time.perf_counter()
    material = collect(cvr=cvr, report_type=ReportType(kind), organisation=organisation, now=timezone.now())
    done()
    html = compose(material).html
    done()
    pages = press().lay_out(html)
    done()
    press().write(pages)
    done()
    render_pdf(html, engine=Engine.FAST)
    done()
    gc.collect()
    return {phase: (end - start) * 1000 for phase, start, end in zip(PHASES, moments[:-1], moments[1:], strict=True)}
