"""What tells that a document or a filing is the very one that was read last, so that it need not be read again.

A fingerprint is taken of the bytes as they came, before anything is parsed. It is kept with what was made of them and
counts only together with the version of the reader that made it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

# One more each time `companies.sources.cvr` (or participants, places, sanitising, edges) makes something else of a
# document: every document is then read again when it comes, and what is derived from it is written anew.
DOCUMENT_READER_VERSION = 5
# The same for `companies.sources.accounts` and filings.
FILING_READER_VERSION = 2

# The moments that `sanitising.NOISE` names, as they stand in JSON. The look-behind passes over quotes inside a text.
NOISE = re.compile(rb'"sidst(?<!\\"sidst)(?:Indlaest|Valideret)"\s*:\s*(?:"[0-9TZ:.+-]*"|null)')


def fingerprint_of_document(data: bytes, *, tells_owners: bool) -> str:
    """SHA-256 of a document's JSON without what the register notes at every touch; empty for no data.

    `tells_owners` is part of it: the same document says more in a source that tells of beneficial owners.
    """
    return hashlib.sha256(b"%d" % tells_owners + NOISE.sub(b"", data)).hexdigest() if data else ""


def fingerprint_of_filing(data: bytes) -> str:
    """SHA-256 of an unpacked filing."""
    return hashlib.sha256(data).hexdigest()


def json_of(document: Mapping[str, Any]) -> bytes:
    """A parsed document as bytes to take the fingerprint of; empty where it cannot be JSON, which reading will tell."""
    try:
        return json.dumps(document, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError):
        return b""
