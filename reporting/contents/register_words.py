"""The register's own words (forms, statuses, organs, functions, events, kinds of assistance), for other languages.

They come from code tables of Erhvervsstyrelsen, so they can be translated; what people wrote (purposes, signing rules,
auditors' opinions) cannot and stays Danish. The English terms are those of the English versions of the Danish
Companies Act, Financial Statements Act, Auditors Act and Act on Commercial Foundations; docs/glossary.md lists them.
A word that stands in no table is given as it is registered.
"""

from __future__ import annotations

from functools import cache

from babel import Locale

from lasso.language import Language, mark, spoken
from lasso.language import translate as _
from reporting.contents.formats import LOCALES

FORMS = (
    mark("Aktieselskab"),
    mark("Anpartsselskab"),
    mark("Iværksætterselskab"),
    mark("Partnerselskab"),
    mark("Kommanditaktieselskab"),
    mark("Interessentskab"),
    mark("Kommanditselskab"),
    mark("Enkeltmandsvirksomhed"),
    mark("Personligt ejet mindre virksomhed"),
    mark("Partrederi"),
    mark("Dødsbo"),
    mark("Erhvervsdrivende fond"),
    mark("Fonde og andre selvejende institutioner"),
    mark("Forening"),
    mark("Frivillig forening"),
    mark("Andelsselskab med begrænset ansvar"),
    mark("Andelsselskab (-forening) med begrænset ansvar"),
    mark("Forening med begrænset ansvar"),
    mark("Forening eller selskab med begrænset ansvar"),
    mark("Selskab med begrænset ansvar"),
    mark("Europæisk økonomisk firmagruppe"),
    mark("Europæisk selskab"),
    mark("SE-selskab"),
    mark("SCE-selskab"),
    mark("Filial af udenlandsk aktieselskab, kapitalselskab m.m."),
    mark("Filial af udenlandsk anpartsselskab eller selskab med tilsvarende retsform"),
    mark("Filial af udenlandsk virksomhed"),
    mark("Anden udenlandsk virksomhed"),
    mark("Fast forretningssted af udenlandsk virksomhed"),
    mark("Statslig administrativ enhed"),
    mark("Selvstændig offentlig virksomhed"),
    mark("Region"),
    mark("Primærkommune"),
    mark("Folkekirkelige Institutioner"),
    mark("Uoplyst virksomhedsform"),
    mark("Øvrige virksomhedsformer"),
)
STATUSES = (
    mark("Aktiv"),
    mark("Normal"),
    mark("Ophørt"),
    mark("Under konkurs"),
    mark("Under tvangsopløsning"),
    mark("Under frivillig likvidation"),
    mark("Under likvidation"),
    mark("Under rekonstruktion"),
    mark("Under reassumering"),
    mark("Uden retsvirkning"),
    mark("Opløst efter konkurs"),
    mark("Opløst efter erklæring"),
    mark("Opløst efter frivillig likvidation"),
    mark("Opløst efter likvidation"),
    mark("Opløst efter tvangsopløsning"),
    mark("Opløst efter fusion"),
    mark("Opløst efter spaltning"),
    mark("Opløst efter grænseoverskridende fusion"),
    mark("Opløst efter grænseoverskridende spaltning"),
    mark("Opløst efter grænseoverskridende hjemstedsflytning"),
    mark("Tvangsopløst"),
    mark("Slettet"),
    mark("Slettes"),
)
CREDIT_EVENTS = (
    mark("Konkurs"),
    mark("Konkurs sluttet"),
    mark("Konkurs ophævet"),
    mark("Tvangsopløsning"),
    mark("Tvangsopløsning sluttet"),
    mark("Tvangsopløsning ophævet"),
    mark("Likvidation"),
    mark("Likvidation sluttet"),
    mark("Rekonstruktion"),
    mark("Rekonstruktion sluttet"),
    mark("Betalingsstandsning"),
    mark("Betalingsstandsning sluttet"),
    mark("Tvangsakkord"),
)
ORGANS = (
    mark("Direktion"),
    mark("Bestyrelse"),
    mark("Tilsynsråd"),
    mark("Ledelse"),
    mark("Daglig ledelse"),
    mark("Revision"),
    mark("Stiftere"),
    mark("Interessenter"),
    mark("Likvidatorer"),
    mark("Fuldt ansvarlige deltagere"),
    mark("Filialbestyrere"),
    mark("Registret til bekæmpelse af hvidvask"),
)
FUNCTIONS = (
    mark("Administrerende direktør"),
    mark("Adm. dir."),
    mark("Adm. direktør"),
    mark("Direktør"),
    mark("Formand"),
    mark("Næstformand"),
    mark("Bestyrelsesformand"),
    mark("Bestyrelsesmedlem"),
    mark("Medlem"),
    mark("Suppleant"),
    mark("Likvidator"),
    mark("Kurator"),
    mark("Filialbestyrer"),
    mark("Leder"),
    mark("Revisor"),
    mark("Stifter"),
    mark("Interessent"),
    mark("Komplementar"),
    mark("Kommanditist"),
    mark("Indehaver"),
    mark("Fuldt ansvarlig deltager"),
    mark("Reel ejer"),
)
ELECTORS = (
    mark("Generalforsamling"),
    mark("Generalforsamlingen"),
    mark("Medarbejdere"),
    mark("Medarbejderne"),
    mark("Bestyrelsen"),
    mark("Repræsentantskabet"),
    mark("Selvsupplering"),
    mark("Udpeget"),
)
OWNERSHIP = (
    mark("Har indirekte besiddelser"),
    mark("Ret til at udpege ledelsesmedlemmer"),
    mark("Andre vedtægtsbestemte rettigheder"),
    mark("Er reel ejer som udpeget daglig ledelse"),
    mark("Er reel ejer som daglig ledelse"),
    mark("Er reel ejer som bestyrelsesmedlem"),
)
ASSISTANCE = (
    mark("Revisionspåtegning"),
    mark("Erklæring om udvidet gennemgang"),
    mark("Den uafhængige revisors erklæringer (review)"),
    mark("Andre erklæringer med sikkerhed"),
    mark("Andre erklæringer uden sikkerhed"),
    mark("Ingen bistand"),
    mark("Konklusion med forbehold"),
    mark("Afkræftende konklusion"),
    mark("Manglende konklusion"),
)
CLASSES = (
    mark("Regnskabsklasse A"),
    mark("Regnskabsklasse B"),
    mark("Regnskabsklasse B, mikrovirksomhed"),
    mark("Regnskabsklasse C"),
    mark("Regnskabsklasse C, mellem"),
    mark("Regnskabsklasse C, mellemstor virksomhed"),
    mark("Regnskabsklasse C, stor"),
    mark("Regnskabsklasse C, stor virksomhed"),
    mark("Regnskabsklasse D"),
)
WORDS = {
    word.casefold(): word
    for table in (
        FORMS,
        STATUSES,
        CREDIT_EVENTS,
        ORGANS,
        FUNCTIONS,
        ELECTORS,
        OWNERSHIP,
        ASSISTANCE,
        CLASSES,
    )
    for word in table
}


def register_word(text: str) -> str:
    """The register's word in the spoken language, whatever its case; as it stands in Danish, and if no table has it."""
    if spoken() is Language.DANISH:
        return text
    known = WORDS.get(text.strip().casefold())
    return _(known) if known else text


def is_register_word(text: str) -> bool:
    """Whether a table has the word, so that it can be said in every language."""
    return text.strip().casefold() in WORDS


def short_class(accounting_class: str) -> str:
    """A class of reporting without its first words, for a column that says them: `C, stor virksomhed`."""
    first_word = _("Regnskabsklasse")
    return register_word(accounting_class).removeprefix(f"{first_word} ")


def country_name(code: str) -> str:
    """The country of an ISO 3166 code in the spoken language: `NO` is Norge, Norway; other codes as they stand."""
    return _territories(LOCALES[spoken()]).get(code.upper(), code)


@cache
def _territories(locale: Locale) -> dict[str, str]:
    return dict(locale.territories)
