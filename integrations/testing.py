"""One example message, sent to an integration's endpoint while somebody waits."""

from __future__ import annotations

import json
from datetime import datetime

from delivery.purposes import INTEGRATION_EXPORT, INTEGRATION_UPDATE
from delivery.testing import TestResult, test_endpoint
from integrations.models import Integration
from integrations.previewing import Which, example_cvr, example_message
from lasso.errors import IllegalMove

PURPOSE = {Which.EXPORT: INTEGRATION_EXPORT.name, Which.UPDATE: INTEGRATION_UPDATE.name}


class NoUpdateEndpoint(IllegalMove):
    """The integration has no update endpoint that a message could be sent to."""


def send_example(*, integration: Integration, which: Which, now: datetime) -> TestResult:
    """Send the example message once, signed and signed in as a real one, and tell what was answered. Stores nothing.

    Makes a call of up to 15 s: never within a transaction.

    Raises:
        NoUpdateEndpoint: an update, and there is no endpoint for it.
    """
    endpoint = integration.export_endpoint if which is Which.EXPORT else integration.update_endpoint
    if endpoint is None:
        raise NoUpdateEndpoint("The integration has no update endpoint; add one, or test the export endpoint.")
    return test_endpoint(
        endpoint=endpoint,
        purpose=PURPOSE[which],
        body=json.loads(example_message(integration=integration, which=which)),
        cvr=example_cvr(),
        now=now,
    )
