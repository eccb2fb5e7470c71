"""From material to the finished HTML of a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lasso import __version__
from lasso.language import mark, speaking
from lasso.language import translate as _
from reporting.contents.blocks import Check, Content, Tone
from reporting.contents.finans import finans
from reporting.contents.formats import count, long_moment
from reporting.contents.keeping import NumberedSection, numbered
from reporting.contents.neutralising import neutralise
from reporting.contents.page_words import page_number_style
from reporting.contents.reelle_ejere import reelle_ejere
from reporting.contents.revision import revision
from reporting.contents.revision_udvidet import revision_udvidet
from reporting.contents.templating import draw
from reporting.material import Material
from reporting.models import ReportType

TEMPLATE = "report.html.jinja"
CONTENTS: Mapping[ReportType, Callable[[Material], Content]] = {
    ReportType.REVISION: revision,
    ReportType.REVISION_UDVIDET: revision_udvidet,
    ReportType.REELLE_EJERE: reelle_ejere,
    ReportType.FINANS: finans,
}
NAMES: Mapping[ReportType, str] = {
    ReportType.REVISION: mark("Revisionsrapport"),
    ReportType.REVISION_UDVIDET: mark("Udvidet revisionsrapport"),
    ReportType.REELLE_EJERE: mark("Rapport om reelle ejere"),
    ReportType.FINANS: mark("Finansiel rapport"),
}
SUBJECTS: Mapping[ReportType, str] = {
    ReportType.REVISION: mark("Registeroplysninger og kontrol mod årsrapporten"),
    ReportType.REVISION_UDVIDET: mark("Registeroplysninger, ejerskab, koncern og fem års regnskabstal"),
    ReportType.REELLE_EJERE: mark("Registrerede og beregnede ejere"),
    ReportType.FINANS: mark("Fem års regnskabstal, nøgletal og kreditpolitik"),
}
# A running header is one line.
HEADER_LENGTH = 64
# Begins with the blank, because a pattern that begins with a choice is looked for at every sign: 0.8 ms a report.
BEFORE_NUMBER_OF_SECTION = re.compile(r" (?=[0-9])(?:(?<=§ )|(?<=\bSection )|(?<=\bSections ))")
SECTIONS_FOR_CONTENTS_LIST = 9
BETWEEN_ELEMENTS = re.compile(r">[ \t]*\n\s*<")
LINE_ENDS = re.compile(r"\n\s*")


@dataclass(frozen=True, slots=True)
class Composition:
    """A report ready to be printed.

    `warnings` are sentences for people in the report's language; none means that the report says all it should.
    `balance_date` is the newest accounts' balance day, `content` what the HTML was drawn from.
    """

    html: str
    title: str
    warnings: tuple[str, ...]
    balance_date: date | None
    content: Content


def compose(material: Material) -> Composition:
    """The report of `material.report_type` on the company, in the material's language.

    The same material gives the same HTML.
    """
    with speaking(material.language):
        return _composed(material)


def _composed(material: Material) -> Composition:
    content = CONTENTS[material.report_type](material)
    profile = material.profile
    name = _(NAMES[material.report_type])
    title = f"{name}: {profile.name}, CVR {profile.cvr}"
    sections = numbered(content.sections)
    html = draw(
        TEMPLATE,
        content=content,
        sections=sections,
        contents_list=_contents_list(sections),
        findings=_worst_first(content.findings),
        verdict=_verdict(content),
        language=material.language,
        page_number_style=page_number_style(material.language),
        title=title,
        report_name=name,
        subject=_(SUBJECTS[material.report_type]),
        profile=profile,
        header_name=_shorten(profile.name, HEADER_LENGTH),
        extracted=long_moment(material.extracted_at),
        created=material.extracted_at.isoformat(timespec="seconds"),
        organisation_name=material.organisation_name,
        generator=f"Lasso {__version__}",
    )
    latest = material.latest_accounts
    return Composition(
        html=_typeset(neutralise(html)),
        title=neutralise(title),
        warnings=tuple(neutralise(sentence) for sentence in content.shortcomings),
        balance_date=latest.end_date if latest else None,
        content=content,
    )


def _contents_list(sections: Sequence[NumberedSection]) -> tuple[Sequence[NumberedSection], ...]:
    """The numbered sections in two columns to be read one after the other; nothing for a short report."""
    if len(sections) <= SECTIONS_FOR_CONTENTS_LIST:
        return ()
    half = (len(sections) + 1) // 2
    return (sections[:half], sections[half:])


def _typeset(html: str) -> str:
    """Spaces that no line may break at: between a number and its percent sign, a section and its number.

    Line ends of the source and of texts from outside become blanks or nothing, and each `<br>`, all of which stand in
    cells, a line feed that cells keep: an element for it, and each blank between elements, would be laid out as well.
    """
    html = LINE_ENDS.sub(" ", BETWEEN_ELEMENTS.sub("><", html)).replace("<br>", "&#10;")
    return BEFORE_NUMBER_OF_SECTION.sub("\u00a0", html.replace(" %", "\u00a0%"))


def _worst_first(findings: tuple[Check, ...]) -> tuple[Check, ...]:
    order = (Tone.BAD, Tone.NOTE, Tone.OPEN, Tone.GOOD)
    return tuple(sorted(findings, key=lambda check: order.index(check.tone)))


def _verdict(content: Content) -> str:
    """The summary's first sentence: how many of the checks say what."""
    counts = {tone: sum(check.tone is tone for check in content.findings) for tone in Tone}
    parts = [
        count(counts[Tone.BAD], "afvigelse", "afvigelser"),
        count(counts[Tone.NOTE], "bemærkning", "bemærkninger"),
        _("{n} i orden").format(n=counts[Tone.GOOD]),
        _("{n} kan ikke afgøres").format(n=counts[Tone.OPEN]),
    ]
    shown = [
        part for part, tone in zip(parts, (Tone.BAD, Tone.NOTE, Tone.GOOD, Tone.OPEN), strict=True) if counts[tone]
    ]
    checks = count(len(content.findings), "kontrol", "kontroller")
    return f"{checks}: {', '.join(shown)}." if shown else ""


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
