"""`manage.py reencrypt_secrets`: every stored secret under the newest key."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from lasso.reencrypting import reencrypt_secrets


class Command(BaseCommand):
    """Write all secrets again."""

    help = (
        "Writes every stored secret again under the first of ENCRYPTION_KEYS (or SECRET_KEY, when that is empty). Put "
        "a new key in front of the list, restart every process, run this, and drop the old key. It may run while "
        "everything works."
    )

    def handle(self, *_: object, **__: object) -> None:
        """Write, and say how it went."""
        result = reencrypt_secrets()
        self.stdout.write(f"{result.count} secrets are under the newest key.")
        if result.unreadable:
            raise CommandError(
                f"{len(result.unreadable)} cannot be decrypted by any of the keys and were left as they are:\n"
                + "\n".join(result.unreadable)
            )
