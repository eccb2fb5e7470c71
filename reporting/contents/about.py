"""What every report says of itself: where it comes from, when, for whom, and what was not looked into."""

from __future__ import annotations

from reporting.contents.blocks import Block, Bullets, Fact, Facts, Section
from reporting.contents.formats import DASH, long_date, long_moment
from reporting.material import Material

ALWAYS = (
    "Oplysningerne er gengivet, som de var registreret på udtrækstidspunktet. CVR kan være ændret siden.",
    "Private adresser og CPR-numre indgår ikke i rapporten.",
    "Rapporten er dannet maskinelt og er ikke en erklæring fra en revisor eller advokat.",
)
PROTECTED = (
    "Virksomheden er reklamebeskyttet (CVR-loven § 19): oplysningerne må ikke bruges til markedsføring, og "
    "beskyttelsen skal fremgå, når de gives videre."
)


def about_section(material: Material, *not_examined: str) -> Section:
    """Source, moments, the ordering organisation, reservations."""
    profile = material.profile
    facts = (
        Fact("Udtrukket", (long_moment(material.extracted_at),)),
        Fact("Viser forholdene pr.", (long_date(profile.as_of_date),)),
        Fact("Hentet fra CVR", (long_moment(profile.retrieved_at) if profile.retrieved_at else DASH,)),
        Fact("Sidst opdateret i CVR", (long_moment(profile.source_updated_at) if profile.source_updated_at else DASH,)),
        Fact("Bestilt af", (material.organisation_name or DASH,)),
    )
    protected = (PROTECTED,) if profile.is_protected else ()
    blocks: tuple[Block, ...] = (Facts(facts), Bullets((*not_examined, *protected, *ALWAYS)))
    return Section("Om rapporten", blocks, "CVR, Erhvervsstyrelsen", is_kept=True)
