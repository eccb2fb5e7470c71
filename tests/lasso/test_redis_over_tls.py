"""A Redis that is reached over TLS is trusted as the settings say, by everything that speaks to it."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from kombu import Connection
from limits.storage import RedisStorage
from redis import Redis as Client
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from lasso.embedded.processes import stop_processes
from lasso.embedded.redis import Redis, free_port
from lasso.redis_url import with_trust
from tests.lasso.certificates import make_authority
from tests.waiting import wait_until


@pytest.mark.parametrize(
    ("url", "is_verified", "ca_file", "expected"),
    [
        ("redis://h:1/0", False, "/ca.pem", "redis://h:1/0"),
        ("amqps://u:p@h/v", False, "", "amqps://u:p@h/v"),
        ("rediss://:p@h:1/0", True, "", "rediss://:p@h:1/0?ssl_cert_reqs=required"),
        ("rediss://h:1", False, "", "rediss://h:1?ssl_cert_reqs=none&ssl_check_hostname=false"),
        ("rediss://h:1", True, "/ca.pem", "rediss://h:1?ssl_cert_reqs=required&ssl_ca_certs=/ca.pem"),
        # What the address says itself is meant.
        ("rediss://h:1?ssl_cert_reqs=none", True, "/ca.pem", "rediss://h:1?ssl_cert_reqs=none"),
        ("rediss://h:1?db=2", True, "", "rediss://h:1?ssl_cert_reqs=required&db=2"),
    ],
)
def test_it_says_in_the_address_how_it_is_trusted(url: str, is_verified: bool, ca_file: str, expected: str) -> None:
    assert with_trust(url, is_verified=is_verified, ca_file=ca_file) == expected
    # Once more, as BROKER_URL that is REDIS_URL.
    assert with_trust(expected, is_verified=is_verified, ca_file=ca_file) == expected


@pytest.fixture(scope="module")
def tls_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A Redis that speaks nothing but TLS, and the authority that signed for it; no client knows it by itself."""
    folder = tmp_path_factory.mktemp("tls")
    authority, _ = make_authority(folder, name="localhost")
    port, chain = free_port(), str(folder / "server.pem")
    server = Redis(folder / "redis")
    server.folder.mkdir()
    arguments = {
        "--bind": "127.0.0.1",
        "--port": "0",
        "--tls-port": str(port),
        "--tls-cert-file": chain,
        "--tls-key-file": chain,
        "--tls-ca-cert-file": str(authority),
        "--tls-auth-clients": "no",
        "--save": "",
    }
    words = [word for pair in arguments.items() for word in pair]
    process = psutil.Popen(
        ["setpriv", "--pdeathsig=TERM", "--", server._find_program(), *words],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"rediss://localhost:{port}/0"
    wait_until(lambda: process.poll() is None and pings(with_trust(url, is_verified=False)), seconds=30, interval=0.02)
    yield url, authority
    stop_processes([process], steps=((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)))


def pings(url: str) -> bool:
    try:
        with Client.from_url(url, retry=Retry(NoBackoff(), 0)) as client:
            return bool(client.ping())
    except RedisConnectionError:
        return False


def publishes(url: str) -> bool:
    with Connection(url, transport="lasso.broker:Transport", connect_timeout=2) as connection:
        connection.connect()
        return bool(connection.connected)


def counts(url: str) -> bool:
    return RedisStorage(url).incr("a", 60) > 0


@pytest.mark.parametrize("reach", [pings, publishes, counts])
def test_it_is_reached_by_all_who_need_it(tls_redis: tuple[str, Path], reach: Callable[[str], bool]) -> None:
    url, authority = tls_redis

    assert reach(with_trust(url, is_verified=False))
    assert reach(with_trust(url, is_verified=True, ca_file=str(authority)))
    # By a name that the certificate does not have, only who does not ask gets in.
    assert reach(with_trust(url.replace("localhost", "127.0.0.1"), is_verified=False))


@pytest.mark.parametrize("reach", [publishes, counts])
def test_it_is_not_trusted_without_its_authority(tls_redis: tuple[str, Path], reach: Callable[[str], bool]) -> None:
    url, authority = tls_redis

    for refused in (
        with_trust(url, is_verified=True),
        with_trust(url.replace("localhost", "127.0.0.1"), is_verified=True, ca_file=str(authority)),
    ):
        with pytest.raises(Exception, match="CERTIFICATE_VERIFY_FAILED"):
            reach(refused)
        assert not pings(refused)
