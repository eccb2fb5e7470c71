"""What a filing says in words and days: whose it is, what kind of report, the auditor, who approved it when."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import unescape

from companies.auditing import assistance_of, modified_opinion_of
from companies.cvr import is_valid_cvr
from companies.errors import AccountsError
from companies.sources.accounts import elements
from companies.sources.accounts.contexts import Scope
from companies.sources.accounts.facts import Fact

# Derived instances carry blocks of text as escaped HTML.
HTML_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
NOT_A_DIGIT = re.compile(r"[^0-9]")
CVR_SCHEME = "/cvr"
LONGEST_TEXT = 20_000  # characters of an auditor's words, some five pages in print
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200
INTERIM = ("halvår", "delår", "kvartal", "interim", "half-year", "half year", "quarter")
CLASS_WORDS = (("micro", ", mikrovirksomhed"), ("medium", ", mellemstor virksomhed"), ("large", ", stor virksomhed"))
CLASS_LETTER = re.compile(r"\b(?:reporting|accounting) class ([a-d])\b")
# Where general data may stand: without a dimension, or marked as the company's or the group's, or by auditor or the
# like.
RANKS = {Scope.BARE: 0, Scope.COMPANY: 1, Scope.GROUP: 1, Scope.OTHER: 2}


@dataclass(frozen=True, slots=True)
class Statements:
    """A filing's general data and what its auditor says, as in `companies.figures.Accounts`."""

    accounting_class: str
    audit_firm: str
    audit_firm_cvr: str
    auditor_name: str
    auditor_number: str
    assistance: str
    opinion: str
    modified_opinion: str
    going_concern: str
    approved_date: date | None
    general_meeting_date: date | None


def read_statements(facts: list[Fact]) -> Statements:
    """The filing's general data.

    Raises:
        AccountsError: a day is none.
    """
    firm_cvr = NOT_A_DIGIT.sub("", text_of(facts, elements.AUDIT_FIRM_CVR))
    return Statements(
        accounting_class=_accounting_class(text_of(facts, elements.ACCOUNTING_CLASS))[:200],
        audit_firm=text_of(facts, elements.AUDIT_FIRM)[:500],
        audit_firm_cvr=firm_cvr if is_valid_cvr(firm_cvr) else "",
        auditor_name=text_of(facts, elements.AUDITOR)[:500],
        auditor_number=text_of(facts, elements.AUDITOR_NUMBER)[:20],
        assistance=assistance_of(text_of(facts, elements.ASSISTANCE))[:200],
        opinion=text_of(facts, elements.OPINION)[:LONGEST_TEXT],
        modified_opinion=_modified_opinion(facts),
        going_concern=_plain(" ".join(dict.fromkeys(_beginning(facts, elements.GOING_CONCERN))))[:LONGEST_TEXT],
        approved_date=day_of(facts, elements.APPROVED),
        general_meeting_date=day_of(facts, elements.GENERAL_MEETING),
    )


def company_of(facts: list[Fact], *, expected: str = "") -> str:
    """The CVR number of the company whose accounts they are: as stated, or as the contexts have it, or as expected.

    Raises:
        AccountsError: it is missing or wrong, or not everything is of one company.
    """
    stated = text_of(facts, elements.COMPANY_CVR)
    about = dict.fromkeys(fact.context.identifier for fact in facts if fact.context.scheme.endswith(CVR_SCHEME))
    said = stated or next(iter(about), "") or expected
    if not said:
        found = next((fact.context.identifier for fact in facts), "nothing")
        raise AccountsError(f"The filing does not say whose it is: expected a CVR number, found {found[:40]!r}.")
    cvr = _cvr(said)
    others = {number for number in map(_bare_number, (*about, expected)) if is_valid_cvr(number)} - {cvr}
    if others:
        raise AccountsError(f"The filing is of more than one company: {', '.join(sorted({cvr, *others}))}.")
    return cvr


def refuse_interim(facts: list[Fact]) -> None:
    """Refuse a report on less than a financial year by what it calls itself.

    Raises:
        AccountsError: it is an interim report.
    """
    kind = text_of(facts, elements.REPORT_TYPE)
    if any(word in kind.lower() for word in INTERIM):
        raise AccountsError(f"The filing is an interim report ({kind[:60]!r}), not annual accounts.")


def text_of(facts: Iterable[Fact], names: tuple[str, ...]) -> str:
    """The text of the first of the elements that the filing uses, in plain words; empty if it uses none."""
    fact = _best(facts, names)
    return _plain(fact.text) if fact else ""


def day_of(facts: Iterable[Fact], names: tuple[str, ...]) -> date | None:
    """The day that the first of the elements in use gives.

    Raises:
        AccountsError: it is no day.
    """
    fact = _best(facts, names)
    if fact is None:
        return None
    if fact.problem:
        raise AccountsError(f"Line {fact.line}: {fact.name} {fact.problem}.")
    try:
        day = date.fromisoformat(fact.text[:10])
    except ValueError:
        day = None
    if day is None or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise AccountsError(f"Line {fact.line}: {fact.name} is {fact.text[:40]!r}, which is no day (YYYY-MM-DD).")
    return day


def _best(facts: Iterable[Fact], names: tuple[str, ...]) -> Fact | None:
    """Of the first element in use: the fact with the fewest dimensions, of the latest context, that stands first."""
    by_name: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.name in names and (fact.text or fact.problem) and not fact.context.is_registered_period:
            by_name.setdefault(fact.name, []).append(fact)
    for name in names:
        if name in by_name:
            return min(by_name[name], key=lambda fact: (RANKS[fact.context.scope], -fact.context.end_date.toordinal()))
    return None


def _beginning(facts: Iterable[Fact], beginnings: tuple[str, ...]) -> list[str]:
    return [fact.text for fact in facts if fact.name.startswith(beginnings) and fact.text]


def _modified_opinion(facts: list[Fact]) -> str:
    found = (modified_opinion_of(_plain(text)) for text in _beginning(facts, elements.MODIFIED_OPINION))
    return next((kind.value for kind in found if kind), "")


def _plain(text: str) -> str:
    return " ".join(unescape(HTML_TAG.sub(" ", text)).split())


def _cvr(text: str) -> str:
    """A CVR number however it is written: with blanks, with DK in front."""
    number = _bare_number(text)
    if not is_valid_cvr(number):
        raise AccountsError(
            f"The filing says that it is of {text[:40]!r}, no CVR number: eight digits with a right check digit."
        )
    return number


def _bare_number(text: str) -> str:
    return text.upper().replace(" ", "").removeprefix("DK").lstrip("-:")


def _accounting_class(text: str) -> str:
    """The class in Danish, whatever language the filing is in; another text as it stands."""
    words = text.lower()
    match = CLASS_LETTER.search(words)
    if not match:
        return text
    return f"Regnskabsklasse {match[1].upper()}" + next((danish for word, danish in CLASS_WORDS if word in words), "")
