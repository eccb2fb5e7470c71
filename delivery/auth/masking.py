"""Takes what we signed in with out of what the receiver said: some echo the request in their answer."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import quote, quote_plus

from delivery.outcomes import Outcome

MASK = "[hidden]"


class Mask:
    """Replaces secrets, in the spellings in which they come back: raw, in JSON, in a URL, in base64."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
        # Longer ones first: one may hold another.
        self._spellings = [(spelling, spelling.encode()) for spelling in sorted(spellings, key=len, reverse=True)]

    def text(self, text: str) -> str:
        """The text without secrets."""
        for spelling, _ in self._spellings:
            text = text.replace(spelling, MASK)
        return text

    def body(self, body: bytes) -> bytes:
        """The same for what came over the wire."""
        for _, spelling in self._spellings:
            body = body.replace(spelling, MASK.encode())
        return body

    def outcome(self, outcome: Outcome) -> Outcome:
        """The outcome of a try as it may be kept and shown."""
        if not self._spellings:
            return outcome
        return replace(
            outcome,
            error=self.text(outcome.error),
            headers={self.text(name): self.text(value) for name, value in outcome.headers.items()},
            body=self.body(outcome.body),
        )


def _spellings(secret: str) -> set[str]:
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        b64encode(secret.encode()).decode("ascii").rstrip("="),
    }
