"""/metrics tells of batches and reports."""

from __future__ import annotations

import pytest

from reporting.report_metrics import GAUGES
from tests.observations import gauge_values, observations  # noqa: F401 - a fixture
from tests.reporting.conftest import NORDLYS, place, render_all

UNKNOWN = 99000023


@pytest.mark.django_db(transaction=True)
def test_it_counts_batches_and_reports_by_how_they_ended(register, organisation, observations) -> None:  # noqa: F811
    batch = place(organisation, NORDLYS, UNKNOWN, type="ReelleEjere", engine="fast")

    assert gauge_values(GAUGES, "lasso_open_reports") == {("Queued",): 2, ("Rendering",): 0}
    assert gauge_values(GAUGES, "lasso_open_batches") == {("Scheduled",): 0, ("Executing",): 1, ("Listening",): 0}

    assert render_all(batch.pk) == 2

    assert gauge_values(GAUGES, "lasso_open_reports") == {("Queued",): 0, ("Rendering",): 0}
    assert gauge_values(GAUGES, "lasso_open_batches") == {("Scheduled",): 0, ("Executing",): 0, ("Listening",): 0}
    assert observations("lasso_batches_total") == {("ReelleEjere",): 1}
    assert observations("lasso_reports_total") == {
        ("fast", "Failed", "ReelleEjere"): 1,
        ("fast", "Warning", "ReelleEjere"): 1,
    }
    assert observations("lasso_report_seconds_count") == {("fast", "ReelleEjere"): 2}
    assert observations("lasso_report_wait_seconds_count") == {(): 2}
    # What the register does not know is composed by nobody.
    assert observations("lasso_report_phase_seconds_count") == {
        ("collect",): 2,
        ("compose",): 1,
        ("print",): 1,
        ("store",): 1,
    }
