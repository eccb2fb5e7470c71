"""Registered beneficial owners held against the chains of legal owners."""

from __future__ import annotations

from decimal import Decimal

from companies.beneficial import AbsenceReason
from companies.graph import Verdict
from companies.profile import BeneficialOwner, LegalOwner
from reporting.contents.blocks import Check, Tone
from reporting.contents.ownership_checks import ownership_checks
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
    found = checks(beneficial=makers.beneficial(owner("0.75", "0.45")))["Karen Vindfald Mostrup"]

    assert found.tone is Tone.BAD
    assert found.reason == "Registreret ejerandel ligger uden for det beregnede."


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
    owners = tuple(
        LegalOwner(makers.person(n, f"Ejer {n}"), makers.band("50", "66.66"), None, makers.since("2020-01-01"))
        for n in range(3)
    )

    assert checks(profile=makers.profile(legal_owners=owners))["Legale ejeres andele"].tone is Tone.BAD


def test_it_says_where_a_chain_cannot_be_followed():
    found = checks()["Ejerkæder fulgt til ende"]

    assert found.tone is Tone.NOTE
    assert found.reason == "Kæden kan ikke følges videre ved Nordljus Kapital AB."
