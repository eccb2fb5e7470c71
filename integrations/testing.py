"""One example message, sent to an integration's endpoint while somebody waits."""

from __future__ import annotations

import json
from datetime import datetime

from delivery.purposes import INTEGRATION_EXPORT, INTEGRATION_UPDATE
from delivery.testing import TestResult, send_test, test_endpoint
from delivery.url_templates import check_url_template, filled_url
from integrations.mapping import FieldMapping
from integrations.models import Integration
from integrations.previewing import Which, example_cvr, example_message, example_of
from integrations.setting_up import NewEndpoint
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


def send_draft_example(*, endpoint: NewEndpoint, mapping: FieldMapping, which: Which) -> TestResult:
    """The same to an endpoint, by a mapping, that nobody has saved yet: not signed, as there is no secret yet.

    Makes a call of up to 15 s: never within a transaction.

    Raises:
        delivery.endpoints.EndpointURLError: no call is made to such a URL.
        ValueError: a method other than POST and PUT.
    """
    check_url_template(endpoint.url)
    return send_test(
        url=filled_url(endpoint.url, cvr=example_cvr()),
        auth=endpoint.auth,
        body=json.loads(example_of(mapping=mapping, which=which)),
        purpose=PURPOSE[which],
        method=endpoint.method,
    )
