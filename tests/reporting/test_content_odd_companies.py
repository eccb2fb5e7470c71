"""Companies that hardly anybody expects: without dates, in three currencies, brand new, gone, with nothing at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from reporting.contents.attached import data_of
from reporting.contents.blocks import BarChart, Charts
from reporting.contents.composing import compose
from reporting.contents.figure_charts import amount_charts
from reporting.contents.filings import no_accounts_text
from reporting.contents.leads import revision_lead
from reporting.contents.ownership_checks import ownership_checks
from reporting.contents.summing_up import lead_text
from reporting.material import Material
from reporting.models import ReportType
from tests.reporting import odd_companies
from tests.reporting.pdf_text import plain
from tests.reporting.test_attached import texts

ODD: dict[str, Callable[[ReportType], Material]] = {
    "undated": odd_companies.undated,
    "three currencies": odd_companies.in_three_currencies,
    "founded this week": odd_companies.founded_this_week,
    "dissolved": odd_companies.dissolved,
    "nobody and nothing": odd_companies.with_nobody_and_nothing,
    "huge words": lambda report_type: odd_companies.saying(report_type, odd_companies.HUGE_WORD),
    "from far": lambda report_type: odd_companies.saying(report_type, odd_companies.FROM_FAR),
}


@pytest.mark.parametrize("report_type", [ReportType.REVISION_UDVIDET, ReportType.REELLE_EJERE, ReportType.FINANS])
@pytest.mark.parametrize("odd", ODD)
def test_it_says_the_same_on_the_page_and_in_its_data(odd: str, report_type: ReportType):
    material = ODD[odd](report_type)

    composition = compose(material)

    assert ">None<" not in composition.html
    data = json.loads(data_of(material, composition.content))
    assert data["company"]["name"] in composition.html
    page = text_of(composition.html)
    for said in texts(data["sections"]):
        assert "".join(said.split()) in page


def test_it_does_not_draw_two_currencies_to_one_scale():
    bars = amount_charts(odd_companies.in_three_currencies(ReportType.FINANS).accounts)

    revenue = charts(bars)[0]
    assert revenue.title == "Nettoomsætning, mio. DKK"
    assert revenue.values == ("–", "–", "–", "–", "84,3")


def test_it_knows_that_a_new_company_has_nothing_to_file_yet():
    material = odd_companies.founded_this_week(ReportType.REVISION_UDVIDET)

    assert "Virksomheden blev stiftet 19. november 2026." in revision_lead(material)
    assert no_accounts_text(material) == (
        "Registret har ingen årsrapport for virksomheden: den første skal indsendes senest 30. juni 2028."
    )


def test_it_does_not_ask_who_owns_a_dissolved_company():
    subjects = [check.subject for check in ownership_checks(odd_companies.dissolved(ReportType.REELLE_EJERE))]
    assert "Legale ejeres andele" not in subjects


def test_it_says_that_there_was_no_turnover_either_year():
    said = plain(lead_text(odd_companies.with_nobody_and_nothing(ReportType.FINANS)))
    assert said.startswith("Nettoomsætningen var 0 DKK, som året før.")
    assert "Egenkapitalen er negativ" in said


def charts(block: Charts) -> list[BarChart]:
    return [chart for chart in block.charts if isinstance(chart, BarChart)]


class Reader(HTMLParser):
    """The texts of a page, one after the other."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def text_of(html: str) -> str:
    """What a reader sees of the page, without any blanks."""
    reader = Reader()
    reader.feed(html)
    return "".join("".join(reader.said).split())
