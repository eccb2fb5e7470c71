"""Archival reports: PDF/A-3a with the report's data attached, which says what the page says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.storage import default_storage

from accounts.models import Organisation
from companies.figures import FIGURE_NAMES
from lasso.language import Language
from reporting.contents.attached import FORMAT, data_of
from reporting.contents.composing import compose
from reporting.document import render_pdf
from reporting.document.door import UnableToArchiveError
from reporting.engines import Engine
from reporting.material import Material
from reporting.models import Report, ReportType
from tests.reporting import makers, worst_cases
from tests.reporting.conftest import NORDLYS, place, render_all
from tests.reporting.pdf_text import plain, reader, said


def archived(material: Material) -> bytes:
    """The report as an archival PDF."""
    composition = compose(material)
    return render_pdf(composition.html, data=data_of(material, composition.content))


def read(material: Material) -> dict[str, Any]:
    """The report's data, as a program reads it."""
    found: dict[str, Any] = json.loads(data_of(material, compose(material).content))
    return found


def texts(value: Any) -> list[str]:
    """Every text in a piece of data, except the names of kinds."""
    if isinstance(value, dict):
        return [text for name, one in value.items() if name not in {"kind", "change", "verdict"} for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


def test_it_is_pdf_a_3a_with_the_data_as_an_associated_file():
    material = makers.material(ReportType.FINANS)
    composition = compose(material)
    data = data_of(material, composition.content)

    pdf = reader(render_pdf(composition.html, data=data))

    root = pdf.trailer["/Root"]
    metadata = root["/Metadata"].get_data()
    assert b'pdfaid:part="3"' in metadata
    assert b'pdfaid:conformance="A"' in metadata
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "da"
    assert "/ID" in pdf.trailer
    [file] = root["/AF"]
    assert file.get_object()["/AFRelationship"] == "/Data"
    assert pdf.attachments == {"report.json": [data]}


def test_it_is_the_same_bytes_each_time():
    material = makers.material(ReportType.REVISION_UDVIDET)

    assert archived(material) == archived(material)


@pytest.mark.parametrize("report_type", ReportType)
def test_it_holds_only_what_the_page_prints_word_for_word(report_type: ReportType):
    material = makers.material(report_type)
    printed = said(material).replace(" ", "")

    missing = [
        text
        for section in read(material)["sections"]
        for block in section["blocks"]
        if block["kind"] in {"table", "facts", "checks", "notice", "bullets", "paragraph", "heading"}
        for text in texts(block)
        if plain(text).replace(" ", "") not in printed
    ]

    assert missing == []


def test_it_has_key_figures_as_numbers():
    material = makers.material(ReportType.FINANS)
    newest = material.accounts[0]

    year = read(material)["keyFigures"][0]

    assert year["endDate"] == newest.end_date.isoformat()
    known = {name: newest.value(name) for name in FIGURE_NAMES if newest.value(name) is not None}
    assert year["figures"] == {name: int(value) for name, value in known.items() if value is not None}
    assert year["ratios"]["solvency"] == pytest.approx(float(known["equity"] / known["assets"]))  # type: ignore[operator]


def test_it_has_owners_with_bands_as_fractions_of_one():
    material = makers.material(ReportType.REVISION)

    owners = read(material)["legalOwners"]

    assert [
        (owner["name"], owner["share"] and (owner["share"]["low"], owner["share"]["high"])) for owner in owners
    ] == [
        (owner.participant.name, owner.share and (float(owner.share.low), float(owner.share.high)))
        for owner in material.profile.current_owners
    ]


def test_it_says_format_language_type_and_moments():
    data = read(makers.material(ReportType.REELLE_EJERE, language=Language.ENGLISH))

    assert (data["format"], data["type"], data["language"]) == (FORMAT, "ReelleEjere", "en")
    assert data["extractedAt"] == makers.EXTRACTED_AT.isoformat()
    assert data["company"]["cvr"] == makers.cvr(1)
    assert data["source"]["retrievedAt"] == "2026-11-22T02:05:00+00:00"


def test_it_keeps_beneficial_owners_from_who_may_not_see_them():
    refused = makers.material(ReportType.REELLE_EJERE, beneficial=None, beneficial_refusal="Ingen adgang.")

    assert read(refused)["beneficialOwners"] == {"refusal": "Ingen adgang."}


@pytest.mark.parametrize("report_type", ReportType)
def test_it_holds_no_sign_that_hides_or_turns_text(report_type: ReportType):
    material = worst_cases.hostile(report_type)

    data = data_of(material, compose(material).content).decode()

    assert not set(data) & set("\u202e\u2066\u200b\x07")


def test_the_fast_engine_refuses_to_archive():
    composition = compose(makers.material())

    with pytest.raises(UnableToArchiveError):
        render_pdf(composition.html, engine=Engine.FAST, data=b"{}")


@pytest.mark.django_db
@pytest.mark.usefixtures("register")
def test_an_archival_batch_stores_archival_reports(organisation: Organisation):
    batch = place(organisation, NORDLYS, archival=True)

    render_all(batch.pk)

    with default_storage.open(Report.objects.get().pdf) as file:
        attached = json.loads(reader(file.read()).attachments["report.json"][0])
    assert attached["company"]["name"] == "Nordlys Testværft ApS"
