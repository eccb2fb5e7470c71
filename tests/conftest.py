"""What every test stands on: the real PostgreSQL and Redis of `lasso.embedded`, emptied between tests."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

from tests.migrated_database import make_migrated_database

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


class FileScheduling(LoadGroupScheduling):  # type: ignore[misc]
    """What belongs to no group is shared out file by file, so that no fixture of a file is made more than once."""

    def _split_scope(self, nodeid: str) -> str:
        group: str = super()._split_scope(nodeid)
        return nodeid.partition("::")[0] if group == nodeid else group


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileScheduling | None:
    """Share the tests out in the order below rather than by the size of their groups."""
    if config.getoption("dist") != "loadgroup":
        return None
    config.option.loadscopereorder = False
    return FileScheduling(config, log)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Under xdist all tests of the shared system run in one process, and those that start their own in another.

    The group is given as soon as a test is found: xdist has looked for it before the tests are sorted.
    """
    if item.get_closest_marker("e2e"):
        shares = "system" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("e2e" if shares else "e2e-own"))
        if item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(600))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where processes share the work, what takes longest comes first; in a single one, what starts systems is last."""
    shared = "PYTEST_XDIST_WORKER" in os.environ
    size = Counter(item.path for item in items)

    def place(item: pytest.Item) -> tuple[bool, int]:
        is_e2e = item.get_closest_marker("e2e") is not None
        return (is_e2e != shared, -size[item.path] if shared and not is_e2e else 0)

    items.sort(key=place)


@pytest.fixture(scope="session")
def migrated_database(django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a database with all migrations, to be copied and left as it is."""
    with django_db_blocker.unblock():
        return make_migrated_database()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, migrated_database: str) -> None:
    """The database of this process' tests begins as a copy."""
    connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database


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
