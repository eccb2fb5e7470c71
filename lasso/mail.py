"""Mail by SMTP with an absolute end, and its settings from one URL.

`EMAIL_URL` is `smtp://user:password@host:port` (plain), `smtp+tls://…` (STARTTLS) or `smtps://…` (TLS from the start);
user and password are percent-encoded. Empty: mail is printed.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from datetime import timedelta
from functools import cached_property, partial
from typing import Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from lasso.http.connections import Call, connected, tls_context
from lasso.http.deadlines import BoundedTLSSocket, Deadline
from lasso.http.resolving import addresses_within

# For one mail: name, connection, TLS, sign-in, and 10 MB of attachment.
DEADLINE = timedelta(seconds=30)


class _BoundedSMTP(smtplib.SMTP):
    """SMTP whose every wait ends with the call's deadline."""

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        self._call = call
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 - the call has one
        failure: OSError = OSError(f"{host} has no address")
        for address in addresses_within(host, port, self._call.remaining()):
            try:
                return connected(address, bound=self._call, seconds=self._call.remaining())
            except OSError as error:
                failure = error
        raise failure

    def starttls(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """STARTTLS, and bound the TLS socket as the plain one was."""
        answer = super().starttls(*args, **kwargs)
        if isinstance(self.sock, BoundedTLSSocket):
            self.sock.bound = self._call
        return answer


class _BoundedSMTPOverTLS(_BoundedSMTP):
    """The same with TLS from the start."""

    default_port = smtplib.SMTP_SSL_PORT

    def __init__(self, *args: Any, context: ssl.SSLContext, **kwargs: Any) -> None:
        self._context = context
        super().__init__(*args, **kwargs)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        secured = self._context.wrap_socket(plain, server_hostname=host)
        if isinstance(secured, BoundedTLSSocket):
            secured.bound = self._call
        return secured


class SMTPBackend(EmailBackend):
    """Django's SMTP backend, each call of `send_messages` within 30 seconds in all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._call = Call()

    @property
    def connection_class(self) -> Any:
        """What `open` makes its connection with."""
        return partial(_BoundedSMTPOverTLS if self.use_ssl else _BoundedSMTP, call=self._call)

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """A context that checks certificates; OUTBOUND_CA_FILE is trusted besides the public ones."""
        return tls_context(settings.OUTBOUND_CA_FILE)

    def begin(self) -> None:
        """Start the clock: whatever follows must end within the deadline."""
        self._call.begin(Deadline(DEADLINE))

    def send_messages(self, email_messages: Any) -> int:
        """Send the messages within one deadline; its clock runs already when the caller has opened the connection.

        Raises:
            smtplib.SMTPException: the server's refusal.
            OSError: the server is out of reach, or the time is over.
        """
        if self.connection is None:
            self.begin()
        return super().send_messages(email_messages)
