"""The ways out: the scheme of an endpoint's URL picks one."""

from __future__ import annotations

from delivery.models import Endpoint
from delivery.transports.base import Message, Transport
from delivery.transports.http import HTTPTransport
from delivery.transports.mail import MailTransport

TRANSPORTS: dict[str, type[Transport]] = {"http": HTTPTransport, "https": HTTPTransport, "mailto": MailTransport}


def open_transport(endpoint: Endpoint) -> Transport:
    """A transport for the endpoint, for one thread; close it, or use it in a `with`.

    It may keep its connection from one message to the next.
    """
    return TRANSPORTS[endpoint.scheme]()


__all__ = ["Message", "Transport", "open_transport"]
