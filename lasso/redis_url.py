"""The address of a Redis that is reached over TLS: how it is trusted stands in the address itself.

redis-py, kombu and limits each take the address, and each has settings of its own for certificates; the query is what
all three read.
"""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit


def with_trust(url: str, *, is_verified: bool, ca_file: str = "") -> str:
    """The address with what its certificate is held to, where the address does not say so itself.

    Args:
        url: `rediss://…` is given the query; any other address comes back as it is.
        is_verified: whether the certificate must be by an authority that is trusted, and for the host.
        ca_file: a PEM file with that authority; empty: the public ones.
    """
    parts = urlsplit(url)
    if parts.scheme != "rediss":
        return url
    said = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    trust = {"ssl_cert_reqs": "required" if is_verified else "none"}
    if not is_verified:
        trust["ssl_check_hostname"] = "false"
    elif ca_file:
        trust["ssl_ca_certs"] = ca_file
    # What the address says itself is meant: somebody looked it up for this server.
    query = said if "ssl_cert_reqs" in said else trust | said
    return urlunsplit(parts._replace(query=urlencode(query, safe="/")))
