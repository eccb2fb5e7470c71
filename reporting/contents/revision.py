"""Revision: what an auditor's file needs of a company, with the register held against the newest annual report."""

from __future__ import annotations

from lasso.language import mark
from lasso.language import translate as _
from lasso.language import translate_count as _n
from reporting.contents.about import about_section
from reporting.contents.articles import articles_section
from reporting.contents.blocks import Content, Section, Tile
from reporting.contents.changes import changes_section
from reporting.contents.checks import accounts_checks, checks_section
from reporting.contents.company import form_tile, identity_section, status_check, status_section, status_tile
from reporting.contents.filings import accounts_tile, filings_section
from reporting.contents.formats import number
from reporting.contents.leads import revision_lead
from reporting.contents.names import name_of
from reporting.contents.owners import legal_owners_section
from reporting.contents.people import auditor_section, management_section
from reporting.contents.registration_checks import registration_checks
from reporting.contents.related import related_section
from reporting.contents.shortcomings import accounts_shortcomings, identity_shortcomings
from reporting.material import Material

NOT_EXAMINED = mark("Reelle ejere, hæftelser, retssager og betalingsevne er ikke undersøgt.")


def revision(material: Material) -> Content:
    """The content of a Revision report."""
    registration, accounts = registration_checks(material), accounts_checks(material)
    return Content(
        tiles=revision_tiles(material),
        lead=revision_lead(material),
        findings=(status_check(material.profile), *registration, *accounts),
        sections=(
            *people_sections(material),
            filings_section(material),
            checks_section(material, registration, accounts),
            about_section(material, _(NOT_EXAMINED)),
        ),
        shortcomings=(
            *identity_shortcomings(material),
            *accounts_shortcomings(material, are_figures_shown=False),
        ),
    )


def revision_tiles(material: Material) -> tuple[Tile, ...]:
    """Status, form, newest accounts, auditor."""
    profile = material.profile
    auditors = profile.current_auditors
    name = name_of(auditors[0].participant) if auditors else _("Ingen")
    more = len(auditors) - 1
    others = _n("og {n} anden", "og {n} andre", more).format(n=number(more)) if more > 0 else ""
    waived = _("Revision fravalgt") if profile.is_audit_waived else ""
    return (
        status_tile(profile),
        form_tile(profile),
        accounts_tile(material),
        Tile(_("Valgt revisor"), name, others or waived),
    )


def people_sections(material: Material) -> tuple[Section, ...]:
    """What the register says of the company and the people in it; Revision and RevisionUdvidet share it."""
    return (
        identity_section(material),
        status_section(material),
        changes_section(material),
        articles_section(material),
        management_section(material),
        auditor_section(material),
        legal_owners_section(material),
        related_section(material),
    )
