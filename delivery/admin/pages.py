"""What the pages of this app share."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lasso.admin import ActionsAdmin


class DeliveryPages(ActionsAdmin[Any]):
    """What the pages of this app share."""

    act_permission = "delivery.change_delivery"


def milliseconds(duration: timedelta) -> str:
    """A duration in whole milliseconds."""
    return f"{duration / timedelta(milliseconds=1):,.0f} ms"
