"""What every report says of itself: where it comes from, when, for whom, and what was not looked into."""

from __future__ import annotations

from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.blocks import Block, Bullets, Fact, Facts, Section
from reporting.contents.formats import DASH, long_date, long_moment, number
from reporting.contents.sources import cvr_source
from reporting.material import Material

ALWAYS = (
    mark("Oplysningerne er gengivet, som de var registreret på udtrækstidspunktet. CVR kan være ændret siden."),
    mark("Private adresser og CPR-numre indgår ikke i rapporten."),
    mark("Rapporten er dannet maskinelt og er ikke en erklæring fra en revisor eller advokat."),
)
PROTECTED = mark(
    "Virksomheden er reklamebeskyttet (CVR-loven § 19): oplysningerne må ikke bruges til markedsføring, og "
    "beskyttelsen skal fremgå, når de gives videre."
)


def about_section(material: Material, *not_examined: str) -> Section:
    """Source, moments, the ordering organisation, reservations (translated)."""
    profile = material.profile
    version = number(profile.source_version) if profile.source_version is not None else ""
    facts = (
        Fact(_("Udtrukket"), (long_moment(material.extracted_at),)),
        Fact(_("Viser forholdene pr."), (long_date(profile.as_of_date),)),
        Fact(_("Hentet fra CVR"), (long_moment(profile.retrieved_at) if profile.retrieved_at else DASH,)),
        Fact(
            _("Sidst opdateret i CVR"),
            (long_moment(profile.source_updated_at) if profile.source_updated_at else DASH,),
        ),
        *((Fact(_("Registrets version af virksomheden"), (version,)),) if version else ()),
        Fact(_("Bestilt af"), (material.organisation_name or DASH,)),
    )
    protected = (_(PROTECTED),) if profile.is_protected else ()
    blocks: tuple[Block, ...] = (Facts(facts), Bullets((*not_examined, *protected, *map(_, ALWAYS))))
    return Section(_("Om rapporten og hvad der ikke er undersøgt"), blocks, cvr_source(material), is_kept=True)
