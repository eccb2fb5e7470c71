"""The register against itself and the law: management, signing rule, capital, owners; one comparison a rule.

What a rule does not reach (a form without such a duty, a company that is no longer run by its management) gets no
verdict at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from companies.profile import Profile
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.blocks import Check, Tone
from reporting.contents.fact_texts import capital_lines, is_in_force
from reporting.contents.formats import DASH, bounds, enumeration, exact_percent, money, number
from reporting.contents.written import Written
from reporting.material import Material

MANAGEMENT = mark("selskabsloven § 111")
SIGNING = mark("selskabsloven § 135")
LEAST_CAPITAL = mark("selskabsloven § 4, stk. 2")
OWNERS = mark("selskabsloven §§ 55 og 58")
ABOLISHED = mark("lov nr. 445 af 13. april 2019")

# Forms with a board of at least three and an executive board; forms that need only one of them.
WITH_BOARD, WITH_MANAGEMENT = frozenset({"A/S", "P/S"}), frozenset({"APS", "IVS"})
LEAST_BOARD_MEMBERS = 3
LEAST_CAPITALS = {"A/S": Decimal(400_000), "P/S": Decimal(400_000), "APS": Decimal(20_000)}
# The krone is held within 2.25 % of this many to the euro.
EURO, EURO_BAND = Decimal("7.46038"), Decimal("0.0225")
# What a signing rule asks for, by the words that it may name it with.
SIGNERS = (
    (re.compile(r"formand", re.IGNORECASE), mark("en formand"), "chair"),
    (re.compile(r"bestyrelse", re.IGNORECASE), mark("en bestyrelse"), "board"),
    (re.compile(r"direkt(ion|ør)", re.IGNORECASE), mark("en direktion"), "management"),
)
LONGEST_RULE = 240  # letters of a signing rule that stand beside the verdict on it
CHAIRS = frozenset({"FORMAND", "BESTYRELSESFORMAND"})
ROUNDING = Decimal("0.0002")  # the bands leave hundredths of a percent open between each other


def registration_checks(material: Material) -> tuple[Check, ...]:
    """Every comparison that the company's form and status call for."""
    profile = material.profile
    if profile.form is None or not is_in_force(profile):
        return ()
    form = profile.form.short.upper()
    return (
        *_management_check(profile, form),
        *_signing_check(profile, form),
        *_capital_check(profile, form),
        *owners_check(profile),
    )


def _management_check(profile: Profile, form: str) -> Iterator[Check]:
    if form not in WITH_BOARD | WITH_MANAGEMENT:
        return
    directors, members = len(profile.management), len(profile.board)
    sides = ((_("Direktion"), number(directors)), (_("Bestyrelse"), number(members)))
    tone, reason = Tone.GOOD, _("Ledelsen er sammensat, som selskabsformen kræver.")
    if form in WITH_BOARD and not directors:
        tone, reason = Tone.BAD, _("Der er ingen direktion, som formen kræver.")
    elif form in WITH_BOARD and members < LEAST_BOARD_MEMBERS:
        tone = Tone.NOTE if _has_supervisory_board(profile) else Tone.BAD
        reason = _("Bestyrelse eller tilsynsråd skal have mindst tre medlemmer.")
    elif not directors and not members:
        tone, reason = Tone.BAD, _("Der er hverken direktion eller bestyrelse; uden ledelse kan selskabet opløses.")
    yield Check(_("Ledelsens sammensætning"), tone, reason, sides, _(MANAGEMENT))


def _has_supervisory_board(profile: Profile) -> bool:
    return any(role.organ.lower() == "tilsynsråd" and role.period.covers(profile.as_of_date) for role in profile.roles)


def _signing_check(profile: Profile, form: str) -> Iterator[Check]:
    """Whether those whom the signing rule names are there."""
    if not profile.signing_rule:
        return
    there = {
        "chair": any(role.function.upper() in CHAIRS for role in profile.board),
        "board": bool(profile.board) or _has_supervisory_board(profile),
        "management": bool(profile.management),
    }
    missing = [_(name) for words, name, key in SIGNERS if words.search(profile.signing_rule) and not there[key]]
    subject, rule = _("Tegningsregel"), _(SIGNING) if form in WITH_BOARD | WITH_MANAGEMENT else ""
    words = profile.signing_rule
    sides = ((_("CVR"), Written(words if len(words) <= LONGEST_RULE else f"{words[:LONGEST_RULE].rstrip()}…")),)
    if missing:
        names = enumeration(missing)
        reason = _("Reglen nævner {names}, men det er ikke registreret; afklar, hvem der kan forpligte selskabet.")
        yield Check(subject, Tone.NOTE, reason.format(names=names), sides, rule)
    else:
        yield Check(subject, Tone.GOOD, _("De organer, som reglen nævner, er registreret."), sides, rule)


def _capital_check(profile: Profile, form: str) -> Iterator[Check]:
    subject = _("Kapitalkrav")
    if form == "IVS":
        reason = _("Formen er afskaffet; selskabet skulle være omregistreret til ApS senest den 15. oktober 2021.")
        yield Check(subject, Tone.BAD, reason, ((_("CVR"), _capital(profile)),), _(ABOLISHED))
    elif form in LEAST_CAPITALS:
        least = LEAST_CAPITALS[form]
        tone, reason = _capital_verdict(profile, least)
        sides = ((_("CVR"), _capital(profile)), (_("Krav"), money(least, "DKK")))
        yield Check(subject, tone, reason, sides, _(LEAST_CAPITAL))


def _capital(profile: Profile) -> str:
    return ", ".join(capital_lines(profile)) or DASH


def _capital_verdict(profile: Profile, least: Decimal) -> tuple[Tone, str]:
    capital = profile.capital
    if capital is None:
        return Tone.OPEN, _("Der er ikke registreret nogen kapital.")
    rates = {"DKK": (Decimal(1), Decimal(1)), "EUR": (EURO * (1 - EURO_BAND), EURO * (1 + EURO_BAND))}
    if capital.currency not in rates:
        return Tone.OPEN, _("Kapitalen er i anden valuta end kroner og euro og er ikke omregnet.")
    low, high = (capital.amount * rate for rate in rates[capital.currency])
    if low >= least:
        return Tone.GOOD, _("Kapitalen er mindst det, loven kræver.")
    if high < least:
        return Tone.BAD, _("Kapitalen er mindre end det, loven kræver.")
    return Tone.OPEN, _("Kapitalen ligger så tæt på kravet, at kursen afgør det.")


def owners_check(profile: Profile) -> Iterator[Check]:
    """Whether the legal owners' bands can be true together, and whether somebody is missing; for limited companies."""
    if profile.form is None or profile.form.short.upper() not in WITH_BOARD | WITH_MANAGEMENT:
        return
    owners = profile.current_owners
    shares = [owner.share for owner in owners if owner.share]
    low, high = sum((one.low for one in shares), Decimal(0)), sum((one.high for one in shares), Decimal(0))
    sides = ((_("I alt"), bounds(low, min(high, Decimal(1))) if low <= 1 else exact_percent(low)),)
    yield Check(_("Legale ejeres andele"), *_owners_verdict(profile, len(shares), low, high), sides, _(OWNERS))


def _owners_verdict(profile: Profile, filed: int, low: Decimal, high: Decimal) -> tuple[Tone, str]:
    owners = profile.current_owners
    has_classes = any(owner.capital_class for owner in owners)
    if not owners:
        return Tone.NOTE, _("Ingen ejere på mindst 5 % er registreret; bed om ejerbogen.")
    if filed < len(owners):
        return Tone.OPEN, _("En eller flere ejere står uden andel, så summen kan ikke prøves.")
    if low > 1 + ROUNDING:
        tone = Tone.OPEN if has_classes else Tone.BAD
        return tone, _("De registrerede andele er tilsammen over 100 %.")
    if high < 1 - ROUNDING * filed and profile.has_owners_under_five_percent is False:
        return Tone.NOTE, _("Andelene når ikke 100 %, selv om registret siger, at ingen ejer under 5 %.")
    return Tone.GOOD, _("De registrerede andele kan være sande samtidig.")
