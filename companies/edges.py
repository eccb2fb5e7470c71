"""Owners of a company as rows, so that chains can be followed in both directions."""

from __future__ import annotations

from datetime import date

from companies.models import OwnershipEdge
from companies.profile import FULLY_LIABLE, LegalOwner, Profile


def edges_of_profile(profile: Profile) -> list[OwnershipEdge]:
    """The rows, not yet saved, of all owners of the company: former ones and those to come too, as graphs are drawn
    for any day and a day comes without a new document."""
    registered = (*profile.legal_owners, *profile.coming_owners)
    liable = [
        LegalOwner(role.participant, None, None, role.period)
        for role in profile.roles
        if role.organ_type == FULLY_LIABLE
    ]
    # A partner whose percentage is filed as well is one owner, not two.
    apart = [partner for partner in liable if not any(_are_together(partner, owner) for owner in registered)]
    return [_edge(profile.cvr, owner) for owner in (*registered, *apart)]


def _are_together(partner: LegalOwner, owner: LegalOwner) -> bool:
    """Whether they are the same participant with a day in common."""
    one, other = partner.period, owner.period
    return (
        partner.participant.lasso_id == owner.participant.lasso_id
        and (one.start_date or date.min) <= (other.end_date or date.max)
        and (other.start_date or date.min) <= (one.end_date or date.max)
    )


def _edge(cvr: str, owner: LegalOwner) -> OwnershipEdge:
    participant, share, votes = owner.participant, owner.share, owner.votes
    return OwnershipEdge(
        owned_id=cvr,
        owner_key=participant.lasso_id,
        owner_kind=participant.kind.value,
        owner_unit_number=participant.unit_number,
        owner_cvr=participant.cvr,
        owner_name=participant.name,
        owner_country_code=participant.country_code,
        capital_class=owner.capital_class,
        share_low=share.low if share else None,
        share_high=share.high if share else None,
        votes_low=votes.low if votes else None,
        votes_high=votes.high if votes else None,
        start_date=owner.period.start_date,
        end_date=owner.period.end_date,
    )
