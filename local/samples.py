"""``python -m lasso.embedded python -m local.samples``: the pictures of reports in docs/samples, made anew."""

from __future__ import annotations

import os
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import django

from local.processes import ROOT

FOLDER = ROOT / "docs" / "samples"
# The day that the fictional register is right for every kind of company in it; the same pictures each time.
MOMENT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PIXELS_AN_INCH = 80
PAGES = {"RevisionUdvidet": 1, "Revision": 1, "ReelleEjere": 2, "Finans": 2}


def main() -> None:
    """Render one page of each type, on a company with four levels of owners."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lasso.settings")
    django.setup()
    from django.core.management import call_command

    from accounts.organisations import create_organisation
    from companies.sources.sample.cast import FOUR_LEVELS
    from reporting.collecting import collect
    from reporting.contents import compose
    from reporting.document import render_pdf
    from reporting.models import ReportType

    call_command("migrate", verbosity=0)
    call_command("load_sample_register")
    organisation, _ = create_organisation(
        name="Revisionshuset Eksempel", email="post@eksempel.example", has_beneficial_owner_access=True
    )
    for name, page in PAGES.items():
        material = collect(cvr=FOUR_LEVELS[1], report_type=ReportType(name), organisation=organisation, now=MOMENT)
        draw(render_pdf(compose(material).html), page=page, to=FOLDER / f"{name}.png")
        print(FOLDER / f"{name}.png")


def draw(pdf: bytes, *, page: int, to: Path) -> None:
    """One page of a PDF as a picture."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        command = ["pdftoppm", "-r", str(PIXELS_AN_INCH), "-png", "-f", str(page), "-l", str(page), "-singlefile"]
        subprocess.run([*command, file.name, str(to.with_suffix(""))], check=True)


if __name__ == "__main__":
    main()
