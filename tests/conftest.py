"""What every test stands on: the real PostgreSQL and Redis of `lasso.embedded`, emptied between tests."""

from __future__ import annotations

import gc
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from lasso import observing
from tests.emptying import empty_tables
from tests.migrated_database import make_migrated_database

NEEDED = ("DATABASE_URL", "REDIS_URL")
# Where a single test takes long: at the end, one process would be left alone with it.
LONGEST = (
    "tests/e2e/",
    "tests/upgrade/",
    "tests/api/",
    "tests/companies/test_giant_files",
    "tests/reporting/test_document",
    "tests/delivery/test_statuses",
    "tests/reporting/test_content_",
    "tests/reporting/test_every_report",
    "tests/reporting/test_report_languages",
)
# What starts systems of its own, one after the other, beside the tests that share one.
OWN_SYSTEMS = tuple(f"tests/e2e/{name}" for name in ("chaos", "test_chaos", "test_demo", "test_serve"))


# Collecting five thousand tests makes a million objects that stay, as loading does (lasso/loading.py).
gc.disable()


def pytest_collection_finish() -> None:
    """Collect garbage from here on, and seldom: a test leaves little."""
    gc.freeze()
    gc.set_threshold(20_000)
    gc.enable()


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
    # Else a thread calls, at any moment, whichever Redis the running test has put into the settings.
    observing.FLUSH_INTERVAL = timedelta(days=1)
    TransactionTestCase._fixture_teardown = empty_tables  # type: ignore[attr-defined]
    # WhiteNoise warns about a folder that is not there, and warnings are errors.
    static = tempfile.TemporaryDirectory(prefix="lasso-static-")
    config.add_cleanup(static.cleanup)
    django_settings.STATIC_ROOT = static.name


class FileScheduling(LoadScopeScheduling):  # type: ignore[misc]
    """Each file to one process, so that none of its fixtures is made twice; so with all that share the running system.

    xdist's own groups, by marker, do nothing with this pytest: they are written where it no longer looks for an id.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if not file.startswith("tests/e2e/"):
            return file
        return "own systems" if file.startswith(OWN_SYSTEMS) else "the shared system"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileScheduling | None:
    """Share the tests out in the order below rather than by the size of their groups."""
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return FileScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where processes share the work, what takes longest comes first; in a single one, what starts systems is last."""
    shared = "PYTEST_XDIST_WORKER" in os.environ
    size = Counter(item.path for item in items)

    for item in items:
        if item.get_closest_marker("e2e"):
            # Starting the system, which is bounded itself, is no part of the test that happens to need it first.
            own = item.get_closest_marker("timeout")
            seconds = max(600, own.args[0] if own else 0)
            item.add_marker(pytest.mark.timeout(seconds, func_only=True), append=False)

    def place(item: pytest.Item) -> tuple[int, int]:
        if shared:
            folder = next((folder for folder in LONGEST if item.nodeid.startswith(folder)), "")
            return (LONGEST.index(folder) if folder else len(LONGEST), 0 if folder else -size[item.path])
        return (item.get_closest_marker("e2e") is not None, 0)

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
