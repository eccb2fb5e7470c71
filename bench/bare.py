"""The least that calls can cost: threads with a `requests.Session` each, and nothing else.

`python -m bench.bare URL COUNT THREADS` makes so many calls together, of the body that comes as a line on its standard
input, and begins when it comes.
"""

from __future__ import annotations

import sys
import threading
import uuid
from collections.abc import Iterator

import requests


def call_all(url: str, count: int, threads: int, body: bytes) -> None:
    """Make the calls, each with an id of its own."""
    identities = iter([str(uuid.uuid4()) for _ in range(count)])
    lock = threading.Lock()
    workers = [
        threading.Thread(target=_loop, args=(f"{url}/{number}", identities, lock, body)) for number in range(threads)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def _loop(url: str, identities: Iterator[str], lock: threading.Lock, body: bytes) -> None:
    with requests.Session() as session:
        while True:
            with lock:
                identity = next(identities, None)
            if identity is None:
                return
            headers = {"content-type": "application/json", "webhook-id": identity}
            session.post(url, data=body, headers=headers, timeout=15)


if __name__ == "__main__":
    print("ready", flush=True)
    call_all(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.stdin.readline().strip().encode())
