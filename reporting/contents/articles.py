"""What the articles say: purpose, signing rule, capital, financial year, and what each of them was before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from companies.facts import Capital, Fact, FactSpan
from companies.profile import Profile
from lasso.language import translate as _
from reporting.contents.blocks import Block, Change, Column, Facts, Row, Section, Table, row
from reporting.contents.changes import change_of_fact, is_recent
from reporting.contents.company import known_facts
from reporting.contents.fact_texts import FACTS, capital_lines, fact_text, financial_year_text, written_text, yes_or_no
from reporting.contents.formats import DASH, long_date, money, short_date
from reporting.contents.sources import cvr_source
from reporting.contents.written import Written
from reporting.material import Material

# What stands in the table of former registrations; capital and names have tables of their own.
RETOLD = (
    Fact.FORM,
    Fact.PURPOSE,
    Fact.SIGNING_RULE,
    Fact.FINANCIAL_YEAR,
    Fact.AUDIT_WAIVED,
    Fact.LISTED,
    Fact.MONEY_LAUNDERING_ACT,
)


def articles_section(material: Material) -> Section:
    """The articles as they are in force, the capital's history, and former registrations."""
    profile = material.profile

    def marked(fact: Fact) -> tuple[str, Change]:
        return _(FACTS[fact]), change_of_fact(material, fact)

    first, moved = (_days(profile, name) for name in ("first_period", "changed_period"))
    facts = known_facts(
        (*marked(Fact.PURPOSE), (Written(profile.purpose) if profile.purpose else DASH,)),
        (*marked(Fact.SIGNING_RULE), (Written(profile.signing_rule) if profile.signing_rule else DASH,)),
        (*marked(Fact.CAPITAL), capital_lines(profile) or (DASH,)),
        (*marked(Fact.FINANCIAL_YEAR), (financial_year_text(profile) or DASH,)),
        (_("Første regnskabsperiode"), Change.NONE, (first,)),
        (_("Omlægningsperiode"), Change.NONE, (moved,)),
        (*marked(Fact.ARTICLES_DATE), (long_date(profile.articles_date) if profile.articles_date else "",)),
        (*marked(Fact.AUDIT_WAIVED), (yes_or_no(profile.is_audit_waived) or DASH,)),
        (*marked(Fact.LISTED), (yes_or_no(profile.is_listed),)),
        (*marked(Fact.MONEY_LAUNDERING_ACT), (yes_or_no(profile.is_covered_by_money_laundering_act),)),
        (_("Statsligt aktieselskab"), Change.NONE, (yes_or_no(profile.is_state_owned),)),
        (_("Socialøkonomisk virksomhed"), Change.NONE, (yes_or_no(profile.is_social_enterprise),)),
        (_("Offentlig ejerbog"), Change.NONE, (yes_or_no(profile.has_public_owner_book),)),
    )
    blocks: tuple[Block, ...] = (Facts(facts), *_capital_history(material), *_former_registrations(material))
    return Section(_("Vedtægter og kapital"), blocks, cvr_source(material))


def _days(profile: Profile, name: str) -> str:
    period = getattr(profile, name)
    return f"{long_date(period.start_date)} – {long_date(period.end_date)}" if period else ""


def _capital_history(material: Material) -> Iterator[Table]:
    """Each registered capital with its days and the step to it; nothing where there was only one."""
    spans = [one for one in material.past if one.fact is Fact.CAPITAL]
    if len(spans) < 2:
        return
    steps = [(None, spans[0]), *pairwise(spans)]
    yield Table(
        title=_("Kapitalens historik"),
        columns=(Column(_("Kapital"), 38), Column(_("Ændring"), 22), Column(_("Fra"), 20), Column(_("Til"), 20)),
        rows=tuple(_capital_row(before, after, material) for before, after in reversed(steps)),
        note=_(
            "Kapitalforhøjelser og -nedsættelser vedtages efter selskabsloven kap. 10 og 11; kurs fremgår ikke her."
        ),
    )


def _capital_row(before: FactSpan | None, after: FactSpan, material: Material) -> Row:
    step = ""
    if before and isinstance(before.value, Capital) and isinstance(after.value, Capital):
        step = _step(before.value, after.value)
    period = after.period
    return row(
        fact_text(Fact.CAPITAL, after.value),
        step or DASH,
        short_date(period.start_date),
        short_date(period.end_date),
        kind="former" if period.end_date else "",
        change=Change.CHANGED if before and is_recent(period.start_date, material.day) else Change.NONE,
    )


def _step(before: Capital, after: Capital) -> str:
    difference = after.amount - before.amount
    if before.currency != after.currency or not difference:
        return ""
    return f"{'+' if difference > 0 else ''}{money(difference, after.currency)}"


def _former_registrations(material: Material) -> Iterator[Table]:
    found = [
        (span, label)
        for fact in RETOLD
        for span, label in ((one, _(FACTS[fact])) for one in material.past if one.fact is fact and one.period.end_date)
    ]
    if not found:
        return
    found.sort(key=lambda one: one[0].period.end_date or material.day, reverse=True)
    yield Table(
        title=_("Tidligere registreringer"),
        columns=(Column(_("Hvad"), 22), Column(_("Registreret"), 48), Column(_("Fra"), 15), Column(_("Til"), 15)),
        rows=tuple(
            row(
                label,
                written_text(span.fact, span.value),
                short_date(span.period.start_date),
                short_date(span.period.end_date),
                kind="former",
            )
            for span, label in found
        ),
    )
