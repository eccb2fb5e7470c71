"""A body that comes in chunks is read like any other."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler

from lasso.chunked import ChunkedBodies


@pytest.fixture(autouse=True)
def _example_api(settings, db) -> None:
    settings.ROOT_URLCONF = "tests.lasso.example_api"
    settings.ALLOWED_HOSTS = ["testserver"]


def post(body: bytes, **environ: Any) -> tuple[str, Any]:
    statuses: list[str] = []
    request = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/apps/example/open",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": io.BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        **environ,
    }

    def start(status: str, headers: Any, exc_info: Any = None) -> Any:
        statuses.append(status)
        return lambda data: None

    answer = ChunkedBodies(WSGIHandler())(request, start)
    content = b"".join(answer)
    answer.close()  # type: ignore[attr-defined]
    return statuses[0], json.loads(content)


def test_it_reads_a_chunked_body() -> None:
    assert post(b'{"a": 1}') == ("200 OK", {"a": 1})


def test_it_reads_a_large_one() -> None:
    status, data = post(json.dumps({"a": "x" * 3_000_000}).encode())

    assert status == "200 OK"
    assert len(data["a"]) == 3_000_000


def test_it_refuses_one_that_is_too_large_without_reading_all_of_it(settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20
    source = io.BytesIO(b" " * 5_000_000)

    status, data = post(b"", **{"wsgi.input": source})

    assert status == "413 Request Entity Too Large"
    assert data["errorCode"] == 17
    assert source.tell() == 2**20 + 1


def test_it_trusts_only_a_server_that_ends_the_input() -> None:
    status, data = post(b'{"a": 1}', **{"wsgi.input_terminated": False})

    assert status == "400 Bad Request"
    assert data["errorMessage"] == "The body is empty; send a JSON object."


def test_it_leaves_other_bodies_alone() -> None:
    environ = {"HTTP_TRANSFER_ENCODING": "", "CONTENT_LENGTH": "8"}

    assert post(b'{"a": 1}and more', **environ) == ("200 OK", {"a": 1})
