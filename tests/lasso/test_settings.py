"""Settings are safe when nothing is set, and a wrong variable is one sentence with its name."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from storages.backends.s3 import S3Storage

from reporting.claiming import LONGEST_RENDERING

ROOT = Path(__file__).resolve().parents[2]
Read = Callable[..., dict[str, Any]]


@pytest.fixture
def settings_with(monkeypatch) -> Read:
    """The settings of an environment that has these variables and no others; nothing but a secret key by default."""

    def read(variables: dict[str, str], *names: str) -> dict[str, Any]:
        for name in os.environ:
            monkeypatch.delenv(name)
        for name, value in {"SECRET_KEY": "x", **variables}.items():
            monkeypatch.setenv(name, value)
        for module in [name for name in sys.modules if name.startswith("lasso.settings.")]:
            monkeypatch.delitem(sys.modules, module)
        found = runpy.run_path(str(ROOT / "lasso" / "settings" / "__init__.py"))
        return {name: found.get(name) for name in names}

    return read


def test_it_starts_with_nothing_but_a_secret_key() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "lasso.settings", "SECRET_KEY": "x"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_it_is_safe_when_nothing_is_set(settings_with) -> None:
    assert settings_with(
        {},
        "DEBUG",
        "ALLOWED_HOSTS",
        "OUTBOUND_ALLOWED_HOSTS",
        "OUTBOUND_ALLOWED_NETWORKS",
        "SESSION_COOKIE_HTTPONLY",
        "X_FRAME_OPTIONS",
        "API_REQUESTS_PER_MINUTE",
    ) == {
        "DEBUG": False,
        "ALLOWED_HOSTS": [],
        "OUTBOUND_ALLOWED_HOSTS": [],
        "OUTBOUND_ALLOWED_NETWORKS": [],
        "SESSION_COOKIE_HTTPONLY": True,
        "X_FRAME_OPTIONS": "DENY",
        "API_REQUESTS_PER_MINUTE": 500,
    }


def test_it_locks_everything_to_tls_when_the_public_address_is_https(settings_with) -> None:
    assert settings_with(
        {"PUBLIC_URL": "https://lasso.example/"},
        "PUBLIC_URL",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SECURE_SSL_REDIRECT",
        "SECURE_HSTS_SECONDS",
        "CSRF_TRUSTED_ORIGINS",
    ) == {
        "PUBLIC_URL": "https://lasso.example",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "CSRF_TRUSTED_ORIGINS": ["https://lasso.example"],
    }


def test_it_trusts_a_forwarded_scheme_only_when_told(settings_with) -> None:
    assert settings_with({"BEHIND_PROXY": "true"}, "SECURE_PROXY_SSL_HEADER") == {
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")
    }
    assert settings_with({}, "SECURE_PROXY_SSL_HEADER") == {"SECURE_PROXY_SSL_HEADER": None}


def test_it_keeps_files_in_the_bucket_that_is_named(settings_with) -> None:
    storage = settings_with({"S3_BUCKET": "reports"}, "STORAGES")["STORAGES"]["default"]

    assert storage["BACKEND"] == "storages.backends.s3.S3Storage"
    assert storage["OPTIONS"]["bucket_name"] == "reports"


def test_it_gives_up_on_a_silent_bucket_before_the_report_counts_as_dead(settings_with) -> None:
    bucket = {"S3_BUCKET": "reports", "S3_REGION": "eu-west-1", "S3_ACCESS_KEY_ID": "x", "S3_SECRET_ACCESS_KEY": "y"}
    options = settings_with(bucket, "STORAGES")["STORAGES"]["default"]["OPTIONS"]

    config = S3Storage(**options).connection.meta.client.meta.config

    one_attempt = config.connect_timeout + config.read_timeout
    assert timedelta(seconds=one_attempt * config.retries["total_max_attempts"]) < LONGEST_RENDERING / 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", ""),
        ("DEBUG", "maybe"),
        ("PUBLIC_URL", "lasso.example"),
        ("BEHIND_PROXY", "2"),
        ("DATABASE_URL", "mysql://x/y"),
        ("REDIS_URL", "http://localhost"),
        ("BROKER_URL", "localhost:5672"),
        ("SWEEP_INTERVAL", "soon"),
        ("PDF_LINK_LIFETIME", "30"),
        ("REPORT_LANES_PER_BATCH", "0"),
        ("OUTBOUND_ALLOWED_NETWORKS", "127.0.0.1/8"),
        ("DELIVERY_LANES_PER_ENDPOINT", "many"),
        ("EMAIL_URL", "mail.example"),
        ("API_REQUESTS_PER_MINUTE", "0"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_it_names_the_variable_that_is_wrong(settings_with, name, value) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"^{name} .*\.$"):
        settings_with({name: value})
