"""A director and an owner of whom the register does not say who they are: told of in every report, and never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from companies.graph import ChainEnd, Edge, OwnershipGraph
from companies.indirect import indirect_shares
from companies.profile import LegalOwner, Participant, ParticipantKind
from lasso.language import Language
from reporting.contents.attached import data_of
from reporting.contents.composing import compose
from reporting.contents.ownership_graphs import owners_chart_section
from reporting.contents.shortcomings import chain_shortcomings
from reporting.material import Material
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.section_text import everything, rows, titles

NOBODY, NOBODY_ELSE = (Participant(-number, ParticipantKind.OTHER, "") for number in (1, 2))
NAMES = {Language.DANISH: "Navn ikke oplyst", Language.ENGLISH: "Name not stated"}


def unstated(report_type: ReportType, language: Language = Language.DANISH) -> Material:
    half, quarter, ever = makers.band("50", "66.66"), makers.band("25", "33.32"), makers.since("2020-01-01")
    nodes = {
        one.key: one for one in (makers.ROOT, *(makers.node(each, ChainEnd.UNKNOWN) for each in (NOBODY, NOBODY_ELSE)))
    }
    root = makers.ROOT.key
    graph = OwnershipGraph(
        root, nodes, (Edge(NOBODY.lasso_id, root, half, half), Edge(NOBODY_ELSE.lasso_id, root, quarter, quarter))
    )
    return makers.material(
        report_type,
        profile=makers.profile(
            roles=(makers.seat(NOBODY, "Direktion", "DIREKTØR", ever),),
            legal_owners=(LegalOwner(NOBODY, half, half, ever), LegalOwner(NOBODY_ELSE, quarter, quarter, ever)),
        ),
        owners=graph,
        indirect=indirect_shares(graph),
        language=language,
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("report_type", set(ReportType) - {ReportType.FINANS})
def test_it_says_that_the_name_is_not_stated(report_type: ReportType, language: Language):
    material = unstated(report_type, language)

    composition = compose(material)

    assert composition.html.count(NAMES[language]) >= 3  # the director and both owners
    assert "CVR-0-" not in composition.html
    assert data_of(material, composition.content)


def test_it_tells_of_each_in_the_list_of_chains_and_why_it_ends_there():
    section = owners_chart_section(unstated(ReportType.REELLE_EJERE))
    assert section is not None

    for table in titles(section):
        assert [row.startswith("Navn ikke oplyst") for row in rows(section, table)] == [True, True]
    assert "Hvor kæderne ender uden en person" in titles(section)
    assert "Registret oplyser ikke, hvem ejeren er" in everything(section)
    assert "Bed om ejerbogen." in everything(section)
    assert "CVR-nummer" not in everything(replace(section, source=""))


def test_it_says_once_of_the_company_that_its_owners_are_not_all_named():
    assert chain_shortcomings(unstated(ReportType.REELLE_EJERE)) == (
        "Registret navngiver ikke alle ejere af Havnelys Elektronik A/S.",
    )
