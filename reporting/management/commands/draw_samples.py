"""`manage.py draw_samples`: the pictures of reports in docs/samples, made anew from the fictional register."""

from __future__ import annotations

import subprocess
import tempfile
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.models import Organisation
from companies.sources.sample.cast import FOUR_LEVELS
from reporting.collecting import collect
from reporting.contents.composing import compose
from reporting.document import render_pdf
from reporting.models import ReportType

# A moment at which the fictional register has something to tell; the same one gives the same pictures.
MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PIXELS_AN_INCH = 80
# The page that shows most of each type.
PAGES = {
    ReportType.REVISION: 1,
    ReportType.REVISION_UDVIDET: 1,
    ReportType.REELLE_EJERE: 2,
    ReportType.FINANS: 2,
}


class Command(BaseCommand):
    """Draw one page of each report type."""

    help = "Draws a page of each report type on a fictional company as PNG; needs pdftoppm (poppler-utils)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "docs" / "samples")

    def handle(self, *_: object, **options: Any) -> None:
        """Load the register, render, draw; what stays in the database is the register, and the log of the looks."""
        call_command("load_sample_register")
        # Never saved: who asks is only named.
        organisation = Organisation(name="Revisionshuset Eksempel", has_beneficial_owner_access=True)
        for kind in PAGES:
            material = collect(cvr=FOUR_LEVELS[1], report_type=kind, organisation=organisation, now=MOMENT)
            file = options["folder"] / f"{material.report_type}.png"
            draw(render_pdf(compose(material).html), page=PAGES[material.report_type], to=file)
            self.stdout.write(str(file))


def draw(pdf: bytes, *, page: int, to: Path) -> None:
    """One page of a PDF as a picture."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        command = ["pdftoppm", "-r", str(PIXELS_AN_INCH), "-png", "-f", str(page), "-l", str(page), "-singlefile"]
        subprocess.run([*command, file.name, str(to.with_suffix(""))], check=True)  # noqa: S603 - our own words
