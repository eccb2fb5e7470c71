"""A request that is refused before Django sees it gets the body that every other error has."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from lasso.error_codes import ADDRESS_TOO_LONG, BAD_REQUEST, HEADERS_TOO_LARGE
from lasso.gunicorn import limit_request_line
from tests.api.fuzzing import web_process

AROUND_THE_ADDRESS = len("GET  HTTP/1.1")


@dataclass(frozen=True, slots=True)
class Web:
    """A web process, by its address and the file that it logs to."""

    url: str
    log: Path

    def answer(self, request: str) -> tuple[str, dict[str, str], Any]:
        """Status line, headers and JSON of what comes back for these bytes, read until the connection ends."""
        address = urlsplit(self.url)
        assert address.hostname is not None
        with socket.create_connection((address.hostname, address.port or 80), timeout=30) as connection:
            connection.sendall(request.encode())
            read = b"".join(iter(lambda: connection.recv(65536), b""))
        head, _, body = read.partition(b"\r\n\r\n")
        status, *headers = head.decode().split("\r\n")
        return status, dict(line.lower().split(": ", 1) for line in headers), json.loads(body)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    with web_process(folder, database_url=os.environ["DATABASE_URL"], outgoing_port=9) as url:
        yield Web(url, folder / "web.log")


def get(address: str, *headers: str) -> str:
    return "\r\n".join([f"GET {address} HTTP/1.1", "Host: 127.0.0.1", "Connection: close", *headers, "", ""])


def address_for(line_length: int) -> str:
    stem = "/healthz?q="
    return stem + "x" * (line_length - AROUND_THE_ADDRESS - len(stem))


def test_it_reads_the_longest_line_that_it_says(web: Web) -> None:
    assert web.answer(get(address_for(limit_request_line)))[0] == "HTTP/1.1 200 OK"


def test_it_refuses_a_longer_one_in_json(web: Web) -> None:
    status, headers, body = web.answer(get(address_for(limit_request_line + 1)))

    assert status == f"HTTP/1.1 414 {HTTPStatus.REQUEST_URI_TOO_LONG.phrase}"
    assert headers["content-type"] == "application/json"
    assert body == {
        "errorMessage": "The address with its query is too long: Request Line is too large (8191 > 8190).",
        "httpStatusCode": 414,
        "errorCode": 23,
        "friendlyError": ADDRESS_TOO_LONG.friendly,
        "helpLink": f"{web.url}/docs/errors#address-too-long",
    }


@pytest.mark.parametrize("headers", [["X-Long: " + "x" * 9000], [f"X-{number}: 1" for number in range(101)]])
def test_it_refuses_headers_without_measure(web: Web, headers: list[str]) -> None:
    status, _, body = web.answer(get("/healthz", *headers))

    assert status == "HTTP/1.1 431 Request Header Fields Too Large"
    assert body["errorCode"] == HEADERS_TOO_LARGE.number
    assert body["errorMessage"].startswith("The headers are too large: limit request headers")


def test_it_refuses_what_is_no_request_and_logs_no_secret(web: Web) -> None:
    status, _, body = web.answer(get("/healthz?accessKey=very-secret and more"))

    assert status == "HTTP/1.1 400 Bad Request"
    assert body["errorCode"] == BAD_REQUEST.number
    assert body["errorMessage"].startswith("This is no HTTP request that can be read: Invalid HTTP")
    log = web.log.read_text()
    assert "Invalid request from ip=127.0.0.1" in log
    assert "very-secret" not in log
