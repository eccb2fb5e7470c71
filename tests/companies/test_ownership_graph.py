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
from companies.models import Company, OwnershipEdge
from companies.ownership import group_downwards, indirect_shares, owners_upwards
from companies.profile import ShareBand
from lasso.prepared import execute_prepared
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
    assert {node.end for node in graph.nodes.values()} == {ChainEnd.NONE, ChainEnd.PERSON}
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


def test_it_does_not_take_two_owners_without_a_name_for_one():
    load(owned_by(ROOT, held(None, "0.5"), held(None, "0.25")), owned_by(MIDDLE, held(None, "0.5")))
    graph = owners_upwards(cvr=ROOT, day=DAY)
    unstated = [node for node in graph.nodes.values() if not node.is_stated]
    assert [(node.name, node.end) for node in unstated] == [("", ChainEnd.UNKNOWN)] * 2
    assert sorted(edge.share.low for edge in graph.edges if edge.share) == [Decimal("0.25"), Decimal("0.5")]
    assert len(indirect_shares(graph)) == 2
    assert len(group_downwards(cvr=MIDDLE, day=DAY).edges) == 0


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


def of_class(name, share, start="2020-01-01"):
    """One entry of an owner, for shares of a class; no class for an empty name."""
    classes = [attribute("EJERANDEL_KAPITALKLASSE", value(name, start))] if name else []
    return [attribute("EJERANDEL_PROCENT", value(share, start)), *classes]


@pytest.mark.parametrize(
    ("entries", "low", "high"),
    [
        # Different classes on the same day, and on different days: both hold.
        ([of_class("A", "0.1"), of_class("B", "0.2")], "0.3", "0.3998"),
        ([of_class("A", "0.1", "2015-01-01"), of_class("B", "0.2")], "0.3", "0.3998"),
        # Together at most everything.
        ([of_class("A", "0.5"), of_class("B", "0.5")], "1", "1"),
        # More than everything: percentages of the class, so the whole is between them.
        ([of_class("A", "1.0"), of_class("B", "0.1")], "0.1", "1"),
        # The newest of one class, beside the other class.
        ([of_class("A", "0.1", "2015-01-01"), of_class("A", "0.2"), of_class("B", "0.05")], "0.25", "0.3498"),
        # The newest is of no class: it takes the place of all before it.
        ([of_class("A", "0.1", "2015-01-01"), of_class("", "0.2")], "0.2", "0.2499"),
        # One that is of no class was replaced by what says more.
        ([of_class("", "0.3333", "2015-01-01"), of_class("A", "0.2")], "0.2", "0.2499"),
        # The same day and no class: parts or repeats, nobody can tell.
        ([of_class("", "0.05"), of_class("", "0.1")], "0.05", "0.2498"),
    ],
)
def test_it_puts_an_owners_entries_together(entries, low, high):
    load(owned_by(ROOT, relation(ANNA, organ("REGISTER", "EJERREGISTER", *entries))))
    (edge,) = owners_upwards(cvr=ROOT, day=DAY).edges
    assert edge.share == ShareBand(Decimal(low), Decimal(high))


def test_it_takes_capital_from_one_entry_and_votes_from_another():
    capital = [attribute("EJERANDEL_PROCENT", value("0.1", "2015-01-01"))]
    votes = [attribute("EJERANDEL_STEMMERET_PROCENT", value("0.2", "2020-01-01"))]
    load(owned_by(ROOT, relation(ANNA, organ("REGISTER", "EJERREGISTER", capital, votes))))
    (edge,) = owners_upwards(cvr=ROOT, day=DAY).edges
    assert edge.share == ShareBand(Decimal("0.1"), Decimal("0.1499"))
    assert edge.votes == ShareBand(Decimal("0.2"), Decimal("0.2499"))


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


LISTS = {"values", "cvrs"}


def test_it_asks_once_a_level_however_many_owners_there_are(monkeypatch):
    many = [held(participant_company(f"9990{number:04d}"), "0.05") for number in range(100, 115)]
    load(owned_by(ROOT, *many), *(owned_by(f"9990{number:04d}", held(ANNA)) for number in range(100, 115)))
    asked = []

    def counted(statement, parameters):
        asked.append(parameters)
        return execute_prepared(statement, parameters)

    for module in ("following", "ownership"):
        monkeypatch.setattr(f"companies.{module}.execute_prepared", counted)
    with CaptureQueriesContext(connection) as queries:
        graph = owners_upwards(cvr=ROOT, day=DAY)
    assert len(graph.nodes) == 17
    assert [{name: len(values) for name, values in parameters.items() if name in LISTS} for parameters in asked] == [
        {"values": 1},
        {"values": 15},
        {"cvrs": 16},  # the names of all
    ]
    assert len(queries) == 0


def test_it_reads_owners_to_come_on_their_day():
    load(owned_by(ROOT, held(ANNA, "0.5", "2020-01-01", "2026-06-30"), held(ANNA, "0.9", "2026-07-01")))
    (before,) = owners_upwards(cvr=ROOT, day=DAY).edges
    (after,) = owners_upwards(cvr=ROOT, day=date(2026, 7, 1)).edges
    assert before.share is not None
    assert after.share is not None
    assert (before.share.low, after.share.low) == (Decimal("0.5"), Decimal("0.9"))


def test_it_marks_an_owner_that_has_been_dissolved():
    load(
        owned_by(ROOT, held(participant_company(MIDDLE))),
        owned_by(MIDDLE, held(ANNA), livsforloeb=[spell("2010-01-01", "2024-05-01")]),
    )
    graph = owners_upwards(cvr=ROOT, day=DAY)
    assert {node.name: node.is_active for node in graph.nodes.values() if node.cvr} == {
        f"Prøvested {ROOT} ApS": True,
        f"Prøvested {MIDDLE} ApS": False,
    }


def number_of(place):
    return f"{40_000_000 + place:08d}"


def write_companies(count):
    """Companies without a document, for graphs too large to import in a test."""
    rows = [
        Company(
            cvr=number_of(place),
            unit_number=place,
            name=f"Selskab {place}",
            is_active=True,
            is_protected=False,
            document={},
            source="test",
            retrieved_at=NOW,
            as_of_date=DAY,
        )
        for place in range(count)
    ]
    Company.objects.bulk_create(rows)


def write_edges(*pairs):
    """Edges between companies by their place; an owner that is a text is a person."""
    OwnershipEdge.objects.bulk_create(
        OwnershipEdge(
            owned_id=number_of(owned),
            owner_key=f"CVR-1-{number_of(who)}" if isinstance(who, int) else f"CVR-3-{who}",
            owner_kind="company" if isinstance(who, int) else "person",
            owner_unit_number=1,
            owner_cvr=number_of(who) if isinstance(who, int) else "",
            owner_name=f"Ejer {who}",
            share_low=low,
            share_high=high,
        )
        for owned, who, low, high in pairs
    )


def test_it_follows_a_chain_of_sixty_levels_to_five_thousand_owners():
    write_companies(61)
    chain = [(level, level + 1, 1, 1) for level in range(60)]
    write_edges(*chain, *((60, f"{number}", Decimal("0.0002"), Decimal("0.0002")) for number in range(5000)))
    graph = owners_upwards(cvr=number_of(0), day=DAY)
    assert (len(graph.nodes), len(graph.edges), graph.has_cycle) == (5061, 5060, False)
    assert {node.end for node in graph.nodes.values()} == {ChainEnd.NONE, ChainEnd.PERSON}
    (share,) = {(one.share_low, one.share_high) for one in indirect_shares(graph)}
    assert share == (Decimal("0.0002"), Decimal("0.0002"))
    group = group_downwards(cvr=number_of(60), day=DAY)
    assert len(group.nodes) == 61
    assert {node.end for node in group.nodes.values()} == {ChainEnd.NONE}


def test_it_stops_at_so_many_edges_and_marks_what_was_not_followed():
    write_companies(5)
    write_edges((0, 1, 1, 1), (0, 2, 0, 1), (1, "7", 1, 1), (2, 3, 1, 1), (2, 4, 0, 1))
    graph = owners_upwards(cvr=number_of(0), day=DAY, most=4)
    assert pairs(graph) == {
        (f"CVR-1-{number_of(1)}", graph.root),
        (f"CVR-1-{number_of(2)}", graph.root),
        ("CVR-3-7", f"CVR-1-{number_of(1)}"),
    }
    assert graph.nodes[f"CVR-1-{number_of(1)}"].end is ChainEnd.NONE
    assert graph.nodes[f"CVR-1-{number_of(2)}"].end is ChainEnd.DEPTH
    assert len(owners_upwards(cvr=number_of(0), day=DAY, most=5).edges) == 5


@pytest.mark.parametrize(("verb", "key"), [(owners_upwards, "owner"), (group_downwards, "owned")])
def test_it_keeps_what_fits_of_a_company_with_too_many_of_its_own(verb, key):
    write_companies(9)
    write_edges(*((0, place, 0, 1) if verb is owners_upwards else (place, 0, 0, 1) for place in range(1, 9)))
    graph = verb(cvr=number_of(0), day=DAY, most=3)
    assert {getattr(edge, key) for edge in graph.edges} == {f"CVR-1-{number_of(place)}" for place in (1, 2, 3)}
    assert {node.end for node in graph.nodes.values()} == {ChainEnd.DEPTH}
