"""`manage.py import_companies FILE…`: take register documents into the register."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from companies.importing import ImportSummary, import_documents
from companies.sources.files import pieces_in_file
from lasso.progress import Progress


class Command(BaseCommand):
    """Import company documents: JSON lines, search replies or lists, gzip or not."""

    help = "Import company documents of the official register: JSON lines, search replies or lists, gzip or not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files, and where they come from."""
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--source", default="file", help="what the register notes as the source (default: file)")
        parser.add_argument(
            "--beneficial-owners",
            action="store_true",
            help="the files tell of beneficial owners: a company without any has none registered",
        )

    def handle(self, *, files: list[Path], source: str, beneficial_owners: bool, **_options: Any) -> None:
        """Import each file; what is refused is said, and the rest is kept."""
        is_complete = True
        progress = Progress(self.stderr, "documents")
        for path in files:
            try:
                with path.open("rb") as file:
                    summary = import_documents(
                        pieces_in_file(file),
                        now=timezone.now,
                        source=source,
                        has_beneficial_owners=beneficial_owners or None,
                        on_progress=lambda so_far: progress.tell(so_far.total),
                    )
            except OSError as error:
                self.stderr.write(f"{path} cannot be read: {error.strerror}.")
                is_complete = False
                continue
            self._tell(path, summary)
            is_complete = is_complete and not summary.refused
        if not is_complete:
            raise CommandError("Not everything was imported; see above. What is good has been kept.", returncode=1)

    def _tell(self, path: Path, summary: ImportSummary) -> None:
        for refusal in summary.refusals:
            self.stderr.write(f"{path}: {refusal}")
        if summary.refused > len(summary.refusals):
            self.stderr.write(f"{path}: and {summary.refused - len(summary.refusals)} more")
        self.stdout.write(
            f"{path}: {summary.created} new, {summary.changed} changed, {summary.unchanged} unchanged, "
            f"{summary.outdated} older than the register's, {summary.refused} refused."
        )
        for unit, count in sorted(summary.passed_over.items()):
            self.stdout.write(f"{path}: {count} of other units passed over: {unit}")
