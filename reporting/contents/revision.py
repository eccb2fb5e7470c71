"""Revision: what an auditor's file needs of a company, with the register held against the newest annual report."""

from __future__ import annotations

from reporting.contents.about import about_section
from reporting.contents.blocks import Check, Content, Section, Tile
from reporting.contents.checks import accounts_checks, checks_section
from reporting.contents.company import (
    articles_section,
    form_tile,
    identity_section,
    status_check,
    status_section,
    status_tile,
)
from reporting.contents.filings import accounts_tile, filings_section
from reporting.contents.formats import count
from reporting.contents.owners import legal_owners_section
from reporting.contents.people import auditor_section, management_section
from reporting.contents.shortcomings import accounts_shortcomings, identity_shortcomings
from reporting.material import Material

NOT_EXAMINED = "Reelle ejere, hæftelser, retssager og betalingsevne er ikke undersøgt."


def revision(material: Material) -> Content:
    """The content of a Revision report."""
    checks = accounts_checks(material)
    return Content(
        tiles=revision_tiles(material),
        findings=(status_check(material.profile), *checks),
        sections=(*register_sections(material, checks), about_section(material, NOT_EXAMINED)),
        shortcomings=(
            *identity_shortcomings(material),
            *accounts_shortcomings(material, are_figures_shown=False),
        ),
    )


def revision_tiles(material: Material) -> tuple[Tile, ...]:
    """Status, form, newest accounts, auditor."""
    profile = material.profile
    auditors = profile.current_auditors
    name = auditors[0].participant.name if auditors else "Ingen"
    others = f"og {count(len(auditors) - 1, 'anden', 'andre')}" if len(auditors) > 1 else ""
    waived = "Revision fravalgt" if profile.is_audit_waived else ""
    return (
        status_tile(profile),
        form_tile(profile),
        accounts_tile(material),
        Tile("Valgt revisor", name, others or waived),
    )


def register_sections(material: Material, checks: tuple[Check, ...]) -> tuple[Section, ...]:
    """The sections that Revision and RevisionUdvidet share."""
    return (
        identity_section(material),
        status_section(material),
        articles_section(material),
        management_section(material),
        auditor_section(material),
        legal_owners_section(material),
        filings_section(material),
        checks_section(checks),
    )
