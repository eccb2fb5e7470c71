"""The main figures with ratios and charts: RevisionUdvidet's section on figures, and the group's."""

from __future__ import annotations

from dataclasses import replace

from companies.figures import Accounts
from lasso.language import translate as _
from reporting.contents.blocks import Notice, Section, Tone
from reporting.contents.doubts import doubts_table
from reporting.contents.figure_charts import main_charts
from reporting.contents.filings import no_accounts_text
from reporting.contents.ratios import LIQUIDITY, SOLVENCY, definitions, plain_ratio_table, ratio_table
from reporting.contents.restated import restated_table
from reporting.contents.sources import accounts_source
from reporting.contents.statements import main_figures_table
from reporting.contents.years import figures_source, years_of
from reporting.material import Material


def key_figures_section(material: Material) -> Section:
    """The main figures, the ratios, their charts, and what is doubtful or restated; or why there are none."""
    years = years_of(material)
    if not years:
        return no_figures_section(material)
    charts = (main_charts(years),) if len(years) > 1 else ()
    found = filter(None, (doubts_table(years), restated_table(years)))
    blocks = (main_figures_table(years), *charts, ratio_table(years), definitions(), *found)
    return Section(_("Regnskabstal og nøgletal"), blocks, figures_source(years))


def no_figures_section(material: Material) -> Section:
    """Why there are no figures."""
    notice = Notice(Tone.OPEN, no_accounts_text(material))
    return Section(_("Regnskabstal"), (notice,), accounts_source(material))


def group_figures_section(years: tuple[Accounts, ...]) -> Section | None:
    """The main figures of the group in the years whose annual reports have them beside the company's own."""
    groups = tuple(
        replace(accounts, figures=accounts.group_figures, is_group=True, comparative_figures={})
        for accounts in years
        if accounts.group_figures
    )
    if not groups:
        return None
    blocks = (main_figures_table(groups, is_beside_company=True), plain_ratio_table(groups, (SOLVENCY, LIQUIDITY)))
    return Section(_("Koncernens hovedtal"), blocks, figures_source(groups))
