"""The addresses of deliveries and endpoints: without a trailing slash."""

from __future__ import annotations

from django.urls import path

from delivery.api.deliveries import DeliveriesView, DeliveryView, RedeliverView
from delivery.api.endpoints import EndpointsView, EndpointView
from delivery.api.switching import DisableView, EnableView, RecoverView, RotateView

urlpatterns = [
    path("apps/deliveries", DeliveriesView.as_view(), name="deliveries"),
    path("apps/deliveries/<uuid:delivery_id>", DeliveryView.as_view(), name="delivery"),
    path("apps/deliveries/<uuid:delivery_id>/redeliver", RedeliverView.as_view(), name="delivery-redeliver"),
    path("apps/endpoints", EndpointsView.as_view(), name="endpoints"),
    path("apps/endpoints/<uuid:endpoint_id>", EndpointView.as_view(), name="endpoint"),
    path("apps/endpoints/<uuid:endpoint_id>/enable", EnableView.as_view(), name="endpoint-enable"),
    path("apps/endpoints/<uuid:endpoint_id>/disable", DisableView.as_view(), name="endpoint-disable"),
    path("apps/endpoints/<uuid:endpoint_id>/rotate", RotateView.as_view(), name="endpoint-rotate"),
    path("apps/endpoints/<uuid:endpoint_id>/recover", RecoverView.as_view(), name="endpoint-recover"),
]
