"""One example message, sent to an integration's endpoint while somebody waits."""

from __future__ import annotations

from datetime import datetime

from delivery.testing import TestResult
from integrations.models import Integration
from integrations.previewing import Which
from lasso.errors import IllegalMove


class NoUpdateEndpoint(IllegalMove):
    """The integration has no update endpoint that a message could be sent to."""


def send_example(*, integration: Integration, which: Which, now: datetime) -> TestResult:
    """Send the example message once, signed and signed in as a real one, and tell what was answered. Stores nothing.

    Makes a call of up to 15 s: never within a transaction.

    Raises:
        NoUpdateEndpoint: an update, and there is no endpoint for it.
    """
    raise NotImplementedError
