"""`manage.py add_member ORGANISATION EMAIL`: lets a person sign in for an organisation."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils.crypto import get_random_string

from accounts.models import User
from accounts.organisations import NoSuchOrganisation, add_member, find_organisation


class Command(BaseCommand):
    """Makes a person a member; one who is new gets a password, which is printed as the last line and never again."""

    help = "Makes a person a member of an organisation; a new user's password is printed, once, as the last line."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and where."""
        parser.add_argument("organisation", help="The organisation's id or its exact name.")
        parser.add_argument("email", help="What the person signs in with.")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - the framework's signature
        """Adds the person.

        Raises:
            CommandError: no such organisation, or not an e-mail address; nothing was stored.
        """
        email = options["email"].strip().lower()
        try:
            validate_email(email)
            organisation = find_organisation(text=options["organisation"])
        except ValidationError as error:
            raise CommandError(f"{email!r} is not an e-mail address.") from error
        except NoSuchOrganisation as error:
            raise CommandError(str(error)) from error
        password = get_random_string(20)
        user = User.objects.filter(username=email).first()
        is_new = user is None
        if user is None:
            user = User.objects.create_user(username=email, email=email, password=password)
        add_member(organisation=organisation, user=user)
        self.stdout.write(f"{email} is a member of {organisation.name}.")
        if is_new:
            self.stdout.write("The password, shown only this once:")
            self.stdout.write(password)
