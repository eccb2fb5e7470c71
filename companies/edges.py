"""Owners of a company as rows, so that chains can be followed in both directions."""

from __future__ import annotations

from companies.models import OwnershipEdge
from companies.profile import Participant, Period, Profile, ShareBand

# Partners of an I/S, the general partner of a K/S, the owner of a sole proprietorship: owners without a percentage.
FULLY_LIABLE = "FULDT_ANSVARLIG_DELTAGERE"


def edges_of_profile(profile: Profile) -> list[OwnershipEdge]:
    """The rows, not yet saved, of all owners of the company, former ones too."""
    registered = [
        _edge(profile.cvr, owner.participant, owner.share, owner.votes, owner.period) for owner in profile.legal_owners
    ]
    have_percentages = {owner.participant.lasso_id for owner in profile.legal_owners}
    liable = [
        _edge(profile.cvr, role.participant, None, None, role.period)
        for role in profile.roles
        if role.organ_type == FULLY_LIABLE and role.participant.lasso_id not in have_percentages
    ]
    return registered + liable


def _edge(
    cvr: str, owner: Participant, share: ShareBand | None, votes: ShareBand | None, period: Period
) -> OwnershipEdge:
    return OwnershipEdge(
        owned_id=cvr,
        owner_key=owner.lasso_id,
        owner_kind=owner.kind.value,
        owner_unit_number=owner.unit_number,
        owner_cvr=owner.cvr,
        owner_name=owner.name,
        owner_country_code=owner.country_code,
        share_low=share.low if share else None,
        share_high=share.high if share else None,
        votes_low=votes.low if votes else None,
        votes_high=votes.high if votes else None,
        start_date=period.start_date,
        end_date=period.end_date,
    )
