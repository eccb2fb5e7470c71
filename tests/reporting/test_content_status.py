"""A company that is not simply in force says so first."""

from __future__ import annotations

from typing import Any

import pytest

from companies.profile import CreditEvent
from reporting.contents.blocks import Tone
from reporting.contents.company import status_check
from reporting.contents.fact_texts import status_text
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.pdf_text import said

BANKRUPTCY = CreditEvent("2", "Konkurs", makers.since("2026-05-02"))
ENDED_BANKRUPTCY = CreditEvent("2", "Konkurs", makers.since("2020-05-02", "2021-01-31"))


@pytest.mark.parametrize(
    ("changes", "tone", "text"),
    [
        ({}, Tone.GOOD, "Aktiv"),
        ({"status": "UNDER KONKURS"}, Tone.BAD, "Under konkurs"),
        ({"status": "OPLØST EFTER KONKURS", "is_active": False}, Tone.BAD, "Opløst efter konkurs"),
        ({"overall_status": "Ophørt", "is_active": False}, Tone.BAD, "Ophørt"),
        ({"credit_events": (BANKRUPTCY,)}, Tone.NOTE, "Aktiv"),
        ({"credit_events": (ENDED_BANKRUPTCY,)}, Tone.GOOD, "Aktiv"),
        ({"status": "", "overall_status": ""}, Tone.OPEN, "Aktiv"),
    ],
)
def test_it_judges_the_status(changes: dict[str, Any], tone: Tone, text: str):
    profile = makers.profile(**changes)

    assert status_check(profile).tone is tone
    assert status_text(profile) == text


@pytest.mark.parametrize("report_type", ReportType)
def test_it_puts_a_bankruptcy_first_in_the_summary(report_type: ReportType):
    profile = makers.profile(status="UNDER KONKURS", credit_events=(BANKRUPTCY,))
    text = said(makers.material(report_type, profile=profile))

    assert "1 afvigelse" in text
    assert "Virksomhedens status Under konkurs." in text
