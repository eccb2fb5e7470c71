"""What is the matter with a list of companies before it is ordered: unknown, wrong and doubled ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from companies.cvr import is_valid_cvr
from companies.searching import names_of
from lasso.language import mark
from lasso.language import translate as _
from portal.batches.company_lists import CVR_DIGITS, ListedCompany

MOST_SHOWN = 10


class Verdict(StrEnum):
    """What an entry is; the first that fits."""

    UNREADABLE = "unreadable"  # no number at all, or one of more than eight digits
    WRONG = "wrong"  # its check digit
    DOUBLED = "doubled"  # stands further up already, with the same file name and customer id or not
    UNKNOWN = "unknown"  # not in our register
    GOOD = "good"


SENTENCES = {
    Verdict.UNREADABLE: (
        mark("Ikke CVR-numre"),
        mark("Et CVR-nummer har otte cifre. De her kan ikke bestilles og bliver altid udeladt."),
    ),
    Verdict.WRONG: (mark("Forkerte CVR-numre"), mark("Kontrolcifferet passer ikke, så et ciffer må være forkert.")),
    Verdict.DOUBLED: (mark("Gentagelser"), mark("Numrene står længere oppe på listen også.")),
    Verdict.UNKNOWN: (mark("Ukendte virksomheder"), mark("Numrene er rigtige, men står ikke i registret her.")),
}


@dataclass(slots=True)
class Finding:
    """The entries with one verdict: how many, and the first of them."""

    verdict: Verdict
    count: int = 0
    first: list[ListedCompany] = field(default_factory=list)

    @property
    def title(self) -> str:
        """In the reader's language."""
        return _(SENTENCES[self.verdict][0])

    @property
    def explanation(self) -> str:
        """In the reader's language."""
        return _(SENTENCES[self.verdict][1])


@dataclass(frozen=True, slots=True)
class CheckedList:
    """The list with its verdicts: the good entries, those that can be ordered at all, and what was found."""

    good: Sequence[ListedCompany]
    orderable: Sequence[ListedCompany]
    findings: Sequence[Finding]
    names: dict[str, str]  # of the companies that the register knows, by CVR number


def check_list(companies: Sequence[ListedCompany]) -> CheckedList:
    """Look each entry up; one query, however many there are."""
    names = names_of(cvr for cvr in {one.cvr for one in companies} if is_valid_cvr(cvr))
    findings = {verdict: Finding(verdict) for verdict in SENTENCES}
    good, orderable, seen = [], [], set[str]()
    for company in companies:
        verdict = _verdict(company, seen, names)
        if verdict is not Verdict.UNREADABLE:
            orderable.append(company)
            seen.add(company.cvr)
        if verdict is Verdict.GOOD:
            good.append(company)
            continue
        finding = findings[verdict]
        finding.count += 1
        if len(finding.first) < MOST_SHOWN:
            finding.first.append(company)
    return CheckedList(good, orderable, [finding for finding in findings.values() if finding.count], names)


def _verdict(company: ListedCompany, seen: set[str], names: dict[str, str]) -> Verdict:
    if not company.is_number:
        return Verdict.UNREADABLE
    if len(company.cvr) < CVR_DIGITS or not is_valid_cvr(company.cvr):
        return Verdict.WRONG
    if company.cvr in seen:
        return Verdict.DOUBLED
    return Verdict.GOOD if company.cvr in names else Verdict.UNKNOWN
