"""Write the facts of fictional accounts as an XBRL instance or as inline XBRL: pages that people read too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

NAMESPACES = {
    "xbrli": "http://www.xbrl.org/2003/instance",
    "link": "http://www.xbrl.org/2003/linkbase",
    "xbrldi": "http://xbrl.org/2006/xbrldi",
    "iso4217": "http://www.xbrl.org/2003/iso4217",
    "fsa": "http://xbrl.dcca.dk/fsa",
    "gsd": "http://xbrl.dcca.dk/gsd",
    "cmn": "http://xbrl.dcca.dk/cmn",
    "arr": "http://xbrl.dcca.dk/arr",
    "sob": "http://xbrl.dcca.dk/sob",
}
INLINE = {
    "ix": "http://www.xbrl.org/2013/inlineXBRL",
    "ixt": "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12",
}
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
GROUP = ("cmn:ConsolidatedSoloDimension", "cmn:ConsolidatedMember")


@dataclass(frozen=True, slots=True)
class SampleContext:
    """A period of the company or, with the dimension, of its group; `start` None: a day."""

    key: str
    start: date | None
    end: date
    dimension: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class SampleFact:
    """A fact; `unit` is U1 for money, U2 for a count, and empty for words and days."""

    prefix: str
    name: str
    context: str
    text: str
    unit: str = ""


def as_instance(cvr: str, _name: str, currency: str, contexts: list[SampleContext], facts: list[SampleFact]) -> bytes:
    """The facts as an XBRL instance."""
    body = "\n".join([*_resources(cvr, currency, contexts), *map(_fact, facts)])
    return f"{DECLARATION}<xbrli:xbrl{_declared(NAMESPACES)}>\n{body}\n</xbrli:xbrl>\n".encode()


def as_inline(cvr: str, name: str, currency: str, contexts: list[SampleContext], facts: list[SampleFact]) -> bytes:
    """The facts as inline XBRL: words as paragraphs, numbers in a table as Danes write them."""
    resources = "\n".join(_resources(cvr, currency, contexts))
    words = "\n".join(f"<p>{_words(fact)}</p>" for fact in facts if not fact.unit)
    rows = "\n".join(f"<tr><td>{fact.name}</td><td>{_number(fact)}</td></tr>" for fact in facts if fact.unit)
    return (
        f'{DECLARATION}<html xmlns="http://www.w3.org/1999/xhtml"{_declared(NAMESPACES | INLINE)}>\n'
        f"<head><title>Årsrapport for {escape(name)}</title></head>\n<body>\n"
        f'<div style="display:none"><ix:header><ix:resources>\n{resources}\n</ix:resources></ix:header></div>\n'
        f"<h1>Årsrapport for {escape(name)}</h1>\n{words}\n<table>\n{rows}\n</table>\n</body>\n</html>\n"
    ).encode()


def _declared(namespaces: dict[str, str]) -> str:
    return "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in namespaces.items())


def _resources(cvr: str, currency: str, contexts: list[SampleContext]) -> list[str]:
    units = {"U1": f"iso4217:{currency}", "U2": "xbrli:pure"}
    return [
        *(_context(cvr, context) for context in contexts),
        *(
            f'<xbrli:unit id="{key}"><xbrli:measure>{measure}</xbrli:measure></xbrli:unit>'
            for key, measure in units.items()
        ),
    ]


def _context(cvr: str, context: SampleContext) -> str:
    period = (
        f"<xbrli:startDate>{context.start}</xbrli:startDate><xbrli:endDate>{context.end}</xbrli:endDate>"
        if context.start
        else f"<xbrli:instant>{context.end}</xbrli:instant>"
    )
    axis, member = context.dimension or ("", "")
    scenario = (
        f'<xbrli:scenario><xbrldi:explicitMember dimension="{axis}">{member}</xbrldi:explicitMember></xbrli:scenario>'
        if axis
        else ""
    )
    return (
        f'<xbrli:context id="{context.key}"><xbrli:entity><xbrli:identifier scheme="http://www.dcca.dk/cvr">{cvr}'
        f"</xbrli:identifier></xbrli:entity><xbrli:period>{period}</xbrli:period>{scenario}</xbrli:context>"
    )


def _fact(fact: SampleFact) -> str:
    tag = f"{fact.prefix}:{fact.name}"
    measure = f' unitRef="{fact.unit}" decimals="0"' if fact.unit else ' xml:lang="da"'
    return f'<{tag} contextRef="{fact.context}"{measure}>{escape(fact.text)}</{tag}>'


def _words(fact: SampleFact) -> str:
    name = f"{fact.prefix}:{fact.name}"
    return f'<ix:nonNumeric name="{name}" contextRef="{fact.context}">{escape(fact.text)}</ix:nonNumeric>'


def _number(fact: SampleFact) -> str:
    value = int(fact.text)
    shown = f"{abs(value):,}".replace(",", ".")
    sign = ' sign="-"' if value < 0 else ""
    return (
        f'{"-" if value < 0 else ""}<ix:nonFraction name="{fact.prefix}:{fact.name}" contextRef="{fact.context}" '
        f'unitRef="{fact.unit}" decimals="0" format="ixt:num-comma-decimal"{sign}>{shown}</ix:nonFraction>'
    )
