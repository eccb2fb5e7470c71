"""`manage.py replay_changes READER --from POSITION|--since TIME`: let a reader of the change log read again."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from companies.replaying import ReplayError, first_since, replay_from


def moment(text: str) -> datetime:
    """A moment in ISO 8601; without an offset it is Danish time."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no moment such as 2026-06-01T12:00 or 2026-06-01") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=ZoneInfo(settings.DANISH_TIME_ZONE))


class Command(BaseCommand):
    """Set a reader back."""

    help = "Let a reader of the change log read again, from a change's number or from a time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The reader, and from where on."""
        parser.add_argument("reader", metavar="READER", help="for example reporting.listening")
        start = parser.add_mutually_exclusive_group(required=True)
        start.add_argument("--from", dest="position", type=int, metavar="POSITION", help="the number of a change")
        start.add_argument("--since", type=moment, metavar="TIME", help="as in 2026-06-01T12:00, in Danish time")

    def handle(self, *, reader: str, position: int | None, since: datetime | None, **_options: Any) -> None:
        """Set it back and say what follows."""
        try:
            start = position if position is not None else first_since(since) if since else 0
            replay = replay_from(reader=reader, position=start)
        except ReplayError as error:
            raise CommandError(str(error), returncode=1) from error
        self.stdout.write(
            f"{replay.reader} reads {replay.changes} changes again, number {replay.first} to {replay.last}, "
            f"when it looks next."
        )
