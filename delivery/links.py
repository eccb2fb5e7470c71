"""The addresses of the portal's pages of deliveries, for mails.

Delivery does not know the portal, which is built on it; these paths are held to the portal's own by a test there.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings

from delivery.models import Delivery

DELIVERIES_PATH = "/portal/deliveries"
ENDPOINTS_PATH = f"{DELIVERIES_PATH}/endpoints"


def failed_deliveries_link(endpoint_id: str) -> str:
    """The log, narrowed to what failed at the endpoint."""
    query = urlencode({"endpoint": endpoint_id, "state": Delivery.Status.FAILED.value})
    return f"{settings.PUBLIC_URL}{DELIVERIES_PATH}?{query}"


def endpoint_link(endpoint_id: str) -> str:
    """The endpoint's page, where it is switched on and what failed is sent again."""
    return f"{settings.PUBLIC_URL}{ENDPOINTS_PATH}/{endpoint_id}"
