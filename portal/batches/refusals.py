"""Why an order is refused, in the reader's language: what the API says of its fields, for those who order on pages."""

from __future__ import annotations

import re

from lasso.language import mark
from lasso.language import translate as _
from portal import refusals

SENTENCES: dict[str, str] = {
    r"is missing; it is a required field\.|must not be empty\.": mark("Skal udfyldes."),
    r"may have at most (?P<most>\d+) characters, found (?P<found>\d+)": mark(
        "Må højst have {most} tegn, men har {found}."
    ),
    r"has the unknown variable \{(?P<name>.*?)\}; use": mark(
        "Har den ukendte variabel {{{name}}}. Brug {{name}}, {{cvr}}, {{type}}, {{balanceday}} eller {{rundate}}."
    ),
    r"has a brace that does not close": mark(
        "Har en klamme, der ikke lukkes. Variabler skrives {{name}}, {{cvr}}, {{type}}, {{balanceday}} og {{rundate}}."
    ),
    r"must be an e-mail address": mark("Skal være en e-mailadresse, for eksempel navn@eksempel.dk."),
    r"must be a whole number, found (?P<found>.*)\.": mark("Skal være et helt tal, men er {found}."),
    r"works only for the listenable types": mark("Kun rapporter om reelle ejere kan overvåge. Vælg den type."),
    r"does not go with isListener": mark("Kan ikke vælges sammen med overvågning, som kører, når noget ændrer sig."),
    r'does not go with engine "': mark("Hurtig udskrift kan ikke arkivformat. Vælg grundig udskrift."),
    r"needs a notificationWebhookUrl": mark("Skriv også den adresse, der skal logges ind på."),
}
PATTERNS = [(re.compile(pattern, re.DOTALL), sentence) for pattern, sentence in SENTENCES.items()]


def in_words(refusal: str) -> str:
    """The refusal as its reader is told it; as it stands where there are no words for it."""
    for pattern, sentence in PATTERNS:
        if found := pattern.match(refusal):
            return _(sentence).format(**found.groupdict())
    return refusals.in_words(refusal)
