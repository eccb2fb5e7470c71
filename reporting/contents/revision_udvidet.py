"""RevisionUdvidet: the Revision report with ownership upwards and downwards, beneficial owners and five years."""

from __future__ import annotations

from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.about import about_section
from reporting.contents.beneficial import beneficial_section
from reporting.contents.blocks import Content
from reporting.contents.checks import accounts_checks, checks_section
from reporting.contents.company import status_check
from reporting.contents.filings import filings_section
from reporting.contents.key_figures import key_figures_section
from reporting.contents.leads import revision_lead
from reporting.contents.ownership_graphs import group_section, owners_chart_section
from reporting.contents.registration_checks import registration_checks
from reporting.contents.revision import people_sections, revision_tiles
from reporting.contents.shortcomings import accounts_shortcomings, chain_shortcomings, identity_shortcomings
from reporting.material import Material

NOT_EXAMINED = mark("Hæftelser, retssager, sanktionslister og betalingsevne er ikke undersøgt.")


def revision_udvidet(material: Material) -> Content:
    """The content of a RevisionUdvidet report."""
    registration, accounts = registration_checks(material), accounts_checks(material)
    ownership = (owners_chart_section(material), group_section(material), beneficial_section(material))
    return Content(
        tiles=revision_tiles(material),
        lead=revision_lead(material),
        findings=(status_check(material.profile), *registration, *accounts),
        sections=(
            *people_sections(material),
            *(section for section in ownership if section is not None),
            key_figures_section(material),
            filings_section(material),
            checks_section(material, registration, accounts),
            about_section(material, _(NOT_EXAMINED)),
        ),
        shortcomings=(
            *identity_shortcomings(material),
            *accounts_shortcomings(material, are_figures_shown=True),
            *chain_shortcomings(material),
        ),
    )
