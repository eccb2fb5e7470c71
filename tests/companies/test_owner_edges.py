"""Owners as edges: bands and exact shares, votes apart, partners, classes of shares, past and coming owners."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from companies.edges import edges_of_profile
from companies.sources.cvr import read_profile
from tests.companies.builders import (
    attribute,
    company,
    foreigner,
    organ,
    owner,
    participant_company,
    person,
    relation,
    value,
)

DAY = date(2026, 6, 1)
ANNA = person(4_000_000_001, "Anna Prøvesen")
SINCE = "2020-01-01"


def edges(*relations, day=DAY):
    return edges_of_profile(read_profile(company(deltagerRelation=list(relations)), day=day))


def partner(participant, start=SINCE, end=None):
    members = [attribute("FUNKTION", value("INTERESSENTER", start, end))]
    return relation(participant, organ("FULDT_ANSVARLIG_DELTAGERE", "Interessenter", members))


@pytest.mark.parametrize(
    ("floor", "low", "high"),
    [
        ("0.05", "0.05", "0.0999"),
        ("0.1", "0.1", "0.1499"),
        ("0.15", "0.15", "0.1999"),
        ("0.2", "0.2", "0.2499"),
        ("0.25", "0.25", "0.3332"),
        ("0.3333", "0.3333", "0.4999"),
        ("0.5", "0.5", "0.6666"),
        ("0.6667", "0.6667", "0.8999"),
        ("0.9", "0.9", "0.9999"),
        ("1.0", "1", "1"),
        ("0.50", "0.5", "0.6666"),  # however many noughts
        ("0.123456", "0.123456", "0.123456"),  # no floor of a band: exact
        ("0.04", "0.04", "0.04"),
        ("0", "0", "0"),
    ],
)
def test_it_takes_a_floor_for_its_band_and_any_other_share_as_exact(floor, low, high):
    (edge,) = edges(owner(ANNA, value(floor, SINCE)))
    assert (edge.share_low, edge.share_high) == (Decimal(low), Decimal(high))


def test_it_keeps_votes_apart_from_capital():
    (edge,) = edges(owner(ANNA, value("0.1", SINCE), votes=(value("0.6667", SINCE),)))
    assert (edge.share_low, edge.votes_low, edge.votes_high) == (Decimal("0.1"), Decimal("0.6667"), Decimal("0.8999"))


def test_it_knows_votes_without_capital_and_capital_without_votes():
    (only_votes,) = edges(owner(ANNA, votes=(value("0.5", SINCE),)))
    (only_capital,) = edges(owner(ANNA, value("0.5", SINCE), votes=()))
    assert (only_votes.share_low, only_votes.votes_low) == (None, Decimal("0.5"))
    assert (only_capital.share_low, only_capital.votes_low) == (Decimal("0.5"), None)


def test_it_keeps_the_class_of_the_shares():
    class_a = [
        attribute("EJERANDEL_PROCENT", value("0.1", SINCE)),
        attribute("EJERANDEL_KAPITALKLASSE", value("A", SINCE)),
    ]
    class_b = [
        attribute("EJERANDEL_PROCENT", value("0.2", SINCE)),
        attribute("EJERANDEL_KAPITALKLASSE", value("B", SINCE)),
    ]
    found = edges(relation(ANNA, organ("REGISTER", "EJERREGISTER", class_a, class_b)))
    assert [(edge.capital_class, edge.share_low) for edge in found] == [("A", Decimal("0.1")), ("B", Decimal("0.2"))]


def test_it_marks_who_is_foreign_and_passes_over_a_relation_without_a_participant():
    found = edges(
        owner(foreigner(4_000_000_003, "Prøva AB", "SE"), value("0.5", SINCE)),
        owner(participant_company("99900022"), value("0.3333", SINCE)),
        relation(None),
    )
    assert [(edge.owner_kind, edge.owner_country_code, edge.owner_cvr) for edge in found] == [
        ("other", "SE", ""),
        ("company", "", "99900022"),
    ]


def test_it_keeps_former_owners_and_those_to_come():
    found = edges(
        owner(ANNA, value("0.5", SINCE, "2026-06-30"), value("0.9", "2026-07-01")),
        partner(person(4_000_000_002, "Bent Prøvesen"), "2027-01-01"),
    )
    assert [(edge.owner_name, edge.share_low, edge.start_date, edge.end_date) for edge in found] == [
        ("Anna Prøvesen", Decimal("0.5"), date(2020, 1, 1), date(2026, 6, 30)),
        ("Anna Prøvesen", Decimal("0.9"), date(2026, 7, 1), None),
        ("Bent Prøvesen", None, date(2027, 1, 1), None),
    ]


def test_owners_to_come_are_not_owners_yet():
    document = company(deltagerRelation=[owner(ANNA, value("0.5", "2026-06-02"))])
    before, on_the_day = (read_profile(document, day=date(2026, 6, day)) for day in (1, 2))
    assert (before.legal_owners, len(before.coming_owners)) == ((), 1)
    assert (len(on_the_day.current_owners), on_the_day.coming_owners) == (1, ())


def test_a_partner_with_a_percentage_is_one_owner():
    (edge,) = edges(owner(ANNA, value("0.5", SINCE)), partner(ANNA))
    assert edge.share_low == Decimal("0.5")


def test_a_partner_whose_percentage_has_ended_is_an_owner_still():
    found = edges(owner(ANNA, value("0.5", "2015-01-01", "2019-12-31")), partner(ANNA))
    assert [(edge.share_low, edge.end_date) for edge in found] == [
        (Decimal("0.5"), date(2019, 12, 31)),
        (None, None),
    ]
