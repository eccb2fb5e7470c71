"""The one door out: every call to a server that somebody else named goes through here.

It calls only http and https URLs whose host leads to public addresses alone (and what OUTBOUND_ALLOWED_HOSTS and
OUTBOUND_ALLOWED_NETWORKS allow besides), follows no redirect, asks no proxy, ends at an absolute deadline and reads at
most 64 KiB of the answer unless the caller asks for more.
"""

from lasso.http.deadlines import Deadline
from lasso.http.errors import ErrorCode, OutboundError
from lasso.http.phases import Phase
from lasso.http.sessions import LONGEST_ANSWER, USER_AGENT, Answer, Session, send
from lasso.http.urls import LONGEST_URL, Target, checked_target

__all__ = [
    "LONGEST_ANSWER",
    "LONGEST_URL",
    "USER_AGENT",
    "Answer",
    "Deadline",
    "ErrorCode",
    "OutboundError",
    "Phase",
    "Session",
    "Target",
    "checked_target",
    "send",
]
