"""Everybody in the PDF is in the register, and everybody in the register is in the PDF: names, shares, votes, days.

What is expected is read from the register's documents themselves, not by our reader, and what the PDF says from its
text, as another program reads it. `EVERY_COMPANY=1` does so for every company of the fictional register, else for one
of each kind that has something particular about its people.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from accounts.models import Organisation
from companies.importing import import_documents
from companies.sources.sample import cast
from companies.sources.sample.generator import sample_documents
from lasso.language import Language
from reporting.collecting import collect
from reporting.contents.composing import compose
from reporting.document import render_pdf
from reporting.engines import Engine
from reporting.models import ReportType
from tests.reporting.pdf_text import page_texts

NOW, TODAY, YEAR_AGO = datetime(2026, 8, 1, 9, 0, tzinfo=UTC), "2026-08-01", "2025-08-01"
KINDS = (
    cast.CHANGED_EVERYTHING[0],
    cast.CHANGED_MANAGEMENT[0],
    cast.MANY_SEATS,
    cast.MANY_OWNERS,
    cast.HIDDEN_CONTACTS[0],
    cast.CYCLE[0],
    cast.OWN_SHARES[0],
    cast.FOREIGN_OWNED[0],
    cast.UNKNOWN_OWNER[0],
    cast.FOUR_LEVELS[0],
    cast.FOUNDATION_OWNED[0],
    cast.NO_PERCENTAGE[0],
    cast.LISTED[0],
    cast.VIA_ROLE[0],
    cast.NONE_REGISTERED[0],
    cast.DISCREPANCY[0],
    cast.ESTATE_OWNED[0],
    cast.NAMELESS[0],
    cast.LIMITED_PARTNERSHIP[0],
    cast.SOLE_PROPRIETORSHIP[0],
    cast.FOUNDATION[0],
    cast.LASSO_X,
)
# The public bands, by the floors that the register files.
BANDS = {
    "0.05": "5-9,99 %",
    "0.1": "10-14,99 %",
    "0.15": "15-19,99 %",
    "0.2": "20-24,99 %",
    "0.25": "25-33,32 %",
    "0.3333": "33,33-49,99 %",
    "0.5": "50-66,66 %",
    "0.6667": "66,67-89,99 %",
    "0.9": "90-99,99 %",
    "1.0": "100 %",
    "1": "100 %",
    None: "ikke oplyst",
}
FUNCTIONS = {
    "DIREKTØR": "Direktør",
    "ADM. DIR.": "Administrerende direktør",
    "FORMAND": "Formand",
    "BESTYRELSESMEDLEM": "Medlem",
}
PARTNERS = {"I/S": "Interessent", "K/S": "Komplementar", "ENK": "Indehaver"}
NAMELESS = "Navn ikke oplyst i CVR"
BADGE = r"(?: (?:Ny|Ændret|Udgået|Fratrådt))?"
WHAT = r"(?: (?:CVR \d{8}|Dødsbo|Uden CVR-nummer|Udenlandsk · \w+|indsat ledelse|[A-ZÆØÅ]\w+)(?: · egne andele)?)?"
ELECTED = r"(?: Valgt af: \w+)?(?:;? før: \w+, \S+ – \S+)?"

Document = dict[str, Any]


@dataclass(frozen=True)
class Membership:
    """One member's spell in an organ, as the document has it."""

    name: str
    organ: str
    values: dict[str, str]
    start: str
    end: str | None

    @property
    def is_current(self) -> bool:
        return self.start <= TODAY and (self.end is None or self.end >= TODAY)

    @property
    def is_recent(self) -> bool:
        """In force, or ended in the last year."""
        return self.start <= TODAY and (self.end is None or self.end > YEAR_AGO)


def memberships(document: Document) -> Iterator[Membership]:
    """Every spell in every organ; in the fictional register all attributes of a member have the same days."""
    for relation in document.get("deltagerRelation", ()):
        names = relation["deltager"]["navne"]
        for organ in relation["organisationer"]:
            attributes = organ["medlemsData"][0]["attributter"]
            values = {one["type"]: one["vaerdier"][0]["vaerdi"] for one in attributes}
            period = attributes[0]["vaerdier"][0]["periode"]
            yield Membership(
                name=names[0]["navn"] if names else NAMELESS,
                organ=organ["organisationsNavn"][0]["navn"],
                values=values,
                start=period["gyldigFra"],
                end=period["gyldigTil"],
            )


def expected_rows(document: Document) -> Iterator[str]:
    """A pattern for each row that the report must have."""
    found = list(memberships(document))
    for one in found:
        name, start, end = re.escape(one.name), danish(one.start), danish(one.end)
        if one.organ == "EJERREGISTER":
            share = BANDS[one.values.get("EJERANDEL_PROCENT")]
            votes = BANDS[one.values.get("EJERANDEL_STEMMERET_PROCENT")]
            last = danish(one.values["EJERANDEL_MEDDELELSE_DATO"]) if one.is_current else end
            yield rf"{name}{BADGE}{WHAT} {share} {votes} {start} {last}"
        elif one.organ == "Reelle ejere":
            share, votes = (percent(one.values.get(f"EJERANDEL_{kind}PROCENT")) for kind in ("", "STEMMERET_"))
            ground = one.values.get("SÆRLIGE_EJERFORHOLD") or one.values.get("BETYDELIG_INDFLYDELSE_VIA_ROLLE")
            until = f" til {end}" if one.end else ""
            yield rf"{name}{BADGE}{WHAT} {share} {votes} {ground or 'Ejerandel eller stemmer'} {start}{until}"
        elif one.organ in {"Direktion", "Bestyrelse"} and is_shown(one, found):
            function = FUNCTIONS[one.values["FUNKTION"]]
            last = "" if one.is_current else f" {end}"
            yield rf"{name}{BADGE}{WHAT} {function}{ELECTED} {start}{last}"
        elif one.organ == "Interessenter":
            form = document["virksomhedsform"][0]["kortBeskrivelse"]
            yield rf"{name}{BADGE}{WHAT} {PARTNERS[form]} {start}"
        elif one.organ == "Revision":
            yield rf"{name}{BADGE} \d{{8}} {start}{f' {end}' if one.end else ''}"


def is_shown(one: Membership, found: list[Membership]) -> bool:
    """Who sits in the organ, and who left it in the last year; not a former function of who sits there still."""
    sits = any(other.is_current and (other.name, other.organ) == (one.name, one.organ) for other in found)
    return one.is_current or (one.is_recent and not sits)


def allowed_names(cvr: str, documents: dict[str, Document]) -> set[str]:
    """Who may be named: who has a part in the company, and the owners above it."""
    found = list(memberships(documents[cvr]))
    always = {"EJERREGISTER", "Reelle ejere", "Revision", "Stiftere"}
    names = {one.name for one in found if one.organ in always or one.is_recent}
    for owner in owners_above(cvr, documents):
        owners = {"EJERREGISTER", "Interessenter"}
        names |= {one.name for one in memberships(documents[owner]) if one.organ in owners and one.is_current}
    return names


def owners_above(cvr: str, documents: dict[str, Document]) -> set[str]:
    """The companies up the chains."""
    above, waiting = set(), [cvr]
    while waiting:
        for relation in documents[waiting.pop()].get("deltagerRelation", ()):
            owner = str(relation["deltager"]["forretningsnoegle"] or "")
            organs = {organ["organisationsNavn"][0]["navn"] for organ in relation["organisationer"]}
            if owner in documents and owner not in above and organs & {"EJERREGISTER", "Interessenter"}:
                above.add(owner)
                waiting.append(owner)
    return above


def person_names(documents: dict[str, Document]) -> set[str]:
    """Everybody in the fictional register who is no Danish company."""
    return {
        name["navn"]
        for document in documents.values()
        for relation in document.get("deltagerRelation", ())
        if relation["deltager"]["enhedstype"] != "VIRKSOMHED"
        for name in relation["deltager"]["navne"]
    }


def danish(day: str | None) -> str:
    return f"{date.fromisoformat(day):%d-%m-%Y}" if day else ""


def percent(fraction: str | None) -> str:
    """`0.2637` as `26,37 %`, with four decimals at most."""
    if fraction is None:
        return "–"
    hundredths = (Decimal(fraction) * 100).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP)
    return f"{hundredths:f}".rstrip("0").rstrip(".").replace(".", ",") + " %"


def wrong_in(text: str, cvr: str, documents: dict[str, Document]) -> list[str]:
    """Rows of the register that the text lacks, and people in the text who have no part in the company."""
    missing = [row for row in expected_rows(documents[cvr]) if not re.search(row, text)]
    strangers = person_names(documents) - allowed_names(cvr, documents)
    return missing + [f"stranger: {name}" for name in sorted(strangers) if name in text]


def text_of(cvr: str, report_type: ReportType, engine: Engine) -> str:
    access = Organisation(name="Strandvang", has_beneficial_owner_access=True)
    material = collect(cvr=cvr, report_type=report_type, organisation=access, now=NOW, language=Language.DANISH)
    return " ".join(page_texts(render_pdf(compose(material).html, engine=engine)))


@pytest.mark.timeout(1800 if os.environ.get("EVERY_COMPANY") else 120)
@pytest.mark.django_db
def test_it_prints_everybody_exactly_and_nobody_else():
    documents = {str(document["cvrNummer"]): document for document in sample_documents()}
    import_documents(documents.values(), now=NOW, source="test")
    wrong = {}

    for cvr in documents if os.environ.get("EVERY_COMPANY") else KINDS:
        if found := wrong_in(text_of(cvr, ReportType.REVISION_UDVIDET, Engine.FAST), cvr, documents):
            wrong[cvr] = found
    for cvr in KINDS[:1]:
        if found := wrong_in(text_of(cvr, ReportType.REVISION_UDVIDET, Engine.STANDARD), cvr, documents):
            wrong[f"{cvr}, standard engine"] = found

    assert wrong == {}


def test_it_would_notice_who_is_missing_and_who_does_not_belong():
    documents = {str(document["cvrNummer"]): document for document in sample_documents()}
    stranger = min(person_names(documents) - allowed_names(KINDS[0], documents))
    found = wrong_in(f"Nogen {stranger} 100 % 100 % 01-01-2020", KINDS[0], documents)

    assert found[-1] == f"stranger: {stranger}"
    assert len(found) == 1 + len(list(expected_rows(documents[KINDS[0]])))
    assert len(found) == 1 + 4 + 4 + 2 + 4 + 2
