"""`manage.py release`: what a deploy runs before the processes of the new version start."""

from __future__ import annotations

import os
import signal
from typing import Any

from django.core import checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from lasso.checks import OURS


class Command(BaseCommand):
    """Refuses settings that cannot work, then migrates."""

    help = "Check the settings as `check --deploy` does, stop at errors, and migrate the database."

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002 - Django's signature
        """Check and migrate.

        Raises:
            CommandError: a setting with which the site cannot work; the database is as it was.
        """
        found = checks.run_checks(tags=[OURS], include_deployment_checks=True)
        if errors := [message for message in found if message.is_serious(checks.ERROR)]:
            raise CommandError("\n".join(map(_sentence, errors)))
        for message in found:
            if message.is_serious(checks.WARNING):
                self.stderr.write(_sentence(message))
        call_command("migrate", interactive=False, verbosity=options["verbosity"])
        # honcho starts this beside the other processes, and ends them all when one has ended.
        if "HONCHO_PROCESS_NAME" in os.environ:
            signal.pause()


def _sentence(message: checks.CheckMessage) -> str:
    return f"{message.id}: {message.msg} {message.hint}"
