"""Inline XBRL documents for tests, with no more in them than a test says."""

from __future__ import annotations

from tests.companies.filings import CONTEXTS, CVR, UNIT, YEAR

NAMESPACES = {
    "": "http://www.w3.org/1999/xhtml",
    "q": "http://www.xbrl.org/2003/instance",
    "d": "http://xbrl.org/2006/xbrldi",
    "EOGS10000": "http://xbrl.dcca.dk/fsa",
    "b": "http://xbrl.dcca.dk/gsd",
    "c": "http://xbrl.dcca.dk/cmn",
    "arr": "http://xbrl.dcca.dk/arr",
    "sob": "http://xbrl.dcca.dk/sob",
    "ifrs-full": "http://xbrl.ifrs.org/taxonomy/2021-03-24/ifrs-full",
    "iso4217": "http://www.xbrl.org/2003/iso4217",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "ixt": "http://www.xbrl.org/inlineXBRL/transformation/2020-02-12",
}
NEWER, OLDER = "http://www.xbrl.org/2013/inlineXBRL", "http://www.xbrl.org/2008/inlineXBRL"


def number(name: str, shown: str, context: str = YEAR, prefix: str = "EOGS10000", **attributes: str) -> str:
    """A number as printed; attributes such as format, scale, sign, decimals, target."""
    given = {"unitRef": "u", "decimals": "0"} | attributes
    return _element("nonFraction", name, shown, context, prefix, given)


def words(name: str, shown: str, context: str = YEAR, prefix: str = "b", **attributes: str) -> str:
    """A text as printed; attributes such as format, continuedAt, escape."""
    return _element("nonNumeric", name, shown, context, prefix, attributes)


def _element(kind: str, name: str, shown: str, context: str, prefix: str, attributes: dict[str, str]) -> str:
    given = "".join(f' {key}="{value}"' for key, value in attributes.items() if value)
    return f'<ix:{kind} name="{prefix}:{name}" contextRef="{context}"{given}>{shown}</ix:{kind}>'


GENERAL = (
    words("IdentificationNumberCvrOfReportingEntity", CVR)
    + words("ReportingPeriodStartDate", "2024-01-01")
    + words("ReportingPeriodEndDate", "2024-12-31")
)
RESULT = number("ProfitLoss", "100")


def page(
    body: str = RESULT,
    *,
    general: str = GENERAL,
    contexts: str = CONTEXTS,
    more: str = "",
    head: str = "",
    inline: str = NEWER,
    resources: str = "",
) -> bytes:
    """A document for 2024: the general data hidden, the body as pages; `more` holds further contexts."""
    names = "".join(f' xmlns{":" if prefix else ""}{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    hidden = f"<ix:hidden>{general}</ix:hidden>" if general else ""
    return (
        f'{head}<html{names} xmlns:ix="{inline}"><head><title>Årsrapport</title></head><body>'
        f'<div style="display:none"><ix:header>{hidden}<ix:resources>{contexts}{more}{UNIT.format("DKK")}{resources}'
        f"</ix:resources></ix:header></div>{body}</body></html>"
    ).encode()
