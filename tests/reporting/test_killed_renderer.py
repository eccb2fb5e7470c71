"""A report whose printing kills its process, as a fault in an engine written in C++ may."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import Organisation
from reporting.claiming import MOST_ATTEMPTS
from reporting.models import Batch, Report
from tests.reporting.conftest import HAVGRUS, NORDLYS, place, render_all

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("register")]

# Renders the batch's next report, and dies where the engine is at work, before anything can be tidied up.
DYING = """
import django, os, signal, sys
django.setup()
from uuid import UUID
from django.utils import timezone
from reporting import rendering
from reporting.claiming import claim_next
rendering.render_pdf = lambda *_, **__: os.kill(os.getpid(), signal.SIGSEGV)
rendering.render_report(claim_next(UUID(sys.argv[1])), now=timezone.now())
"""


def die_rendering(batch: Batch) -> int:
    """Have a process die of the batch's next report; its exit code."""
    url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    return subprocess.run(
        [sys.executable, "-c", DYING, str(batch.pk)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "error"},
        check=False,
    ).returncode


def test_it_is_given_up_after_three_processes_and_the_next_report_is_made(organisation: Organisation) -> None:
    batch = place(organisation, NORDLYS, HAVGRUS, engine="fast")

    for attempt in range(1, MOST_ATTEMPTS + 1):
        assert die_rendering(batch) == -signal.SIGSEGV
        report = Report.objects.get(item__cvr=str(NORDLYS))
        assert (report.status, report.attempt_count) == ("Rendering", attempt)
        # Its lease runs out, because nobody renews it any more.
        Report.objects.filter(pk=report.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert render_all(batch.pk) == 2

    given_up, made = Report.objects.order_by("position")
    assert given_up.failure == "Rapporten standsede det program, der skulle danne den, 3 gange, og forsøges ikke igen."
    assert (given_up.status, given_up.pdf) == ("Failed", "")
    assert made.status == "Warning"
