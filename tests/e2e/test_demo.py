"""`python -m demo`: from nothing to a summary."""

from __future__ import annotations

import json
import zipfile

import pytest

from tests.e2e.conftest import Demonstrated

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


def test_it_leaves_everything_that_it_made_and_received(demonstrated: Demonstrated) -> None:
    result, folder = demonstrated.result, demonstrated.folder

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
