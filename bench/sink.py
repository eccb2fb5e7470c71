"""A receiver that costs next to nothing: one process, one thread, no HTTP library. It notes when each id came.

`python -m bench.sink` prints its port, then serves until its standard input ends. Answers go by the path: `/hang…`
never answers, everything else is a 200. `GET /calls` gives what came since the last such call: `[[webhook-id, moment],
…]`.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from types import TracebackType
from typing import Self
from urllib.request import urlopen

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
END = b"\r\n\r\n"
LENGTH = b"content-length:"
ID = b"webhook-id:"


def header(head: bytes, name: bytes) -> bytes:
    """A header's value in a request's head in lower case; empty when it is missing."""
    start = head.find(name)
    return head[start + len(name) : head.index(b"\r", start)].strip() if start >= 0 else b""


class Caller(asyncio.Protocol):
    """One connection."""

    calls: list[tuple[str, float]] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.came = b""
        self.began_at = 0.0

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        if not self.came:
            self.began_at = time.time()
        self.came += data
        while (end := self.came.find(END)) >= 0:
            head = self.came[:end].lower() + b"\r"
            size = end + len(END) + int(header(head, LENGTH) or 0)
            if len(self.came) < size:
                return
            self.came = self.came[size:]
            self.answer(head)

    def answer(self, head: bytes) -> None:
        """Note the call and answer by its path."""
        path = head.split(b" ", 2)[1]
        if path == b"/calls":
            calls, Caller.calls = Caller.calls, []
            body = json.dumps(calls).encode()
            self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body)
            return
        Caller.calls.append((header(head, ID).decode(), self.began_at))
        if not path.startswith(b"/hang"):
            self.transport.write(OK)


class Sink:
    """The receiver in a process of its own."""

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.communicate()

    def url(self, path: str) -> str:
        """The address for a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def take_calls(self) -> list[tuple[str, float]]:
        """The ids that came since the last time, each with the moment (`time.time()`) of its first byte."""
        with urlopen(self.url("/calls")) as answer:
            return [(identity, moment) for identity, moment in json.load(answer)]


async def serve() -> None:
    """Listen until the standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Caller, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
