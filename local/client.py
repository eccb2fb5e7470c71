"""A small client of the REST API, as a customer would write it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import requests

TIMEOUT_SECONDS = 60


class APIError(Exception):
    """The API refused; the message has the status and its own words."""


class Client:
    """Calls the API at ``url`` with an API key."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.key = key
        self.session = requests.Session()
        self.session.trust_env = False  # the machine's proxies do not lead to loopback
        self.session.headers["lasso-api-key"] = key

    def request(self, method: str, path: str, **options: Any) -> requests.Response:
        """Call a path, or an address that an answer gave.

        Raises:
            APIError: the answer is not a success.
        """
        url = path if "://" in path else f"{self.url}{path}"
        answer = self.session.request(method, url, timeout=TIMEOUT_SECONDS, **options)
        if not answer.ok:
            raise APIError(f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer

    def close(self) -> None:
        """Close the connections."""
        self.session.close()

    def order(self, batch: dict[str, Any], *, idempotency_key: str | None = None) -> dict[str, Any]:
        """Order a batch; the batch as it was accepted."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        answer: dict[str, Any] = self.request("POST", "/apps/reporting/batches", json=batch, headers=headers).json()
        return answer

    def batches(self) -> list[dict[str, Any]]:
        """All batches of the organisation, newest first."""
        answer: list[dict[str, Any]] = self.request("GET", "/apps/reporting/batches").json()
        return answer

    def batch(self, batch_id: str) -> dict[str, Any]:
        """A batch as it stands."""
        answer: dict[str, Any] = self.request("GET", f"/apps/reporting/batches/{batch_id}").json()
        return answer

    def items(self, batch_id: str, **query: str) -> Iterator[dict[str, Any]]:
        """The finished reports of a batch, over all pages."""
        while True:
            page = self.request("GET", f"/apps/reporting/batches/{batch_id}/items", params=query).json()
            yield from page["results"]
            if not page.get("continuationToken"):
                return
            query["cToken"] = page["continuationToken"]

    def download(self, path: str, to: Path) -> None:
        """Write what an address gives into a file."""
        with self.request("GET", path, stream=True) as answer, to.open("wb") as file:
            for part in answer.iter_content(1 << 16):
                file.write(part)
