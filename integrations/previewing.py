"""What messages would say: of a real company, and of a fictional one as an example."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from companies.catalogue import EXAMPLES
from companies.days import danish_day
from companies.errors import CompanyUnknown, DocumentError
from integrations.mapping import mapping_of
from integrations.messages import export_message, update_message
from integrations.models import Integration
from integrations.reading import read_subjects


class Which(StrEnum):
    """Which of an integration's two messages."""

    EXPORT = "export"
    UPDATE = "update"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Both messages of a company, as compact JSON exactly as they would be sent."""

    cvr: str
    export: str
    update: str


def preview(*, integration: Integration, cvr: str, now: datetime) -> Preview:
    """Both messages of a company of the register, as it is now. Nothing is fetched, stored or sent.

    Raises:
        companies.errors.CompanyUnknown: the register lacks it.
        companies.errors.DocumentError: its document cannot be read.
    """
    mapping = mapping_of(integration)
    read = read_subjects(cvrs=[cvr], day=danish_day(now), needs_accounts=mapping.needs_accounts)
    if reason := read.unreadable.get(cvr):
        raise DocumentError("", reason)
    if cvr not in read.subjects:
        raise CompanyUnknown(cvr)
    subject = read.subjects[cvr]
    return Preview(
        cvr=cvr,
        export=export_message(subject=subject, mapping=mapping),
        update=update_message(subject=subject, mapping=mapping),
    )


def example_message(*, integration: Integration, which: Which) -> str:
    """The message as it would be of a fictional company, the first of the catalogue's examples."""
    write = export_message if which is Which.EXPORT else update_message
    return write(subject=EXAMPLES[0], mapping=mapping_of(integration))


def example_cvr() -> str:
    """The CVR number of that company."""
    profile = EXAMPLES[0].profile
    assert profile is not None  # noqa: S101 - said of the catalogue's first example
    return profile.cvr
