"""What every test stands on: the real PostgreSQL and Redis of `lasso.embedded`, emptied between tests."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.cache import caches

NEEDED = ("DATABASE_URL", "REDIS_URL")


def pytest_configure(config: pytest.Config) -> None:
    """Give each xdist process a Redis database of its own, and set what makes tests quick."""
    missing = [name for name in NEEDED if not os.environ.get(name)]
    if missing:
        raise pytest.UsageError(
            f"{' and '.join(missing)} not set: the tests run against a real PostgreSQL and Redis. "
            "Use bin/test, or python -m lasso.embedded --data var/test pytest …"
        )
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    # Redis counts its databases from 0 to 15; 0 is left to whoever runs beside the tests on the same server.
    url = f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{1 + int(worker) % 15}"
    os.environ["REDIS_URL"] = url
    django_settings.REDIS_URL = django_settings.BROKER_URL = django_settings.CELERY_BROKER_URL = url
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # WhiteNoise warns about a folder that is not there, and warnings are errors.
    static = tempfile.TemporaryDirectory(prefix="lasso-static-")
    config.add_cleanup(static.cleanup)
    django_settings.STATIC_ROOT = static.name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that start the whole system come last and, under xdist, all in one process."""
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.xdist_group("e2e"))
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


@pytest.fixture(scope="session")
def redis_client() -> Iterator[redis.Redis]:
    """The Redis database of this test process."""
    with redis.Redis.from_url(django_settings.REDIS_URL) as client:
        yield client


@pytest.fixture(autouse=True)
def _own_state(redis_client: redis.Redis, settings: Any, tmp_path: Path) -> None:
    """Every test starts with an empty Redis, empty caches and a storage folder of its own."""
    redis_client.flushdb()
    for cache in caches.all(initialized_only=True):
        cache.clear()
    settings.MEDIA_ROOT = tmp_path / "storage"
