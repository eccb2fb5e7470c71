"""`manage.py import_accounts FILE…`: take filings of annual accounts into the register."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from companies.errors import DocumentError
from companies.importing_accounts import Filing, import_accounts
from companies.sources.filing_files import filing_files
from companies.sources.publications import publication_moments
from lasso.progress import Progress


class Command(BaseCommand):
    """Import annual accounts: XBRL instances and inline XBRL."""

    help = (
        "Import annual accounts: XBRL instances (XML) and inline XBRL (XHTML), gzip or not, in files, zips and folders."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files, and when they were published."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--source", default="file", help="what the register notes as the source (default: file)")
        parser.add_argument(
            "--publications",
            type=Path,
            metavar="FILE",
            help="JSON lines of the index offentliggoerelser: the moment of publication of the files that are called "
            "as the last part of dokumentUrl",
        )

    def handle(self, *, files: list[Path], source: str, publications: Path | None, **_options: Any) -> None:
        """Import every file; what is refused is said, and the rest is kept."""
        unreadable: list[str] = []
        progress = Progress(self.stderr, "filings")
        moments = self._moments(publications) if publications else {}
        summary = import_accounts(
            self._filings(files, moments, unreadable),
            now=timezone.now,
            source=source,
            on_progress=lambda so_far: progress.tell(so_far.total),
        )
        for place, reason in summary.refusals:
            self.stderr.write(f"{place}: {reason}")
        self.stdout.write(
            f"{summary.created} new, {summary.replaced} replaced, {summary.unchanged} unchanged, "
            f"{summary.outdated} older than the register's, {summary.refused + len(unreadable)} refused."
        )
        if summary.refused or unreadable:
            raise CommandError("Not everything was imported; see above. What is good has been kept.", returncode=1)

    def _filings(self, files: list[Path], moments: Mapping[str, datetime], unreadable: list[str]) -> Iterator[Filing]:
        for found in filing_files(files):
            if found.error:
                self.stderr.write(f"{found.place}: {found.error}")
                unreadable.append(found.place)
            else:
                yield Filing(found.place, found.data, moments.get(found.name))

    def _moments(self, path: Path) -> dict[str, datetime]:
        try:
            with path.open("rb") as file:
                return publication_moments(file)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error
        except DocumentError as error:
            raise CommandError(f"{path}: {error}") from error
