"""`manage.py order_batch` and `manage.py draw_samples`."""

from __future__ import annotations

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation
from lasso.language import Language
from reporting.management.commands import draw_samples
from reporting.models import Batch, ReportType
from tests.documented import DOCUMENTED_ORDER
from tests.reporting.conftest import order_body

pytestmark = pytest.mark.django_db


def test_it_orders_what_a_file_describes(organisation: Organisation, tmp_path: Path) -> None:
    file, out = tmp_path / "order.json", StringIO()
    file.write_bytes(DOCUMENTED_ORDER)

    call_command("order_batch", organisation.name, str(file), stdout=out)

    batch = Batch.objects.get()
    assert out.getvalue() == f"{batch.pk}\n"
    assert (batch.organisation, batch.size, batch.status) == (organisation, 2, "Executing")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"type": "Regnskab"}, "type: must be one of Revision (0)"),
        ({"items": [{}]}, "items[0].cvr: is missing"),
    ],
)
def test_it_says_what_is_wrong_and_orders_nothing(
    organisation: Organisation, tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    file = tmp_path / "order.json"
    file.write_text(json.dumps(order_body() | change), encoding="utf-8")

    with pytest.raises(CommandError) as caught:
        call_command("order_batch", organisation.name, str(file))

    assert str(caught.value).startswith("Nothing was ordered.")
    assert sentence in str(caught.value)
    assert not Batch.objects.exists()


def test_it_names_a_file_that_is_not_there(organisation: Organisation) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.json cannot be read: No such file or directory"):
        call_command("order_batch", organisation.name, "nowhere.json")


def test_it_names_an_organisation_that_is_not_there(organisation: Organisation, tmp_path: Path) -> None:
    file = tmp_path / "order.json"
    file.write_bytes(DOCUMENTED_ORDER)

    with pytest.raises(CommandError, match="No organisation has the id or the name 'Ingen'"):
        call_command("order_batch", "Ingen", str(file))

    assert not Batch.objects.exists()


def test_it_draws_every_type_in_both_languages() -> None:
    drawn = {(sample.report_type, sample.language) for sample in draw_samples.SAMPLES}
    assert drawn == {(report_type, language) for report_type in ReportType for language in Language}


def test_it_draws_every_page_and_the_page_that_shows_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = tuple(sample for sample in draw_samples.SAMPLES if sample.report_type is ReportType.REELLE_EJERE)
    monkeypatch.setattr(draw_samples, "SAMPLES", samples)

    # The fast engine: what is drawn is the same, and this is not about who prints it.
    call_command("draw_samples", "--folder", str(tmp_path), "--engine", "fast", stdout=StringIO())

    drawn = {file.name for file in tmp_path.glob("*.png")}
    shown = re.findall(r'<img src="([^"]+)"', (tmp_path / "README.md").read_text(encoding="utf-8"))
    assert set(shown) == drawn - {"ReelleEjere.png"}
    assert {name.split("-page")[0] for name in shown} == {"ReelleEjere", "ReelleEjere-en"}
    assert all((tmp_path / name).read_bytes().startswith(b"\x89PNG") for name in drawn)
    # They are kept with the code.
    assert all((tmp_path / name).stat().st_size < 60_000 for name in drawn)
    assert not Organisation.objects.exists()
