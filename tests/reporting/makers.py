"""Made-up companies for the tests of report contents. CVR numbers start with 99 and have a right check digit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from companies.beneficial import AbsenceReason, BeneficialOwners
from companies.figures import Accounts, Figure
from companies.graph import ChainEnd, Edge, IndirectShare, Node, OwnershipGraph, Verdict
from companies.profile import (
    Address,
    BeneficialOwner,
    Capital,
    Employees,
    Form,
    Industry,
    LegalOwner,
    Participant,
    ParticipantKind,
    Period,
    Profile,
    Role,
    ShareBand,
)
from reporting.material import Material
from reporting.models import ReportType

EXTRACTED_AT = datetime(2026, 11, 22, 6, 32, tzinfo=UTC)
TODAY = date(2026, 11, 22)
WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)


def cvr(number: int) -> str:
    """The n-th fictional CVR number."""
    valid = (
        text
        for text in (str(99_000_000 + offset) for offset in count())
        if sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=True)) % 11 == 0
    )
    return next(text for place, text in enumerate(valid) if place == number)


def band(low: str, high: str) -> ShareBand:
    """A band from two percentages."""
    return ShareBand(Decimal(low) / 100, Decimal(high) / 100)


def person(number: int, name: str) -> Participant:
    """A person of the register."""
    return Participant(4_000_000_000 + number, ParticipantKind.PERSON, name)


def company(number: int, name: str) -> Participant:
    """A Danish company as a participant."""
    return Participant(4_100_000_000 + number, ParticipantKind.COMPANY, name, cvr=cvr(number))


def since(day: str, until: str | None = None) -> Period:
    """A period from ISO days."""
    return Period(date.fromisoformat(day), date.fromisoformat(until) if until else None)


def seat(participant: Participant, organ: str, function: str, period: Period) -> Role:
    """A seat in an organ."""
    return Role(participant, organ, function, period)


AUDITOR = company(7, "Tallinje Statsautoriseret Revisionspartnerselskab")
FORMER_AUDITOR = company(8, "Revisorgården Østerlund ApS")
HOLDING = company(2, "Havnelys Holding ApS")
KAREN, OLE = person(1, "Karen Vindfald Mostrup"), person(2, "Ole Brinkskov")


def profile(**changes: Any) -> Profile:
    """Havnelys Elektronik A/S, of which much is known."""
    return replace(
        Profile(
            cvr=cvr(1),
            unit_number=4_200_000_001,
            name="Havnelys Elektronik A/S",
            as_of_date=TODAY,
            retrieved_at=datetime(2026, 11, 22, 2, 5, tzinfo=UTC),
            source_updated_at=datetime(2026, 9, 3, 8, 0, tzinfo=UTC),
            alternate_names=("Havnelys Lys og Lyd A/S",),
            status="NORMAL",
            overall_status="Aktiv",
            founded_date=date(2009, 3, 1),
            form=Form("60", "A/S", "Aktieselskab"),
            address=Address(
                street_name="Tangmarksvej",
                house_number="12A",
                floor="2",
                door="tv",
                postal_code="9999",
                postal_district="Fjordlev",
                municipality_name="Fjordlev",
            ),
            telephone="+4500000000",
            email="post@havnelys.example",
            website="www.havnelys.example",
            industry=Industry("264000", "Fremstilling af elektronik til forbrugere"),
            purpose="Selskabets formål er at fremstille og handle med elektronik samt hermed beslægtet virksomhed.",
            capital=Capital(Decimal(500_000), "DKK"),
            signing_rule="Selskabet tegnes af bestyrelsens formand i forening med en direktør.",
            articles_date=date(2022, 5, 4),
            financial_year_start="--01-01",
            financial_year_end="--12-31",
            is_audit_waived=False,
            employees=(Employees(2026, 9, 42, Decimal("39.5")),),
            roles=(
                seat(KAREN, "Direktion", "ADM. DIR.", since("2019-01-01")),
                seat(person(3, "Aksel Rugholm"), "Direktion", "DIREKTØR", since("2026-04-01")),
                seat(OLE, "Bestyrelse", "FORMAND", since("2015-06-01")),
                seat(person(4, "Signe Lyngbæk Dal"), "Bestyrelse", "BESTYRELSESMEDLEM", since("2020-06-01")),
                seat(KAREN, "Bestyrelse", "BESTYRELSESMEDLEM", since("2019-01-01")),
                seat(person(5, "Per Aaskov"), "Direktion", "DIREKTØR", since("2014-01-01", "2026-03-31")),
            ),
            auditors=(
                seat(AUDITOR, "Revision", "REVISION", since("2021-06-01")),
                seat(FORMER_AUDITOR, "Revision", "REVISION", since("2012-06-01", "2021-05-31")),
            ),
            legal_owners=(
                LegalOwner(HOLDING, band("66.67", "89.99"), band("66.67", "89.99"), since("2015-06-01")),
                LegalOwner(OLE, band("15", "19.99"), band("33.33", "49.99"), since("2026-02-01"), date(2026, 2, 3)),
                LegalOwner(
                    person(6, "Per Aaskov"), band("5", "9.99"), band("5", "9.99"), since("2014-01-01", "2026-01-31")
                ),
            ),
            has_owners_under_five_percent=False,
            production_units=("1099000001",),
        ),
        **changes,
    )


FIGURES: Mapping[str, int] = {
    "revenue": 84_310_552,
    "grossProfit": 31_204_117,
    "staffCost": -22_418_009,
    "depreciation": -1_876_400,
    "ebit": 6_909_708,
    "financeIncome": 112_034,
    "financeExpenses": -684_221,
    "resultBeforeTax": 6_337_521,
    "tax": -1_401_880,
    "result": 4_935_641,
    "dividend": 2_000_000,
    "noncurrentAssets": 12_400_318,
    "inventories": 9_871_220,
    "shortTermReceivables": 13_220_874,
    "cash": 4_118_006,
    "currentAssets": 27_210_100,
    "assets": 39_610_418,
    "contributedCapital": 500_000,
    "retainedEarnings": 15_871_204,
    "equity": 18_371_204,
    "provisions": 611_000,
    "longTermLiabilities": 4_800_000,
    "shortTermLiabilities": 15_828_214,
    "equityAndLiabilities": 39_610_418,
    "employees": 41,
}


def accounts(year: int = 2025, *, scale: str = "1", **changes: Any) -> Accounts:
    """The accounts of a calendar year, every amount but capital times `scale`."""
    figures = {
        name: Figure(
            Decimal(value) if name == "contributedCapital" else (Decimal(value) * Decimal(scale)).to_integral_value()
        )
        for name, value in FIGURES.items()
    }
    return replace(
        Accounts(
            cvr=cvr(1),
            start_date=date(year, 1, 1),
            end_date=date(year, 12, 31),
            published_at=datetime(year + 1, 5, 28, 9, 0, tzinfo=UTC),
            accounting_class="Regnskabsklasse C, mellem",
            audit_firm=AUDITOR.name,
            audit_firm_cvr=AUDITOR.cvr,
            auditor_name="Mette Kornmod",
            assistance="Revisionspåtegning",
            opinion="Det er vores opfattelse, at årsregnskabet giver et retvisende billede.",
            figures=figures,
        ),
        **changes,
    )


def five_years() -> tuple[Accounts, ...]:
    """Five consecutive years, newest first, one with a loss."""
    scales = ("1", "0.93", "0.88", "-0.12", "0.71")
    made = [accounts(2025 - place, scale=scale) for place, scale in enumerate(scales)]
    loss = {name: Figure(abs(figure.value or Decimal(0))) for name, figure in made[3].figures.items()}
    lost = Figure(-loss["result"].value)  # type: ignore[operator]
    made[3] = replace(
        made[3],
        figures={
            **accounts(2022, scale="0.7").figures,
            "resultBeforeTax": lost,
            "tax": Figure(Decimal(0)),
            "result": lost,
        },
    )
    return tuple(made)


def with_figure(given: Accounts, name: str, *values: int) -> Accounts:
    """The accounts with one figure replaced: none, one value, or several that contradict each other."""
    figures = {key: figure for key, figure in given.figures.items() if key != name}
    numbers = tuple(Decimal(value) for value in values)
    if len(numbers) == 1:
        figures[name] = Figure(numbers[0])
    elif numbers:
        figures[name] = Figure(None, numbers)
    return replace(given, figures=figures)


def node(participant: Participant, end: ChainEnd = ChainEnd.NONE, form: str = "") -> Node:
    """A participant as a node of a graph."""
    return Node(
        participant.lasso_id,
        participant.kind,
        participant.name,
        participant.cvr,
        participant.country_code,
        form,
        end=end,
    )


FOREIGN = Participant(4_300_000_001, ParticipantKind.OTHER, "Nordljus Kapital AB", country_code="SE")
ROOT = node(Participant(4_200_000_001, ParticipantKind.COMPANY, "Havnelys Elektronik A/S", cvr=cvr(1)), form="A/S")


def owners() -> OwnershipGraph:
    """Karen through two companies, a foreign owner beside her, Ole at once and through the upper company."""
    top = company(3, "Mostrup Familieholding ApS")
    nodes = (
        ROOT,
        node(HOLDING, form="ApS"),
        node(top, form="ApS"),
        node(KAREN, ChainEnd.PERSON),
        node(OLE, ChainEnd.PERSON),
        node(FOREIGN, ChainEnd.FOREIGN),
    )
    root, holding, upper, karen, ole, foreign = (each.key for each in nodes)
    half, most, part = band("50", "66.66"), band("66.67", "89.99"), band("15", "19.99")
    edges = (
        Edge(holding, root, most, most),
        Edge(ole, root, part, band("33.33", "49.99")),
        Edge(upper, holding, half, half),
        Edge(foreign, holding, band("33.33", "49.99"), band("33.33", "49.99")),
        Edge(karen, upper, band("90", "99.99"), band("100", "100")),
        Edge(ole, upper, band("5", "9.99"), None),
    )
    return OwnershipGraph(root, {each.key: each for each in nodes}, edges)


def indirect() -> tuple[IndirectShare, ...]:
    """The bounds that belong to `owners`."""
    return (
        IndirectShare(
            node(KAREN).key, Decimal("0.3"), Decimal("0.5998"), Decimal("0.33"), Decimal("0.6"), Verdict.CERTAIN
        ),
        IndirectShare(
            node(FOREIGN).key,
            Decimal("0.2222"),
            Decimal("0.4499"),
            Decimal("0.2222"),
            Decimal("0.4499"),
            Verdict.POSSIBLE,
        ),
        IndirectShare(
            node(OLE).key, Decimal("0.1667"), Decimal("0.2598"), Decimal("0.3333"), Decimal("0.4999"), Verdict.CERTAIN
        ),
    )


def group() -> OwnershipGraph:
    """Two subsidiaries, one with one of its own."""
    north, south, deep = (
        company(4, "Havnelys Service ApS"),
        company(5, "Lydkaj ApS"),
        company(6, "Lydkaj Produktion ApS"),
    )
    nodes = (ROOT, node(north, form="ApS"), node(south, form="ApS"), node(deep, form="ApS"))
    root, first, second, third = (each.key for each in nodes)
    whole = band("100", "100")
    edges = (
        Edge(root, first, whole, whole),
        Edge(root, second, band("50", "66.66"), None),
        Edge(second, third, whole, whole),
    )
    return OwnershipGraph(root, {each.key: each for each in nodes}, edges)


def beneficial(*found: BeneficialOwner, absence: AbsenceReason = AbsenceReason.NONE) -> BeneficialOwners:
    """The register's answer; Karen and Ole unless told."""
    registered = found or (
        BeneficialOwner(KAREN, Decimal("0.4125"), Decimal("0.45"), since("2019-01-01"), ("Har indirekte besiddelser",)),
        BeneficialOwner(OLE, Decimal("0.21"), Decimal("0.38"), since("2026-02-01")),
    )
    hidden = absence not in {AbsenceReason.NONE, AbsenceReason.MANAGEMENT}
    return BeneficialOwners(cvr(1), TODAY, () if hidden else registered, (), absence, EXTRACTED_AT)


def material(report_type: ReportType = ReportType.REVISION, **changes: Any) -> Material:
    """A report's material with everything in it."""
    return replace(
        Material(
            report_type=report_type,
            profile=profile(),
            accounts=five_years(),
            owners=owners(),
            indirect=indirect(),
            group=group(),
            beneficial=beneficial(),
            extracted_at=EXTRACTED_AT,
            organisation_name="Strandvang Revision",
        ),
        **changes,
    )


def unknown_material(report_type: ReportType) -> Material:
    """A company of which only the name and a telephone number are known."""
    bare = Profile(
        cvr="34580820", unit_number=4_200_000_099, name="LASSO X A/S", as_of_date=TODAY, telephone="71747812"
    )
    root = Node("CVR-1-34580820", ParticipantKind.COMPANY, "LASSO X A/S", "34580820", end=ChainEnd.NO_OWNERS)
    empty = OwnershipGraph(root.key, {root.key: root}, ())
    return Material(
        report_type=report_type,
        profile=bare,
        owners=empty,
        group=empty,
        extracted_at=EXTRACTED_AT,
        organisation_name="Strandvang Revision",
    )
