"""Where what a section says comes from, and when it was fetched or drawn up."""

from __future__ import annotations

from datetime import datetime

from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.formats import long_moment
from reporting.material import Material

CVR = mark("CVR, Erhvervsstyrelsen")
OWNERS_REGISTER = mark("Det Offentlige Ejerregister i CVR, Erhvervsstyrelsen")
BENEFICIAL_REGISTER = mark("Registret over reelle ejere, Erhvervsstyrelsen")
ACCOUNTS = mark("Offentliggjorte årsrapporter, Erhvervsstyrelsen")


def cvr_source(material: Material) -> str:
    """The company register, with when it last told of the company."""
    return _fetched(_(CVR), material.profile.retrieved_at)


def owners_source(material: Material) -> str:
    """The public register of owners; a chain is as old as what is stored of its companies."""
    return _fetched(_(OWNERS_REGISTER), material.profile.retrieved_at)


def accounts_source(material: Material) -> str:
    """The published annual reports, as they were on file at the extraction."""
    return _drawn_up(_(ACCOUNTS), material)


def beneficial_source(material: Material) -> str:
    """The register of beneficial owners, with when it last told of the company."""
    found = material.beneficial
    return _fetched(_(BENEFICIAL_REGISTER), found.retrieved_at if found else None)


def own_source(material: Material, *sources: str) -> str:
    """Our own comparison or computation of what these marked sources say."""
    named = " · ".join(_(source) for source in sources)
    return _drawn_up(_("Egen kontrol på grundlag af: {sources}").format(sources=named), material)


def _fetched(source: str, moment: datetime | None) -> str:
    return _("{source} · hentet {moment}").format(source=source, moment=long_moment(moment)) if moment else source


def _drawn_up(source: str, material: Material) -> str:
    moment = long_moment(material.extracted_at)
    return _("{source} · opgjort {moment}").format(source=source, moment=moment)
