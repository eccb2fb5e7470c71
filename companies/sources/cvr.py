"""Reads the official register's company documents (Vrvirksomhed) into profiles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from companies.profile import Profile


def read_profile(document: Mapping[str, Any], *, day: date, retrieved_at: datetime | None = None) -> Profile:
    """What a Vrvirksomhed document says of the company on the day.

    Raises:
        DocumentError: the document breaks the format; with path and reason.
    """
    raise NotImplementedError
