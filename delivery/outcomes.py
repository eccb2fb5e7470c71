"""What became of one try, whatever the transport: an answer's code, or the reason that there was none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

# The codes of a call that got no answer are lasso.http.ErrorCode's; these are the ones that only deliveries have.


class DeliveryErrorCode(StrEnum):
    """Why a try got no answer for a reason of delivery's own. Stored and shown: add, never rename."""

    INTERRUPTED = "interrupted"  # the worker died, or its machine did; nobody knows whether the receiver was reached
    SECRET_UNREADABLE = "secret_unreadable"  # noqa: S105 - a code, not a secret
    MAIL_SERVER_UNREACHABLE = "mail_server_unreachable"  # our own mail server: no answer, or the connection broke
    MAIL_SERVER_REFUSED = "mail_server_refused"  # it answered, but took no mail from us, whoever it was for
    MAIL_SERVER_INSECURE = "mail_server_insecure"  # no TLS where the settings ask for it, or a wrong certificate
    STORAGE_UNREACHABLE = "storage_unreachable"  # where the PDF is kept
    TOKEN_FAILED = "token_failed"  # noqa: S105 - the OAuth2 server gave no token
    KERBEROS_FAILED = "kerberos_failed"  # no ticket for the receiver
    MUTUAL_AUTH_FAILED = "mutual_auth_failed"  # the answer does not prove that it is the receiver's
    MAIL_REFUSED = "mail_refused"  # the mail server's answer, its code stands beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One try's result.

    `status_code` is the receiver's HTTP status or the mail server's reply code, None without an answer. `error_code`
    and `error` (a sentence for the customer) are set when there was no answer, or the answer was a refusal that the
    transport can put into words. Header names are lower case.
    """

    duration: timedelta
    status_code: int | None = None
    error_code: str = ""
    error: str = ""
    is_our_fault: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    phases: Mapping[str, int] = field(default_factory=dict)  # milliseconds of each part that was reached
