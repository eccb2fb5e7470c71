"""The API as a careful customer calls it: every order under a key of its own, tried until there is an answer."""

from __future__ import annotations

import threading
import time
import uuid
from collections import Counter
from typing import Any

import requests

TIMEOUT_SECONDS = 30.0
PAUSE = 0.5  # seconds between two tries
PATIENCE = 180.0  # seconds
TRY_AGAIN = frozenset({429, 502, 503, 504})
STILL_RUNNING_ANCHOR = "#still-running"


class PatientClient:
    """Calls the API at `url`; several threads may."""

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self._headers = {"lasso-api-key": key}
        self._local = threading.local()
        self.answers: Counter[int] = Counter()  # how often each status came
        self.faults: list[str] = []  # answers that say that something broke on our side
        self.unanswered = 0  # tries that got no answer

    def post(self, path: str, body: Any = None) -> requests.Response | None:
        """Have it done once, however often that must be asked for; None when nobody answered for so long."""
        return self._call("POST", path, json=body, headers={"Idempotency-Key": uuid.uuid4().hex})

    def get(self, path: str) -> requests.Response | None:
        """Read it."""
        return self._call("GET", path)

    def delete(self, path: str) -> requests.Response | None:
        """Delete it; what is gone by then was deleted by a try that got no answer."""
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, **options: Any) -> requests.Response | None:
        headers = {**self._headers, **options.pop("headers", {})}
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                answer = self._session().request(
                    method, f"{self.url}{path}", headers=headers, timeout=TIMEOUT_SECONDS, **options
                )
            except requests.RequestException:
                self.unanswered += 1
                self._local.session = None
                time.sleep(PAUSE)
                continue
            self.answers[answer.status_code] += 1
            if answer.status_code == 500:
                self.faults.append(f"{method} {path}: {answer.text[:300]}")
            elif answer.status_code not in TRY_AGAIN and not _still_runs(answer):
                return answer
            time.sleep(PAUSE)
        return None

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = False  # the machine's proxies do not lead to loopback
            self._local.session = session
        return session


def _still_runs(answer: requests.Response) -> bool:
    """Whether the first try of the same request is at work."""
    return answer.status_code == 409 and STILL_RUNNING_ANCHOR in answer.text
