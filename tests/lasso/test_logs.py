"""Logs are JSON lines with the request's id, and no secret is in them."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.urls import path

from lasso.celery import app
from lasso.logging import REDACTED, formatter, logging_config, redacted

KEY = "AbCdEfGh." + "s3cr3tS3" * 4


def fails(request: HttpRequest) -> HttpResponse:
    hidden = "local variable"
    raise RuntimeError(f"{len(hidden)} at postgres://lasso:hunter2@db/lasso")


def speaks(request: HttpRequest) -> HttpResponse:
    logging.getLogger("somebody.else").warning("took %s for %s", KEY, request.get_full_path())
    structlog.get_logger("ours").info(
        "spoken", password="hunter2", order_key="kept", nested={"Authorization": "hunter2"}
    )
    return HttpResponse()


urlpatterns = [path("fails", fails), path("speaks", speaks)]
handler500 = "lasso.pages.handle_500"


@pytest.fixture
def lines(settings) -> Iterator[Any]:
    """What the root logger writes meanwhile, as data."""
    settings.ROOT_URLCONF = __name__
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter("json"))
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def test_it_writes_one_line_a_request_with_its_id(client, lines) -> None:
    client.get("/speaks")

    finished = [line for line in lines() if line["logger"].startswith("django_structlog")]
    (line,) = finished
    assert line["event"] == "request_finished"
    assert line["request"] == "GET /speaks"
    assert line["code"] == 200
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")
    assert len({line["request_id"] for line in lines()}) == 1


def test_it_redacts_keys_wherever_they_stand(client, lines) -> None:
    client.get("/speaks", {"accessKey": KEY, "a": "b"}, headers={"lasso-api-key": KEY})

    text = json.dumps(lines())
    assert "s3cr3t" not in text
    assert "hunter2" not in text
    by_event = {line["event"]: line for line in lines()}
    assert by_event["request_finished"]["request"] == f"GET /speaks?accessKey={REDACTED}&a=b"
    assert by_event["spoken"]["password"] == REDACTED
    assert by_event["spoken"]["order_key"] == "kept"
    assert by_event["spoken"]["nested"] == {"Authorization": REDACTED}
    assert f"took AbCdEfGh.{REDACTED} for /speaks?accessKey={REDACTED}&a=b" in by_event


def test_it_writes_an_exception_once_and_as_data(client, lines) -> None:
    client.raise_request_exception = False
    client.get("/fails")

    (line,) = [line for line in lines() if "exception" in line]
    assert line["event"] == "request_failed"
    assert line["exception"][0]["exc_type"] == "RuntimeError"
    assert line["exception"][0]["exc_value"] == f"14 at postgres://lasso:{REDACTED}@db/lasso"
    assert line["exception"][0]["frames"][-1]["name"] == "fails"
    assert "local variable" not in json.dumps(line)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("GET /x?ACCESSKEY=abc&y=1", f"GET /x?ACCESSKEY={REDACTED}&y=1"),
        ("lasso-api-key: abc", f"lasso-api-key: {REDACTED}"),
        ("{'Authorization': 'Basic abc'}", f"{{'Authorization': {REDACTED}}}"),
        ("redis://:hunter2@cache:6379/0", f"redis://:{REDACTED}@cache:6379/0"),
        (f"key {KEY}.", f"key AbCdEfGh.{REDACTED}."),
        ("GET /reports/WyJhIiwxXQ:abcdefghijklmnop/navn.pdf", f"GET /reports/{REDACTED}/navn.pdf"),
        ("GET /apps/reporting/batches?pageSize=3", "GET /apps/reporting/batches?pageSize=3"),
        ("https://lasso.example:8000/a@b", "https://lasso.example:8000/a@b"),
    ],
)
def test_it_redacts_text(text, bare) -> None:
    assert redacted(text) == bare


def test_it_redacts_at_any_depth() -> None:
    assert redacted({"a": [{"Set-Cookie": "x", "n": 1}, (KEY,)], "apiKey": KEY, "token": None}) == {
        "a": [{"Set-Cookie": REDACTED, "n": 1}, [f"AbCdEfGh.{REDACTED}"]],
        "apiKey": REDACTED,
        "token": REDACTED,
    }


def test_it_lays_lines_out_for_a_person() -> None:
    record = logging.LogRecord("somebody", logging.WARNING, "", 0, "took %s", (KEY,), None)

    line = formatter("console").format(record)

    assert "warning" in line
    assert f"took AbCdEfGh.{REDACTED}" in line
    assert not line.startswith("{")


@pytest.mark.parametrize("layout", ["json", "console"])
def test_it_is_a_configuration_that_python_takes(layout) -> None:
    logging.config.DictConfigurator(logging_config(level="info", layout=layout)).configure_formatter(
        logging_config(level="info", layout=layout)["formatters"]["lines"]
    )


def test_it_gives_tasks_their_ids() -> None:
    assert "DjangoStructLogInitStep" in {step.__name__ for step in app.steps["worker"]}
