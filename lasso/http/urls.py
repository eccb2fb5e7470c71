"""What a URL must be to be called at all: checked when it is given to us, and again before each call."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address

from django.conf import settings
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from lasso.http.addresses import is_allowed, is_trusted_host, parsed_address
from lasso.http.errors import ErrorCode, OutboundError

LONGEST_URL = 2000
DEFAULT_PORTS = {"http": 80, "https": 443}
AUTHORITY = re.compile(r"[^/]*//([^/?#]*)")
# Half a character (a lone surrogate) is one that UTF-8 and the database cannot write.
UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
# RFC 1035, section 2.3.4, with the underscore that some names have; a dot at the end is the root.
NAME = re.compile(r"(?=.{1,254}$)(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads, before any name is looked up."""

    scheme: str
    host: str  # without the brackets of an IPv6 address
    port: int


def checked_target(url: str) -> Target:
    """The URL's scheme, host and port, when it is one that we may call as far as can be said without a look-up.

    Raises:
        OutboundError: `url_refused` for what is not a plain http or https URL, `address_refused` for a host that is
            an address (in any spelling) that is not public.
    """
    parts = _parsed(url)
    scheme = parts.scheme or ""
    host = (parts.host or "").strip("[]")
    port = DEFAULT_PORTS[scheme] if parts.port is None else parts.port
    if not host or not 1 <= port <= 65535:
        raise _refused("has no host or a port that does not exist; use something like https://example.com/path")
    _check_host(host)
    if not is_trusted_host(host) and not any(port in ports for ports in settings.OUTBOUND_PORTS):
        raise _refused(f"has the port {port}, which is not one of those that are called ({_allowed_ports()})")
    return Target(scheme=scheme, host=host, port=port)


def _parsed(url: str) -> Url:
    if len(url) > LONGEST_URL:
        raise _refused(f"is longer than {LONGEST_URL} characters")
    if UNPRINTABLE.search(url):
        raise _refused("has a space, a backslash or a control character in it; encode it with %")
    try:
        parts = parse_url(url)
    except LocationParseError:
        raise _refused("cannot be read; use something like https://example.com/path") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise _refused("must start with http:// or https://")
    # As it was written: the parser drops an empty user name and decodes the host.
    found = AUTHORITY.match(url)
    authority = found[1] if found else ""
    if "@" in authority:
        raise _refused("has a user name in it; give the credentials as authConfig instead")
    if "%" in authority:
        raise _refused("has a % in its host; write the name as it is, and an IPv6 address without its zone")
    return parts


def _allowed_ports() -> str:
    return ", ".join(
        str(ports[0]) if len(ports) == 1 else f"{ports[0]} to {ports[-1]}" for ports in settings.OUTBOUND_PORTS
    )


def _check_host(host: str) -> None:
    address = parsed_address(host)
    if address is not None:
        if not is_allowed(host, address):
            raise address_refused(host)
        return
    if (meant := _odd_spelling(host)) is not None:
        raise OutboundError(
            ErrorCode.ADDRESS_REFUSED, f"{host} is another spelling of {meant}; use a name or the usual spelling."
        )
    if not NAME.fullmatch(host):
        raise _refused("has a host that cannot be a name; use something like https://example.com/path")


def _odd_spelling(host: str) -> IPv4Address | None:
    # 2130706433, 0x7f.1 and 0177.0.0.1 are 127.0.0.1 to the C library, and so to a look-up.
    try:
        return IPv4Address(socket.inet_aton(host.rstrip(".")))
    except (OSError, UnicodeEncodeError):
        return None


def address_refused(host: str) -> OutboundError:
    """The refusal of a host for where it leads. It does not say where: that would map our network for the asker."""
    return OutboundError(
        ErrorCode.ADDRESS_REFUSED,
        f"{host} leads to an address that is not on the public internet, so it is not called.",
    )


def _refused(what: str) -> OutboundError:
    return OutboundError(ErrorCode.URL_REFUSED, f"The URL {what}.")
