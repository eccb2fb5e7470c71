"""RevisionUdvidet: the Revision report with ownership upwards and downwards, beneficial owners and five years."""

from __future__ import annotations

from reporting.contents.about import about_section
from reporting.contents.beneficial import beneficial_section
from reporting.contents.blocks import Content
from reporting.contents.checks import accounts_checks
from reporting.contents.company import status_check
from reporting.contents.key_figures import key_figures_section
from reporting.contents.owners import group_section, owners_chart_section
from reporting.contents.revision import register_sections, revision_tiles
from reporting.contents.shortcomings import accounts_shortcomings, chain_shortcomings, identity_shortcomings
from reporting.material import Material

NOT_EXAMINED = "Hæftelser, retssager, sanktionslister og betalingsevne er ikke undersøgt."


def revision_udvidet(material: Material) -> Content:
    """The content of a RevisionUdvidet report."""
    checks = accounts_checks(material)
    *register, filings, verdicts = register_sections(material, checks)
    ownership = (owners_chart_section(material), group_section(material), beneficial_section(material))
    return Content(
        tiles=revision_tiles(material),
        findings=(status_check(material.profile), *checks),
        sections=(
            *register,
            *(section for section in ownership if section is not None),
            key_figures_section(material),
            filings,
            verdicts,
            about_section(material, NOT_EXAMINED),
        ),
        shortcomings=(
            *identity_shortcomings(material),
            *accounts_shortcomings(material, are_figures_shown=True),
            *chain_shortcomings(material),
        ),
    )
