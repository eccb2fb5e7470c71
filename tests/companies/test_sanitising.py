"""What may not be kept is cut out before anything is stored."""

from __future__ import annotations

import json
from datetime import date

import pytest

from companies.sources.cvr import read_profile
from companies.sources.sanitising import sanitise
from tests.companies.builders import (
    attribute,
    beneficial_owner,
    company,
    foreigner,
    organ,
    owner,
    person,
    relation,
    spell,
    value,
)

DAY = date(2024, 6, 1)


def kept(**fields):
    parts = sanitise(company(**fields))
    return parts, json.dumps([parts.document, parts.beneficial_relations], ensure_ascii=False)


def test_it_drops_hidden_contacts_and_flat_copies_of_them():
    _, text = kept(
        telefonNummer=[spell("2010-01-01", kontaktoplysning="10101010", hemmelig=True)],
        elektroniskPost=[spell("2010-01-01", kontaktoplysning="åben@prøve.example", hemmelig=False)],
        obligatoriskEmail=[spell("2010-01-01", kontaktoplysning="skjult@prøve.example", hemmelig=True)],
        virksomhedMetadata={
            "nyesteKontaktoplysninger": ["10101010", "skjult@prøve.example"],
            "sammensatStatus": "Aktiv",
        },
    )
    assert "10101010" not in text
    assert "skjult@" not in text
    assert "åben@prøve.example" in text
    assert "Aktiv" in text


def test_it_keeps_of_a_participants_address_only_the_country():
    parts, text = kept(
        deltagerRelation=[
            owner(person(1, "Anna Prøvesen", postadresse=[spell(vejnavn="Privatvejen")]), value("0.5", "2020-01-01")),
            owner(foreigner(2, "Prøva AB", "SE"), value("0.5", "2020-01-01")),
        ]
    )
    assert "Privatvejen" not in text
    assert "Somewhere" not in text
    participants = [one["deltager"] for one in parts.document["deltagerRelation"]]
    assert [one["beliggenhedsadresse"][0]["landekode"] for one in participants] == ["DK", "SE"]


def test_it_drops_even_the_country_of_a_hidden_address():
    hidden = person(1, "Anna Prøvesen", adresseHemmelig=True, beliggenhedsadresse=[spell(landekode="FI")])
    excepted = hidden | {"enhedsNummer": 2, "adresseHemmeligUndtagelse": True}
    parts, _ = kept(
        deltagerRelation=[owner(hidden, value("0.5", "2020-01-01")), owner(excepted, value("0.5", "2020-01-01"))]
    )
    places = [one["deltager"]["beliggenhedsadresse"] for one in parts.document["deltagerRelation"]]
    assert places[0] == []
    assert [place["landekode"] for place in places[1]] == ["FI"]


def test_it_drops_founding_texts_wherever_they_stand():
    founding = attribute("STIFTELSESINFORMATION", value("Anna Prøvesen, Privatvejen 4", "2010-01-01"))
    founder = organ("STIFTERE", "Stiftere", [attribute("FUNKTION", value("STIFTERE", "2010-01-01")), founding])
    founder["attributter"] = [founding]
    continuing = attribute("FUNKTION", value("Fortsættende", "2021-04-01"))
    _, text = kept(
        attributter=[founding],
        deltagerRelation=[relation(person(1, "Anna Prøvesen"), founder)],
        fusioner=[{"indgaaende": [founding, continuing], "udgaaende": [founding]}],
        spaltninger=[{"indgaaende": [founding]}],
    )
    assert "Fortsættende" in text
    assert "Privatvejen" not in text
    assert "STIFTERE" in text


@pytest.mark.parametrize("name", ["", "Ejerbog", None])
@pytest.mark.parametrize(
    "tell_tale",
    [
        attribute("FUNKTION", value("Reel ejer", "2020-01-01")),
        attribute("SÆRLIGE_EJERFORHOLD", value("Har indirekte besiddelser", "2020-01-01")),
        attribute("BETYDELIG_INDFLYDELSE_VIA_ROLLE", value("Er reel ejer som bestyrelsesmedlem")),
    ],
)
def test_it_knows_beneficial_owners_by_what_is_told_of_them_where_the_name_fails(name, tell_tale):
    members = [attribute("EJERANDEL_PROCENT", value("0.2637", "2020-01-01")), tell_tale]
    hidden = relation(person(2, "Bent Skjultsen"), organ("REGISTER", name, members))
    parts, _ = kept(deltagerRelation=[hidden])
    assert parts.document["deltagerRelation"] == []
    assert len(parts.beneficial_relations) == 1


def test_a_legal_owner_stays_one_whatever_is_told_besides():
    members = [attribute("EJERANDEL_PROCENT", value("0.25", "2020-01-01"))]
    special = attribute("SÆRLIGE_EJERFORHOLD", value("Har indirekte besiddelser", "2020-01-01"))
    both = relation(person(2, "Bent Prøvesen"), organ("REGISTER", "EJERREGISTER", [*members, special]))
    parts, text = kept(deltagerRelation=[both])
    assert [one.participant.name for one in read_profile(parts.document, day=DAY).legal_owners] == ["Bent Prøvesen"]
    assert parts.beneficial_relations == []
    assert "indirekte" not in text


def test_it_cuts_beneficial_owners_out_whole():
    both = owner(person(1, "Anna Prøvesen"), value("0.5", "2020-01-01"))
    both["organisationer"] += beneficial_owner(
        person(1, "Anna Prøvesen"), attribute("EJERANDEL_PROCENT", value("0.5501"))
    )["organisationer"]
    only = beneficial_owner(person(2, "Bent Skjultsen"), attribute("EJERANDEL_PROCENT", value("0.2637")))
    parts, _ = kept(deltagerRelation=[both, only])
    public = json.dumps(parts.document, ensure_ascii=False)
    assert "Reelle ejere" not in public
    assert "0.5501" not in public
    assert "Bent Skjultsen" not in public
    assert "Anna Prøvesen" in public
    assert [one["deltager"]["navne"][0]["navn"] for one in parts.beneficial_relations] == [
        "Anna Prøvesen",
        "Bent Skjultsen",
    ]
    assert "EJERREGISTER" not in json.dumps(parts.beneficial_relations)


def test_it_leaves_the_profile_as_it_was():
    document = company(
        telefonNummer=[spell("2010-01-01", kontaktoplysning="10203040", hemmelig=False)],
        hjemmeside=[spell("2010-01-01", kontaktoplysning="www.skjult.example", hemmelig=True)],
        attributter=[attribute("KAPITAL", value("40000", "2010-01-01"))],
        deltagerRelation=[
            owner(person(1, "Anna Prøvesen"), value("0.5", "2020-01-01")),
            beneficial_owner(person(2, "Bent Skjultsen")),
            relation(None),
        ],
    )
    assert read_profile(sanitise(document).document, day=DAY) == read_profile(document, day=DAY)


def test_it_forgets_when_rows_were_last_touched():
    first = company(
        sidstIndlaest="2024-01-01T00:00:00Z", beliggenhedsadresse=[spell(vejnavn="Vej", sidstValideret="2024")]
    )
    second = company(
        sidstIndlaest="2024-02-02T00:00:00Z", beliggenhedsadresse=[spell(vejnavn="Vej", sidstValideret=None)]
    )
    assert sanitise(first) == sanitise(second)


def test_it_keeps_a_director_and_an_owner_of_whom_the_register_does_not_say_who_they_are():
    director = organ("LEDELSESORGAN", "Direktion", [attribute("FUNKTION", value("DIREKTØR", "2010-01-01"))])
    document = company(
        deltagerRelation=[
            relation(None, director),
            owner(None, value("0.5", "2020-01-01")),
            beneficial_owner(None, attribute("EJERANDEL_PROCENT", value("0.5", "2020-01-01"))),
        ]
    )
    before = read_profile(json.loads(json.dumps(document)), day=DAY)

    parts = sanitise(document)

    after = read_profile(parts.document, day=DAY)
    assert (len(after.management), len(after.current_owners)) == (1, 1)
    assert after == before
    assert len(parts.beneficial_relations) == 1
    assert [one["deltager"] for one in parts.beneficial_relations] == [None]
