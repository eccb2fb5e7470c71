"""A small name server on loopback, and a look-up that really asks it, in place of the C library's."""

from __future__ import annotations

import socket
import struct
import threading
from ipaddress import IPv4Address, ip_address
from types import TracebackType
from typing import Any, Self

A, AAAA = 1, 28
NO_SUCH_NAME = 3


class NameServer:
    """Answers each name with its lists of addresses, one list a look-up, the last one for ever; TTL 0.

    A look-up asks for A, then for AAAA; the list moves on with the first of them. Names are lower case. A name that is
    not there does not exist; one with None is never answered.
    """

    def __init__(self) -> None:
        self.names: dict[str, list[list[str]] | None] = {}
        self.asked: list[str] = []
        self._current: dict[str, list[str]] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="name server", daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """Where it answers."""
        found: tuple[str, int] = self._socket.getsockname()
        return found

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closing:
            closing.sendto(b"", self.address)
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            query, sender = self._socket.recvfrom(4096)
            if not query:
                return
            if (answer := self._answer(query)) is not None:
                self._socket.sendto(answer, sender)

    def _answer(self, query: bytes) -> bytes | None:
        name, end = _name_at(query, 12)
        (kind,) = struct.unpack_from("!H", query, end)
        question = query[12 : end + 4]
        if name not in self.names:
            return query[:2] + struct.pack("!HHHHH", 0x8180 | NO_SUCH_NAME, 1, 0, 0, 0) + question
        waiting = self.names[name]
        if waiting is None:
            return None
        if kind == A:
            self.asked.append(name)
            self._current[name] = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        found = [ip_address(text) for text in self._current.get(name, waiting[0])]
        packed = [address.packed for address in found if isinstance(address, IPv4Address) == (kind == A)]
        records = [b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(data)) + data for data in packed]
        return query[:2] + struct.pack("!HHHHH", 0x8180, 1, len(records), 0, 0) + question + b"".join(records)

    def look_up(self, host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """`socket.getaddrinfo` by this server; addresses and names without a dot as the C library does it."""
        if "." not in host or host.replace(".", "").isdecimal() or ":" in host:
            found: list[Any] = GETADDRINFO(host, port, *args, **kwargs)
            return found
        addresses = [address for kind in (A, AAAA) for address in self._asked_for(host.lower().rstrip("."), kind)]
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            if ":" not in address
            else (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (address, port, 0, 0))
            for address in addresses
        ]

    def _asked_for(self, name: str, kind: int) -> list[str]:
        labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
        query = struct.pack("!HHHHHH", 7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(10)
            client.sendto(query, self.address)
            try:
                answer = client.recv(4096)
            except TimeoutError:
                raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution") from None
        (count,) = struct.unpack_from("!H", answer, 6)
        position, found = _name_at(answer, 12)[1] + 4, []
        for _ in range(count):
            (length,) = struct.unpack_from("!H", answer, position + 10)
            found.append(str(ip_address(answer[position + 12 : position + 12 + length])))
            position += 12 + length
        return found


GETADDRINFO = socket.getaddrinfo


def _name_at(message: bytes, position: int) -> tuple[str, int]:
    labels = []
    while length := message[position]:
        labels.append(message[position + 1 : position + 1 + length].decode())
        position += 1 + length
    return ".".join(labels), position + 1
