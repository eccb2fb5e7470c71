"""`python -m demo`: from nothing to a summary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from local.processes import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


def test_it_leaves_everything_that_it_made_and_received(tmp_path: Path) -> None:
    unset = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    folder = tmp_path / "demo"

    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "lasso.embedded",
            "--data",
            str(folder / "data"),
            sys.executable,
            "-m",
            "demo",
            str(folder),
        ],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in unset},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stderr) == (0, "")
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert (summary["ok"], summary["received"]) == (True, {"webhooks": 18, "mails": 18})
    assert [batch["type"] for batch in summary["batches"]] == [
        "Revision",
        "Revision",
        "RevisionUdvidet",
        "ReelleEjere",
        "Finans",
    ]
    assert len(list((folder / "pdfs").glob("*/*.pdf"))) == 17
    assert len(list((folder / "webhooks").iterdir())) == len(list((folder / "mails").iterdir())) == 18
    assert len(zipfile.ZipFile(folder / "Demo Finans.zip").namelist()) == 4
    assert "All is as expected." in (folder / "summary.md").read_text(encoding="utf-8")
    assert "webhooks 18/18  mails 18/18" in result.stdout
