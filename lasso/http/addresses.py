"""Which addresses may be called: public ones, and what the settings allow besides.

The list of ranges is the IANA registries of special-purpose addresses (RFC 6890 and its successors), with the ranges
that requests-hardened blocks, and with what both leave open: for IPv6 only global unicast (2000::/3) counts as
public, less every range that carries or translates an IPv4 address.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from requests_hardened.ip_filter import EXTRA_BLOCKED_NET_RANGES

GLOBAL_UNICAST = IPv6Network("2000::/3")

# Written out, since `is_global` differs between Python versions.
SPECIAL_NETWORKS: tuple[IPv4Network | IPv6Network, ...] = (
    *EXTRA_BLOCKED_NET_RANGES,
    *(
        ip_network(text)
        for text in (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",
            "100.64.0.0/10",  # carrier-grade NAT
            "127.0.0.0/8",
            "168.63.129.16/32",  # Azure's platform address: public in form, host-internal in fact
            "169.254.0.0/16",  # link-local, the metadata services of most clouds among them
            "172.16.0.0/12",
            "192.0.0.0/24",  # IETF protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # automatic multicast tunnelling
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and the limited broadcast
            "2001::/23",  # IETF protocol assignments: Teredo, ORCHID, benchmarks, port control
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        )
    ),
)
# ISATAP: the last 64 bits are 0:5efe or 200:5efe and an IPv4 address, in anybody's prefix (RFC 5214, section 6.1).
ISATAP_MARKS = frozenset({0x00005EFE, 0x02005EFE})


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address is one that anybody on the internet could reach."""
    if isinstance(address, IPv6Address) and (
        address not in GLOBAL_UNICAST or (int(address) >> 32) & 0xFFFFFFFF in ISATAP_MARKS
    ):
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in SPECIAL_NETWORKS if network.version == address.version)
    )


def is_allowed(host: str, address: IPv4Address | IPv6Address) -> bool:
    """Whether a call to this host may go to this address: it is public, or the settings name the host or network."""
    if is_host_allowed(host) or is_public(address):
        return True
    return any(address in network for network in settings.OUTBOUND_ALLOWED_NETWORKS)


def is_host_allowed(host: str) -> bool:
    """Whether OUTBOUND_ALLOWED_HOSTS names the host, wherever it leads."""
    return host.lower().rstrip(".") in {allowed.lower() for allowed in settings.OUTBOUND_ALLOWED_HOSTS}


def is_trusted_host(host: str) -> bool:
    """Whether the settings name the host, or the network that it is an address of: one of our own, then.

    Secrets may go there over plain http.
    """
    address = parsed_address(host)
    return is_host_allowed(host) or (
        address is not None and any(address in network for network in settings.OUTBOUND_ALLOWED_NETWORKS)
    )


def parsed_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that the text is in its usual spelling, or None; a zone (`%eth0`) is left out."""
    try:
        return ip_address(text.partition("%")[0])
    except ValueError:
        return None
