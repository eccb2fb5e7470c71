"""What messages would say: of a real company, and of a fictional one as an example."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from companies.catalogue import EXAMPLES
from companies.days import danish_day
from companies.errors import CompanyUnknown, DocumentError
from integrations.mapping import FieldMapping, mapping_of
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
    return preview_mapping(mapping=mapping_of(integration), cvr=cvr, now=now)


def preview_mapping(*, mapping: FieldMapping, cvr: str, now: datetime) -> Preview:
    """The same by a mapping that nobody has saved yet; it must be one that `check_mapping` finds no errors in.

    Raises:
        companies.errors.CompanyUnknown: the register lacks it.
        companies.errors.DocumentError: its document cannot be read.
    """
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
    return example_of(mapping=mapping_of(integration), which=which)


def example_of(*, mapping: FieldMapping, which: Which) -> str:
    """The same by a mapping that nobody has saved yet."""
    write = export_message if which is Which.EXPORT else update_message
    return write(subject=EXAMPLES[0], mapping=mapping)


def example_cvr() -> str:
    """The CVR number of that company."""
    profile = EXAMPLES[0].profile
    assert profile is not None  # noqa: S101 - said of the catalogue's first example
    return profile.cvr
