"""`manage.py check --deploy` says what is not ready for production, with an id and a hint."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command


@pytest.fixture(autouse=True)
def _ready_for_production(settings) -> None:
    settings.PUBLIC_URL = "https://lasso.example"
    settings.ALLOWED_HOSTS = ["lasso.example"]
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.ENCRYPTION_KEYS = ["a long text"]
    settings.OUTBOUND_ALLOWED_NETWORKS = []
    settings.METRICS_TOKEN = "t"
    settings.EMAIL_BACKEND = "lasso.mail.SMTPBackend"
    settings.S3_BUCKET = "reports"
    settings.STORAGE_DIR_IS_GIVEN = True


def found(*, deploy: bool = True) -> list[str]:
    messages = run_checks(include_deployment_checks=deploy)
    assert all(message.hint for message in messages if str(message.id).startswith("lasso."))
    return sorted(str(message.id) for message in messages if str(message.id).startswith("lasso."))


def test_it_finds_nothing_when_all_is_set() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "ids"),
    [
        ("ALLOWED_HOSTS", [], ["lasso.E001"]),
        ("ALLOWED_HOSTS", ["other.example"], ["lasso.E002"]),
        ("ALLOWED_HOSTS", [".example"], []),
        ("PUBLIC_URL", "https://lasso.example/api", ["lasso.E003"]),
        ("PUBLIC_URL", "http://lasso.example", ["lasso.W001"]),
        ("SECURE_PROXY_SSL_HEADER", None, ["lasso.W002"]),
        ("ENCRYPTION_KEYS", [], ["lasso.W003"]),
        ("OUTBOUND_ALLOWED_NETWORKS", [ip_network("0.0.0.0/0")], ["lasso.W004"]),
        ("OUTBOUND_ALLOWED_NETWORKS", [ip_network("169.254.0.0/16")], ["lasso.W004"]),
        ("OUTBOUND_ALLOWED_NETWORKS", [ip_network("::/0")], ["lasso.W004"]),
        ("OUTBOUND_ALLOWED_NETWORKS", [ip_network("10.0.0.0/8")], []),
        ("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend", ["lasso.W005"]),
        ("METRICS_TOKEN", "", ["lasso.I001"]),
        ("S3_BUCKET", "", ["lasso.I002"]),
    ],
)
def test_it_finds(settings, name: str, value: Any, ids: list[str]) -> None:
    setattr(settings, name, value)

    assert found() == ids


def test_it_finds_that_kerberos_has_no_library(settings, monkeypatch) -> None:
    settings.KERBEROS_KDCS = [("CORP.EXAMPLE.COM", "kdc.example")]
    monkeypatch.setattr("lasso.kerberos.realms.interpreter", lambda: "/usr/bin/python3")
    assert found() == []
    monkeypatch.setattr("lasso.kerberos.realms.interpreter", lambda: None)
    assert found() == ["lasso.W006"]


def test_it_refuses_a_folder_where_processes_share_no_disk(settings, monkeypatch) -> None:
    settings.S3_BUCKET = ""
    monkeypatch.setenv("DYNO", "reports.1")
    assert found() == ["lasso.E004"]
    monkeypatch.delenv("DYNO")
    # Beside the program is no place that somebody chose.
    settings.STORAGE_DIR_IS_GIVEN = False
    assert found() == ["lasso.E005"]
    settings.S3_BUCKET = "reports"
    assert found() == []


def test_a_release_refuses_what_cannot_work(settings, monkeypatch) -> None:
    settings.S3_BUCKET = ""
    monkeypatch.setenv("DYNO", "run.1")

    # Nothing was asked of the database: this test may not.
    with pytest.raises(CommandError, match=r"^lasso\.E004: S3_BUCKET is not set.* Set S3_BUCKET"):
        call_command("release")


def test_it_lets_one_machine_be(settings) -> None:
    settings.S3_BUCKET = ""

    (message,) = [message for message in run_checks(include_deployment_checks=True) if message.id == "lasso.I002"]
    # What may be right is told, but fails no deploy check (`--fail-level WARNING`).
    assert not message.is_serious(30)


def test_it_asks_nothing_of_a_developer(settings) -> None:
    settings.ALLOWED_HOSTS = []
    settings.PUBLIC_URL = "http://localhost:8000"

    assert found(deploy=False) == []
