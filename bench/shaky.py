"""A receiver that asks for patience and may die: it writes every call down before it answers.

`python -m bench.shaky PORT FILE EVERY` answers on that port 429 with `Retry-After: 1` to every so many-th call (never
when EVERY is 0) and 200 to all others, and appends a line of JSON for each to the file. It may be killed at any moment,
and started again with the same arguments: its file goes on.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.sink import END, ID, LENGTH, header
from lasso.embedded.redis import free_port

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
LATER = b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class ShakyCall:
    """One call as it came, with the status that it was answered with (or would have been, had the receiver lived)."""

    id: str
    kind: str  # the first part of the path
    message: Any
    status: int
    moment: float  # time.time()


class Caller(asyncio.Protocol):
    """One connection."""

    file: int
    every: int
    count = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.came = b""

    def data_received(self, data: bytes) -> None:
        """Answer every request that is complete."""
        self.came += data
        while (end := self.came.find(END)) >= 0:
            head = self.came[:end].lower() + b"\r"
            start = end + len(END)
            size = start + int(header(head, LENGTH) or 0)
            if len(self.came) < size:
                return
            body, self.came = self.came[start:size], self.came[size:]
            self.answer(head, body)

    def answer(self, head: bytes, body: bytes) -> None:
        """Write the call down, then answer it."""
        Caller.count += 1
        is_late = Caller.every and Caller.count % Caller.every == 0
        path = head.split(b" ", 2)[1].decode()
        call = [header(head, ID).decode(), path.split("/")[1], json.loads(body), 429 if is_late else 200, time.time()]
        os.write(Caller.file, json.dumps(call).encode() + b"\n")
        self.transport.write(LATER if is_late else OK)


class ShakyReceiver:
    """The receiver in a process of its own, on the same port however often it dies."""

    def __init__(self, file: Path, *, every: int) -> None:
        self.file = file
        self.every = every
        self.port = free_port()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it; returns when it listens."""
        command = [sys.executable, "-m", "bench.shaky", str(self.port), str(self.file), str(self.every)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n"

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does."""
        self.process.kill()
        self.process.communicate()

    def url(self, path: str) -> str:
        """The address for a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def calls(self) -> list[ShakyCall]:
        """Everything that came, in the order in which it was answered."""
        lines = self.file.read_bytes().split(b"\n") if self.file.exists() else []
        return [ShakyCall(*json.loads(line)) for line in lines[:-1]]


async def serve(port: int) -> None:
    """Listen until killed."""
    server = await asyncio.get_running_loop().create_server(Caller, "127.0.0.1", port, backlog=1024)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    Caller.file = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    Caller.every = int(sys.argv[3])
    asyncio.run(serve(int(sys.argv[1])))
