"""deploy/nginx.conf does in Debian's nginx what it says."""

from __future__ import annotations

import http.client
import json
import re
import signal
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lasso.embedded.processes import last_lines, start_server, stop_processes
from lasso.embedded.redis import free_port
from local.processes import ROOT
from tests.lasso.certificates import make_authority
from tests.unpacked import PLACES
from tests.waiting import wait_until

SITE = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
NAME = "lasso.example"
# What a distribution's nginx.conf has around a site, as a single process of whoever runs the tests.
AROUND = """
daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {site}
}}
"""


class Echo(BaseHTTPRequestHandler):
    """The web process's place: answers with what arrived."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        said = {"path": self.path, **{name.lower(): value for name, value in self.headers.items()}}
        body = json.dumps(said).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Front:
    """A running nginx: its two ports, and who signed for it."""

    port: int
    plain_port: int
    authority: Path

    def get(self, path: str, *, source: str = "127.0.0.1", **headers: str) -> tuple[int, dict[str, str]]:
        """Status and what arrived behind nginx, asked over TLS from an address of this machine."""
        context = ssl.create_default_context(cafile=self.authority)
        connection = http.client.HTTPSConnection(
            "localhost", self.port, timeout=30, context=context, source_address=(source, 0)
        )
        connection.request("GET", path, headers={"Host": NAME, **headers})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, json.loads(body) if answer.status == 200 else {}


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    folder = tmp_path_factory.mktemp("nginx")
    authority, _ = make_authority(folder, name="localhost")
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as behind:
        threading.Thread(target=behind.serve_forever, daemon=True).start()
        front = Front(free_port(), free_port(), authority)
        site = adapted(front, folder, behind=behind.server_address[1])
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder, site=site), encoding="utf-8")
        log = folder / "nginx.log"
        process = start_server(
            ["setpriv", "--pdeathsig=TERM", "--", find_nginx(), "-p", folder, "-c", folder / "nginx.conf"],
            folder=folder,
            log=log,
            environment={},
        )
        try:
            wait_until(lambda: process.poll() is not None or answers(front), seconds=30, interval=0.02)
            assert process.poll() is None, last_lines(log)
            yield front
        finally:
            stop_processes([process], steps=((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)))
            behind.shutdown()


def adapted(front: Front, folder: Path, *, behind: int) -> str:
    """The site as it is, but for ports and certificate, and without IPv6, which not every machine has."""
    site = re.sub(r"(?m)^ *listen \[::\].*$", "", SITE)
    for text, instead in {
        "listen 443": f"listen 127.0.0.1:{front.port}",
        "listen 80": f"listen 127.0.0.1:{front.plain_port}",
        "127.0.0.1:8000": f"127.0.0.1:{behind}",
        "/etc/letsencrypt/live/lasso.example/fullchain.pem": f"{folder}/server.pem",
        "/etc/letsencrypt/live/lasso.example/privkey.pem": f"{folder}/server.pem",
    }.items():
        assert text in site
        site = site.replace(text, instead)
    return site


def find_nginx() -> Path:
    for place in PLACES:
        if (program := place / "usr" / "sbin" / "nginx").exists():
            return program
    pytest.skip("nginx is not there: on Debian and Ubuntu bin/setup fetches it, elsewhere install it.")


def answers(front: Front) -> bool:
    try:
        return front.get("/")[0] == 200
    except OSError:
        return False


@pytest.mark.parametrize("path", ["/portal/?page=2", "/readyz", "/metrics"])
def test_it_tells_the_web_process_who_asks_for_what(front: Front, path: str) -> None:
    status, arrived = front.get(path, **{"X-Forwarded-Proto": "http", "X-Forwarded-For": "203.0.113.9"})

    assert status == 200
    assert arrived["path"] == path
    assert arrived["host"] == NAME
    assert arrived["x-forwarded-proto"] == "https"
    assert arrived["x-forwarded-for"] == "127.0.0.1"


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_it_tells_machines_elsewhere_nothing_of_how_it_goes(front: Front, path: str) -> None:
    assert front.get(path, source="127.0.0.2")[0] == 403
    assert front.get("/healthz", source="127.0.0.2")[0] == 200


def test_it_leads_to_the_same_address_over_tls(front: Front) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", front.plain_port, timeout=30)
    connection.request("GET", "/portal/?page=2", headers={"Host": NAME})
    answer = connection.getresponse()

    assert (answer.status, answer.headers["Location"]) == (301, f"https://{NAME}/portal/?page=2")
    connection.close()
