"""Every variable is documented, in each place where people look for it, and nothing else is."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def settings_text() -> str:
    return "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "lasso" / "settings").glob("*.py")))


def variables() -> set[str]:
    """What the settings, gunicorn and the Procfile read."""
    return {
        *re.findall(r"\benv\.\w+\(\s*\"([A-Z0-9_]+)\"", settings_text()),
        *re.findall(r"os\.environ\.get\([\"']([A-Z0-9_]+)[\"']\)", text("lasso/gunicorn.py")),
        *re.findall(r"\$\{([A-Z0-9_]+)", text("Procfile")),
    }


@pytest.mark.parametrize(
    ("name", "pattern"),
    [("docs/settings.md", r"(?m)^\| `([A-Z0-9_]+)` \|"), (".env.example", r"(?m)^#?([A-Z0-9_]+)=")],
)
def test_it_names_every_variable_once(name: str, pattern: str) -> None:
    assert sorted(re.findall(pattern, text(name))) == sorted(variables())


def test_it_asks_at_a_deploy_for_nothing_that_is_not_read() -> None:
    asked = set(json.loads(text("app.json"))["env"])

    assert asked - variables() == set()
    assert {"SECRET_KEY", "PUBLIC_URL", "ALLOWED_HOSTS", "EMAIL_URL", "S3_BUCKET"} <= asked


def test_it_deploys_the_processes_of_the_procfile() -> None:
    named = set(re.findall(r"(?m)^(\w+):", text("Procfile")))

    assert set(json.loads(text("app.json"))["formation"]) == named - {"release"}
