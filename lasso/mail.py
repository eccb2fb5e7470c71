"""Mail by SMTP with an absolute end, and its settings from one URL.

`EMAIL_URL` is `smtp://user:password@host:port` (plain), `smtp+tls://…` (STARTTLS) or `smtps://…` (TLS from the start);
user and password are percent-encoded. Empty: mail is printed.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from lasso.http.connections import Call, connected, tls_context
from lasso.http.deadlines import BoundedTLSSocket, Deadline
from lasso.http.resolving import addresses_within

# For one mail: name, connection, TLS, sign-in, and 10 MB of attachment. A process that is asked to end has 25 s.
DEADLINE = timedelta(seconds=20)
OK = 250  # RFC 5321: the reply to a command that was carried out


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
    """Django's SMTP backend, with an absolute end to each conversation, and a connection that may be kept.

    It never speaks in the clear where STARTTLS is set: a server that does not offer it gets nothing.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._call = Call()
        self._has_begun = False

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """A context that checks certificates; OUTBOUND_CA_FILE is trusted besides the public ones."""
        return tls_context(settings.OUTBOUND_CA_FILE)

    def begin(self) -> None:
        """Start the clock: whatever follows, up to the next `begin`, must end within the deadline."""
        self._call.begin(Deadline(DEADLINE))
        self._has_begun = True

    def open(self) -> bool:
        """Open a connection, with TLS and signed in as the settings say; returns False when one is open already.

        Raises:
            smtplib.SMTPException: the server's refusal.
            OSError: the server is out of reach, or the time is over.
        """
        if self.connection is not None:
            return False
        if not self._has_begun:
            self.begin()
        connection = self._connected()
        try:
            if self.use_tls:
                connection.starttls(context=self.ssl_context)
            if self.username and self.password:
                connection.login(self.username, self.password)
        except BaseException:
            # Half open it must never be used.
            connection.close()
            raise
        self.connection = connection
        return True

    def refresh(self) -> bool:
        """Have a connection that lives; returns whether it is one that was kept.

        Servers close connections that are idle, or have sent enough mails.

        Raises:
            smtplib.SMTPException: the server's refusal.
            OSError: the server is out of reach, or the time is over.
        """
        if self.connection is not None:
            try:
                if self.connection.rset()[0] == OK:
                    return True
            except OSError:
                pass  # it is opened anew
            self.drop()
        self.open()
        return False

    def close(self) -> None:
        """Say goodbye and close the connection; a server that has gone already is none the worse for it."""
        connection, self.connection = self.connection, None
        self._has_begun = False
        if connection is None:
            return
        try:
            connection.quit()
        except OSError:
            pass  # what was sent is sent
        finally:
            connection.close()

    def drop(self) -> None:
        """Close the connection without a word: nobody listens any more."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.close()

    def send_messages(self, email_messages: Any) -> int:
        """Send the messages within one deadline; its clock runs already when the caller has begun.

        Raises:
            smtplib.SMTPException: the server's refusal.
            OSError: the server is out of reach, or the time is over.
        """
        if not self._has_begun:
            self.begin()
        return super().send_messages(email_messages)

    def _connected(self) -> smtplib.SMTP:
        kind, options = (_BoundedSMTPOverTLS, {"context": self.ssl_context}) if self.use_ssl else (_BoundedSMTP, {})
        # The host's own name, which smtplib would look up without any bound.
        return kind(self.host, self.port, local_hostname=_own_name(), call=self._call, **options)


def _own_name() -> str:
    """What we call ourselves in EHLO: the host of PUBLIC_URL, as that is a name that servers can look up."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    return f"[{host}]" if host.replace(".", "").isdecimal() else host
