"""Registered beneficial owners held against the chains of legal owners."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from companies.beneficial import AbsenceReason
from companies.graph import Verdict
from companies.profile import BeneficialOwner, Form, LegalOwner
from reporting.contents.blocks import Check, Tone
from reporting.contents.ownership_checks import ownership_checks
from reporting.contents.registration_checks import registration_checks
from reporting.models import ReportType
from tests.reporting import makers


def checks(**changes: object) -> dict[str, Check]:
    found = ownership_checks(makers.material(ReportType.REELLE_EJERE, **changes))
    return {check.subject: check for check in found}


def owner(share: str | None, votes: str | None = None, via_role: str = "") -> BeneficialOwner:
    return BeneficialOwner(
        makers.KAREN,
        Decimal(share) if share else None,
        Decimal(votes) if votes else None,
        makers.since("2019-01-01"),
        via_role=via_role,
    )


def test_it_accepts_shares_within_the_computed_bounds():
    found = checks()

    assert found["Karen Vindfald Mostrup"].tone is Tone.GOOD
    assert dict(found["Karen Vindfald Mostrup"].sides)["Beregnet"] == "30–59,98\u00a0% / stemmer 33–60\u00a0%"


def test_it_reports_a_share_outside_the_bounds():
    found = checks(beneficial=makers.beneficial(owner("0.85", "0.3")))["Karen Vindfald Mostrup"]

    assert found.tone is Tone.BAD
    assert found.reason == "Registreret ejerandel og stemmeandel ligger uden for det, ejerkæderne tillader."


def test_it_asks_about_a_share_that_only_what_is_hidden_could_explain():
    found = checks(beneficial=makers.beneficial(owner("0.75", "0.45")))["Karen Vindfald Mostrup"]

    assert found.tone is Tone.NOTE
    assert found.reason == (
        "Registreret ejerandel er større, end ejerkæderne viser; det kan skyldes kæder, der ikke kan følges, eller "
        "andele under 5 %, som ikke registreres."
    )


def test_it_says_what_special_conditions_a_registration_may_rest_on():
    stranger = BeneficialOwner(
        makers.person(77, "Inge Hulbæk"),
        None,
        None,
        makers.since("2020-01-01"),
        ("Vetoret", "Har indirekte besiddelser"),
    )
    found = checks(beneficial=makers.beneficial(stranger))["Inge Hulbæk"]

    assert found.tone is Tone.NOTE
    assert found.reason == (
        "Registreret, men ikke fundet i ejerkæderne; kontrollen kan bero på »Vetoret« og »Har indirekte besiddelser«."
    )


def test_it_tells_several_things_of_one_owner_in_one_check():
    found = checks(beneficial=makers.beneficial(owner("0.1")))["Karen Vindfald Mostrup"]

    assert found.tone is Tone.BAD
    assert found.reason == (
        "Registreret ejerandel ligger uden for det, ejerkæderne tillader. "
        "Registreret med højst 25 % og uden særlige ejerforhold, der forklarer registreringen."
    )


def test_it_says_that_a_registration_tells_nothing():
    assert checks(beneficial=makers.beneficial(owner(None)))["Karen Vindfald Mostrup"].tone is Tone.OPEN


def test_it_accepts_management_below_a_listed_company():
    managers = makers.beneficial(
        owner(None, via_role="Er reel ejer som udpeget daglig ledelse"), absence=AbsenceReason.MANAGEMENT
    )
    found = checks(beneficial=replace(managers, listed_owner="Børshavn A/S"))

    assert found["Ledelsen indsat som reelle ejere"].tone is Tone.GOOD
    assert "Ole Brinkskov" not in found


def test_it_names_an_owner_that_was_dissolved():
    graph = makers.owners()
    holding = graph.nodes[makers.node(makers.HOLDING).key]
    found = checks(owners=replace(graph, nodes={**graph.nodes, holding.key: replace(holding, is_active=False)}))

    assert found[holding.name].tone is Tone.NOTE
    assert "ophørt" in found[holding.name].reason


def test_it_reports_a_certain_owner_who_is_not_registered():
    found = checks(beneficial=makers.beneficial(owner("0.41")))["Ole Brinkskov"]

    assert found.tone is Tone.BAD
    assert "ikke registreret som reel ejer" in found.reason


def test_it_does_not_ask_a_foreign_company_to_be_registered():
    assert "Nordljus Kapital AB" not in checks(beneficial=makers.beneficial(owner("0.41")))


def test_it_notes_a_registered_owner_outside_the_chains():
    stranger = BeneficialOwner(makers.person(77, "Inge Hulbæk"), Decimal("0.3"), None, makers.since("2020-01-01"))

    assert checks(beneficial=makers.beneficial(stranger))["Inge Hulbæk"].tone is Tone.NOTE


def test_it_reports_substitutes_where_the_chains_show_real_owners():
    managers = makers.beneficial(
        owner(None, via_role="Er reel ejer som udpeget daglig ledelse"), absence=AbsenceReason.MANAGEMENT
    )

    assert checks(beneficial=managers)["Ledelsen indsat som reelle ejere"].tone is Tone.BAD
    nobody = tuple(share for share in makers.indirect() if share.verdict is not Verdict.CERTAIN)
    assert checks(beneficial=managers, indirect=nobody)["Ledelsen indsat som reelle ejere"].tone is Tone.NOTE


def test_it_compares_nothing_without_access():
    found = checks(beneficial=None)

    assert found["Registrerede mod beregnede"].tone is Tone.OPEN
    assert "Karen Vindfald Mostrup" not in found


def test_it_reports_bands_that_cannot_be_true_together():
    graph = makers.owners()
    doubled = tuple(
        replace(edge, share=makers.band("66.67", "89.99"), votes=None) if edge.owned == graph.root else edge
        for edge in graph.edges
    )
    found = checks(owners=replace(graph, edges=doubled))["Legale ejeres andele"]

    assert found.tone is Tone.BAD
    assert found.reason == "De registrerede andele af Havnelys Elektronik A/S er over 100 %."


def test_it_gives_the_audit_reports_verdict_on_the_owners_shares():
    profile = makers.profile(
        legal_owners=(LegalOwner(makers.KAREN, makers.band("25", "33.32"), None, makers.since("2020-01-01")),),
        has_owners_under_five_percent=False,
    )
    found = checks(profile=profile)["Legale ejeres andele"]

    assert found.tone is Tone.NOTE
    assert found in registration_checks(makers.material(ReportType.REVISION, profile=profile))


def test_it_does_not_add_shares_where_nobody_registers_any():
    assert "Legale ejeres andele" not in checks(profile=makers.profile(form=Form("30", "I/S", "Interessentskab")))


def test_it_says_where_a_chain_cannot_be_followed():
    found = checks()["Ejerkæder fulgt til ende"]

    assert found.tone is Tone.NOTE
    assert found.reason == (
        "Kæden kan ikke følges videre ved Nordljus Kapital AB. Bag den kan der stå reelle ejere, som ikke ses her."
    )


def test_it_says_that_an_open_end_is_too_small_to_hide_an_owner():
    small = tuple(
        replace(one, share_high=Decimal("0.2"), votes_high=Decimal("0.2"))
        if one.owner == makers.node(makers.FOREIGN).key
        else one
        for one in makers.indirect()
    )
    found = checks(indirect=small)["Ejerkæder fulgt til ende"]

    assert found.reason == (
        "Kæden kan ikke følges videre ved Nordljus Kapital AB, men det kan ikke skjule mere end 25 %."
    )
