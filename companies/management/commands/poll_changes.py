"""`manage.py poll_changes [--once]`: ask the live sources what is new, as the workers do every minute."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from companies.errors import SourceUnreachable
from companies.polling import POLLS, Poll, due_polls, run_poll
from companies.sources.distribution.access import Off, access_to

LOOK_AGAIN = 1.0  # seconds


class Command(BaseCommand):
    """Poll the live sources in the foreground."""

    help = "Ask the live sources for changes of watched companies and for what the register's own feed tells."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once, or on and on."""
        parser.add_argument(
            "--once", action="store_true", help="one round of every poll, also of those that are not due; then end"
        )

    def handle(self, *, once: bool, **_options: Any) -> None:
        """Say what is off, then poll."""
        polls = [poll for poll in POLLS if self._is_on(poll)]
        if not polls:
            return
        if once:
            ends = [self._poll(poll) for poll in polls]
            if not all(ends):
                raise CommandError("Not everything could be asked; see above. What came has been kept.", returncode=1)
            return
        self.stdout.write("Polling until Ctrl-C.")
        try:
            while True:
                for poll in due_polls():
                    self._poll(poll)
                time.sleep(LOOK_AGAIN)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")

    def _is_on(self, poll: Poll) -> bool:
        access = access_to(poll.source)
        if isinstance(access, Off):
            self.stdout.write(f"{poll.name}: off, because {access.reason}")
            return False
        return True

    def _poll(self, poll: Poll) -> bool:
        """Run the poll to its end; whether it got there."""
        while True:
            try:
                done = run_poll(poll, is_over=lambda: False)
            except SourceUnreachable as error:
                self.stderr.write(f"{poll.name}: {error.source or poll.source} failed: {error}")
                return False
            if not done.is_ours:
                self.stdout.write(f"{poll.name}: another process is at it.")
                return True
            found = done.retrieved
            for cvr, reason in found.refused.items():
                self.stderr.write(f"{poll.name}: CVR {cvr} refused: {reason}")
            self.stdout.write(
                f"{poll.name}: {found.asked} asked for, {found.found} found, {found.changed} new or changed, "
                f"{len(found.refused)} refused."
            )
            if done.is_done:
                return True
