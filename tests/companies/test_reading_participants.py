"""Organs, members and owners: membership dates stand on the members' attribute values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from companies.profile import ParticipantKind, Period, ShareBand
from companies.sources.cvr import read_profile
from companies.sources.shares import band_of
from tests.companies.builders import (
    attribute,
    beneficial_owner,
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

DAY = date(2024, 6, 1)
ANNA = person(4_000_000_001, "Anna Prøvesen")
BENT = person(4_000_000_002, "Bent Prøvesen")


def read(*relations, day=DAY):
    return read_profile(company(deltagerRelation=list(relations)), day=day)


def function(name, start, end=None):
    return attribute("FUNKTION", value(name, start, end))


def test_it_reads_the_management_in_force_and_the_former():
    profile = read(
        relation(ANNA, organ("LEDELSESORGAN", "Direktion", [function("adm. dir.", "2020-01-01")])),
        relation(BENT, organ("LEDELSESORGAN", "Direktion", [function("DIREKTØR", "2010-01-01", "2019-12-31")])),
    )
    assert [(role.participant.name, role.function) for role in profile.management] == [("Anna Prøvesen", "ADM. DIR.")]
    assert [role.participant.name for role in profile.roles] == ["Anna Prøvesen", "Bent Prøvesen"]
    assert profile.roles[1].period == Period(date(2010, 1, 1), date(2019, 12, 31))


def test_it_reads_several_spells_of_one_member_in_no_order():
    spells = attribute(
        "FUNKTION",
        value("FORMAND", "2022-01-01"),
        value("BESTYRELSESMEDLEM", "2010-01-01", "2015-12-31"),
        value("BESTYRELSESMEDLEM", "2018-01-01", "2021-12-31"),
    )
    elected = attribute("VALGFORM", value("generalforsamling", "2010-01-01"))
    profile = read(relation(ANNA, organ("LEDELSESORGAN", "Bestyrelse", [spells, elected])))
    assert [(role.function, role.elected_by) for role in profile.board] == [("FORMAND", "generalforsamling")]
    assert [role.period.start_date.year for role in profile.roles] == [2022, 2018, 2010]


def test_it_does_not_take_a_former_auditor_for_the_present_one():
    # The organ "Revision" lives on after its member has left.
    profile = read(
        relation(
            participant_company("99900022"),
            organ("REVISION", "Revision", [function("REVISION", "2010-01-01", "2019-12-31")]),
        ),
        relation(participant_company("99900030"), organ("REVISION", "Revision", [function("REVISION", "2020-01-01")])),
    )
    assert [role.participant.cvr for role in profile.current_auditors] == ["99900030"]
    assert [role.participant.cvr for role in profile.auditors] == ["99900030", "99900022"]
    assert profile.roles == ()


def test_it_does_not_tell_of_roles_that_begin_later():
    coming = relation(ANNA, organ("LEDELSESORGAN", "Direktion", [function("DIREKTØR", "2024-06-02")]))
    assert read(coming).roles == ()
    assert len(read(coming, day=date(2024, 6, 2)).management) == 1


def test_it_takes_other_dates_where_no_function_is_filed():
    undated = organ("LEDELSESORGAN", "Direktion", [attribute("VALGFORM", value("x", "2020-01-01", "2021-01-01"))], [])
    profile = read(relation(ANNA, undated))
    assert [(role.function, role.period.end_date) for role in profile.roles] == [("", date(2021, 1, 1))]


def test_it_knows_companies_by_their_business_key():
    profile = read(
        owner(participant_company("09900030"), value("1.0", "2020-01-01")),
        owner(foreigner(4_000_000_003, "Prøva AB", "SE"), value("0.05", "2020-01-01")),
    )
    mother, foreign = (one.participant for one in profile.legal_owners)
    assert (mother.kind, mother.cvr, mother.lasso_id) == (ParticipantKind.COMPANY, "09900030", "CVR-1-09900030")
    assert (foreign.kind, foreign.cvr, foreign.country_code) == (ParticipantKind.OTHER, "", "SE")
    assert foreign.lasso_id == "CVR-3-4000000003"


def test_it_keeps_those_of_whom_the_register_does_not_say_who_they_are_and_keeps_them_apart():
    profile = read(
        relation(None, organ("LEDELSESORGAN", "Direktion", [function("DIREKTØR", "2010-01-01")])),
        owner(None, value("0.5", "2020-01-01")),
        owner(None, value("0.25", "2020-01-01")),
    )
    (director,) = profile.management
    assert (director.participant.name, director.participant.is_stated) == ("", False)
    assert sorted(one.share.label for one in profile.current_owners) == ["25-33,32%", "50-66,66%"]
    everybody = {director.participant.lasso_id, *(one.participant.lasso_id for one in profile.current_owners)}
    assert len(everybody) == 3
    assert all(key.startswith("CVR-0-") and len(key) <= 20 for key in everybody)


@pytest.mark.parametrize(
    ("floor", "high", "label"),
    [
        ("0.05", "0.0999", "5-9,99%"),
        ("0.1", "0.1499", "10-14,99%"),
        ("0.15", "0.1999", "15-19,99%"),
        ("0.2", "0.2499", "20-24,99%"),
        ("0.25", "0.3332", "25-33,32%"),
        ("0.3333", "0.4999", "33,33-49,99%"),
        ("0.5", "0.6666", "50-66,66%"),
        ("0.6667", "0.8999", "66,67-89,99%"),
        ("0.9", "0.9999", "90-99,99%"),
        ("1.0", "1", "100%"),
        ("0.1186", "0.1186", "11,86%"),
    ],
)
def test_it_takes_filed_shares_as_floors_of_bands(floor, high, label):
    band = band_of(Decimal(floor))
    assert band == ShareBand(Decimal(floor), Decimal(high))
    assert band.label == label


def test_it_reads_owners_as_of_the_day_not_the_last_element():
    shares = (
        value("0.25", "2021-01-01"),
        value("0.9", "2010-01-01", "2015-12-31"),
        value("0.5", "2016-01-01", "2020-12-31"),
    )
    profile = read(owner(ANNA, *shares))
    assert [(one.share.low, one.period) for one in profile.legal_owners] == [
        (Decimal("0.25"), Period(date(2021, 1, 1), None)),
        (Decimal("0.5"), Period(date(2016, 1, 1), date(2020, 12, 31))),
        (Decimal("0.9"), Period(date(2010, 1, 1), date(2015, 12, 31))),
    ]
    assert [one.share.low for one in profile.current_owners] == [Decimal("0.25")]


def test_it_cuts_where_share_or_votes_change():
    profile = read(
        owner(
            ANNA,
            value("0.5", "2010-01-01"),
            votes=(value("0.5", "2010-01-01", "2019-12-31"), value("0.9", "2020-01-01")),
        )
    )
    assert [(one.share.low, one.votes.low, one.period.start_date) for one in profile.legal_owners] == [
        (Decimal("0.5"), Decimal("0.9"), date(2020, 1, 1)),
        (Decimal("0.5"), Decimal("0.5"), date(2010, 1, 1)),
    ]


def test_it_tells_no_percentage_from_zero():
    notice = attribute("EJERANDEL_MEDDELELSE_DATO", value("2019-03-04", "2019-03-04"), sort="date")
    profile = read(relation(ANNA, organ("REGISTER", "EJERREGISTER", [notice])), owner(BENT, value("0", "2019-01-01")))
    unfiled = next(one for one in profile.legal_owners if one.participant.name == "Anna Prøvesen")
    zero = next(one for one in profile.legal_owners if one.participant.name == "Bent Prøvesen")
    assert (unfiled.share, unfiled.votes, unfiled.notified_date) == (None, None, date(2019, 3, 4))
    assert unfiled.period.start_date == date(2019, 3, 4)
    assert zero.share == ShareBand(Decimal(0), Decimal(0))


def test_it_leaves_beneficial_owners_out_of_the_profile():
    profile = read(beneficial_owner(ANNA, attribute("EJERANDEL_PROCENT", value("0.2637", "2018-01-01"))))
    assert (profile.roles, profile.legal_owners, profile.auditors) == ((), (), ())


def test_it_takes_the_name_that_held_on_the_day():
    renamed = {**ANNA, "navne": [spell("2020-01-01", navn="Anna Ny"), spell(None, "2019-12-31", navn="Anna Gammel")]}
    seat = organ("LEDELSESORGAN", "Direktion", [function("DIREKTØR", "2010-01-01")])
    assert read(relation(renamed, seat)).management[0].participant.name == "Anna Ny"
    assert read(relation(renamed, seat), day=date(2015, 1, 1)).management[0].participant.name == "Anna Gammel"
