"""Reads a filing of annual accounts: an XBRL instance with the Danish taxonomy's (or IFRS's) elements.

Only the instance is read; taxonomies are never fetched. Namespaces are matched by URI, as prefixes are arbitrary.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from io import BytesIO

from lxml import etree

from companies.errors import AccountsError
from companies.figures import Accounts, Figure
from companies.sources import accounts_elements as elements
from companies.sources.accounts_contexts import Context, read_contexts

MOST_BYTES = 50 * 1024 * 1024  # unpacked; the biggest instances have a few megabytes
GZIP_MAGIC = b"\x1f\x8b"
XBRL = "http://www.xbrl.org/2003/instance"
XHTML = "http://www.w3.org/1999/xhtml"
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
CVR = re.compile(r"[0-9]{8}")
CURRENCY = re.compile(r"(?:[A-Za-z0-9_.-]+:)?([A-Z]{3})")


@dataclass(frozen=True, slots=True)
class Fact:
    """One value in the filing."""

    namespace: str
    name: str
    context: Context
    unit: str
    text: str


def read_accounts(data: bytes) -> Accounts:
    """The company's own figures for the financial year that the filing reports; `data` may be gzip.

    Figures of the year before and of the group are left out. Amounts come in whole units of `currency`.

    Raises:
        AccountsError: it cannot be read, or says too little to be of use; the message says why.
    """
    root = _parse(unpacked(data))
    contexts = read_contexts(root)
    units = _units(root)
    facts = list(_facts(root, contexts, units))
    start, end = _period(facts)
    own = _own(facts)
    figures = _figures(own, start, end)
    if not figures:
        raise AccountsError(f"The filing has no figures of the company itself for the year {start} to {end}.")
    return Accounts(
        cvr=_cvr(facts),
        start_date=start,
        end_date=end,
        currency=_currency(own),
        approved_date=_day(facts, elements.APPROVED),
        accounting_class=_text(facts, elements.ACCOUNTING_CLASS, 200),
        audit_firm=_text(facts, elements.AUDIT_FIRM, 500),
        audit_firm_cvr=_audit_firm_cvr(facts),
        auditor_name=_text(facts, elements.AUDITOR, 500),
        assistance=_text(facts, elements.ASSISTANCE, 200),
        opinion=_text(facts, elements.OPINION),
        figures=figures,
    )


def unpacked(data: bytes) -> bytes:
    """The filing without gzip, which servers send even where the header says otherwise.

    Raises:
        AccountsError: it is broken or too big.
    """
    if data.startswith(GZIP_MAGIC):
        try:
            with gzip.GzipFile(fileobj=BytesIO(data)) as file:
                data = file.read(MOST_BYTES + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise AccountsError(f"The filing is broken gzip: {error}.") from None
    if len(data) > MOST_BYTES:
        raise AccountsError(f"The filing is bigger than {MOST_BYTES // 1024**2} MB.")
    return data


def _parse(data: bytes) -> etree._Element:
    # No entities, no network, no DTD; huge_tree stays off, so that depth and text sizes are bounded too.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise AccountsError(f"The filing is not XML: {str(error)[:200]}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise AccountsError("The filing has a document type declaration, which an XBRL instance has no use for.")
    name = etree.QName(root)
    if name.namespace == XHTML:
        raise AccountsError("The filing is inline XBRL (XHTML), which is not read yet; give its XBRL instance (XML).")
    if (name.namespace, name.localname) != (XBRL, "xbrl"):
        raise AccountsError(f"The filing is no XBRL instance: its root is {name.localname!r}, not xbrli:xbrl.")
    return root


def _units(root: etree._Element) -> dict[str, str]:
    """Currency codes by unit id; other measures (pure, shares) have none."""
    units = {}
    for unit in root.iterfind(f"{{{XBRL}}}unit"):
        measure = unit.find(f"{{{XBRL}}}measure")
        match = CURRENCY.fullmatch((measure.text or "").strip()) if measure is not None else None
        units[unit.get("id", "")] = match[1] if match else ""
    return units


def _facts(root: etree._Element, contexts: dict[str, Context], units: dict[str, str]) -> Iterator[Fact]:
    for element in root.iterchildren(tag=etree.Element):
        context = contexts.get(element.get("contextRef", ""))
        if context is None or element.get(NIL) in {"true", "1"}:
            continue
        name = etree.QName(element)
        text = "".join(str(part) for part in element.itertext()).strip()
        if text:
            yield Fact(name.namespace or "", name.localname, context, units.get(element.get("unitRef", ""), ""), text)


def _own(facts: list[Fact]) -> list[Fact]:
    """The company's own facts. IFRS turns the rule round: beside a separate parent, the bare context is the group."""
    has_separate = any(fact.context.is_ifrs_separate for fact in facts)
    return [
        fact
        for fact in facts
        if fact.context.is_ifrs_separate
        or (fact.context.is_plain and not (has_separate and fact.namespace.startswith(elements.IFRS)))
    ]


def _period(facts: list[Fact]) -> tuple[date, date]:
    """The financial year reported: as the general data says, or else the latest year that a result is given for."""
    start, end = _day(facts, elements.PERIOD_START), _day(facts, elements.PERIOD_END)
    if start and end and start <= end:
        return start, end
    years = [
        (fact.context.start_date, fact.context.end_date)
        for fact in facts
        if fact.context.start_date and fact.name in elements.RESULT_NAMES
    ]
    if not years:
        raise AccountsError(
            "The filing does not say which financial year it reports (ReportingPeriodStartDate/EndDate)."
        )
    return max(years, key=lambda year: (year[1], year[0]))


def _figures(own: list[Fact], start: date, end: date) -> dict[str, Figure]:
    """Each figure by its name: the first of its elements that the filing uses."""
    by_element: dict[str, list[Fact]] = {}
    for fact in own:
        if fact.context.covers_year(start, end) and fact.namespace.startswith(elements.FIGURE_NAMESPACES):
            by_element.setdefault(fact.name, []).append(fact)
    figures = {}
    for name, candidates in elements.FIGURES.items():
        for candidate in candidates:
            if candidate in by_element:
                figures[name] = _figure(by_element[candidate])
                break
    return figures


def _figure(facts: list[Fact]) -> Figure:
    """One value, or all of them where the filing contradicts itself."""
    values = tuple(dict.fromkeys(_amount(fact) for fact in facts))
    return Figure(values[0]) if len(values) == 1 else Figure(None, conflict=values)


def _amount(fact: Fact) -> Decimal:
    try:
        amount = Decimal(fact.text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or abs(amount) >= Decimal("1e18"):
        raise AccountsError(f"The filing gives {fact.name} as {fact.text[:40]!r}, which is no amount.")
    return amount


def _cvr(facts: list[Fact]) -> str:
    """The company's number: as the general data says, or else who the contexts are about."""
    stated = _text(facts, elements.COMPANY_CVR).replace(" ", "").removeprefix("DK")
    identifiers = [fact.context.identifier for fact in facts if fact.context.scheme.endswith("/cvr")]
    for candidate in (stated, *identifiers):
        if CVR.fullmatch(candidate):
            return candidate
    found = stated or next((fact.context.identifier for fact in facts), "nothing")
    raise AccountsError(f"The filing does not say whose it is: expected a CVR number, found {found[:40]!r}.")


def _currency(own: list[Fact]) -> str:
    """The unit of most of the amounts."""
    units = [fact.unit for fact in own if fact.unit]
    return max(dict.fromkeys(units), key=units.count, default="DKK")


def _audit_firm_cvr(facts: list[Fact]) -> str:
    text = _text(facts, elements.AUDIT_FIRM_CVR).replace(" ", "").removeprefix("DK")
    return text if CVR.fullmatch(text) else ""


def _text(facts: list[Fact], names: tuple[str, ...], longest: int | None = None) -> str:
    """The first fact with one of the element names, wherever the filer put it; the company's before the group's."""
    for name in names:
        found = [fact for fact in facts if fact.name == name and fact.namespace.startswith(elements.DANISH)]
        if found:
            best = min(found, key=lambda fact: not fact.context.is_plain)
            return " ".join(best.text.split())[:longest]
    return ""


def _day(facts: list[Fact], names: tuple[str, ...]) -> date | None:
    text = _text(facts, names)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise AccountsError(f"The filing gives {names[0]} as {text[:40]!r}, which is no day.") from None
