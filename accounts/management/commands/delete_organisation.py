"""`manage.py delete_organisation NAME --confirm NAME`: delete an organisation with everything that belongs to it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.closing import close_organisation
from accounts.erasing import closed_organisations, erase, remaining
from accounts.models import Organisation
from accounts.organisations import NoSuchOrganisation, find_organisation

# Between two lines of progress, and before looking again for what others still hold.
TURN = timedelta(seconds=5)
PAUSE_SECONDS = 1.0


class Command(BaseCommand):
    """Close it, then erase; cut short, the clock goes on with it, and so does the command when it is given again."""

    help = (
        "Deletes an organisation with its reports, PDFs, deliveries, integrations, keys, and the members who belong to "
        "no other. This cannot be undone. The log of who read beneficial owners stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Name, the name again, and how long to wait."""
        parser.add_argument("organisation", help="its name or id")
        parser.add_argument("--confirm", required=True, metavar="NAME", help="its name once more, letter for letter")
        parser.add_argument(
            "--no-wait", action="store_true", help="only close it, and leave the erasing to the workers"
        )
        parser.add_argument(
            "--at-most", type=int, default=3600, metavar="SECONDS", help="how long to wait; default 3600"
        )

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Says what is left after each turn."""
        organisation = _find(options["organisation"])
        if options["confirm"] != organisation.name:
            raise CommandError(
                f"--confirm is {options['confirm']!r}, the organisation is called {organisation.name!r}. "
                "Nothing was done."
            )
        if close_organisation(organisation=organisation, now=timezone.now()):
            self.stdout.write(
                f"{organisation.name} is closed: no key opens it, no member signs in, nothing is accepted."
            )
        if options["no_wait"]:
            self.stdout.write("The workers erase what it has.")
            return
        self._erase(organisation, until=time.monotonic() + options["at_most"])

    def _erase(self, organisation: Organisation, *, until: float) -> None:
        while not erase(organisation, now=timezone.now(), at_most=TURN):
            left = {name: count for name, count in remaining(organisation.pk).items() if count}
            self.stdout.write(
                "left: " + (", ".join(f"{count} {name}" for name, count in left.items()) or "its own row")
            )
            if time.monotonic() > until:
                raise CommandError(
                    "Not all is erased yet; the workers go on, and so does this command when given again."
                )
            if not Organisation.objects.filter(pk=organisation.pk).exists():
                break
            time.sleep(PAUSE_SECONDS)
        self.stdout.write(self.style.SUCCESS(f"{organisation.name} is gone, with everything that it had."))


def _find(text: str) -> Organisation:
    """An open organisation by name or id, or one that is closed already."""
    for one in closed_organisations():
        if text in {one.name, str(one.pk)}:
            return one
    try:
        return find_organisation(text=text)
    except NoSuchOrganisation as error:
        raise CommandError(str(error)) from None
