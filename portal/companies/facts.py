"""What is known of a company, laid out for its page: facts, people, owners, chart and key figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from companies.catalogue import Part, Subject, catalogue, field_values
from companies.figures import Accounts
from companies.graph import OwnershipGraph
from companies.ownership import owners_upwards
from companies.profile import Participant, Profile, Role
from lasso.language import translate as _
from portal.companies.values import label_of, text_of
from reporting.charts.ownership import draw_ownership
from reporting.contents.formats import band, long_date, short_date
from reporting.contents.names import function_text, kind_of, name_of, shares_text

# The facts and their order; people, owners and figures stand by themselves.
NAMES = (
    "statusText",
    "companyTypeName",
    "alternateNames",
    "foundedDate",
    "endedDate",
    "creditStatus",
    "dissolutionThreat",
    "dissolutionReversal",
    "address1",
    "address2",
    "zipCode",
    "city",
    "telephone",
    "email",
    "website",
    "primaryIndustry",
    "secondaryIndustry",
    "secondaryIndustry2",
    "secondaryIndustry3",
    "employeeCount",
    "employees",
    "employeesMonth",
    "capital",
    "capitalCurrency",
    "capitalPartlyPaid",
    "financialYearStart",
    "financialYearEnd",
    "auditWaived",
    "isListed",
    "coveredByMoneyLaunderingAct",
    "auditor",
    "mergers",
    "splits",
    "purpose",
    "signingRule",
)
FIGURES = (
    "revenue",
    "grossProfit",
    "ebit",
    "result",
    "assets",
    "equity",
    "averageEmployees",
    "solvencyRatio",
    "liquidityRatio",
)
MOST_YEARS = 3
# A chart on a page; a report has all of it, on as many pages as it takes.
MOST_CHART_EDGES = 150


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and a text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who sits in an organ, audits or owns: `cvr` where there is a page to go to."""

    name: str
    what: str
    kind: str
    since: str
    cvr: str


@dataclass(frozen=True, slots=True)
class Holding:
    """One edge of the chart in words."""

    owner: str
    owned: str
    share: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The owners' chart: its sheets, and every edge of it in words; `is_cut` when there are more than are drawn."""

    sheets: Sequence[SafeString]
    holdings: Sequence[Holding]
    is_cut: bool


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One figure over the years."""

    label: str
    texts: Sequence[str]


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The newest years' figures, the newest first; `years` are their balance days, with the currency."""

    years: Sequence[str]
    lines: Sequence[FigureLine]


def facts_of(profile: Profile) -> list[Fact]:
    """What the register says; what it does not say anything of is left out."""
    values = field_values(Subject(profile), NAMES)
    # No is the rule for these, and says nothing.
    told = {name: value for name, value in values.items() if value not in (None, [], False)}
    return [Fact(label_of(name), text_of(name, value)) for name, value in told.items()]


def people_of(profile: Profile) -> list[tuple[str, list[Person]]]:
    """Who runs, is liable for and audits the company, by organ; organs without anybody are left out."""
    organs = [
        (_("Direktion"), profile.management),
        (_("Bestyrelse"), profile.board),
        (_("Fuldt ansvarlige"), profile.fully_liable),
        (_("Revisor"), profile.current_auditors),
    ]
    return [(title, [_seat(role) for role in roles]) for title, roles in organs if roles]


def owners_of(profile: Profile) -> list[Person]:
    """The legal owners with their shares of capital and votes."""
    return [
        _person(owner.participant, shares_text(owner.share, owner.votes), owner.period.start_date)
        for owner in profile.current_owners
    ]


def chart_of(profile: Profile) -> Chart | None:
    """The owners above the company, drawn and in words; None where none is registered."""
    graph = owners_upwards(cvr=profile.cvr, day=profile.as_of_date, most=MOST_CHART_EDGES)
    if not graph.edges:
        return None
    description = _("Diagram over ejerne af {name}. Alle ejere og andele står som tekst under diagrammet.").format(
        name=profile.name
    )
    chart = draw_ownership(graph, upwards=True, description=description)
    return Chart([sheet.svg for sheet in chart.sheets], _holdings(graph), is_cut=len(graph.edges) >= MOST_CHART_EDGES)


def figures_of(accounts: Sequence[Accounts]) -> KeyFigures | None:
    """The newest years side by side; None where no accounts are on file."""
    newest = accounts[:MOST_YEARS]
    if not newest:
        return None
    known = {field.name for field in catalogue(Part.ACCOUNTS)}
    columns = [field_values(Subject(accounts=one), FIGURES) for one in newest]
    lines = [
        FigureLine(label_of(name), [text_of(name, column[name]) for column in columns])
        for name in FIGURES
        if name in known and any(column[name] is not None for column in columns)
    ]
    return KeyFigures([f"{short_date(one.end_date)} ({one.currency})" for one in newest], lines)


def _holdings(graph: OwnershipGraph) -> list[Holding]:
    def name(key: str) -> str:
        return name_of(graph.nodes[key])

    return [Holding(name(edge.owner), name(edge.owned), band(edge.share)) for edge in graph.edges]


def _seat(role: Role) -> Person:
    return _person(role.participant, function_text(role), role.period.start_date)


def _person(participant: Participant, what: str, since: date | None) -> Person:
    return Person(name_of(participant), what, kind_of(participant), long_date(since) if since else "", participant.cvr)
