"""Exceptions of sockets, TLS, HTTP, urllib3 and requests as one of our codes and a sentence."""

from __future__ import annotations

import errno
import http.client
import ssl
from collections.abc import Iterator

import urllib3.exceptions

from lasso.http.errors import ErrorCode, OutboundError
from lasso.http.responses import HeadTooLong

UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL})

# From the top: a timeout during the handshake is a TLS error too, and RemoteDisconnected is both of the last.
MEANINGS: tuple[tuple[tuple[type[BaseException], ...], ErrorCode, str], ...] = (
    ((TimeoutError, urllib3.exceptions.TimeoutError), ErrorCode.TIMEOUT, "{host} did not answer in time."),
    ((ssl.SSLError,), ErrorCode.TLS_ERROR, "{host} does not speak TLS as it should."),
    ((ConnectionRefusedError,), ErrorCode.CONNECTION_REFUSED, "{host} refused the connection."),
    (
        (ConnectionError, http.client.IncompleteRead, urllib3.exceptions.IncompleteRead),
        ErrorCode.CONNECTION_RESET,
        "{host} closed the connection without a whole answer.",
    ),
    ((HeadTooLong,), ErrorCode.TOO_LARGE, "{host} sent more headers than any answer needs."),
    ((http.client.HTTPException,), ErrorCode.PROTOCOL_ERROR, "{host} did not answer in HTTP."),
)


def understood(error: BaseException, host: str) -> OutboundError:
    """The failure that is at the bottom of an exception.

    The libraries wrap each other's exceptions several layers deep, as causes, contexts, `reason` and arguments; the
    first layer that names a reason of ours wins, timeouts before what they led to.
    """
    layers = list(_layers(error))
    for layer in layers:
        if isinstance(layer, OutboundError):
            return layer
    for layer in layers:
        if failure := _of(layer, host):
            return failure
    return OutboundError(ErrorCode.PROTOCOL_ERROR, f"{host} did not answer in HTTP.")


def _layers(error: BaseException) -> Iterator[BaseException]:
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        layer = waiting.pop(0)
        if not isinstance(layer, BaseException) or id(layer) in seen:
            continue
        seen.add(id(layer))
        yield layer
        waiting += [getattr(layer, "reason", None), *layer.args, layer.__cause__, layer.__context__]


def _of(layer: BaseException, host: str) -> OutboundError | None:
    if isinstance(layer, ssl.SSLCertVerificationError):
        reason = layer.verify_message or "it could not be verified"
        return OutboundError(ErrorCode.TLS_ERROR, f"The certificate of {host} is not accepted: {reason}.")
    if isinstance(layer, OSError) and layer.errno in UNREACHABLE:
        return OutboundError(ErrorCode.NETWORK_UNREACHABLE, f"There is no way to {host} from here.")
    for kinds, code, sentence in MEANINGS:
        if isinstance(layer, kinds):
            return OutboundError(code, sentence.format(host=host))
    return None
