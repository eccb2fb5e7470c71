"""The same filing as an XBRL instance and as inline XBRL, in the manner of any year's taxonomy and software."""

from __future__ import annotations

from dataclasses import dataclass, replace
from xml.sax.saxutils import escape

from companies.sources.accounts.elements import FIGURES, STOCKS
from tests.companies.filings import CVR

FSA, GSD, CMN, ARR, SOB = (f"http://xbrl.dcca.dk/{name}" for name in ("fsa", "gsd", "cmn", "arr", "sob"))
IFRS = "http://xbrl.ifrs.org/taxonomy/{}/ifrs-full"
ENTRY = "http://archprod.service.eogs.dk/taxonomy/{}/entryDanishGAAP.xsd"
# What software calls the namespaces above, in that order; prefixes mean nothing.
PREFIXES = {
    "plain": ("fsa", "gsd", "cmn", "arr", "sob"),
    "letters": ("b", "c", "d", "e", "f"),
    "numbers": ("EOGS10000", "EOGS20000", "EOGS30000", "EOGS40000", "EOGS50000"),
    "swapped": ("gsd", "fsa", "arr", "cmn", "xbrl"),
}
CALENDAR = {year: (f"{year}-01-01", f"{year}-12-31") for year in range(2011, 2026)}


@dataclass(frozen=True, slots=True)
class Stated:
    """One fact: element, value as XBRL has it, whose, of which year; numbers have a unit."""

    namespace: str
    name: str
    value: str
    year: int
    is_group: bool = False
    unit: str = ""  # "DKK", "pure"

    @property
    def is_stock(self) -> bool:
        """Whether it is of a day."""
        return any(self.name in names for names in STOCKS.values())

    @property
    def context(self) -> str:
        """The id of its context."""
        return f"{'I' if self.is_stock else 'D'}{self.year}{'G' if self.is_group else ''}"


def figures(values: dict[str, int], year: int, *, is_group: bool = False, currency: str = "DKK") -> list[Stated]:
    """Facts of figures, by the names of companies.figures."""
    return [
        Stated(FSA, FIGURES[name][0], str(value), year, is_group, "pure" if name == "employees" else currency)
        for name, value in values.items()
    ]


def general(year: int, **words: tuple[str, str]) -> list[Stated]:
    """General data; further words as element=(namespace, text)."""
    start, end = CALENDAR[year]
    known = {
        "IdentificationNumberCvrOfReportingEntity": (GSD, CVR),
        "ReportingPeriodStartDate": (GSD, start),
        "ReportingPeriodEndDate": (GSD, end),
    }
    return [Stated(namespace, name, text, year) for name, (namespace, text) in (known | words).items()]


def as_instance(facts: list[Stated], *, prefixes: str = "plain", taxonomy: str = "20121001") -> bytes:
    """The facts as an XBRL instance."""
    names = _names(prefixes)
    body = "".join(_fact(fact, names) for fact in facts)
    reference = f'<link:schemaRef xlink:type="simple" xlink:href="{ENTRY.format(taxonomy)}"/>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<xbrli:xbrl'
        f"{_declared(names)}>{reference}{_contexts(facts, names)}{_units(facts)}{body}</xbrli:xbrl>"
    ).encode()


def as_inline(facts: list[Stated], *, prefixes: str = "plain", taxonomy: str = "20121001") -> bytes:
    """The facts as inline XBRL: Danish writing, round numbers in thousands, texts split in two."""
    names = _names(prefixes)
    numbers = "".join(f"<tr><td>{_number(fact, names)}</td></tr>\n" for fact in facts if fact.unit)
    words = "".join(f"<p>{_words(fact, names, place)}</p>\n" for place, fact in enumerate(facts) if not fact.unit)
    reference = f'<link:schemaRef xlink:type="simple" xlink:href="{ENTRY.format(taxonomy)}"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<html xmlns="http://www.w3.org/1999/xhtml"{_declared(names)}>'
        f"<head><title>Årsrapport</title></head><body><ix:header><ix:references>{reference}</ix:references>"
        f"<ix:resources>{_contexts(facts, names)}{_units(facts)}</ix:resources></ix:header>"
        f"{words}<table>{numbers}</table></body></html>"
    ).encode()


def as_ifrs(facts: list[Stated], dated: str) -> list[Stated]:
    """The same figures by IFRS's elements of a release."""
    by_danish = {FIGURES[name][0]: FIGURES[name][-1] for name in ("result", "equity", "assets", "revenue", "ebit")}
    return [
        replace(fact, namespace=IFRS.format(dated), name=by_danish[fact.name]) if fact.name in by_danish else fact
        for fact in facts
    ]


def _names(prefixes: str) -> dict[str, str]:
    return dict(zip((FSA, GSD, CMN, ARR, SOB), PREFIXES[prefixes], strict=True))


def _declared(names: dict[str, str]) -> str:
    known = {
        "xbrli": "http://www.xbrl.org/2003/instance",
        "link": "http://www.xbrl.org/2003/linkbase",
        "xlink": "http://www.w3.org/1999/xlink",
        "dim": "http://xbrl.org/2006/xbrldi",
        "iso4217": "http://www.xbrl.org/2003/iso4217",
        "ix": "http://www.xbrl.org/2013/inlineXBRL",
        "ixt": "http://www.xbrl.org/inlineXBRL/transformation/2015-02-26",
    } | {prefix: uri for uri, prefix in names.items()}
    return "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in known.items())


def _contexts(facts: list[Stated], names: dict[str, str]) -> str:
    member = (
        f'<xbrli:scenario><dim:explicitMember dimension="{names[CMN]}:ConsolidatedSoloDimension">'
        f"{names[CMN]}:ConsolidatedMember</dim:explicitMember></xbrli:scenario>"
    )
    contexts = {}
    for fact in facts:
        start, end = CALENDAR[fact.year]
        days = f"<xbrli:startDate>{start}</xbrli:startDate><xbrli:endDate>{end}</xbrli:endDate>"
        period = f"<xbrli:instant>{end}</xbrli:instant>" if fact.is_stock else days
        contexts[fact.context] = (
            f'<xbrli:context id="{fact.context}"><xbrli:entity><xbrli:identifier scheme="http://www.dcca.dk/cvr">{CVR}'
            f"</xbrli:identifier></xbrli:entity><xbrli:period>{period}</xbrli:period>{member if fact.is_group else ''}"
            "</xbrli:context>"
        )
    return "".join(contexts.values())


def _units(facts: list[Stated]) -> str:
    kinds = dict.fromkeys(fact.unit for fact in facts if fact.unit)
    measures = {unit: "xbrli:pure" if unit == "pure" else f"iso4217:{unit}" for unit in kinds}
    return "".join(
        f'<xbrli:unit id="{unit}"><xbrli:measure>{measure}</xbrli:measure></xbrli:unit>'
        for unit, measure in measures.items()
    )


def _fact(fact: Stated, names: dict[str, str]) -> str:
    tag, declared = _tag(fact, names)
    unit = f' unitRef="{fact.unit}" decimals="0"' if fact.unit else ' xml:lang="da"'
    return f'<{tag}{declared} contextRef="{fact.context}"{unit}>{escape(fact.value)}</{tag}>'


def _number(fact: Stated, names: dict[str, str]) -> str:
    tag, declared = _tag(fact, names)
    value = int(fact.value)
    is_round = value % 1000 == 0 and value != 0
    shown = f"{abs(value) // 1000 if is_round else abs(value):,}".replace(",", ".")
    attributes = f'name="{tag}" contextRef="{fact.context}" unitRef="{fact.unit}" decimals="0"'
    attributes += ' format="ixt:zerodash"' if value == 0 else ' format="ixt:numcommadecimal"'
    attributes += ' scale="3"' if is_round else ""
    attributes += ' sign="-"' if value < 0 else ""
    return f"<ix:nonFraction{declared} {attributes}>{shown if value else '-'}</ix:nonFraction>"


def _words(fact: Stated, names: dict[str, str], place: int) -> str:
    tag, declared = _tag(fact, names)
    half = len(fact.value) // 2
    attributes = f'name="{tag}" contextRef="{fact.context}" continuedAt="k{place}"'
    return (
        f"<ix:nonNumeric{declared} {attributes}>{escape(fact.value[:half])}</ix:nonNumeric>"
        f' (<ix:continuation id="k{place}">{escape(fact.value[half:])}</ix:continuation>)'
    )


def _tag(fact: Stated, names: dict[str, str]) -> tuple[str, str]:
    if fact.namespace in names:
        return f"{names[fact.namespace]}:{fact.name}", ""
    return f"x:{fact.name}", f' xmlns:x="{fact.namespace}"'
