"""`manage.py order_batch`: order a batch from the command line, with the same checks as the API."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.organisations import NoSuchOrganisation, find_organisation
from lasso.errors import FieldErrors, MalformedBody
from lasso.language import Language
from lasso.parsing import read_json
from reporting.engines import Engine
from reporting.ordering import order_batch
from reporting.placing import order_of, read_order


class Command(BaseCommand):
    """Order a batch."""

    help = "Orders the batch that a JSON file describes (the body of POST /apps/reporting/batches); prints its id."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The organisation and the file."""
        parser.add_argument("organisation", help="the organisation's id or name")
        parser.add_argument("file", help="the order as JSON; - reads standard input")
        parser.add_argument(
            "--language", choices=[language.value for language in Language], help="in place of the file's"
        )
        parser.add_argument("--engine", choices=[engine.value for engine in Engine], help="in place of the file's")
        parser.add_argument(
            "--archival",
            action="store_true",
            default=None,
            help="PDF/A-3 with the data attached, whatever the file says",
        )

    def handle(self, *_: object, **options: Any) -> None:
        """Read, check, order."""
        try:
            organisation = find_organisation(text=options["organisation"])
            form = read_order(read_json(_read(options["file"]))).model_copy(update=_named(options))
            order = order_of(form, organisation=organisation)
        except FieldErrors as refusal:
            lines = [f"{error.path}: {error.message}" for error in refusal.errors]
            raise CommandError("Nothing was ordered.\n" + "\n".join(lines)) from None
        except (MalformedBody, NoSuchOrganisation) as error:
            raise CommandError(f"Nothing was ordered. {error}") from None
        batch = order_batch(organisation=organisation, user_id=None, order=order, now=timezone.now())
        self.stdout.write(str(batch.pk))


def _named(options: dict[str, Any]) -> dict[str, Any]:
    """What was named on the command line, by the form's names."""
    readers = {"language": Language, "engine": Engine, "archival": bool}
    return {name: read(options[name]) for name, read in readers.items() if options[name]}


def _read(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
