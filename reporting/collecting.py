"""Collecting what one report needs from the company register."""

from __future__ import annotations

from datetime import date, datetime

from accounts.models import Organisation
from companies import ownership, register
from companies.beneficial import BeneficialAccessDenied, BeneficialOwners, read_beneficial_owners
from companies.cvr import is_valid_cvr
from companies.days import danish_day
from companies.errors import CompanyRefused
from companies.fetching import Needs, fetch_for_report
from companies.graph import IndirectShare, OwnershipGraph
from companies.profile import ParticipantKind, Profile
from companies.related import RelatedHolding, find_holdings
from lasso.language import Language, speaking, spoken
from lasso.language import translate as _
from reporting.material import Material
from reporting.models import ReportType

SHOWS_ACCOUNTS = frozenset({ReportType.REVISION, ReportType.REVISION_UDVIDET, ReportType.FINANS})
SHOWS_CHART = frozenset({ReportType.REELLE_EJERE, ReportType.REVISION_UDVIDET})
SHOWS_RELATED = frozenset({ReportType.REVISION, ReportType.REVISION_UDVIDET})
SHOWS_BENEFICIAL = frozenset({ReportType.REELLE_EJERE, ReportType.REVISION_UDVIDET})


class NoSuchCompanyError(Exception):
    """The report cannot be made, because there is no company to make it on; the message is the reason."""


def collect(
    *,
    cvr: str,
    report_type: ReportType,
    organisation: Organisation,
    now: datetime,
    language: Language = Language.DANISH,
) -> Material:
    """Everything one report needs, as of the Danish day of `now`; looks at beneficial owners are logged.

    `language` is the report's, and that of the reasons given here.

    What the register lacks, or has had too long, is fetched from the live sources that are on.

    Raises:
        NoSuchCompanyError: the CVR number is wrong, no company has it, or what the source has of it cannot be read.
        SourceUnreachable: the register could not be asked; trying again later makes sense.
    """
    with speaking(language):
        return _collected(cvr, report_type, organisation, now)


def _collected(cvr: str, report_type: ReportType, organisation: Organisation, now: datetime) -> Material:
    if not is_valid_cvr(cvr):
        raise NoSuchCompanyError(_("CVR-nummeret {cvr} er ikke gyldigt: kontrolcifferet passer ikke.").format(cvr=cvr))
    day = danish_day(now)
    try:
        outages = fetch_for_report(cvr=cvr, needs=_needs(report_type, organisation), now=now)
        profile, past = register.find_profile_with_past(cvr=cvr, day=day)
    except register.CompanyUnknown as error:
        raise NoSuchCompanyError(
            _("Der findes ingen virksomhed med CVR-nummer {cvr} i registret.").format(cvr=cvr)
        ) from error
    except CompanyRefused as error:
        raise NoSuchCompanyError(
            _("Registrets oplysninger om CVR-nummer {cvr} kan ikke læses: {reason}.").format(
                cvr=cvr, reason=error.reason
            )
        ) from error
    owners, indirect = _chart(cvr, report_type, day)
    beneficial, refusal = _beneficial(cvr, report_type, organisation, now)
    return Material(
        report_type=report_type,
        profile=profile,
        extracted_at=now,
        organisation_name=organisation.name,
        past=past,
        related=_related(profile, day) if report_type in SHOWS_RELATED else (),
        accounts=register.find_accounts(cvr=cvr) if report_type in SHOWS_ACCOUNTS else (),
        owners=owners,
        indirect=indirect,
        group=ownership.group_downwards(cvr=cvr, day=day) if report_type == ReportType.REVISION_UDVIDET else None,
        beneficial=beneficial,
        beneficial_refusal=refusal,
        outages=outages,
        language=spoken(),
    )


def _needs(report_type: ReportType, organisation: Organisation) -> Needs:
    return Needs(
        owners=report_type in SHOWS_CHART,
        group=report_type == ReportType.REVISION_UDVIDET,
        accounts=report_type in SHOWS_ACCOUNTS,
        beneficial_owners=report_type in SHOWS_BENEFICIAL and organisation.has_beneficial_owner_access,
    )


def _related(profile: Profile, day: date) -> tuple[RelatedHolding, ...]:
    """What the people who run, own and are liable for the company own elsewhere."""
    seats = (*profile.management, *profile.board, *profile.fully_liable)
    people = [seat.participant for seat in seats] + [owner.participant for owner in profile.current_owners]
    persons = [one.lasso_id for one in people if one.kind is ParticipantKind.PERSON]
    return find_holdings(owners=persons, without=profile.cvr, day=day) if persons else ()


def _chart(cvr: str, report_type: ReportType, day: date) -> tuple[OwnershipGraph | None, tuple[IndirectShare, ...]]:
    if report_type not in SHOWS_CHART:
        return None, ()
    graph = ownership.owners_upwards(cvr=cvr, day=day)
    return graph, ownership.indirect_shares(graph)


def _beneficial(
    cvr: str, report_type: ReportType, organisation: Organisation, now: datetime
) -> tuple[BeneficialOwners | None, str]:
    if report_type not in SHOWS_BENEFICIAL:
        return None, ""
    try:
        found = read_beneficial_owners(
            cvr=cvr, day=danish_day(now), organisation=organisation, purpose=f"report {report_type}", now=now
        )
    except BeneficialAccessDenied:
        refusal = _("{organisation} har ikke adgang til oplysninger om reelle ejere (CVR-loven § 18 a).")
        return None, refusal.format(organisation=organisation.name)
    return found, ""
