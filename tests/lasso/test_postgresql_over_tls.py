"""PostgreSQL is reached over TLS, and trusted, as its address says.

The server of the tests has no TLS, so what speaks it stands in front: PostgreSQL's own way of beginning TLS, over a
real socket, and behind it the real server.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
import pytest
from django.db import OperationalError, connections
from django.db.utils import ConnectionHandler

from tests.lasso.certificates import make_authority

# SSLRequest: the length of the message, and the number that stands for it (PostgreSQL, "Message Formats").
SSL_REQUEST = bytes.fromhex("00000008 04d2162f")
BUFFER_SIZE = 65536


@dataclass(frozen=True, slots=True)
class Front:
    """A port that speaks TLS with PostgreSQL's clients, and the authority that signed for it."""

    port: int
    authority: Path

    def url(self, query: str, *, host: str = "localhost") -> str:
        role, database = (connections["default"].settings_dict[name] for name in ("USER", "NAME"))
        return f"postgres://{role}@{host}:{self.port}/{database}?{query}"


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    authority, context = make_authority(tmp_path, name="localhost")
    with serving(context) as port:
        yield Front(port, authority)


@pytest.fixture
def plain_front() -> Iterator[Front]:
    with serving(None) as port:
        yield Front(port, Path())


@contextmanager
def serving(context: ssl.SSLContext | None) -> Iterator[int]:
    """Accepts until the end of the block; without a context it says that it has no TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with suppress(OSError):  # closed at the end
                while True:
                    client = listener.accept()[0]
                    client.settimeout(30)
                    threading.Thread(target=serve, args=(client, context), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def serve(client: socket.socket, context: ssl.SSLContext | None) -> None:
    # A client that trusts us not, or has what it wanted, goes away in the middle.
    with closing(client), suppress(OSError), closing(socket.socket(socket.AF_UNIX)) as server:
        assert client.recv(len(SSL_REQUEST)) == SSL_REQUEST
        client.sendall(b"S" if context else b"N")
        if context is None:
            return
        with context.wrap_socket(client, server_side=True) as secured:
            server.connect(f"{unquote(urlsplit(os.environ['DATABASE_URL']).hostname or '')}/.s.PGSQL.5432")
            threading.Thread(target=pump, args=(server, secured), daemon=True).start()
            pump(secured, server)


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError, ValueError):
        while data := source.recv(BUFFER_SIZE):
            target.sendall(data)


def reached(url: str) -> bool:
    """Whether Django, told this address, gets an answer, and gets it over TLS."""
    connection = ConnectionHandler({"default": dj_database_url.parse(url)})["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 6 * 7")
            assert cursor.fetchone() == (42,)
        return bool(connection.connection.pgconn.ssl_in_use)
    finally:
        connection.close()


@pytest.mark.django_db
def test_it_is_reached_as_the_address_asks(front: Front) -> None:
    assert reached(front.url("sslmode=require"))
    assert reached(front.url("sslmode=require", host="127.0.0.1"))
    assert reached(front.url(f"sslmode=verify-full&sslrootcert={front.authority}"))


@pytest.mark.django_db
def test_it_is_reached_as_the_environment_asks(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGSSLMODE", "require")

    assert reached(front.url(""))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("localhost", "certificate verify failed|root certificate file"),
        ("127.0.0.1", 'does not match host name "127.0.0.1"'),
    ],
)
def test_it_is_not_trusted_without_its_authority_or_name(front: Front, host: str, says: str) -> None:
    authority = "" if host == "localhost" else f"&sslrootcert={front.authority}"

    with pytest.raises(OperationalError, match=says):
        reached(front.url(f"sslmode=verify-full{authority}", host=host))


@pytest.mark.django_db
def test_it_is_not_asked_in_the_clear_when_the_address_insists(plain_front: Front) -> None:
    with pytest.raises(OperationalError, match="server does not support SSL, but SSL was required"):
        reached(plain_front.url("sslmode=require"))
