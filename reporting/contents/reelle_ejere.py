"""ReelleEjere: who stands behind the company, registered and computed, for those who must know their customers."""

from __future__ import annotations

from reporting.contents.about import about_section
from reporting.contents.beneficial import beneficial_section, beneficial_tile, computed_section
from reporting.contents.blocks import Content, Tile
from reporting.contents.company import form_tile, identity_section, status_check, status_tile
from reporting.contents.formats import count
from reporting.contents.owners import legal_owners_section, owners_chart_section
from reporting.contents.ownership_checks import discrepancies_section, ownership_checks
from reporting.contents.shortcomings import beneficial_shortcomings, chain_shortcomings, identity_shortcomings
from reporting.material import Material

IDENTITY = (
    "Identiteten af de nævnte personer er ikke kontrolleret: CPR-nummer og legitimation indgår ikke i CVR "
    "(hvidvaskloven § 11)."
)
DUTIES = (
    "Uoverensstemmelser skal indberettes til Erhvervsstyrelsen af den, der har kundekendskabspligt "
    "(hvidvaskloven § 15 a). Oplysningerne skal gemmes i mindst fem år efter forretningsforbindelsens ophør (§ 30)."
)
NOT_EXAMINED = (
    IDENTITY,
    "Politisk eksponerede personer (PEP) og sanktionslister er ikke undersøgt.",
    "Ejeraftaler, vetorettigheder og udenlandske registre er ikke undersøgt.",
    DUTIES,
)


def reelle_ejere(material: Material) -> Content:
    """The content of a ReelleEjere report."""
    checks = ownership_checks(material)
    sections = (
        beneficial_section(material),
        legal_owners_section(material),
        owners_chart_section(material),
        computed_section(material),
        discrepancies_section(checks),
        identity_section(material),
        about_section(material, *NOT_EXAMINED),
    )
    owners = material.profile.current_owners
    return Content(
        tiles=(
            beneficial_tile(material),
            Tile("Legale ejere", count(len(owners), "ejer", "ejere"), "Mindst 5 %"),
            status_tile(material.profile),
            form_tile(material.profile),
        ),
        findings=(status_check(material.profile), *checks),
        sections=tuple(section for section in sections if section is not None),
        shortcomings=(
            *identity_shortcomings(material),
            *beneficial_shortcomings(material),
            *chain_shortcomings(material),
        ),
    )
