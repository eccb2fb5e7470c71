"""Which situations make which report a Warning."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from companies.beneficial import AbsenceReason
from companies.graph import ChainEnd, OwnershipGraph
from companies.profile import Form
from reporting.contents.composing import compose
from reporting.models import ReportType
from tests.reporting import makers

SOLE = makers.profile(form=Form("10", "ENK", "Enkeltmandsvirksomhed"))
NO_ACCOUNTS = "Registret har ingen offentliggjort årsrapport for virksomheden."


def closed_owners() -> OwnershipGraph:
    """The owners, with the foreign end a foundation."""
    graph = makers.owners()
    nodes = {
        key: replace(node, end=ChainEnd.FOUNDATION) if node.end is ChainEnd.FOREIGN else node
        for key, node in graph.nodes.items()
    }
    return replace(graph, nodes=nodes)


def warnings(report_type: ReportType, **changes: Any) -> tuple[str, ...]:
    return compose(makers.material(report_type, **({"owners": closed_owners()} | changes))).warnings


@pytest.mark.parametrize("report_type", ReportType)
def test_it_warns_of_nothing_where_all_is_known(report_type: ReportType):
    assert warnings(report_type) == ()


@pytest.mark.parametrize(
    ("report_type", "expected"),
    [
        (ReportType.REVISION, (NO_ACCOUNTS,)),
        (ReportType.REVISION_UDVIDET, (NO_ACCOUNTS,)),
        (ReportType.FINANS, (NO_ACCOUNTS,)),
        (ReportType.REELLE_EJERE, ()),
    ],
)
def test_it_warns_of_no_accounts_where_they_should_be(report_type: ReportType, expected: tuple[str, ...]):
    assert warnings(report_type, accounts=()) == expected


def test_it_does_not_expect_accounts_of_a_sole_proprietorship_but_for_the_figures():
    assert warnings(ReportType.REVISION, profile=SOLE, accounts=()) == ()
    assert warnings(ReportType.REELLE_EJERE, profile=SOLE, accounts=()) == ()
    (sentence,) = warnings(ReportType.FINANS, profile=SOLE, accounts=())
    assert sentence.startswith("Registret har ingen årsrapport for virksomheden.")


def test_it_does_not_expect_accounts_of_a_company_founded_this_year():
    young = makers.profile(founded_date=date(2026, 2, 1))

    assert warnings(ReportType.REVISION, profile=young, accounts=()) == ()
    assert warnings(ReportType.FINANS, profile=young, accounts=()) == (
        "Registret har ingen årsrapport for virksomheden: den første skal indsendes senest 30. juni 2027.",
    )


def test_it_warns_of_figures_that_contradict_each_other():
    years = list(makers.five_years())
    years[2] = makers.with_figure(years[2], "result", 588_224, -588_223)

    sentence = "Årsrapporten modsiger sig selv. Årets resultat 31-12-2023: 588.224 / −588.223."
    assert warnings(ReportType.FINANS, accounts=tuple(years)) == (sentence,)
    assert warnings(ReportType.REVISION, accounts=tuple(years)) == ()


def test_it_warns_of_a_balance_that_does_not_add_up():
    accounts = makers.with_figure(makers.accounts(2025), "equityAndLiabilities", 39_600_000)

    assert warnings(ReportType.FINANS, accounts=(accounts,)) == (
        "Aktiver og passiver 31-12-2025 afviger med 10.418\u00a0DKK.",
        (
            "Passiver i alt 31-12-2025 er oplyst til 39.600.000\u00a0DKK, men egenkapital, hensatte forpligtelser, "
            "langfristede gældsforpligtelser og kortfristede gældsforpligtelser udgør 39.610.418\u00a0DKK."
        ),
    )


@pytest.mark.parametrize("report_type", [ReportType.REVISION_UDVIDET, ReportType.REELLE_EJERE])
def test_it_warns_of_a_chain_that_leaves_the_register(report_type: ReportType):
    assert warnings(report_type, owners=makers.owners()) == (
        "Ejerkæden forlader det danske register ved Nordljus Kapital AB.",
    )


@pytest.mark.parametrize("report_type", [ReportType.REVISION, ReportType.FINANS])
def test_it_does_not_warn_of_owners_that_the_report_does_not_show(report_type: ReportType):
    assert warnings(report_type, owners=makers.owners(), beneficial=None) == ()


def test_it_warns_of_refused_access_to_beneficial_owners():
    (sentence,) = warnings(ReportType.REELLE_EJERE, beneficial=None)
    assert "CVR-loven § 18 a" in sentence
    refusal = "Organisationen har ikke adgang til reelle ejere."
    assert warnings(ReportType.REELLE_EJERE, beneficial=None, beneficial_refusal=refusal) == (refusal,)
    assert warnings(ReportType.REVISION_UDVIDET, beneficial=None) == ()


@pytest.mark.parametrize("absence", [absence for absence in AbsenceReason if absence is not AbsenceReason.NONE])
def test_it_warns_of_beneficial_owners_that_are_none(absence: AbsenceReason):
    (sentence,) = warnings(ReportType.REELLE_EJERE, beneficial=makers.beneficial(absence=absence))

    assert sentence


def test_it_expects_no_beneficial_owners_of_a_sole_proprietorship():
    nobody = makers.beneficial(absence=AbsenceReason.NONE_REGISTERED)

    assert warnings(ReportType.REELLE_EJERE, profile=SOLE, beneficial=nobody) == ()


@pytest.mark.parametrize("report_type", ReportType)
def test_it_warns_of_a_company_of_which_next_to_nothing_is_known(report_type: ReportType):
    first, *_ = compose(makers.unknown_material(report_type)).warnings

    assert first.startswith("Registret kender hverken virksomhedsform eller adresse")


def test_it_prints_each_warning_in_the_summary():
    composition = compose(makers.material(ReportType.REELLE_EJERE, beneficial=None))

    assert len(composition.warnings) == 2
    assert composition.html.count("<li>Ejerkæden forlader det danske register") == 1


def test_it_gives_the_newest_balance_day():
    assert compose(makers.material()).balance_date == date(2025, 12, 31)
    assert compose(makers.material(accounts=())).balance_date is None
