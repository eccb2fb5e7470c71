"""What the demo orders: the documentation's own batch, and one batch of each report type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

TYPES = ("Revision", "RevisionUdvidet", "ReelleEjere", "Finans")
COMPANIES_PER_TYPE = 4
MAILBOX = "reports@receiver.example"
AUTH = {"Method": "Header", "Key": "X-Api-Key", "Value": "demo"}


def documented_order(*, webhook_url: str) -> dict[str, Any]:
    """The batch of the API's documentation, sent to receivers of ours; its second CVR number exists nowhere."""
    return {
        "batchName": "My Batch",
        "format": "{cvr}-{name}-{type}",
        "type": "Revision",
        "notificationEmail": MAILBOX,
        "notificationWebhookUrl": webhook_url,
        "authConfig": AUTH,
        "errorAppend": "#error",
        "scheduledTime": "2018-01-01 01:00:00",
        "items": [
            {"cvr": 34580820, "format": "1234-{cvr}-{name}", "internalCustomerId": 1234},
            {"cvr": 34580821, "format": "4321-{cvr}-{name}", "internalCustomerId": 4321},
        ],
        "IsListener": False,
        "TriggerNow": False,
    }


def typed_orders(companies: Sequence[str], *, webhook_url: str) -> list[dict[str, Any]]:
    """A batch of each type, each on companies of its own; `companies` has COMPANIES_PER_TYPE of them for each."""
    return [
        {
            "batchName": f"Demo {report_type}",
            "format": "{cvr}-{name}-{type}-{balanceday}",
            "type": report_type,
            "notificationEmail": MAILBOX,
            "notificationWebhookUrl": webhook_url,
            "authConfig": AUTH,
            "items": [{"cvr": int(cvr)} for cvr in companies[number :: len(TYPES)]],
        }
        for number, report_type in enumerate(TYPES)
    ]
