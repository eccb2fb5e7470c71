"""The engines that print reports. Light: forms and models name them without loading one."""

from __future__ import annotations

from enum import StrEnum


class Engine(StrEnum):
    """Who turns the HTML of a report into a PDF."""

    # WeasyPrint: tagged, with bookmarks and language; the only one that makes archival PDFs.
    STANDARD = "standard"
    # PlutoPrint: the same pages many times faster, without tags or archival form.
    FAST = "fast"

    @property
    def can_archive(self) -> bool:
        """Whether it makes archival PDFs with the report's data attached."""
        return self is Engine.STANDARD
