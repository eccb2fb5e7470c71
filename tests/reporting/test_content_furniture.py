"""What stands on every page: company, CVR, source, time, page number, protection."""

from __future__ import annotations

import re
from functools import cache

import pytest

from reporting.contents.composing import compose
from reporting.document import STYLESHEET, render_pdf
from reporting.engines import Engine
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.pdf_text import page_texts, printed


@cache
def pages_on_much(report_type: ReportType) -> list[str]:
    """The pages on a company of which everything is known: printed once for all tests, as that takes seconds."""
    return page_texts(printed(makers.material(report_type)))


@cache
def pages_on_little(report_type: ReportType) -> list[str]:
    """The pages on a company of which hardly anything is known."""
    return page_texts(render_pdf(compose(makers.unknown_material(report_type)).html, engine=Engine.FAST))


@pytest.mark.parametrize("report_type", ReportType)
def test_it_names_company_source_time_and_page_on_every_page(report_type: ReportType):
    pages = pages_on_much(report_type)

    assert len(pages) >= 3
    for number, text in enumerate(pages, start=1):
        assert "Havnelys Elektronik A/S" in text
        assert makers.cvr(1) in text
        assert "Kilde: CVR, Erhvervsstyrelsen · Udtrukket 22. november 2026 kl. 07.32" in text
        assert f"Side {number} af {len(pages)}" in text
        assert "Reklamebeskyttet" not in text


@pytest.mark.parametrize("report_type", ReportType)
def test_it_marks_every_page_of_a_protected_company(report_type: ReportType):
    html = compose(makers.material(report_type, profile=makers.profile(is_protected=True))).html
    pages = page_texts(render_pdf(html, engine=Engine.FAST))

    assert all("Reklamebeskyttet" in text for text in pages)
    assert "reklamebeskyttet (CVR-loven § 19)" in " ".join(pages)


@pytest.mark.parametrize("report_type", ReportType)
def test_it_never_prints_none(report_type: ReportType):
    assert "None" not in " ".join((*pages_on_much(report_type), *pages_on_little(report_type)))


@pytest.mark.parametrize("report_type", ReportType)
def test_it_makes_a_report_of_a_company_with_only_a_name(report_type: ReportType):
    pages = pages_on_little(report_type)

    assert "LASSO X A/S" in pages[0]
    assert "34580820" in pages[0]
    assert "71747812" in " ".join(pages)


@pytest.mark.parametrize("report_type", ReportType)
def test_it_uses_only_column_widths_that_the_stylesheet_has(report_type: ReportType):
    stylesheet = STYLESHEET.read_text(encoding="utf-8")

    for width in set(re.findall(r'class="(w-\d+)"', compose(makers.material(report_type)).html)):
        assert f".{width} {{" in stylesheet
