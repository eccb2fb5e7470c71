"""Name look-ups: within a time, every address checked, and our own resolver's failure told from the receiver's.

The C library's look-up cannot be interrupted, so it runs in a thread that is left behind when its time is over; the
number of such threads is bounded.

A look-up that fails "for now" (EAI_AGAIN) or does not end may be the fault of the receiver's name servers or of our
own resolver; the C library does not say which. So a control name is looked up too: only when that fails in the same
way is the resolver called down. With a resolver that is merely slow, or one that answers for some names only, the
receiver is charged: that much stays undecided.
"""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass
from ipaddress import ip_address
from queue import Empty, SimpleQueue

from lasso.http.addresses import is_allowed, parsed_address
from lasso.http.deadlines import HasRemaining
from lasso.http.errors import ErrorCode, OutboundError
from lasso.http.urls import address_refused

LONGEST_LOOK_UP = 10.0  # seconds
MOST_LOOK_UPS = 256
# A root server's name: it exists as long as the domain name system does.
CONTROL_NAME = "a.root-servers.net"
CONTROL_TIME = 2.0  # seconds
CONTROL_LIFETIME = 30.0  # seconds that the control's answer is believed

FAMILIES: frozenset[int] = frozenset({socket.AF_INET, socket.AF_INET6})
TEMPORARY = frozenset({socket.EAI_AGAIN})
OURS = frozenset({socket.EAI_SYSTEM, socket.EAI_MEMORY})

_threads = threading.BoundedSemaphore(MOST_LOOK_UPS)
_control_lock = threading.Lock()
_control: tuple[float, bool] | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """One address to connect to, as the C library wants it."""

    family: socket.AddressFamily
    socket_address: tuple[str | int | bytes, ...]


def checked_addresses(host: str, port: int, bound: HasRemaining) -> list[Address]:
    """Every address of the host, all of them allowed, in the resolver's order.

    Raises:
        OutboundError: `address_refused` when even one is not allowed, `dns_error`, `timeout`, `resolver_down`.
    """
    found = _looked_up(host, port, bound)
    for address in found:
        if not is_allowed(host, ip_address(str(address.socket_address[0]).partition("%")[0])):
            raise address_refused(host)
    return found


def _looked_up(host: str, port: int, bound: HasRemaining) -> list[Address]:
    try:
        if parsed_address(host) is not None:
            return _addresses(host, port)
        return addresses_within(host, port, min(bound.remaining(), LONGEST_LOOK_UP))
    except TimeoutError:
        if _is_resolver_down():
            raise _resolver_down() from None
        raise OutboundError(ErrorCode.TIMEOUT, f"Looking up the name {host} took too long.") from None
    except socket.gaierror as error:
        raise _understood(host, error) from None
    except UnicodeError:
        raise OutboundError(
            ErrorCode.DNS_ERROR, f"{host} cannot be a name: a part of it is empty or too long."
        ) from None


def _addresses(host: str, port: int) -> list[Address]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(Address(family, where) for family, _, _, _, where in answers if family in FAMILIES))


def addresses_within(host: str, port: int, seconds: float) -> list[Address]:
    """Every address of the host, unchecked: for hosts that the settings name, such as the mail server.

    Raises:
        OSError: socket.gaierror, or TimeoutError after so many seconds.
    """
    ends_at = time.monotonic() + seconds
    if not _threads.acquire(timeout=seconds):
        raise TimeoutError
    answers: SimpleQueue[list[Address] | Exception] = SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(_addresses(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)
        finally:
            _threads.release()

    threading.Thread(target=look_up, name=f"look-up of {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.0, ends_at - time.monotonic()))
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _understood(host: str, error: socket.gaierror) -> OutboundError:
    if error.errno in OURS or (error.errno in TEMPORARY and _is_resolver_down()):
        return _resolver_down()
    if error.errno in TEMPORARY:
        return OutboundError(ErrorCode.DNS_ERROR, f"The name servers of {host} do not answer right now.")
    return OutboundError(ErrorCode.DNS_ERROR, f"The name {host} has no address.")


def _resolver_down() -> OutboundError:
    return OutboundError(
        ErrorCode.RESOLVER_DOWN,
        "No name at all could be looked up from here: a fault on our side, which does not count as an attempt.",
    )


def _is_resolver_down() -> bool:
    global _control  # noqa: PLW0603 - one answer for the process
    with _control_lock:
        if _control is None or time.monotonic() - _control[0] > CONTROL_LIFETIME:
            _control = (time.monotonic(), _control_fails())
        return _control[1]


def _control_fails() -> bool:
    try:
        addresses_within(CONTROL_NAME, 53, CONTROL_TIME)
    except TimeoutError:
        return True
    except socket.gaierror as error:
        return error.errno in TEMPORARY | OURS
    return False
