"""The dashboard and the alert rules ask for nothing that /metrics does not have."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

import lasso.middleware  # registers what it counts
from lasso import metrics, observing

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "monitoring"
PARTS_OF_HISTOGRAMS = re.compile(r"_(bucket|sum|count)$")


def names_in(text: str) -> set[str]:
    return set(re.findall(r"\blasso_\w+", text))


def known() -> set[str]:
    assert lasso.middleware.requests.name in observing._instruments
    return {*metrics._gauges, *observing._instruments}


def dashboard_expressions() -> list[str]:
    panels = json.loads((FOLDER / "grafana-dashboard.json").read_text(encoding="utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", [])]


def alert_expressions() -> list[str]:
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text(encoding="utf-8"))["groups"]
    return [rule["expr"] for group in groups for rule in group["rules"]]


@pytest.mark.parametrize("expressions", [dashboard_expressions(), alert_expressions()], ids=["dashboard", "alerts"])
def test_it_asks_only_for_what_there_is(expressions: list[str]) -> None:
    asked = {PARTS_OF_HISTOGRAMS.sub("", name) for text in expressions for name in names_in(text)}

    assert len(expressions) > 10
    assert asked - known() == set()


def test_it_groups_counters_by_all_their_labels_before_it_adds_them() -> None:
    """Each web process tells the same: a sum over instances would count everything twice."""
    for text in [*dashboard_expressions(), *alert_expressions()]:
        for labels, name in re.findall(r"max by \(([\w, ]+)\) \((?:rate|increase)\((lasso_\w+)", text):
            instrument = observing._instruments[PARTS_OF_HISTOGRAMS.sub("", name)]
            assert {*instrument.labels} == {*labels.split(", ")} - {"le"}, text


def test_it_shows_every_gauge_and_counter_somewhere() -> None:
    shown = {PARTS_OF_HISTOGRAMS.sub("", name) for text in dashboard_expressions() for name in names_in(text)}
    shown |= {name for text in alert_expressions() for name in names_in(text)}

    assert known() - shown == {
        "lasso_build_info",
        "lasso_process_start_time_seconds",
        "lasso_integrations",
        "lasso_poll_failures",
    }
