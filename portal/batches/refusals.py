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
    r"must have five fields .*; found (?P<found>\d+) in": mark(
        "Skal have fem felter: minut, time, dag, måned og ugedag, for eksempel 0 6 1 * *. Her er {found}."
    ),
    r'has "(?P<found>.*)" as its (?P<field>.*), which goes from (?P<least>\d+) to (?P<most>\d+)': mark(
        "Har {found} i feltet {field}, som går fra {least} til {most}."
    ),
    r'runs more than once an hour: the field minute is "(?P<found>.*)"; give': mark(
        "Kører mere end én gang i timen: minuttet er {found}. Skriv ét minut, for eksempel 0."
    ),
    r"has a day of the month .* and a day of the week": mark(
        "Har både en dag i måneden og en ugedag, som programmer læser forskelligt. Skriv * i det ene felt."
    ),
    r"never runs:": mark("Kører aldrig: ingen af månederne har den dag."),
    r"(?P<found>\d+) batches recur already, and (?P<most>\d+) may": mark(
        "{found} bestillinger gentages allerede, og {most} må. Stop en, der ikke er brug for."
    ),
    r"needs a notificationWebhookUrl": mark("Skriv også den adresse, der skal logges ind på."),
}
PATTERNS = [(re.compile(pattern, re.DOTALL), sentence) for pattern, sentence in SENTENCES.items()]


# The fields of a crontab, as the refusals above call them.
CRONTAB_FIELDS = {
    "minute": mark("minut"),
    "hour": mark("time"),
    "day of the month": mark("dag"),
    "month": mark("måned"),
    "day of the week": mark("ugedag"),
}


def in_words(refusal: str) -> str:
    """The refusal as its reader is told it; as it stands where there are no words for it."""
    for pattern, sentence in PATTERNS:
        if found := pattern.match(refusal):
            values = found.groupdict()
            if field := values.get("field"):
                values["field"] = _(CRONTAB_FIELDS[field])
            return _(sentence).format(**values)
    return refusals.in_words(refusal)
