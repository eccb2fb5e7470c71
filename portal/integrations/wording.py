"""How integrations and the companies that they have are called on pages."""

from __future__ import annotations

from integrations.models import MonitoredCompany
from lasso.language import Language, mark, spoken
from lasso.language import translate as _
from portal.deliveries.wording import State

Company = MonitoredCompany.State

# The word, and the tone that it is shown in: "", going, good, note or bad.
COMPANY_STATES = {
    Company.EXPORTING: (mark("Eksporteres"), "going"),
    Company.MONITORED: (mark("Overvåges"), "good"),
    Company.DUPLICATE: (mark("Fandtes i forvejen"), "good"),
    Company.EXPORT_FAILED: (mark("Eksport mislykket"), "bad"),
    Company.GONE: (mark("Findes ikke længere"), "note"),
}


def company_state(state: str) -> State:
    """The company's state."""
    word, tone = COMPANY_STATES[Company(state)]
    return State(_(word), tone)


def in_readers_language(danish: str, english: str) -> str:
    """Of a label that the catalogue of fields has in both languages, the reader's."""
    return english if spoken() is Language.ENGLISH else danish
