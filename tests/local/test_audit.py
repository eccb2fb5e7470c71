"""The audit of dependencies tells what is vulnerable from what could not be asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from local.audit import CLEAN, UNKNOWN, VULNERABLE, audit, judge

GOOD = {"name": "django", "version": "5.2.19", "vulns": []}
BAD = {"name": "lxml", "version": "6.0.0", "vulns": [{"id": "GHSA-1", "fix_versions": ["6.0.1"], "aliases": []}]}
SKIPPED = {"name": "celery", "skip_reason": "Dependency not found on PyPI and could not be audited: celery (5.7.0)"}


@pytest.mark.parametrize(
    ("packages", "code", "said"),
    [
        ([GOOD], CLEAN, "1 packages, none with a known vulnerability"),
        ([GOOD, SKIPPED, BAD], VULNERABLE, "lxml 6.0.0: GHSA-1, mended in 6.0.1"),
        ([GOOD, SKIPPED], UNKNOWN, "the vulnerability service knows nothing of 1 of 2 packages."),
    ],
)
def test_it_judges_what_was_found(packages: list[Any], code: int, said: str) -> None:
    verdict = judge(json.dumps({"dependencies": packages, "fixes": []}), "")

    assert (verdict.code, verdict.said) == (code, said)


@pytest.mark.parametrize("printed", ["", "[]", "{}", "Traceback"])
def test_it_does_not_take_silence_for_good_news(printed: str) -> None:
    verdict = judge(printed, "WARNING:…\nConnectionError: no such host\n")

    assert verdict.code == UNKNOWN
    assert verdict.said == "the vulnerability service cannot be asked: ConnectionError: no such host"


def test_it_says_that_it_could_not_look_where_it_cannot(tmp_path: Path) -> None:
    verdict = audit(tmp_path / "no-such-file.txt")

    assert verdict.code == UNKNOWN
