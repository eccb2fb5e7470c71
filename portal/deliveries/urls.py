"""The addresses of deliveries and endpoints; `portal.urls` takes them in."""

from __future__ import annotations

from django.urls import path

from portal.deliveries import endpoints, log, page, switching

urlpatterns = [
    path("portal/deliveries", log.deliveries, name="deliveries"),
    path("portal/deliveries/<uuid:delivery_id>", page.delivery, name="delivery"),
    path("portal/deliveries/<uuid:delivery_id>/again", page.again, name="delivery-again"),
    path("portal/deliveries/endpoints", endpoints.endpoints, name="endpoints"),
    path("portal/deliveries/endpoints/<uuid:endpoint_id>", endpoints.endpoint, name="endpoint"),
    path("portal/deliveries/endpoints/<uuid:endpoint_id>/switch", switching.switch, name="endpoint-switch"),
    path("portal/deliveries/endpoints/<uuid:endpoint_id>/limits", switching.limits, name="endpoint-limits"),
    path("portal/deliveries/endpoints/<uuid:endpoint_id>/secret", switching.secret, name="endpoint-secret"),
    path("portal/deliveries/endpoints/<uuid:endpoint_id>/recover", switching.recovery, name="endpoint-recover"),
]
