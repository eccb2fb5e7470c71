"""Each type of report on the companies of the fictional register, in both languages, by both engines.

`EVERY_COMPANY=1` takes every company in every type and language, and `EVERY_COMPANY=1/8` to `8/8` an eighth of them
each, for as many processes; else it is each type once, on a company that has something to say in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import Organisation
from companies.importing import import_documents
from companies.importing_accounts import Filing, import_accounts
from companies.sources.sample import cast
from companies.sources.sample.generator import sample_documents, sample_filings
from companies.sources.sample.loading import load_sample_register
from lasso.language import Language
from reporting.collecting import collect
from reporting.contents.composing import Composition, compose
from reporting.document import render_pdf
from reporting.document.standard import press
from reporting.engines import Engine
from reporting.models import ReportType
from tests.reporting import makers, worst_cases
from tests.reporting.page_layout import (
    headings_left_alone,
    layout_of,
    outside,
    overlapping,
    rows_left_alone,
    split_rows,
)
from tests.reporting.pdf_text import plain, reader

NOW = datetime(2026, 8, 1, 9, 0, tzinfo=UTC)
SHARE = os.environ.get("EVERY_COMPANY", "")
WANTED = (
    (cast.CHANGED_EVERYTHING[0], ReportType.REVISION, Language.DANISH),
    (cast.LIMITED_PARTNERSHIP[0], ReportType.REVISION_UDVIDET, Language.ENGLISH),
    (cast.FOUR_LEVELS[0], ReportType.REELLE_EJERE, Language.DANISH),
    (cast.CYCLE[0], ReportType.REELLE_EJERE, Language.ENGLISH),
    (cast.EURO[0], ReportType.FINANS, Language.ENGLISH),
)
WORST = (worst_cases.hostile(ReportType.FINANS), worst_cases.circular(ReportType.REELLE_EJERE))


@pytest.mark.timeout(6 * 3600 if SHARE else 300)
@pytest.mark.django_db
def test_it_prints_every_report_as_it_should_be():
    if SHARE:
        load_sample_register(now=NOW)
    else:
        load_part_of_register({cvr for cvr, _type, _language in WANTED})
    access = Organisation(name="Strandvang", has_beneficial_owner_access=True)
    wrong = {}

    for cvr, report_type, language in wanted():
        material = collect(cvr=cvr, report_type=report_type, organisation=access, now=NOW, language=language)
        if found := list(faults(compose(material), language)):
            wrong[cvr, str(report_type), str(language)] = found

    assert wrong == {}


@pytest.mark.parametrize("material", WORST, ids=["hostile", "circular"])
def test_it_prints_the_worst_cases_as_they_should_be(material: Any):
    assert list(faults(compose(material), material.language)) == []


def test_it_would_notice_what_is_not_as_it_should_be():
    said, printed = (compose(makers.material(ReportType.REVISION, language=language)) for language in Language)
    wrong = Composition(printed.html, "Another", (), None, said.content)

    found = list(faults(wrong, Language.DANISH))

    assert "standard: the title is 'Company report for auditors: Havnelys Elektronik A/S, CVR 99000015'" in found
    assert "standard: the language is en" in found
    assert any(fault.startswith("fast: no bookmark for 1 Virksomheden") for fault in found)
    assert any(fault.startswith("fast: no text of 1 Virksomheden") for fault in found)


def load_part_of_register(cvrs: set[str]) -> None:
    """These companies with their accounts, and who is above them."""
    documents = {str(one["cvrNummer"]): one for one in sample_documents()}
    filings = (one for one in sample_filings() if one.cvr in cvrs)
    import_accounts((Filing(one.file_name, one.data, one.published_at) for one in filings), now=NOW, source="test")
    found, next_ones = set(), set(cvrs)
    while next_ones:
        found |= next_ones
        relations = [relation["deltager"] for cvr in next_ones for relation in documents[cvr]["deltagerRelation"]]
        next_ones = ({str(one.get("forretningsnoegle")) for one in relations} & documents.keys()) - found
    import_documents([documents[cvr] for cvr in sorted(found)], now=NOW, source="test")


def wanted() -> Iterator[tuple[str, ReportType, Language]]:
    """The reports to print: a few, all of them, or each so many-th."""
    if not SHARE:
        yield from WANTED
        return
    place, _, parts = SHARE.partition("/")
    for cvr in sorted(str(one["cvrNummer"]) for one in sample_documents())[int(place) - 1 :: int(parts or 1)]:
        for report_type in ReportType:
            for language in Language:
                yield cvr, report_type, language


def faults(composition: Composition, language: Language) -> Iterator[str]:
    """What is wrong with the report as either engine prints it; both refuse to read anything but our own files."""
    document = press().lay_out(composition.html)
    layout = layout_of(document)
    for name, found in (
        ("outside of its page", outside(layout)),
        ("a heading left alone", headings_left_alone(layout)),
        ("a row split", split_rows(layout)),
        ("on one another", overlapping(layout)),
    ):
        yield from (f"standard: {name}: {one}" for one in found)
    if rows_left_alone(layout):
        yield "standard: a table's last row is left alone"
    standard, fast = reader(press().write(document)), reader(render_pdf(composition.html, engine=Engine.FAST))
    if len(standard.pages) != len(fast.pages):
        yield f"{len(standard.pages)} pages, {len(fast.pages)} by the fast engine"
    yield from (f"standard: {one}" for one in faults_of_file(standard, composition, language))
    yield from (f"fast: {one}" for one in faults_of_file(fast, composition, language))
    if "/StructTreeRoot" not in standard.trailer["/Root"] or not standard.trailer["/Root"]["/MarkInfo"]["/Marked"]:
        yield "standard: not tagged"


def faults_of_file(pdf: Any, composition: Composition, language: Language) -> Iterator[str]:
    """What is wrong with one PDF: its title, language, text, bookmarks, fonts and links."""
    if plain(pdf.metadata.title) != plain(composition.title):
        yield f"the title is {pdf.metadata.title!r}"
    if pdf.trailer["/Root"]["/Lang"] != language:
        yield f"the language is {pdf.trailer['/Root']['/Lang']}"
    yield from missing_in(pdf, composition)
    for font, is_embedded in fonts_of(pdf):
        if not is_embedded or "LassoSans" not in font.replace("-", ""):
            yield f"the font {font}, {'' if is_embedded else 'not '}embedded"
    annotations = [one.get_object() for page in pdf.pages for one in page.get("/Annots", ())]
    if any("/URI" in annotation.get("/A", {}) for annotation in annotations):
        yield "a link that leaves the report"


def missing_in(pdf: Any, composition: Composition) -> Iterator[str]:
    """The sections that are not on the pages or not among the bookmarks."""
    bookmarks = set(titles_of(pdf.outline))
    # Engines put blanks between the pieces of a line in different places.
    text = "".join("".join(page.extract_text().split()) for page in pdf.pages)
    for number, section in enumerate(composition.content.sections, start=1):
        title = f"{number} {section.title}"
        if plain(title) not in bookmarks:
            yield f"no bookmark for {title}"
        if "".join(title.split()) not in text:
            yield f"no text of {title}"


def titles_of(entries: list[Any]) -> Iterator[str]:
    """The titles of the bookmarks on every level."""
    for entry in entries:
        if isinstance(entry, list):
            yield from titles_of(entry)
        else:
            yield plain(entry["/Title"])


def fonts_of(pdf: Any) -> set[tuple[str, bool]]:
    """The fonts that the pages use, and whether their shapes are in the file."""
    found = set()
    for page in pdf.pages:
        for font in page["/Resources"]["/Font"].values():
            font = font.get_object()  # noqa: PLW2901 - what is referred to
            for part in font.get("/DescendantFonts", [font]):
                descriptor = part.get_object().get("/FontDescriptor", {})
                embedded = any(f"/FontFile{kind}" in descriptor for kind in ("", "2", "3"))
                found.add((str(font["/BaseFont"]).split("+")[-1], embedded or font.get("/Subtype") == "/Type3"))
    return found
