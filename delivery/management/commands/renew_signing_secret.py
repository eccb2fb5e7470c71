"""`manage.py renew_signing_secret`: a new secret for an endpoint's signatures, shown once."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.organisations import NoSuchOrganisation, find_organisation
from delivery.models import Endpoint
from delivery.signing import DEFAULT_GRACE, GraceError, renew_signing_secret


class Command(BaseCommand):
    """Renew an endpoint's signing secret."""

    help = (
        "Makes a new Standard Webhooks secret for every endpoint of the organisation with this URL and prints it once. "
        "Deliveries are signed with it from now on; give it to whoever verifies them. For a time of grace each "
        "delivery carries a signature by the secret before, too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose endpoint."""
        parser.add_argument("organisation", help="the organisation's id or name")
        parser.add_argument("url", help="the webhook's URL, as it was ordered")
        parser.add_argument(
            "--grace-hours",
            type=float,
            default=DEFAULT_GRACE / timedelta(hours=1),
            help="hours in which the secret before signs too; 0 when it has leaked (default: %(default)g)",
        )

    def handle(self, *_: object, **options: Any) -> None:
        """Find, renew, print."""
        try:
            organisation = find_organisation(text=options["organisation"])
        except NoSuchOrganisation as error:
            raise CommandError(str(error)) from None
        endpoints = Endpoint.objects.filter(organisation=organisation, url=options["url"]).exclude(signing_secret="")
        if not endpoints:
            raise CommandError(
                f"{organisation.name} has no webhook {options['url']!r}; it comes to be when a batch first names it."
            )
        for endpoint in endpoints.order_by("created_at"):
            self.stdout.write(renewed(endpoint, hours=options["grace_hours"]))


def renewed(endpoint: Endpoint, *, hours: float) -> str:
    """The endpoint's new secret."""
    try:
        return renew_signing_secret(endpoint=endpoint, now=timezone.now(), grace=timedelta(hours=hours))
    except (GraceError, OverflowError, ValueError) as error:
        raise CommandError(str(error)) from None
