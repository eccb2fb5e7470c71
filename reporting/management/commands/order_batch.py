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
from lasso.parsing import read_json
from reporting.ordering import order_batch
from reporting.placing import order_of, read_order


class Command(BaseCommand):
    """Order a batch."""

    help = "Orders the batch that a JSON file describes (the body of POST /apps/reporting/batches); prints its id."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The organisation and the file."""
        parser.add_argument("organisation", help="the organisation's id or name")
        parser.add_argument("file", help="the order as JSON; - reads standard input")

    def handle(self, *_: object, **options: Any) -> None:
        """Read, check, order."""
        try:
            organisation = find_organisation(text=options["organisation"])
            order = order_of(read_order(read_json(_read(options["file"]))), organisation=organisation)
        except FieldErrors as refusal:
            lines = [f"{error.path}: {error.message}" for error in refusal.errors]
            raise CommandError("Nothing was ordered.\n" + "\n".join(lines)) from None
        except (MalformedBody, NoSuchOrganisation) as error:
            raise CommandError(f"Nothing was ordered. {error}") from None
        batch = order_batch(organisation=organisation, user_id=None, order=order, now=timezone.now())
        self.stdout.write(str(batch.pk))


def _read(path: str) -> bytes:
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
