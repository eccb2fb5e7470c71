"""`manage.py create_organisation NAME --email E`: a new customer, and its first API key."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.organisations import create_organisation, sentences


class Command(BaseCommand):
    """Creates an organisation; the last line printed is its API key, which is never shown again."""

    help = "Creates an organisation and prints its first API key, once, as the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        """What can be said about the organisation."""
        parser.add_argument("name")
        parser.add_argument("--email", required=True, help="Told when a delivery has finally failed.")
        parser.add_argument("--language", default="da", choices=[code for code, _ in settings.LANGUAGES])
        parser.add_argument(
            "--beneficial-owners",
            action="store_true",
            help="May see beneficial owners: it has shown a legitimate interest (CVR-loven § 18 a).",
        )
        parser.add_argument("--key-name", default="first key", help="What the API key is called in lists.")
        parser.add_argument("--quiet", action="store_true", help="Prints the API key and nothing else.")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - the framework's signature
        """Creates it.

        Raises:
            CommandError: a value is wrong; nothing was stored.
        """
        try:
            organisation, key = create_organisation(
                name=options["name"],
                email=options["email"],
                language=options["language"],
                has_beneficial_owner_access=options["beneficial_owners"],
                key_name=options["key_name"],
            )
        except ValidationError as error:
            raise CommandError("\n".join(sentences(error))) from error
        if not options["quiet"]:
            self.stdout.write(f"{organisation.name} has the id {organisation.pk}.")
            self.stdout.write("Its API key, shown only this once:")
        self.stdout.write(key.text)
