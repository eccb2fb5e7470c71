"""Why something cannot be done, in the reader's language.

The verbs refuse in English, for programs; people read the Danish or English sentence that stands here for each. One
that stands nowhere is shown as it is.
"""

from __future__ import annotations

import re

from lasso.language import mark
from lasso.language import translate as _

SENTENCES: dict[str, str] = {
    # URLs
    r"The URL has no host": mark("Adressen mangler en vært. Skriv noget i retning af https://eksempel.dk/sti."),
    r"The URL has the port (?P<port>\d+)": mark("Adressen har port {port}, som ikke kan kaldes."),
    r"The URL is longer than (?P<most>\d+)": mark("Adressen er længere end {most} tegn."),
    r"The URL has a space": mark("Adressen har et mellemrum eller et andet tegn i sig, som skal skrives med %."),
    r"The URL cannot be read": mark("Adressen kan ikke læses. Skriv noget i retning af https://eksempel.dk/sti."),
    r"The URL must start with": mark("Adressen skal begynde med https:// eller http://."),
    r"The URL has a user name": mark("Adressen har et brugernavn i sig. Vælg i stedet, hvordan der logges ind."),
    r"The URL has a % in its host": mark("Adressens vært har et % i sig. Skriv navnet, som det er."),
    r"The URL has a host that cannot be a name": mark("Adressens vært kan ikke være et navn på internettet."),
    r"The URL has a brace": mark("Adressen mangler den ene af to klammer. Pladsholderne er {{cvr}} og {{lassoId}}."),
    r"The URL has the placeholder \{(?P<name>.*)\}, which": mark(
        "Adressen har pladsholderen {{{name}}}, som ikke findes. Brug {{cvr}} eller {{lassoId}}."
    ),
    r"The URL has a placeholder in its host": mark(
        "Adressen har en pladsholder i værten. Den må kun stå i stien eller efter spørgsmålstegnet."
    ),
    r"(?P<host>\S+) is another spelling of": mark("{host} er en anden skrivemåde for en IP-adresse. Brug et navn."),
    r"(?P<host>\S+) leads to an address that is not": mark(
        "{host} fører til en adresse uden for det offentlige internet og bliver ikke kaldt."
    ),
    # Signing in
    r"is missing\.": mark("Mangler."),
    r"is empty\.": mark("Mangler."),
    r"is longer than (?P<most>\d+) characters": mark("Er længere end {most} tegn."),
    r"has half of a character": mark("Har et halvt tegn i sig, som ikke kan sendes."),
    r"is not a header name": mark("Er ikke navnet på en header. Brug bogstaver, tal og bindestreger."),
    r"must not be (?P<name>\S+): that header": mark("{name} sættes af kaldet selv. Brug en anden header."),
    r"must be printable ASCII": mark("Må kun have almindelige tegn (ASCII) på én linje, uden mellemrum i enderne."),
    r"must not have a colon": mark("Må ikke have et kolon i sig: det skiller brugeren fra adgangskoden."),
    r"is not a bearer token": mark("Er ikke et bearer-token. Skriv det uden ordet Bearer."),
    r"must not have control characters": mark("Må ikke have linjeskift eller styretegn i sig."),
    r"must start with https://": mark("Skal begynde med https://, for klientens hemmelighed sendes dertil."),
    r"must be words of printable ASCII": mark("Skal være ord af almindelige tegn (ASCII) med ét mellemrum imellem."),
    r"must be given again": mark(
        "Skal angives igen: adressen fører til en anden vært, og det, der er gemt, var til den forrige."
    ),
    # Mappings
    r"is empty; map at least one": mark("Vælg mindst ét felt, for eksempel cvr."),
    r"has (?P<found>\d+) fields; at most (?P<most>\d+)": mark(
        "Der er valgt {found} felter; der kan højst være {most}."
    ),
    r"(?P<name>.+) is the name of mapping\[\d+\] already": mark(
        "Navnet {name} er brugt allerede. Giv feltet et andet."
    ),
    r"has (?P<found>\d+) characters(?: as JSON)?; at most (?P<most>\d+)": mark(
        "Har {found} tegn; højst {most} er muligt."
    ),
    r"has a NUL character": mark("Har et NUL-tegn i sig, som ikke kan gemmes."),
    r"is missing; name a field": mark("Giv den faste værdi et navn."),
    r"beneficial owners are never exported": mark("Reelle ejere eksporteres aldrig."),
    r".+ is not a field of the catalogue": mark("Feltet findes ikke længere."),
    r"No identifying field is marked Update": mark(
        "Intet felt, der siger hvilken virksomhed det er, er mærket Opdatering. Modtageren kan så ikke se, hvem en "
        "opdatering gælder. Mærk cvr eller lassoId, eller skriv {{cvr}} eller {{lassoId}} i adressen for opdateringer."
    ),
    r"No field is marked Update": mark("Intet felt er mærket Opdatering, så der vil aldrig blive sendt en opdatering."),
    # Calls that got no answer
    r"Looking up the name \S+ took too long": mark("Det tog for lang tid at slå modtagerens navn op."),
    r"\S+ cannot be a name": mark("Modtagerens navn kan ikke være et navn på internettet."),
    r"The name servers of \S+ do not answer": mark("Modtagerens navneservere svarer ikke lige nu."),
    r"The name \S+ has no address": mark("Modtagerens navn findes ikke."),
    r"No name at all could be looked up": mark("Ingen navne kunne slås op hos os. Det tæller ikke som et forsøg."),
    r"\S+ did not answer in time": mark("Modtageren svarede ikke inden for tiden."),
    r"\S+ does not speak TLS": mark("Der kunne ikke laves en sikker forbindelse til modtageren."),
    r"The certificate of \S+ is not accepted": mark("Modtagerens certifikat kan ikke godkendes."),
    r"\S+ refused the connection": mark("Modtageren afviste forbindelsen."),
    r"\S+ closed the connection": mark("Modtageren lukkede forbindelsen, før hele svaret var kommet."),
    r"There is no way to \S+": mark("Der er ingen vej til modtageren herfra."),
    r"\S+ did not answer in HTTP": mark("Modtageren svarede ikke i HTTP."),
    r"The answer began with status (?P<status>\d+), but": mark(
        "Modtageren begyndte at svare med status {status}, men blev ikke færdig i tide."
    ),
    r"The time for delivering it ran out": mark("Tiden til at levere den løb ud."),
    # Why something was never sent, or is no longer wanted
    r"The register knows no company": mark("Registret har ingen virksomhed med det CVR-nummer."),
    r"The register's document of the company cannot be read": mark(
        "Registrets dokument om virksomheden kan ikke læses."
    ),
    r"The company's facts could not be read": mark(
        "Virksomhedens oplysninger kunne ikke læses på grund af en fejl hos os."
    ),
    r"Withdrawn because the company is exported again": mark("Trukket tilbage, fordi virksomheden eksporteres igen."),
    r"Withdrawn because the company is again as": mark(
        "Trukket tilbage, fordi modtageren allerede har det, som det nu er."
    ),
    r"Withdrawn because the company was removed": mark(
        "Trukket tilbage, fordi virksomheden er taget ud af integrationen."
    ),
    r"Superseded by a newer message": mark("Afløst af en nyere besked."),
    r"The receiver no longer has what it is about": mark("Modtageren har ikke længere det, som den handler om."),
    # Deliveries and endpoints
    r"No message could be made": mark(
        "Der kunne ikke laves en besked, så der er ingen at sende igen. Eksportér den igen."
    ),
    r"The delivery is \w+; only one that settled": mark(
        "Kun en levering, der er afsluttet og ikke annulleret, kan sendes igen."
    ),
    r"The delivery's endpoint is closed": mark("Modtageren er nedlagt, så der kan ikke sendes mere til den."),
    r"A newer message about the same company": mark(
        "Der er siden kommet en nyere besked om virksomheden; kun den nyeste kan sendes igen."
    ),
    r"The receiver answered 410 Gone": mark("Modtageren svarede 410 Gone: den ønsker ikke mere."),
    r"Nothing got through for 24 hours, in (?P<count>\d+)": mark("Intet er nået frem i 24 timer, i {count} forsøg."),
    r"Switched off through the API": mark("Slået fra gennem API’et."),
    r"Switched off in the portal by (?P<who>.+)\.$": mark("Slået fra i portalen af {who}."),
    r"The integration was deleted": mark("Integrationen er slettet."),
    r"The integration's update endpoint was removed": mark("Integrationens modtager af opdateringer er fjernet."),
}
PATTERNS = [(re.compile(pattern), sentence) for pattern, sentence in SENTENCES.items()]


def in_words(refusal: str) -> str:
    """The refusal as its reader is told it."""
    return known_words(refusal) or refusal


def known_words(refusal: str) -> str:
    """The same for one that stands above; empty for others."""
    for pattern, sentence in PATTERNS:
        if found := pattern.match(refusal):
            return _(sentence).format(**found.groupdict())
    return ""
