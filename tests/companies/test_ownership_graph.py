"""Chains of owners upwards and downwards."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.errors import CompanyUnknown
from companies.graph import ChainEnd
from companies.importing import import_documents
from companies.ownership import group_downwards, owners_upwards
from companies.profile import ShareBand
from tests.companies.builders import (
    attribute,
    company,
    foreigner,
    organ,
    owner,
    participant_company,
    person,
    relation,
    spell,
    value,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = date(2026, 6, 1)
ROOT, MIDDLE, TOP, SIDE = "99900011", "99900022", "99900030", "99900049"
ANNA = person(4_000_000_001, "Anna Prøvesen")


def load(*documents):
    summary = import_documents(documents, now=NOW, source="test")
    assert summary.refused == 0


def owned_by(cvr, *owners, **fields):
    return company(cvr, deltagerRelation=list(owners), **fields)


def held(participant, share="1.0", start="2020-01-01", end=None):
    return owner(participant, value(share, start, end))


def ends(graph):
    return {node.name: node.end for node in graph.nodes.values()}


def pairs(graph):
    return {(edge.owner, edge.owned) for edge in graph.edges}


def test_it_follows_owners_to_the_top():
    load(
        owned_by(ROOT, held(participant_company(MIDDLE), "0.6667"), held(ANNA, "0.25")),
        owned_by(MIDDLE, held(participant_company(TOP))),
        owned_by(TOP, held(ANNA)),
    )
    graph = owners_upwards(cvr=ROOT, day=DAY)
    anna = "CVR-3-4000000001"
    assert graph.root == f"CVR-1-{ROOT}"
    assert pairs(graph) == {
        (f"CVR-1-{MIDDLE}", graph.root),
        (anna, graph.root),
        (f"CVR-1-{TOP}", f"CVR-1-{MIDDLE}"),
        (anna, f"CVR-1-{TOP}"),
    }
    direct = next(edge for edge in graph.edges if edge.owner == anna and edge.owned == graph.root)
    assert direct.share == direct.votes == ShareBand(Decimal("0.25"), Decimal("0.3332"))
    assert graph.nodes[anna].end is ChainEnd.PERSON
    assert graph.nodes[f"CVR-1-{TOP}"].end is ChainEnd.NONE
    assert graph.is_followed_to_the_end
    assert not graph.has_cycle


def test_it_says_why_a_chain_ends():
    load(
        owned_by(
            ROOT,
            held(foreigner(4_000_000_003, "Prøva AB", "SE"), "0.2"),
            held(participant_company("99900065", "Mangler ApS"), "0.2"),
            held(participant_company(MIDDLE), "0.2"),
            held(participant_company(TOP), "0.2"),
        ),
        owned_by(
            MIDDLE, virksomhedsform=[spell(virksomhedsformkode=100, kortBeskrivelse="EFO", langBeskrivelse="Fond")]
        ),
        owned_by(TOP),
    )
    graph = owners_upwards(cvr=ROOT, day=DAY)
    assert ends(graph) == {
        f"Prøvested {ROOT} ApS": ChainEnd.NONE,
        "Prøva AB": ChainEnd.FOREIGN,
        "Mangler ApS": ChainEnd.UNKNOWN,
        f"Prøvested {MIDDLE} ApS": ChainEnd.FOUNDATION,
        f"Prøvested {TOP} ApS": ChainEnd.NO_OWNERS,
    }
    assert graph.nodes["CVR-3-4000000003"].country_code == "SE"
    assert not graph.is_followed_to_the_end


def test_it_stops_at_the_depth_and_says_so():
    load(
        owned_by(ROOT, held(participant_company(MIDDLE))),
        owned_by(MIDDLE, held(participant_company(TOP))),
        owned_by(TOP, held(ANNA)),
    )
    graph = owners_upwards(cvr=ROOT, day=DAY, depth=2)
    assert set(graph.nodes) == {f"CVR-1-{cvr}" for cvr in (ROOT, MIDDLE, TOP)}
    assert graph.nodes[f"CVR-1-{TOP}"].end is ChainEnd.DEPTH


def test_it_ends_where_a_cycle_closes():
    load(
        owned_by(ROOT, held(participant_company(MIDDLE), "0.5"), held(ANNA, "0.3333")),
        owned_by(MIDDLE, held(participant_company(ROOT), "0.5"), held(ANNA, "0.3333")),
    )
    graph = owners_upwards(cvr=ROOT, day=DAY)
    assert graph.has_cycle
    assert len(graph.edges) == 4
    assert graph.nodes[graph.root].end is ChainEnd.NONE


def test_it_finds_a_company_that_owns_itself():
    load(owned_by(ROOT, held(participant_company(ROOT), "0.1"), held(ANNA, "0.9")))
    assert owners_upwards(cvr=ROOT, day=DAY).has_cycle


def test_it_reads_the_owners_of_the_day():
    load(
        owned_by(
            ROOT, held(ANNA, "0.5", "2020-01-01", "2022-12-31"), held(participant_company(MIDDLE), "1.0", "2023-01-01")
        )
    )
    assert pairs(owners_upwards(cvr=ROOT, day=date(2022, 12, 31))) == {("CVR-3-4000000001", f"CVR-1-{ROOT}")}
    assert pairs(owners_upwards(cvr=ROOT, day=date(2023, 1, 1))) == {(f"CVR-1-{MIDDLE}", f"CVR-1-{ROOT}")}
    assert pairs(owners_upwards(cvr=ROOT, day=date(2019, 12, 31))) == set()


def test_it_counts_an_owner_once_when_two_entries_are_in_force():
    load(owned_by(ROOT, held(ANNA, "0.5", "2020-01-01"), held(ANNA, "0.25", "2024-01-01")))
    (edge,) = owners_upwards(cvr=ROOT, day=DAY).edges
    assert edge.share == ShareBand(Decimal("0.25"), Decimal("0.3332"))


def test_it_takes_partners_as_owners_without_a_percentage():
    partner = organ(
        "FULDT_ANSVARLIG_DELTAGERE", "Interessenter", [attribute("FUNKTION", value("INTERESSENTER", "2020-01-01"))]
    )
    load(owned_by(ROOT, relation(ANNA, partner)))
    (edge,) = owners_upwards(cvr=ROOT, day=DAY).edges
    assert (edge.owner, edge.share, edge.votes) == ("CVR-3-4000000001", None, None)


def test_it_finds_what_a_company_owns():
    load(
        owned_by(ROOT),
        owned_by(MIDDLE, held(participant_company(ROOT), "0.5"), held(ANNA, "0.5")),
        owned_by(TOP, held(participant_company(MIDDLE), "0.9")),
        owned_by(SIDE, held(participant_company(ROOT), "1.0", "2020-01-01", "2021-01-01")),
    )
    graph = group_downwards(cvr=ROOT, day=DAY)
    assert pairs(graph) == {(f"CVR-1-{ROOT}", f"CVR-1-{MIDDLE}"), (f"CVR-1-{MIDDLE}", f"CVR-1-{TOP}")}
    assert {node.end for node in graph.nodes.values()} == {ChainEnd.NONE}
    shallow = group_downwards(cvr=ROOT, day=DAY, depth=1)
    assert set(shallow.nodes) == {f"CVR-1-{ROOT}", f"CVR-1-{MIDDLE}"}
    assert shallow.nodes[f"CVR-1-{MIDDLE}"].end is ChainEnd.DEPTH


@pytest.mark.parametrize("verb", [owners_upwards, group_downwards])
def test_it_says_that_a_company_is_unknown(verb):
    with pytest.raises(CompanyUnknown):
        verb(cvr="34580821", day=DAY)


def test_it_asks_once_a_level_however_many_owners_there_are():
    many = [held(participant_company(f"9990{number:04d}"), "0.05") for number in range(100, 115)]
    load(owned_by(ROOT, *many), *(owned_by(f"9990{number:04d}", held(ANNA)) for number in range(100, 115)))
    with CaptureQueriesContext(connection) as queries:
        graph = owners_upwards(cvr=ROOT, day=DAY)
    assert len(graph.nodes) == 17
    assert len(queries) == 3
