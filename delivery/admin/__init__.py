"""The administrator's pages for endpoints and deliveries: to look, to switch and to send again; secrets never show."""

from __future__ import annotations

from delivery.admin.deliveries import DeliveryAdmin
from delivery.admin.endpoints import EndpointAdmin

__all__ = ["DeliveryAdmin", "EndpointAdmin"]
