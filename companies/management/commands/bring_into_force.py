"""`manage.py bring_into_force`: notice what the register filed ahead and what came into force by its date."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from companies.coming_into_force import bring_into_force


class Command(BaseCommand):
    """Record the changes that come by date alone."""

    help = "Record the changes that come by date alone, up to today in Denmark. The clock does so every ten seconds."

    def handle(self, **_options: Any) -> None:
        """All that is due."""
        dated = bring_into_force(now=timezone.now())
        self.stdout.write(f"{dated.looked_at} companies looked at, {dated.changed} changed.")
