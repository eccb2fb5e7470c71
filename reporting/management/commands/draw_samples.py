"""`manage.py draw_samples`: the pictures of reports in docs/samples, made anew from the fictional register."""

from __future__ import annotations

import subprocess
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from PIL import Image

from accounts.models import Organisation
from companies.sources.sample.cast import CHANGED_MANAGEMENT, FOUR_LEVELS, GROUP_ACCOUNTS
from lasso.language import Language
from reporting.collecting import collect
from reporting.contents.composing import compose
from reporting.document import render_pdf
from reporting.engines import Engine
from reporting.material import Material
from reporting.models import ReportType

# A moment at which the fictional register has something to tell; the same one gives the same pictures.
MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
# The first page is for reading, the others are for looking at. Few colours: the pictures are kept with the code.
PIXELS_AN_INCH, SMALL_PIXELS_AN_INCH = 80, 52
COLOURS = 48


class Sample(NamedTuple):
    """A report to draw: its type, a company that has something to say in it, and its language."""

    report_type: ReportType
    cvr: str
    language: Language

    @property
    def name(self) -> str:
        """The beginning of its pictures' names."""
        return self.report_type if self.language is Language.DANISH else f"{self.report_type}-{self.language}"


COMPANIES = (
    (ReportType.REVISION, CHANGED_MANAGEMENT[1]),
    (ReportType.REVISION_UDVIDET, FOUR_LEVELS[0]),
    (ReportType.REELLE_EJERE, FOUR_LEVELS[1]),
    (ReportType.FINANS, GROUP_ACCOUNTS[0]),
)
SAMPLES = tuple(Sample(report_type, cvr, language) for language in Language for report_type, cvr in COMPANIES)
PAGE = """# The reports, page by page

Made by `manage.py draw_samples` from the fictional register: no company and no person here exists. What each report
holds is told in [reports.md](../reports.md).
"""


class Command(BaseCommand):
    """Draw every page of a report of each type, and the page that shows them."""

    help = "Draws reports of each type on fictional companies as PNG; needs pdftoppm (poppler-utils)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, and by which engine."""
        parser.add_argument("--folder", type=Path, default=settings.BASE_DIR / "docs" / "samples")
        parser.add_argument("--engine", type=Engine, choices=list(Engine), default=Engine.STANDARD, help="Who prints.")

    def handle(self, *_: object, **options: Any) -> None:
        """Load the register, render, draw; what stays in the database is the register, and the log of the looks."""
        call_command("load_sample_register")
        folder: Path = options["folder"]
        for old in (file for sample in SAMPLES for file in folder.glob(f"{sample.name}*.png")):
            old.unlink(missing_ok=True)
        parts = [PAGE]
        for sample in SAMPLES:
            pdf = render_pdf(compose(_material(sample)).html, engine=options["engine"])
            if sample.language is Language.DANISH:
                list(_draw(pdf, folder, sample.name, dots=PIXELS_AN_INCH, last=1))
            pages = list(_draw(pdf, folder, f"{sample.name}-page", dots=SMALL_PIXELS_AN_INCH))
            parts.append(_shown(sample, pages))
            self.stdout.write(f"{sample.name}: {len(pages)} pages")
        (folder / "README.md").write_text("\n".join(parts), encoding="utf-8")


def _material(sample: Sample) -> Material:
    # Never saved: who asks is only named.
    organisation = Organisation(name="Revisionshuset Eksempel", has_beneficial_owner_access=True)
    return collect(
        cvr=sample.cvr,
        report_type=sample.report_type,
        organisation=organisation,
        now=MOMENT,
        language=sample.language,
    )


def _draw(pdf: bytes, folder: Path, name: str, *, dots: int, last: int | None = None) -> Iterator[Path]:
    """The pages of a PDF, up to the last one wanted, as pictures of few colours; their files in order."""
    with tempfile.TemporaryDirectory() as making:
        file = Path(making) / "report.pdf"
        file.write_bytes(pdf)
        upto = ["-l", str(last)] if last else []
        command = ["pdftoppm", "-r", str(dots), "-png", *upto, str(file), str(Path(making) / "page")]
        subprocess.run(command, check=True)  # noqa: S603 - our own words
        drawn = sorted(Path(making).glob("page-*.png"))
        for number, picture in enumerate(drawn, start=1):
            target = folder / (f"{name}.png" if last == 1 else f"{name}-{number}.png")
            with Image.open(picture) as page:
                # This method keeps colours that are rare on a page: a verdict, a limit.
                few = page.convert("RGB").quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE)
                few.save(target, optimize=True)
            yield target


def _shown(sample: Sample, pages: list[Path]) -> str:
    """The section of a sample: its pages side by side."""
    words = {Language.DANISH: "in Danish", Language.ENGLISH: "in English"}[sample.language]
    pictures = "\n".join(
        f'<img src="{page.name}" width="32%" alt="{sample.report_type} {words}, page {number} of {len(pages)}">'
        for number, page in enumerate(pages, start=1)
    )
    return f"## {sample.report_type}, {words}\n\n{pictures}\n"
