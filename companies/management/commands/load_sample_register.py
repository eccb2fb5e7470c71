"""`manage.py load_sample_register`: put the fictional register into the database, or write it as files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from companies.sources.sample.loading import load_sample_register, write_sample_register


class Command(BaseCommand):
    """Load or write the fictional register."""

    help = "Load the fictional register; a second time writes nothing. With --write, write it as files instead."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to write to."""
        parser.add_argument(
            "--write",
            type=Path,
            metavar="DIR",
            help="write companies.jsonl, publications.jsonl and accounts/* there, for import_companies "
            "--beneficial-owners and import_accounts --publications",
        )

    def handle(self, *, write: Path | None, **_options: Any) -> None:
        """Do one or the other."""
        if write:
            companies, filings = write_sample_register(write)
            self.stdout.write(f"{companies} companies and {filings} annual accounts written to {write}.")
            return
        imported, filed = load_sample_register(now=timezone.now())
        self.stdout.write(
            f"The fictional register: {imported.total} companies ({imported.created} new, {imported.changed} changed), "
            f"{filed.total} annual accounts ({filed.created} new, {filed.replaced} replaced)."
        )
