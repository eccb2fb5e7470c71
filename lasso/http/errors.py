"""What can keep a call from being answered, as a closed list of codes."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ErrorCode(StrEnum):
    """Why a call got no answer. The values are stored and shown by the API: add, never rename."""

    URL_REFUSED = "url_refused"  # not an address that we call at all
    ADDRESS_REFUSED = "address_refused"  # the name leads to an address that is not public
    DNS_ERROR = "dns_error"
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_RESET = "connection_reset"
    NETWORK_UNREACHABLE = "network_unreachable"
    TIMEOUT = "timeout"
    TLS_ERROR = "tls_error"
    PROTOCOL_ERROR = "protocol_error"  # what came is not HTTP
    TOO_LARGE = "too_large"  # headers without end; of a long body only the beginning is read, which is no error
    RESOLVER_DOWN = "resolver_down"  # our own name look-up is out of order: no fault of the receiver


# A call that failed for one of these says nothing about the receiver.
OUR_FAULTS = frozenset({ErrorCode.RESOLVER_DOWN})


class OutboundError(Exception):
    """A call that got no answer: a code of the list, and a sentence that the customer may read."""

    def __init__(self, code: ErrorCode, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.phases: Mapping[str, int] = {}  # milliseconds of each phase that was reached (lasso.http.phases)

    @property
    def is_our_fault(self) -> bool:
        """Whether it must not be held against the receiver."""
        return self.code in OUR_FAULTS
