"""ReelleEjere: who stands behind the company, registered and computed, for those who must know their customers."""

from __future__ import annotations

from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.about import about_section
from reporting.contents.beneficial import beneficial_section, beneficial_tile
from reporting.contents.blocks import Content, Tile
from reporting.contents.changes import changes_section
from reporting.contents.company import identity_section, status_check, status_tile
from reporting.contents.computed_shares import computed_section, computed_tile
from reporting.contents.formats import number
from reporting.contents.leads import beneficial_lead
from reporting.contents.owners import legal_owners_section
from reporting.contents.ownership_checks import discrepancies_section, ownership_checks
from reporting.contents.ownership_graphs import owners_chart_section
from reporting.contents.people import management_section
from reporting.contents.shortcomings import beneficial_shortcomings, chain_shortcomings, identity_shortcomings
from reporting.material import Material

NOT_EXAMINED = (
    mark(
        "Identiteten af de nævnte personer er ikke kontrolleret: CPR-nummer og legitimation indgår ikke i CVR "
        "(hvidvaskloven § 11, stk. 1, nr. 1 og 2)."
    ),
    mark("Politisk eksponerede personer (PEP) og sanktionslister er ikke undersøgt."),
    mark("Ejeraftaler, vetorettigheder, pantsatte stemmer og udenlandske registre er ikke undersøgt."),
    mark("Ejere under 5 % står ikke i ejerregistret og er ikke undersøgt."),
    mark(
        "Rapporten er et udtræk, som kan gemmes som dokumentation for, hvad der var registreret på udtrækstidspunktet "
        "(hvidvaskloven § 14, stk. 1). Den skal gemmes i mindst fem år efter forretningsforbindelsens ophør (§ 30)."
    ),
    mark(
        "Oplysninger om reelle ejere må kun gives videre til den, der selv har adgang; uberettiget videregivelse kan "
        "straffes med bøde (CVR-loven § 18 a)."
    ),
)


def reelle_ejere(material: Material) -> Content:
    """The content of a ReelleEjere report."""
    checks = ownership_checks(material)
    sections = (
        beneficial_section(material),
        legal_owners_section(material),
        owners_chart_section(material),
        computed_section(material),
        discrepancies_section(material, checks),
        changes_section(material, with_beneficial=True),
        management_section(material),
        identity_section(material),
        about_section(material, *map(_, NOT_EXAMINED)),
    )
    owners = material.profile.current_owners
    return Content(
        tiles=(
            beneficial_tile(material),
            computed_tile(material),
            Tile(_("Legale ejere"), number(len(owners)), _("Mindst 5 %")),
            status_tile(material.profile),
        ),
        lead=beneficial_lead(material),
        findings=(status_check(material.profile), *checks),
        sections=tuple(section for section in sections if section is not None),
        shortcomings=(
            *identity_shortcomings(material),
            *beneficial_shortcomings(material),
            *chain_shortcomings(material),
        ),
    )
