"""Both engines print the same report: the same text, the same number of pages, inside the same page."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable

import pytest
from pypdf import PdfReader

from companies.sources.sample import cast
from lasso.language import Language
from reporting.contents.composing import compose
from reporting.document import render_pdf
from reporting.engines import Engine
from reporting.material import Material
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.register_material import registered_material

# `bin/bench engines` compares them for every company of the fictional register in every type.
CASES: dict[str, Callable[[], Material]] = {
    "everything in Revision": lambda: makers.material(ReportType.REVISION),
    "everything in ReelleEjere, English": lambda: makers.material(ReportType.REELLE_EJERE, language=Language.ENGLISH),
    "everything in Finans, English": lambda: makers.material(ReportType.FINANS, language=Language.ENGLISH),
    "a bankrupt company": lambda: registered_material(ReportType.REVISION, cast.BANKRUPT[0]),
    "everything changed": lambda: registered_material(ReportType.REVISION, cast.CHANGED_EVERYTHING[0]),
    "hardly anything": lambda: makers.unknown_material(ReportType.REVISION),
}


# Where a table goes on over pages its head is repeated, and engines may break it after different rows.
HEADS_ONCE = "<style>thead { display: table-row-group }</style></head>"


def printed(html: str, engine: Engine) -> PdfReader:
    """The document by an engine."""
    return PdfReader(io.BytesIO(render_pdf(html, engine=engine)))


def signs(pdf: PdfReader) -> Counter[str]:
    """How often each sign is printed; engines write the words of a page in different orders."""
    return Counter("".join("".join(page.extract_text().split()) for page in pdf.pages))


@pytest.mark.parametrize("case", CASES)
def test_it_prints_the_same_text_on_as_many_pages(case: str):
    html = compose(CASES[case]()).html

    standard, fast = (printed(html, engine) for engine in Engine)

    assert len(fast.pages) == len(standard.pages)
    assert [page.mediabox[2:] for page in fast.pages] == [pytest.approx((595.28, 841.89), abs=0.01)] * len(fast.pages)
    if signs(fast) != signs(standard):
        standard, fast = (printed(html.replace("</head>", HEADS_ONCE), engine) for engine in Engine)
    assert signs(fast) == signs(standard)


def test_it_gives_sections_their_page_numbers():
    pdf = printed(compose(makers.material(ReportType.REVISION_UDVIDET)).html, Engine.FAST)
    contents = " ".join(" ".join(page.extract_text(extraction_mode="layout").split()) for page in pdf.pages[:2])

    sections = [entry for entry in pdf.outline[1] if not isinstance(entry, list)][1:]

    assert len(sections) > 9
    for section in sections:
        page = pdf.get_destination_page_number(section)
        assert page is not None
        assert f"{section['/Title']} {page + 1} " in contents
