"""/metrics is what Prometheus reads."""

from __future__ import annotations

from django.db import OperationalError

from lasso import __version__, metrics
from lasso.metrics import Gauge, Sample, read, written


def test_it_tells_the_version_and_the_start(client, db) -> None:
    answer = client.get("/metrics")
    lines = answer.content.decode().splitlines()

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert lines[:3] == ["# HELP lasso_up 1 while the web process answers.", "# TYPE lasso_up gauge", "lasso_up 1.0"]
    assert f'lasso_build_info{{version="{__version__}"}} 1.0' in lines
    assert "# TYPE lasso_queue_age_seconds gauge" in lines


def test_it_writes_labels_in_order_and_escaped(db) -> None:
    gauge = Gauge("depth", 'How "deep"\nit is', lambda: [Sample(0.5, {"b": 'x"y\\', "a": "1\n2"})])

    assert written(read(gauge)).splitlines() == [
        '# HELP depth How "deep"\\nit is',
        "# TYPE depth gauge",
        'depth{a="1\\n2",b="x\\"y\\\\"} 0.5',
    ]


def test_it_leaves_out_what_cannot_be_read(client, db, monkeypatch) -> None:
    def broken() -> list[Sample]:
        raise OperationalError("host=secret")

    monkeypatch.setattr(metrics, "_gauges", dict(metrics._gauges))
    metrics.register(Gauge("lasso_broken", "Never read.", broken))

    text = client.get("/metrics").content.decode()

    assert "lasso_broken" not in text
    assert "lasso_up 1.0" in text


def test_it_needs_the_token_when_one_is_set(client, db, settings) -> None:
    settings.METRICS_TOKEN = "open sesame"

    without = client.get("/metrics")
    wrong = client.get("/metrics", headers={"authorization": "Bearer æøå"})
    right = client.get("/metrics", headers={"authorization": "Bearer open sesame"})

    assert (without.status_code, wrong.status_code, right.status_code) == (401, 401, 200)
    assert without.headers["WWW-Authenticate"] == 'Bearer realm="metrics"'
    assert "lasso_up" not in without.content.decode()
