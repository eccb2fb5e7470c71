"""`manage.py create_api_key ORGANISATION`: one more key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.keys import create_api_key
from accounts.organisations import NoSuchOrganisation, find_organisation


class Command(BaseCommand):
    """Creates an API key; the last line printed is the key, which is never shown again."""

    help = "Creates an API key for an organisation and prints it, once, as the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose key, and what it is called."""
        parser.add_argument("organisation", help="The organisation's id or its exact name.")
        parser.add_argument(
            "--name", default="another key", help="What the key is called in lists; at most 50 letters."
        )
        parser.add_argument("--quiet", action="store_true", help="Prints the API key and nothing else.")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - the framework's signature
        """Creates it.

        Raises:
            CommandError: no such organisation, or the name is too long; nothing was stored.
        """
        name = options["name"].strip()
        if not 1 <= len(name) <= 50:
            raise CommandError(f"The name has {len(name)} characters; use 1 to 50.")
        try:
            organisation = find_organisation(text=options["organisation"])
        except NoSuchOrganisation as error:
            raise CommandError(str(error)) from error
        key = create_api_key(organisation=organisation, name=name)
        if not options["quiet"]:
            self.stdout.write(f"A new API key of {organisation.name}, shown only this once:")
        self.stdout.write(key.text)
