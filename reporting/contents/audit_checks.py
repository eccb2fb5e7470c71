"""The auditor in the register against the auditor in the newest annual report, and whether there must be an audit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from companies.auditing import Assistance
from companies.figures import Accounts
from companies.profile import Profile, Role
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.blocks import Check, Tone
from reporting.contents.filings import is_modified
from reporting.contents.formats import DASH, local_date, number, short_date
from reporting.contents.names import name_of
from reporting.contents.register_words import register_word

AUDITED = frozenset(kind.value for kind in Assistance if kind.meets_audit_duty)
ELECTION = mark("selskabsloven § 144")
AUDIT_DUTY = mark("årsregnskabsloven § 135, stk. 1")
AUDIT_OF_FOUNDATIONS = mark("årsregnskabsloven § 135, stk. 2")
OPINION = mark("erklæringsbekendtgørelsen; ISA 705 og 570")
# Audit may be waived where at most one of these is exceeded in two years in a row: årsregnskabsloven § 135, stk. 1.
MOST_ASSETS, MOST_REVENUE, MOST_EMPLOYEES = Decimal(4_000_000), Decimal(8_000_000), Decimal(12)
LARGER_CLASS = re.compile(r"klasse (C|D)\b")
FOUNDATIONS = frozenset({"EFO", "ERHVERVSDRIVENDE FOND"})


def auditor_check(profile: Profile, latest: Accounts) -> Check:
    """The elected auditor against the audit firm that the annual report names."""
    elected = profile.current_auditors
    tone, reason = _auditor_verdict(profile, latest, elected)
    sides = ((_("CVR"), _auditors(elected)), (_("Årsrapport"), _firm(latest)))
    return Check(_("Revisor"), tone, reason, sides, _(ELECTION))


def assistance_check(profile: Profile, latest: Accounts) -> Check:
    """What the auditor did against whether the company has waived audit."""
    is_audited = latest.assistance in AUDITED
    waived = {
        True: _("Revision fravalgt"),
        False: _("Revision ikke fravalgt"),
        None: _("Ikke oplyst"),
    }[profile.is_audit_waived]
    sides = ((_("CVR"), waived), (_("Årsrapport"), register_word(latest.assistance) or DASH))
    if not latest.assistance or profile.is_audit_waived is None:
        tone, reason = Tone.OPEN, _("Fravalg af revision eller arten af revisors bistand er ikke oplyst.")
    elif profile.is_audit_waived and is_audited:
        tone, reason = Tone.NOTE, _("Revision er fravalgt, men årsrapporten er alligevel erklæret af revisor.")
    elif not profile.is_audit_waived and not is_audited:
        tone = Tone.BAD
        reason = _("Revision er ikke fravalgt, men årsrapporten har hverken revision eller udvidet gennemgang.")
    else:
        tone, reason = Tone.GOOD, _("Bistanden svarer til valget i CVR.")
    return Check(_("Revisionspligt"), tone, reason, sides, _(AUDIT_DUTY))


def waiver_checks(profile: Profile, accounts: tuple[Accounts, ...]) -> tuple[Check, ...]:
    """Whether a company that has waived audit is small enough to; none where it has not waived it."""
    if not profile.is_audit_waived:
        return ()
    subject, newest = _("Betingelser for at fravælge revision"), accounts[:2]
    sides = tuple((short_date(one.end_date), _sizes(one)) for one in newest)
    if profile.form and FOUNDATIONS & {profile.form.short.upper(), profile.form.long.upper()}:
        reason = _("En erhvervsdrivende fond kan ikke fravælge revision.")
        return (Check(subject, Tone.BAD, reason, sides, _(AUDIT_OF_FOUNDATIONS)),)
    if any(LARGER_CLASS.search(one.accounting_class) for one in newest[:1]):
        reason = _("Kun virksomheder i regnskabsklasse B kan fravælge revision.")
        return (Check(subject, Tone.BAD, reason, sides, _(AUDIT_DUTY)),)
    return (Check(subject, *_waiver_verdict(newest), sides, _(AUDIT_DUTY)),)


def _waiver_verdict(newest: tuple[Accounts, ...]) -> tuple[Tone, str]:
    if len(newest) < 2 or any(one.currency != "DKK" for one in newest):
        return Tone.OPEN, _("Der er ikke to årsrapporter i kroner at prøve størrelserne på.")
    counts = [_exceeded(one) for one in newest]
    if all(least >= 2 for least, _most in counts):
        return Tone.BAD, _("Mindst to af de tre størrelser er overskredet i begge de seneste år.")
    if any(most < 2 for _least, most in counts):
        return Tone.GOOD, _("Højst én af de tre størrelser er overskredet i mindst ét af de seneste to år.")
    return Tone.OPEN, _("En eller flere af størrelserne står ikke i årsrapporterne, så det kan ikke afgøres.")


def opinion_check(latest: Accounts) -> Check:
    """Whether the auditor's opinion is clean, and going concern undoubted."""
    subject, rule = _("Revisors konklusion"), _(OPINION)
    if is_modified(latest):
        kind = f" ({register_word(latest.modified_opinion).lower()})" if latest.modified_opinion else ""
        reason = _("Konklusionen er modificeret{kind}; den står under årsrapporter.").format(kind=kind)
        return Check(subject, Tone.BAD, reason, rule=rule)
    if latest.going_concern:
        reason = _("Revisor oplyser om væsentlig usikkerhed om fortsat drift.")
        return Check(subject, Tone.BAD, reason, rule=rule)
    if not latest.opinion:
        reason = _("Årsrapporten har ingen konklusion i et felt, der kan læses maskinelt.")
        return Check(subject, Tone.OPEN, reason, rule=rule)
    return Check(subject, Tone.GOOD, _("Konklusionen nævner ingen forbehold."), rule=rule)


def _auditor_verdict(profile: Profile, latest: Accounts, elected: tuple[Role, ...]) -> tuple[Tone, str]:
    if not latest.audit_firm_cvr:
        return _without_firm(profile, elected)
    if not elected:
        return Tone.NOTE, _("Årsrapporten nævner et revisionsfirma, men CVR har ingen valgt revisor.")
    if latest.audit_firm_cvr in _numbers(elected):
        return Tone.GOOD, _("Samme revisionsfirma.")
    published = local_date(latest.published_at) or latest.end_date
    if latest.audit_firm_cvr in _in_office(profile, published, published):
        return Tone.NOTE, _("Revisor er skiftet, siden årsrapporten blev offentliggjort.")
    if latest.audit_firm_cvr in _in_office(profile, latest.start_date, published):
        return Tone.NOTE, _("Årsrapportens revisor var valgt i perioden, men fratrådte før offentliggørelsen.")
    return Tone.BAD, _("Årsrapportens revisionsfirma er ikke den revisor, der var valgt i CVR.")


def _without_firm(profile: Profile, elected: tuple[Role, ...]) -> tuple[Tone, str]:
    if elected:
        return Tone.NOTE, _("Årsrapporten nævner intet revisionsfirma med CVR-nummer.")
    tone = Tone.GOOD if profile.is_audit_waived else Tone.OPEN
    return tone, _("Ingen revisor i CVR og intet revisionsfirma i årsrapporten.")


def _auditors(roles: tuple[Role, ...]) -> str:
    names = (
        _("{name} ({cvr})").format(name=name_of(role.participant), cvr=role.participant.cvr or DASH) for role in roles
    )
    return ", ".join(names) or _("Ingen")


def _numbers(roles: Iterable[Role]) -> set[str]:
    return {role.participant.cvr for role in roles}


def _in_office(profile: Profile, first: date, last: date) -> set[str]:
    """The CVR numbers of the auditors in office on any of the days."""
    return _numbers(
        role
        for role in profile.auditors
        if (role.period.start_date or date.min) <= last and (role.period.end_date or date.max) >= first
    )


def _firm(latest: Accounts) -> str:
    if not latest.audit_firm and not latest.audit_firm_cvr:
        return _("Intet revisionsfirma")
    return _("{name} ({cvr})").format(name=latest.audit_firm or _("Uden navn"), cvr=latest.audit_firm_cvr or DASH)


def _measures(accounts: Accounts) -> tuple[tuple[Decimal | None, Decimal], ...]:
    return (
        (accounts.value("assets"), MOST_ASSETS),
        (accounts.value("revenue"), MOST_REVENUE),
        (accounts.value("employees"), MOST_EMPLOYEES),
    )


def _exceeded(accounts: Accounts) -> tuple[int, int]:
    """How many of the three are exceeded: those that certainly are, and those that may be as they are not told."""
    measures = _measures(accounts)
    certain = sum(value is not None and value > limit for value, limit in measures)
    return certain, certain + sum(value is None for value, _limit in measures)


def _sizes(accounts: Accounts) -> str:
    assets, revenue, employees = (number(value) for value, _limit in _measures(accounts))
    return _("balance {assets}, omsætning {revenue}, ansatte {employees}").format(
        assets=assets, revenue=revenue, employees=employees
    )
