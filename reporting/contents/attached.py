"""A report's data, which an archival PDF carries as `report.json`, so that a program can read what the page says.

Two views of one report: what it is about as typed data (amounts as numbers, shares as fractions of one, ISO dates), and
what each section prints, word for word. The shape is described in docs/reports.md. A reader looks at `format` first:
its number grows when something is renamed or taken away, not when something is added.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from companies.figures import Accounts, Figure
from companies.graph import Edge, IndirectShare, OwnershipGraph
from companies.profile import BeneficialOwner, LegalOwner, Participant, Profile, ShareBand
from companies.ratios import RATIOS, previous_year
from lasso import __version__
from lasso.language import speaking
from reporting.contents.blocks import Content
from reporting.contents.neutralising import neutralise
from reporting.contents.printed import printed
from reporting.contents.years import YEARS
from reporting.material import Material

FORMAT = "lasso-report/1"


def data_of(material: Material, content: Content) -> bytes:
    """The report's data as JSON in UTF-8; the same for the same material and content."""
    with speaking(material.language):
        data = _data(material, content)
    return json.dumps(_plain(data), ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def _data(material: Material, content: Content) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "generator": f"Lasso {__version__}",
        "type": material.report_type,
        "language": material.language,
        "extractedAt": material.extracted_at,
        "orderedBy": material.organisation_name,
        "source": _source(material),
        "company": _company(material.profile),
        "keyFigures": [_year(year, material) for year in material.accounts[:YEARS]],
        "legalOwners": [_legal_owner(owner) for owner in material.profile.current_owners],
        "indirectShares": [_indirect(share, material.owners) for share in material.indirect],
        "ownersUpwards": _graph(material.owners),
        "groupDownwards": _graph(material.group),
        "beneficialOwners": _beneficial(material),
        **printed(content),
    }


def _source(material: Material) -> dict[str, Any]:
    profile = material.profile
    return {
        "register": "CVR, Erhvervsstyrelsen",
        "asOf": profile.as_of_date,
        "retrievedAt": profile.retrieved_at,
        "updatedAt": profile.source_updated_at,
        "outages": [{"source": outage.source, "retrievedAt": outage.retrieved_at} for outage in material.outages],
    }


def _company(profile: Profile) -> dict[str, Any]:
    return {
        "cvr": profile.cvr,
        "lassoId": profile.lasso_id,
        "name": profile.name,
        "form": profile.form,
        "status": profile.status,
        "isActive": profile.is_active,
        "isProtected": profile.is_protected,
        "foundedDate": profile.founded_date,
        "endedDate": profile.ended_date,
        "industry": profile.industry,
        "capital": profile.capital,
    }


def _year(year: Accounts, material: Material) -> dict[str, Any]:
    before = previous_year(material.accounts, year)
    ratios = {ratio.name: ratio.compute(year, before) for ratio in RATIOS}
    return {
        "startDate": year.start_date,
        "endDate": year.end_date,
        "currency": year.currency,
        "publishedAt": year.published_at,
        "isGroup": year.is_group,
        "figures": {name: figure.value for name, figure in year.figures.items() if not figure.conflict},
        # A figure with several values is no figure; these are what the filing says of it.
        "contradictions": _contradictions(year.figures),
        "groupFigures": {name: figure.value for name, figure in year.group_figures.items() if not figure.conflict},
        "ratios": {name: value for name, value in ratios.items() if value is not None},
    }


def _contradictions(figures: Mapping[str, Figure]) -> dict[str, list[Decimal]]:
    return {name: list(figure.conflict) for name, figure in figures.items() if figure.conflict}


def _who(participant: Participant) -> dict[str, Any]:
    return {
        "lassoId": participant.lasso_id,
        "kind": participant.kind,
        "name": participant.name,
        "cvr": participant.cvr,
        "country": participant.country_code,
    }


def _band(band: ShareBand | None) -> dict[str, Decimal] | None:
    """Nothing for a share that is not on file, which is not a share of nought."""
    return {"low": band.low, "high": band.high} if band else None


def _legal_owner(owner: LegalOwner) -> dict[str, Any]:
    return {
        **_who(owner.participant),
        "share": _band(owner.share),
        "votes": _band(owner.votes),
        "since": owner.period.start_date,
        "notifiedDate": owner.notified_date,
        "class": owner.capital_class,
    }


def _indirect(share: IndirectShare, graph: OwnershipGraph | None) -> dict[str, Any]:
    node = graph.nodes.get(share.owner) if graph else None
    return {
        "lassoId": share.owner,
        "name": node.name if node else "",
        "share": {"low": share.share_low, "high": share.share_high},
        "votes": {"low": share.votes_low, "high": share.votes_high},
        "isAboveQuarter": share.verdict,
    }


def _graph(graph: OwnershipGraph | None) -> dict[str, Any] | None:
    if graph is None:
        return None
    return {
        "root": graph.root,
        "hasCycle": graph.has_cycle,
        "nodes": [
            {"lassoId": key, "kind": node.kind, "name": node.name, "country": node.country_code, "chainEnds": node.end}
            for key, node in graph.nodes.items()
        ],
        "holdings": [_holding(edge) for edge in graph.edges],
    }


def _holding(edge: Edge) -> dict[str, Any]:
    return {"owner": edge.owner, "owned": edge.owned, "share": _band(edge.share), "votes": _band(edge.votes)}


def _beneficial(material: Material) -> dict[str, Any] | None:
    """Nothing where the report does not show them; without owners, why there are none or none may be seen."""
    found = material.beneficial
    if found is None:
        return {"refusal": material.beneficial_refusal} if material.beneficial_refusal else None
    return {
        "asOf": found.as_of_date,
        "retrievedAt": found.retrieved_at,
        "absence": found.absence,
        "owners": [_beneficial_owner(owner) for owner in found.owners],
    }


def _beneficial_owner(owner: BeneficialOwner) -> dict[str, Any]:
    return {
        **_who(owner.participant),
        "share": owner.share,
        "votes": owner.votes,
        "since": owner.period.start_date,
        "conditions": list(owner.special_conditions),
        "viaRole": owner.via_role,
    }


def _plain(value: Any) -> Any:  # noqa: PLR0911 - a line for each kind of value
    """What JSON knows: numbers as they are, days and moments as ISO 8601, texts without signs that hide or turn."""
    match value:
        case None | bool() | int():
            return value
        case str():
            return neutralise(str(value))
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case date() | datetime():
            return value.isoformat()
        case Mapping():
            return {key: _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    if is_dataclass(value):
        return {_camel(field.name): _plain(getattr(value, field.name)) for field in fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a report's data.")


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)
