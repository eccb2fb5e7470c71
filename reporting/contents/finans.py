"""Finans: five years of accounts, ratios with their definitions, and the credit policy judged."""

from __future__ import annotations

from reporting.contents.about import about_section
from reporting.contents.blocks import Bullets, Content, Notice, Section, Tone
from reporting.contents.checks import accounts_checks
from reporting.contents.company import identity_section, status_check, status_section, status_tile
from reporting.contents.credit import credit_checks, credit_section, ratio_tile
from reporting.contents.doubts import doubt_sentences
from reporting.contents.filings import ACCOUNTS_SOURCE, accounts_tile, filings_section, no_accounts_text
from reporting.contents.key_figures import (
    charts,
    definitions_table,
    group_section,
    ratio_table,
    statement_sections,
    years_of,
)
from reporting.contents.shortcomings import accounts_shortcomings, identity_shortcomings
from reporting.material import Material

NOT_EXAMINED = (
    "Tallene er selskabets egne, hvor intet andet er anført, og er gengivet fra årsrapporterne uden omregning.",
    "Betalingsanmærkninger, pant, kautioner og eventualforpligtelser er ikke undersøgt.",
    "Kreditpolitikken er: soliditetsgrad over 30 % og likviditetsgrad over 100 %.",
)


def finans(material: Material) -> Content:
    """The content of a Finans report."""
    checks = credit_checks(material)
    # Of the comparisons with the register only those that concern the filing itself.
    filing_checks = tuple(
        check for check in accounts_checks(material) if check.subject in {"Årsrapporter indsendt", "Balancen stemmer"}
    )
    return Content(
        tiles=(
            status_tile(material.profile),
            accounts_tile(material),
            ratio_tile(material, "solvency"),
            ratio_tile(material, "liquidity"),
        ),
        findings=(status_check(material.profile), *checks, *filing_checks),
        sections=(
            *_figures_sections(material),
            filings_section(material),
            identity_section(material),
            status_section(material),
            about_section(material, *NOT_EXAMINED),
        ),
        shortcomings=(
            *identity_shortcomings(material),
            *accounts_shortcomings(material, are_figures_shown=True),
        ),
    )


def _figures_sections(material: Material) -> tuple[Section, ...]:
    years = years_of(material)
    if not years:
        return (Section("Regnskabstal", (Notice(Tone.OPEN, no_accounts_text(material)),), ACCOUNTS_SOURCE),)
    return (
        credit_section(material, credit_checks(material)),
        Section("Nøgletal", (charts(years), ratio_table(years), definitions_table()), ACCOUNTS_SOURCE),
        *statement_sections(material),
        *filter(None, (group_section(material),)),
        _doubts_section(material),
    )


def _doubts_section(material: Material) -> Section:
    found = tuple(sentence for accounts in years_of(material) for sentence in doubt_sentences(accounts))
    title = "Modsigelser og forbehold ved tallene"
    if found:
        return Section(title, (Bullets(found),), ACCOUNTS_SOURCE)
    nothing = Notice(Tone.GOOD, "Ingen af de viste tal modsiger hinanden i samme årsrapport.")
    return Section(title, (nothing,), ACCOUNTS_SOURCE)
