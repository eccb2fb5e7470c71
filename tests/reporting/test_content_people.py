"""Who is named, as what, and in which words: participants of all kinds, organs, related parties, who is absent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from companies.beneficial import AbsenceReason
from companies.graph import Node
from companies.profile import FULLY_LIABLE, Form, Participant, ParticipantKind, Role
from companies.related import RelatedHolding
from lasso.language import Language, speaking
from reporting.contents.beneficial import beneficial_section, beneficial_tile
from reporting.contents.company import identity_section, status_section
from reporting.contents.leads import beneficial_lead, revision_lead
from reporting.contents.names import function_text, kind_of, name_of, node_text
from reporting.contents.owners import legal_owners_section
from reporting.contents.people import management_section
from reporting.contents.related import related_section
from reporting.contents.revision import revision
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.makers import KAREN, OLE, band, person, seat, since
from tests.reporting.section_text import everything, facts, rows, sentences, titles


def other(name: str, country: str = "") -> Participant:
    return Participant(4_300_000_009, ParticipantKind.OTHER, name, country_code=country)


@pytest.mark.parametrize(
    ("participant", "name", "kind"),
    [
        (KAREN, "Karen Vindfald Mostrup", ""),
        (replace(KAREN, country_code="SE"), "Karen Vindfald Mostrup", "Sverige"),
        (replace(KAREN, name=""), "Navn ikke oplyst i CVR", ""),
        (makers.HOLDING, "Havnelys Holding ApS", f"CVR {makers.cvr(2)}"),
        (other("Nordljus Kapital AB", "SE"), "Nordljus Kapital AB", "Udenlandsk · Sverige"),
        (other("Fællesskabet"), "Fællesskabet", "Uden CVR-nummer"),
        (other("Boet efter Jens Vindfald"), "Boet efter Jens Vindfald", "Dødsbo"),
        (other("DØDSBOET EFTER JENS VINDFALD", "DK"), "DØDSBOET EFTER JENS VINDFALD", "Dødsbo"),
        (other("Boeing Efterskole Ltd", "GB"), "Boeing Efterskole Ltd", "Udenlandsk · Storbritannien"),
    ],
)
def test_it_says_what_a_participant_is(participant: Participant, name: str, kind: str):
    assert (name_of(participant), kind_of(participant)) == (name, kind)


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (Node("a", ParticipantKind.PERSON, "A"), "Person"),
        (Node("a", ParticipantKind.PERSON, "A", country_code="NO"), "Person · Norge"),
        (Node("a", ParticipantKind.COMPANY, "A", cvr="99000007", form="ApS"), "ApS · CVR 99000007"),
        (
            Node("a", ParticipantKind.COMPANY, "A", cvr="99000007", form="ApS", is_active=False),
            "ApS · CVR 99000007 · ophørt",
        ),
        (Node("a", ParticipantKind.OTHER, "A", country_code="DE"), "Udenlandsk · Tyskland"),
    ],
)
def test_it_says_what_a_box_of_the_chart_is(node: Node, text: str):
    assert node_text(node) == text


@pytest.mark.parametrize(
    ("function", "title", "expected"),
    [
        ("ADM. DIR.", "", "Administrerende direktør"),
        ("BESTYRELSESMEDLEM", "", "Medlem"),
        ("INTERESSENTER", "Komplementar", "Komplementar"),
        ("PROKURIST", "", "Prokurist"),
        ("", "", "–"),
    ],
)
def test_it_names_functions_in_ordinary_words(function: str, title: str, expected: str):
    assert function_text(Role(KAREN, "Direktion", function, since("2020-01-01"), title=title)) == expected


def test_it_puts_the_head_first_and_then_by_years():
    roles = (
        seat(person(1, "Yngst"), "Bestyrelse", "BESTYRELSESMEDLEM", since("2024-01-01")),
        seat(person(2, "Ældst"), "Bestyrelse", "BESTYRELSESMEDLEM", since("2010-01-01")),
        seat(person(3, "Næst"), "Bestyrelse", "NÆSTFORMAND", since("2020-01-01")),
        seat(person(4, "Først"), "Bestyrelse", "FORMAND", since("2022-01-01")),
        replace(
            seat(person(5, "Valgt"), "Bestyrelse", "SUPPLEANT", since("2023-01-01")), elected_by="generalforsamling"
        ),
    )
    section = management_section(makers.material(profile=makers.profile(roles=roles)))

    assert rows(section, "Bestyrelse") == [
        "Først | Formand | 01-01-2022 |",
        "Næst | Næstformand | 01-01-2020 |",
        "Ældst | Medlem | 01-01-2010 |",
        "Valgt | Suppleant (Valgt af: generalforsamling) | 01-01-2023 |",
        "Yngst | Medlem | 01-01-2024 |",
    ]
    assert sentences(section) == ["Ingen direktion er registreret."]


def test_it_shows_partners_without_asking_for_a_board():
    partner = Role(
        KAREN, "Interessenter", "INTERESSENTER", since("2020-01-01"), organ_type=FULLY_LIABLE, title="Interessent"
    )
    founder = seat(OLE, "Stiftere", "STIFTERE", since("2020-01-01"))
    section = management_section(makers.material(profile=makers.profile(roles=(partner, founder))))

    assert titles(section) == ["Fuldt ansvarlige deltagere", "Stiftere"]
    assert rows(section, "Fuldt ansvarlige deltagere") == ["Karen Vindfald Mostrup | Interessent | 01-01-2020 |"]
    assert sentences(section) == []


def test_it_shows_other_organs_by_their_name():
    roles = (seat(KAREN, "Tilsynsråd", "FORMAND", since("2020-01-01")),)

    assert rows(management_section(makers.material(profile=makers.profile(roles=roles))), "Tilsynsråd") == [
        "Karen Vindfald Mostrup | Formand | 01-01-2020 |"
    ]


def test_it_leaves_out_who_left_long_ago():
    assert "Per Gammel" not in everything(
        management_section(
            makers.material(
                profile=makers.profile(
                    roles=(seat(person(1, "Per Gammel"), "Direktion", "DIREKTØR", since("2010-01-01", "2025-11-22")),)
                )
            )
        )
    )


def test_it_lists_what_management_and_owners_own_elsewhere():
    company = Node("CVR-1-99000023", ParticipantKind.COMPANY, "Andetsteds ApS", cvr="99000023", form="ApS")
    second = replace(company, key="CVR-1-99000031", cvr="99000031", name="Videre A/S", form="A/S", is_active=False)
    related = (
        RelatedHolding(KAREN.lasso_id, company, band("100", "100"), band("100", "100")),
        RelatedHolding(OLE.lasso_id, company, None, None),
        RelatedHolding(OLE.lasso_id, second, band("25", "33.32"), None),
    )
    section = related_section(makers.material(related=related))

    assert rows(section) == [
        (
            "Karen Vindfald Mostrup (Direktion: Administrerende direktør, Bestyrelse: Medlem)"
            " | Andetsteds ApS (ApS · CVR 99000023) | 100 % | 100 %"
        ),
        (
            "Ole Brinkskov (Bestyrelse: Formand, Legal ejer) | Andetsteds ApS (ApS · CVR 99000023) | ikke oplyst | "
            "ikke oplyst"
        ),
        "Ole Brinkskov | Videre A/S (A/S · CVR 99000031 · ophørt) | 25-33,32 % | ikke oplyst",
    ]
    assert sentences(section)[-1].startswith("Kan være nærtstående parter (årsregnskabsloven § 98 c).")
    assert "ikke udtømmende" in sentences(section)[-1]


@pytest.mark.parametrize(
    ("absence", "listed_owner", "form", "notice", "tile"),
    [
        (
            AbsenceReason.NOT_RECEIVED,
            "",
            "A/S",
            (
                "Der er ikke modtaget oplysninger fra registret over reelle ejere om virksomheden. "
                "Det siger ikke, om der er registreret nogen: hent en udskrift af registret."
            ),
            "Ikke modtaget",
        ),
        (
            AbsenceReason.NONE_REGISTERED,
            "",
            "A/S",
            (
                "Der er ikke registreret reelle ejere i virksomheden. Virksomheder skal registrere deres reelle "
                "ejere eller "
                "indsætte ledelsen (selskabsloven § 58 a; andre former efter deres egen lov); undersøg, hvorfor det "
                "ikke er sket."
            ),
            "",
        ),
        (
            AbsenceReason.NONE_REGISTERED,
            "",
            "ENK",
            "Virksomheder af denne form registrerer ikke reelle ejere.",
            "Enkeltmandsvirksomhed (ENK)",
        ),
        (
            AbsenceReason.EXEMPT,
            "Børshavn A/S",
            "A/S",
            "Virksomheden er undtaget fra at registrere reelle ejere: den er helejet af Børshavn A/S (børsnoteret).",
            "Undtaget",
        ),
        (
            AbsenceReason.MANAGEMENT,
            "",
            "A/S",
            (
                "Virksomheden har ingen reelle ejere eller kan ikke identificere dem; daglig ledelse er indsat i "
                "stedet. "
                "Registret skelner ikke mellem de to tilfælde. De nævnte ejer ikke nødvendigvis noget: spørg "
                "virksomheden, "
                "hvad den har gjort for at finde ejerne (hvidvaskloven § 11, stk. 1, nr. 3)."
            ),
            "Ledelsen er indsat",
        ),
    ],
)
def test_it_says_why_there_are_no_beneficial_owners_and_what_follows(
    absence: AbsenceReason, listed_owner: str, form: str, notice: str, tile: str
):
    long = {"A/S": "Aktieselskab", "ENK": "Enkeltmandsvirksomhed"}[form]
    found = replace(makers.beneficial(absence=absence), listed_owner=listed_owner)
    material = makers.material(
        ReportType.REELLE_EJERE, beneficial=found, profile=makers.profile(form=Form("0", form, long))
    )

    assert sentences(beneficial_section(material))[0] == notice
    assert (beneficial_tile(material).value, beneficial_tile(material).detail) == ("Ingen", tile)


def test_it_shows_what_else_is_registered_of_a_company():
    profile = makers.profile(
        is_registered_in_error=True,
        dissolution_threat="2026-03-01",
        registration_numbers=("A/S12345",),
        alternate_names=(),
    )
    material = makers.material(profile=profile)

    assert "CVR oplyser, at virksomheden er registreret ved en fejl." in sentences(status_section(material))
    assert facts(status_section(material)) == {"Seneste varsel om tvangsopløsning": "2026-03-01"}
    assert facts(identity_section(material))["Tidligere registreringsnumre"] == "A/S12345"
    assert "Binavne" not in facts(identity_section(material))


@pytest.mark.parametrize("changes", [{}, {"roles": (), "auditors": (), "legal_owners": ()}])
def test_every_section_names_its_source_and_moment(changes: dict[str, Any]):
    sections = revision(makers.material(profile=makers.profile(**changes))).sections

    assert len(sections) == 11
    for section in sections:
        assert section.source.endswith(("hentet 22. november 2026 kl. 03.05", "opgjort 22. november 2026 kl. 07.32"))


def proprietor(title: str, form: str) -> Any:
    role = Role(KAREN, "Interessenter", "INTERESSENTER", since("2020-01-01"), organ_type=FULLY_LIABLE, title=title)
    return makers.material(
        profile=makers.profile(roles=(role,), legal_owners=(), form=Form("10", form, form)),
        owners=None,
    )


def test_it_calls_a_sole_trader_a_proprietor():
    material = proprietor("Indehaver", "ENK")

    assert titles(management_section(material)) == ["Indehaver"]
    assert rows(management_section(material), "Indehaver") == ["Karen Vindfald Mostrup | Indehaver | 01-01-2020 |"]
    assert revision_lead(material).startswith("Indehaver: Karen Vindfald Mostrup, som hæfter personligt.")
    assert sentences(legal_owners_section(material)) == [
        "Virksomheden tilhører indehaveren, som står under Ledelse; ejerandele registreres ikke."
    ]
    assert beneficial_lead(material).endswith("Indehaver: Karen Vindfald Mostrup, som hæfter personligt.")
    with speaking(Language.ENGLISH):
        assert revision_lead(material).startswith("Proprietor: Karen Vindfald Mostrup, who is personally liable.")


def test_it_does_not_speak_of_five_percent_where_no_such_owners_are_registered():
    assert not any("5 %" in one for one in sentences(legal_owners_section(proprietor("Interessent", "I/S"))))
    association = makers.material(
        profile=makers.profile(roles=(), legal_owners=(), form=Form("110", "FOR", "Forening"))
    )
    assert sentences(legal_owners_section(association)) == ["Der er ikke registreret legale ejere."]
    assert revision_lead(association).startswith("Ingen legale ejere er registreret.")
    assert any("5 %" in one for one in sentences(legal_owners_section(makers.material())))
