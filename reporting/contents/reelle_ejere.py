"""ReelleEjere: who stands behind the company, registered and computed, for those who must know their customers."""

from __future__ import annotations

from companies.profile import ParticipantKind
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
from reporting.contents.owners import legal_owners_section, registers_owners
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
    mark(
        "Rapporten er et udtræk, som kan gemmes som dokumentation for, hvad der var registreret på udtrækstidspunktet "
        "(hvidvaskloven § 14, stk. 1). Den skal gemmes i mindst fem år efter forretningsforbindelsens ophør (§ 30)."
    ),
    mark(
        "Oplysninger om reelle ejere må kun gives videre til den, der selv har adgang; uberettiget videregivelse kan "
        "straffes med bøde (CVR-loven § 18 a)."
    ),
)
SMALL_OWNERS = mark("Ejere under 5 % står ikke i ejerregistret og er ikke undersøgt.")


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
        about_section(material, *_not_examined(material)),
    )
    owners, is_five_percent = material.profile.current_owners, registers_owners(material.profile)
    return Content(
        tiles=(
            beneficial_tile(material),
            computed_tile(material),
            Tile(_("Legale ejere"), number(len(owners)), _("Mindst 5 %") if is_five_percent else ""),
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


def _not_examined(material: Material) -> tuple[str, ...]:
    """What nobody looked into; that small owners are not registered only where a company in the chains has some."""
    graph = material.owners
    above = [node for key, node in graph.nodes.items() if key != graph.root] if graph else []
    has_register = registers_owners(material.profile) or any(node.kind is ParticipantKind.COMPANY for node in above)
    return (*map(_, NOT_EXAMINED), *((_(SMALL_OWNERS),) if has_register else ()))
