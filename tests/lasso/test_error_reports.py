"""Errors are reported to Sentry and traces to a collector, when settings name them, and neither says a secret."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys

import brotli  # type: ignore[import-untyped]
import pytest

from lasso.tracing import tracer
from local.processes import ROOT
from local.receivers import WebhookReceiver

KEY = "Abcd1234.Abcdefghijklmnopqrstuvwxyz012345"
SCRIPT = f"""
import django
django.setup()
import sentry_sdk
import structlog
from django.test import Client
from opentelemetry import trace
from lasso.tracing import tracer

log = structlog.get_logger("lasso.example")
assert Client().get("/healthz?accessKey={KEY}").status_code == 200
try:
    password = "hunter2-in-a-variable"
    with tracer.start_as_current_span("report", attributes={{"report": "7"}}):
        raise RuntimeError("postgres://lasso:hunter2@database/lasso is away")
except RuntimeError:
    log.exception("report_broke", report="7", authorization="Bearer hunter2")
sentry_sdk.flush()
trace.get_tracer_provider().force_flush()
"""


@pytest.fixture(scope="module")
def told() -> dict[str, list[bytes]]:
    """What a process in trouble told, by path."""
    with WebhookReceiver() as receiver:
        environment = {
            **os.environ,
            "SENTRY_DSN": receiver.url("/7").replace("http://", "http://public@"),
            "OTLP_URL": receiver.url(""),
            "DEPLOYMENT_NAME": "rehearsal",
            "ALLOWED_HOSTS": "testserver",
        }
        subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, env=environment, check=True, timeout=90)
        found: dict[str, list[bytes]] = {}
        for call in receiver.calls.all():
            unpack = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}
            found.setdefault(call.path, []).append(unpack[call.headers.get("content-encoding")](call.body))
    return found


def test_it_reports_what_was_logged_as_an_error(told) -> None:
    events = [
        json.loads(line)
        for body in told["/api/7/envelope/"]
        for line in body.splitlines()
        if line.startswith(b"{") and b'"event_id"' in line and b'"level"' in line
    ]

    (event,) = events
    assert event["environment"] == "rehearsal"
    assert event["exception"]["values"][-1]["type"] == "RuntimeError"
    assert event["exception"]["values"][-1]["value"] == "postgres://lasso:[redacted]@database/lasso is away"
    assert event["logentry"] == {"message": "report_broke"}
    assert event["tags"] == {"report": "7"}
    assert event["extra"]["authorization"] == "[redacted]"


def test_it_traces_requests_and_reports(told) -> None:
    traced = b"".join(told["/v1/traces"])

    assert b"GET healthz" in traced
    assert b"report" in traced
    assert b"rehearsal" in traced
    assert b"accessKey=[redacted]" in traced


def test_it_says_no_secret(told) -> None:
    everything = b"".join(body for bodies in told.values() for body in bodies)

    assert b"hunter2" not in everything
    assert KEY.partition(".")[2].encode() not in everything


def test_it_sends_nothing_when_nothing_is_set() -> None:
    import sentry_sdk

    with tracer.start_as_current_span("report") as span:
        assert not span.is_recording()
    assert not sentry_sdk.is_initialized()
