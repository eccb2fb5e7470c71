"""What messages would say: of a real company, and of a fictional one as an example."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from integrations.models import Integration


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
    raise NotImplementedError


def example_message(*, integration: Integration, which: Which) -> str:
    """The message as it would be of a fictional company, of which every field says something."""
    raise NotImplementedError
