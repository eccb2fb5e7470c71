"""The company register against the newest annual report: one comparison a rule, each with a verdict and its reason."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from companies.auditing import Assistance
from companies.figures import Accounts
from companies.profile import Profile, Role
from companies.ratios import adjoins, is_whole_year
from reporting.contents.blocks import Check, Checks, Section, Tone
from reporting.contents.company import financial_year_text
from reporting.contents.filings import filing_of, is_modified, missing_year_end
from reporting.contents.formats import DASH, local_date, long_date, money, month_day, short_date
from reporting.material import Material

CVR, REPORT = "CVR", "Årsrapport"
# Erhvervsstyrelsen allows this difference, in whole units, when it compares capital: figures are often rounded.
TOLERANCE = Decimal(1000)
AUDITED = frozenset(kind.value for kind in Assistance if kind.meets_audit_duty)


def accounts_checks(material: Material) -> tuple[Check, ...]:
    """Every comparison of the register with the accounts, in the order of their weight."""
    latest = material.latest_accounts
    missing = _missing_check(material)
    if latest is None:
        return (missing,)
    profile = material.profile
    return (
        missing,
        _deadline_check(profile, latest),
        _auditor_check(profile, latest),
        _assistance_check(profile, latest),
        _opinion_check(latest),
        _capital_check(profile, latest),
        _year_check(profile, latest),
        _balance_check(latest),
        _continuity_check(material.accounts),
    )


def checks_section(checks: tuple[Check, ...]) -> Section:
    """The comparisons as a section."""
    return Section("Kontroller: CVR mod årsrapport", (Checks(checks),), "Egne kontroller af oplysninger fra CVR")


def _missing_check(material: Material) -> Check:
    subject = "Årsrapporter indsendt"
    year_end = missing_year_end(material)
    latest = material.latest_accounts
    newest = f"Seneste: {short_date(latest.end_date)}" if latest else "Ingen"
    sides = ((REPORT, newest),)
    if year_end is not None:
        reason = f"Årsrapport for perioden til {long_date(year_end)} er ikke offentliggjort, og fristen er udløbet."
        return Check(subject, Tone.BAD, reason, sides)
    if latest is None:
        return Check(subject, Tone.OPEN, "Der er ingen årsrapport at sammenligne med.", sides)
    return Check(subject, Tone.GOOD, "Der mangler ingen årsrapport, hvis frist er udløbet.", sides)


def _deadline_check(profile: Profile, latest: Accounts) -> Check:
    filing = filing_of(profile, latest)
    subject = "Frist for indsendelse"
    sides = (("Frist", short_date(filing.deadline)), ("Offentliggjort", short_date(filing.published_date)))
    reasons = {
        Tone.GOOD: "Offentliggjort inden fristen.",
        Tone.NOTE: f"Offentliggjort {filing.days_late} dage efter fristen; indsendelsen kan være sket før.",
        Tone.BAD: f"Offentliggjort {filing.days_late} dage efter fristen.",
        Tone.OPEN: "Dagen for offentliggørelse er ikke oplyst.",
    }
    return Check(subject, filing.tone, reasons[filing.tone], sides)


def _auditor_check(profile: Profile, latest: Accounts) -> Check:
    subject = "Revisor"
    elected = profile.current_auditors
    sides = ((CVR, _auditors(elected)), (REPORT, _firm(latest)))
    if not elected and not latest.audit_firm_cvr:
        tone = Tone.GOOD if profile.is_audit_waived else Tone.OPEN
        return Check(subject, tone, "Ingen revisor i CVR og intet revisionsfirma i årsrapporten.", sides)
    if not latest.audit_firm_cvr:
        return Check(subject, Tone.NOTE, "Årsrapporten nævner intet revisionsfirma med CVR-nummer.", sides)
    if not elected:
        return Check(
            subject, Tone.NOTE, "Årsrapporten nævner et revisionsfirma, men CVR har ingen valgt revisor.", sides
        )
    if latest.audit_firm_cvr in {role.participant.cvr for role in elected}:
        return Check(subject, Tone.GOOD, "Samme revisionsfirma.", sides)
    if latest.audit_firm_cvr in _auditors_then(profile, latest):
        return Check(subject, Tone.NOTE, "Revisor er skiftet, siden årsrapporten blev offentliggjort.", sides)
    return Check(subject, Tone.BAD, "Årsrapportens revisionsfirma er ikke den revisor, der var valgt i CVR.", sides)


def _assistance_check(profile: Profile, latest: Accounts) -> Check:
    subject = "Revisionspligt"
    is_audited = latest.assistance in AUDITED
    waived = {True: "Revision fravalgt", False: "Revision ikke fravalgt", None: "Ikke oplyst"}[profile.is_audit_waived]
    sides = ((CVR, waived), (REPORT, latest.assistance or DASH))
    if not latest.assistance or profile.is_audit_waived is None:
        return Check(subject, Tone.OPEN, "Fravalg af revision eller arten af revisors bistand er ikke oplyst.", sides)
    if profile.is_audit_waived and is_audited:
        return Check(
            subject, Tone.NOTE, "Revision er fravalgt, men årsrapporten er alligevel erklæret af revisor.", sides
        )
    if not profile.is_audit_waived and not is_audited:
        reason = "Revision er ikke fravalgt, men årsrapporten har hverken revision eller udvidet gennemgang."
        return Check(subject, Tone.BAD, reason, sides)
    return Check(subject, Tone.GOOD, "Bistanden svarer til valget i CVR.", sides)


def _opinion_check(latest: Accounts) -> Check:
    subject = "Revisors konklusion"
    if is_modified(latest):
        kind = f" ({latest.modified_opinion.lower()})" if latest.modified_opinion else ""
        return Check(subject, Tone.BAD, f"Konklusionen er modificeret{kind}; den står under årsrapporter.")
    if latest.going_concern:
        return Check(subject, Tone.BAD, "Revisor oplyser om væsentlig usikkerhed om fortsat drift.")
    if not latest.opinion:
        return Check(subject, Tone.OPEN, "Årsrapporten har ingen konklusion i et felt, der kan læses maskinelt.")
    return Check(subject, Tone.GOOD, "Konklusionen nævner ingen forbehold.")


def _capital_check(profile: Profile, latest: Accounts) -> Check:
    subject = "Selskabskapital"
    contributed = latest.value("contributedCapital")
    registered = profile.capital
    sides = (
        (CVR, money(registered.amount, registered.currency) if registered else DASH),
        (REPORT, money(contributed, latest.currency)),
    )
    if registered is None or contributed is None:
        return Check(subject, Tone.OPEN, "Kapitalen står ikke entydigt begge steder.", sides)
    if registered.currency != latest.currency:
        return Check(subject, Tone.OPEN, "Kapitalen er opgjort i to valutaer.", sides)
    difference = abs(registered.amount - contributed)
    if difference <= TOLERANCE:
        return Check(subject, Tone.GOOD, "Samme beløb (afvigelse højst 1.000).", sides)
    reason = f"Beløbene afviger med {money(difference, latest.currency)}; kapitalen kan være ændret siden balancedagen."
    return Check(subject, Tone.BAD, reason, sides)


def _year_check(profile: Profile, latest: Accounts) -> Check:
    subject = "Regnskabsår"
    period = f"{month_day(f'--{latest.start_date:%m-%d}')} – {month_day(f'--{latest.end_date:%m-%d}')}"
    sides = ((CVR, financial_year_text(profile) or DASH), (REPORT, period))
    if not profile.financial_year_end:
        return Check(subject, Tone.OPEN, "CVR oplyser intet regnskabsår.", sides)
    # The last of February is written --02-28 or --02-29 as the year happens to be.
    ends_alike = profile.financial_year_end.replace("-02-29", "-02-28") == f"--{latest.end_date:%m-%d}".replace(
        "-02-29", "-02-28"
    )
    if not ends_alike:
        return Check(subject, Tone.BAD, "Årsrapportens periode slutter ikke som regnskabsåret i CVR.", sides)
    if not is_whole_year(latest):
        return Check(subject, Tone.NOTE, "Perioden er ikke på 12 måneder; tallene er ikke omregnet.", sides)
    return Check(subject, Tone.GOOD, "Perioden følger det registrerede regnskabsår.", sides)


def _balance_check(latest: Accounts) -> Check:
    subject = "Balancen stemmer"
    assets, liabilities = latest.value("assets"), latest.value("equityAndLiabilities")
    sides = (("Aktiver", money(assets, latest.currency)), ("Passiver", money(liabilities, latest.currency)))
    if assets is None or liabilities is None:
        return Check(subject, Tone.OPEN, "Aktiver og passiver står ikke entydigt begge i årsrapporten.", sides)
    if assets == liabilities:
        return Check(subject, Tone.GOOD, "Aktiver og passiver er lige store.", sides)
    reason = f"Aktiver og passiver afviger med {money(abs(assets - liabilities), latest.currency)}."
    return Check(subject, Tone.NOTE if abs(assets - liabilities) <= TOLERANCE else Tone.BAD, reason, sides)


def _continuity_check(accounts: tuple[Accounts, ...]) -> Check:
    subject = "Sammenhængende regnskabsår"
    sides = ((REPORT, f"{len(accounts)} årsrapport{'' if len(accounts) == 1 else 'er'}"),)
    gaps = [newer for newer, older in pairwise(accounts) if not adjoins(newer, older)]
    if len(accounts) < 2:
        return Check(subject, Tone.OPEN, "Der er kun én årsrapport.", sides)
    if gaps:
        days = ", ".join(short_date(newer.start_date) for newer in gaps)
        return Check(subject, Tone.NOTE, f"Perioden før {days} mangler eller overlapper.", sides)
    return Check(subject, Tone.GOOD, "Perioderne følger lige efter hinanden.", sides)


def _auditors(roles: tuple[Role, ...]) -> str:
    return ", ".join(f"{role.participant.name} ({role.participant.cvr or DASH})" for role in roles) or "Ingen"


def _auditors_then(profile: Profile, latest: Accounts) -> set[str]:
    """The CVR numbers of the auditors in office when the accounts were published or, failing that, at their end."""
    day = local_date(latest.published_at) or latest.end_date
    return {role.participant.cvr for role in profile.auditors if role.period.covers(day)}


def _firm(latest: Accounts) -> str:
    if not latest.audit_firm and not latest.audit_firm_cvr:
        return "Intet revisionsfirma"
    return f"{latest.audit_firm or 'Uden navn'} ({latest.audit_firm_cvr or DASH})"
