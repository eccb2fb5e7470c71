"""The company register against the newest annual report: one comparison a rule, each with a verdict and its reason."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from companies.figures import Accounts
from companies.profile import Profile
from companies.ratios import adjoins, is_whole_year
from lasso.language import mark
from lasso.language import translate as _
from lasso.language import translate_count as _n
from reporting.contents.audit_checks import assistance_check, auditor_check, opinion_check, waiver_checks
from reporting.contents.blocks import Block, Check, Checks, Heading, Section, Tone
from reporting.contents.credit import capital_loss_check
from reporting.contents.fact_texts import financial_year_text
from reporting.contents.filings import filing_of, missing_year_end, no_accounts_text
from reporting.contents.formats import DASH, enumeration, long_date, money, month_day, number, short_date
from reporting.contents.sources import ACCOUNTS, CVR, own_source
from reporting.material import Material

# Erhvervsstyrelsen allows this difference, in whole units, when it compares capital: figures are often rounded.
TOLERANCE = Decimal(1000)
FILING = mark("årsregnskabsloven § 138, stk. 1")
DUTY_TO_FILE = mark("årsregnskabsloven §§ 3 og 138; selskabsloven § 225")
FINANCIAL_YEAR = mark("årsregnskabsloven § 15")
CAPITAL = mark("Erhvervsstyrelsens kontrol ved indsendelse (±1.000)")
BALANCE = mark("Erhvervsstyrelsens regler for digital indsendelse")


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
        auditor_check(profile, latest),
        assistance_check(profile, latest),
        *waiver_checks(profile, material.accounts),
        opinion_check(latest),
        _capital_check(profile, latest),
        capital_loss_check(profile, latest),
        _year_check(profile, latest),
        _balance_check(latest),
        _continuity_check(material.accounts),
    )


def checks_section(material: Material, registration: tuple[Check, ...], accounts: tuple[Check, ...]) -> Section:
    """The register held against the law and against the newest annual report."""
    blocks: list[Block] = []
    if registration:
        blocks += [Heading(_("Registreringen mod loven")), Checks(registration)]
    blocks += [Heading(_("CVR mod årsrapporten")), Checks(accounts)]
    return Section(_("Kontroller"), tuple(blocks), own_source(material, CVR, ACCOUNTS))


def _missing_check(material: Material) -> Check:
    subject, rule = _("Årsrapporter indsendt"), _(DUTY_TO_FILE)
    year_end = missing_year_end(material)
    latest = material.latest_accounts
    newest = _("Seneste: {day}").format(day=short_date(latest.end_date)) if latest else _("Ingen")
    sides = ((_("Årsrapport"), newest),)
    if year_end is not None:
        reason = _("Årsrapport for perioden til {day} er ikke offentliggjort, og fristen er udløbet.")
        return Check(subject, Tone.BAD, reason.format(day=long_date(year_end)), sides, rule)
    if latest is None:
        reason = no_accounts_text(material)
        return Check(subject, Tone.OPEN, reason, sides, rule)
    return Check(subject, Tone.GOOD, _("Der mangler ingen årsrapport, hvis frist er udløbet."), sides, rule)


def _deadline_check(profile: Profile, latest: Accounts) -> Check:
    filing = filing_of(profile, latest)
    sides = ((_("Frist"), short_date(filing.deadline)), (_("Offentliggjort"), short_date(filing.published_date)))
    reasons = {
        Tone.GOOD: _("Offentliggjort inden fristen."),
        Tone.NOTE: _n(
            "Offentliggjort {n} dag efter fristen; indsendelsen kan være sket før.",
            "Offentliggjort {n} dage efter fristen; indsendelsen kan være sket før.",
            filing.days_late or 0,
        ),
        Tone.BAD: _n(
            "Offentliggjort {n} dag efter fristen.", "Offentliggjort {n} dage efter fristen.", filing.days_late or 0
        ),
        Tone.OPEN: _("Dagen for offentliggørelse er ikke oplyst."),
    }
    reason = reasons[filing.tone].format(n=number(filing.days_late))
    return Check(_("Frist for indsendelse"), filing.tone, reason, sides, _(FILING))


def _capital_check(profile: Profile, latest: Accounts) -> Check:
    subject, rule = _("Selskabskapital"), _(CAPITAL)
    contributed = latest.value("contributedCapital")
    registered = profile.capital
    sides = (
        (_("CVR"), money(registered.amount, registered.currency) if registered else DASH),
        (_("Årsrapport"), money(contributed, latest.currency)),
    )
    if registered is None or contributed is None:
        return Check(subject, Tone.OPEN, _("Kapitalen står ikke entydigt begge steder."), sides, rule)
    if registered.currency != latest.currency:
        return Check(subject, Tone.OPEN, _("Kapitalen er opgjort i to valutaer."), sides, rule)
    difference = abs(registered.amount - contributed)
    if difference <= TOLERANCE:
        return Check(subject, Tone.GOOD, _("Samme beløb (afvigelse højst 1.000)."), sides, rule)
    amount = money(difference, latest.currency)
    reason = _("Beløbene afviger med {amount}; kapitalen kan være ændret siden balancedagen.").format(amount=amount)
    return Check(subject, Tone.BAD, reason, sides, rule)


def _year_check(profile: Profile, latest: Accounts) -> Check:
    subject, rule = _("Regnskabsår"), _(FINANCIAL_YEAR)
    period = f"{month_day(f'--{latest.start_date:%m-%d}')} – {month_day(f'--{latest.end_date:%m-%d}')}"
    sides = ((_("CVR"), financial_year_text(profile) or DASH), (_("Årsrapport"), period))
    if not profile.financial_year_end:
        return Check(subject, Tone.OPEN, _("CVR oplyser intet regnskabsår."), sides, rule)
    # The last of February is written --02-28 or --02-29 as the year happens to be.
    ends_alike = profile.financial_year_end.replace("-02-29", "-02-28") == f"--{latest.end_date:%m-%d}".replace(
        "-02-29", "-02-28"
    )
    if not ends_alike:
        reason = _("Årsrapportens periode slutter ikke som regnskabsåret i CVR.")
        return Check(subject, Tone.BAD, reason, sides, rule)
    if not is_whole_year(latest):
        return Check(subject, Tone.NOTE, _("Perioden er ikke på 12 måneder; tallene er ikke omregnet."), sides, rule)
    return Check(subject, Tone.GOOD, _("Perioden følger det registrerede regnskabsår."), sides, rule)


def _balance_check(latest: Accounts) -> Check:
    subject, rule = _("Balancen stemmer"), _(BALANCE)
    assets, liabilities = latest.value("assets"), latest.value("equityAndLiabilities")
    sides = ((_("Aktiver"), money(assets, latest.currency)), (_("Passiver"), money(liabilities, latest.currency)))
    if assets is None or liabilities is None:
        reason = _("Aktiver og passiver står ikke entydigt begge i årsrapporten.")
        return Check(subject, Tone.OPEN, reason, sides, rule)
    if assets == liabilities:
        return Check(subject, Tone.GOOD, _("Aktiver og passiver er lige store."), sides, rule)
    difference = abs(assets - liabilities)
    reason = _("Aktiver og passiver afviger med {amount}.").format(amount=money(difference, latest.currency))
    return Check(subject, Tone.NOTE if difference <= TOLERANCE else Tone.BAD, reason, sides, rule)


def _continuity_check(accounts: tuple[Accounts, ...]) -> Check:
    subject, rule = _("Sammenhængende regnskabsår"), _(FINANCIAL_YEAR)
    reports = _n("{n} årsrapport", "{n} årsrapporter", len(accounts)).format(n=len(accounts))
    sides = ((_("Årsrapport"), reports),)
    gaps = [newer for newer, older in pairwise(accounts) if not adjoins(newer, older)]
    if len(accounts) < 2:
        return Check(subject, Tone.OPEN, _("Der er kun én årsrapport."), sides, rule)
    if gaps:
        days = enumeration([short_date(newer.start_date) for newer in gaps])
        return Check(
            subject, Tone.NOTE, _("Perioden før {days} mangler eller overlapper.").format(days=days), sides, rule
        )
    return Check(subject, Tone.GOOD, _("Perioderne følger lige efter hinanden."), sides, rule)
