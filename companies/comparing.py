"""What differs between two versions of a company, in the words of the API."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from companies.profile import Address, LegalOwner, Profile, Role, ShareBand

# Named as changed without telling what it was or is: the change log is read by those who may not see them.
BENEFICIAL_OWNERS_FIELD = "beneficialOwners"
BENEFICIAL_OWNERS_CHANGED: Mapping[str, Mapping[str, Any]] = {BENEFICIAL_OWNERS_FIELD: {"before": None, "after": None}}


def changed_fields(before: Profile, after: Profile) -> dict[str, dict[str, Any]]:
    """`{name: {"before": …, "after": …}}` of what differs; both must be profiles of the same day."""
    old, new = comparable_fields(before), comparable_fields(after)
    return {name: {"before": old[name], "after": new[name]} for name in new if old[name] != new[name]}


def comparable_fields(profile: Profile) -> dict[str, Any]:
    """The profile as it is in force on its day, as plain JSON by the names of the API."""
    return {
        "name": profile.name,
        "alternateNames": sorted(profile.alternate_names),
        "status": profile.status,
        "overallStatus": profile.overall_status,
        "isActive": profile.is_active,
        "isProtected": profile.is_protected,
        "creditEvents": [
            {"code": event.code, "text": event.text, "startDate": _plain(event.period.start_date)}
            for event in profile.credit_events
            if event.period.covers(profile.as_of_date)
        ],
        "foundedDate": _plain(profile.founded_date),
        "endedDate": _plain(profile.ended_date),
        "form": profile.form.short if profile.form else "",
        "address": _address(profile.address),
        "postalAddress": _address(profile.postal_address),
        "telephone": profile.telephone,
        "secondaryTelephone": profile.secondary_telephone,
        "fax": profile.fax,
        "email": profile.email,
        "website": profile.website,
        "primaryIndustry": asdict(profile.industry) if profile.industry else None,
        "secondaryIndustries": [asdict(industry) for industry in profile.secondary_industries],
        "purpose": profile.purpose,
        "capital": _capital(profile),
        "signingRule": profile.signing_rule,
        "articlesDate": _plain(profile.articles_date),
        "financialYearStart": profile.financial_year_start,
        "financialYearEnd": profile.financial_year_end,
        "isAuditWaived": profile.is_audit_waived,
        "isListed": profile.is_listed,
        "isCoveredByMoneyLaunderingAct": profile.is_covered_by_money_laundering_act,
        "employees": _employees(profile),
        "management": _seats(profile.management),
        "board": _seats(profile.board),
        "otherRoles": _seats(_other_roles(profile)),
        "auditors": _seats(profile.current_auditors),
        "legalOwners": _owners(profile.current_owners),
        "hasOwnersUnderFivePercent": profile.has_owners_under_five_percent,
        "productionUnits": list(profile.production_units),
    }


def _address(address: Address | None) -> dict[str, str] | None:
    return asdict(address) if address else None


def _capital(profile: Profile) -> dict[str, Any] | None:
    capital = profile.capital
    if capital is None:
        return None
    # 500000 and 500000.00 are the same capital.
    amount = format(capital.amount.normalize(), "f")
    return {"amount": amount, "currency": capital.currency, "isPartlyPaid": capital.is_partly_paid}


def _employees(profile: Profile) -> dict[str, Any] | None:
    if not profile.employees:
        return None
    newest = profile.employees[0]
    return {"month": f"{newest.year}-{newest.month:02d}", "count": newest.count, "interval": newest.interval}


def _other_roles(profile: Profile) -> tuple[Role, ...]:
    seated = {id(role) for role in (*profile.management, *profile.board)}
    return tuple(role for role in profile.roles if id(role) not in seated and role.period.covers(profile.as_of_date))


def _seats(roles: Iterable[Role]) -> list[dict[str, Any]]:
    seats = [
        {"id": role.participant.lasso_id, "name": role.participant.name, "organ": role.organ, "function": role.function}
        for role in roles
    ]
    return sorted(seats, key=lambda seat: (seat["organ"], seat["function"], seat["id"], seat["name"]))


def _owners(owners: Iterable[LegalOwner]) -> list[dict[str, Any]]:
    rows = [
        {
            "id": owner.participant.lasso_id,
            "name": owner.participant.name,
            "share": _band(owner.share),
            "votes": _band(owner.votes),
        }
        for owner in owners
    ]
    return sorted(rows, key=lambda row: (row["id"], row["share"] or "", row["votes"] or ""))


def _band(band: ShareBand | None) -> str | None:
    return band.label if band else None


def _plain(value: Any) -> str | None:
    return None if value is None else str(value)
