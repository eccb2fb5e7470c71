"""Finans: five years of accounts in full, what they come to in words and ratios, and the credit policy judged."""

from __future__ import annotations

from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.about import about_section
from reporting.contents.auditing import auditor_section
from reporting.contents.blocks import Content, Section
from reporting.contents.capital import capital_section
from reporting.contents.checks import accounts_checks
from reporting.contents.company import identity_section, status_check, status_section, status_tile
from reporting.contents.credit import credit_checks, credit_section, ratio_tile
from reporting.contents.doubts import doubts_section
from reporting.contents.figure_charts import amount_charts, ratio_charts
from reporting.contents.filings import accounts_tile, filings_section
from reporting.contents.growth import growth_section
from reporting.contents.key_figures import group_figures_section, no_figures_section
from reporting.contents.ratios import definitions, ratio_table
from reporting.contents.shortcomings import accounts_shortcomings, identity_shortcomings
from reporting.contents.statements import statement_sections
from reporting.contents.summing_up import lead_text, summing_up_section
from reporting.contents.years import figures_source, years_of
from reporting.material import Material

NOT_EXAMINED = (
    mark("Tallene er selskabets egne, hvor intet andet er anført, og er gengivet fra årsrapporterne uden omregning."),
    mark("Betalingsanmærkninger, pant, kautioner og eventualforpligtelser er ikke undersøgt."),
    mark("Kreditpolitikken er: soliditetsgrad over 30 % og likviditetsgrad over 100 %."),
)


def finans(material: Material) -> Content:
    """The content of a Finans report."""
    checks = credit_checks(material)
    # Of the comparisons with the register only those that concern the filing itself.
    about_filing = {_("Årsrapporter indsendt"), _("Balancen stemmer")}
    filing_checks = tuple(check for check in accounts_checks(material) if check.subject in about_filing)
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
            about_section(material, *map(_, NOT_EXAMINED)),
        ),
        lead=lead_text(material),
        shortcomings=(
            *identity_shortcomings(material),
            *accounts_shortcomings(material, are_figures_shown=True),
        ),
    )


def _figures_sections(material: Material) -> tuple[Section, ...]:
    years = years_of(material)
    if not years:
        return (no_figures_section(material),)
    # A chart of one year shows nothing that the tables do not.
    charts = (amount_charts(years), ratio_charts(years)) if len(years) > 1 else ()
    return (
        summing_up_section(material),
        credit_section(material, credit_checks(material)),
        Section(_("Nøgletal"), (*charts, ratio_table(years), definitions()), figures_source(years)),
        *statement_sections(years),
        growth_section(years),
        capital_section(years),
        *filter(None, (group_figures_section(years),)),
        auditor_section(years),
        doubts_section(years),
    )
