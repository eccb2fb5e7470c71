"""A Kerberos key server of Debian's packages, on loopback, as any user, with all its files in one folder."""

from __future__ import annotations

import json
import os
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lasso.embedded.redis import free_port
from lasso.kerberos.realms import interpreter

REALM = "LASSO.TEST"
PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local")
RECEIVER = Path(__file__).with_name("kerberos_receiver.py")


def why_missing() -> str:
    """Why no key server can be started here; empty when one can."""
    missing = [program for program in PROGRAMS if not _path_of(program)]
    if missing:
        return f"{', '.join(missing)} not found: install krb5-kdc and krb5-admin-server"
    return "" if interpreter() else "no Python with gssapi: install python3-gssapi"


def _path_of(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")


@dataclass(frozen=True)
class KeyServer:
    """A realm with users; `stop` it to have one that is not there."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def setting(self) -> list[tuple[str, str]]:
        """For KERBEROS_KDCS."""
        return [(REALM, f"127.0.0.1:{self.port}")]

    @property
    def environment(self) -> dict[str, str]:
        """For the realm's programs."""
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "KRB5_CONFIG": str(self.folder / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(self.folder / "kdc.conf"),
            "KRB5RCACHENAME": "none:",
        }

    def add_user(self, name: str, password: str) -> None:
        """A user, or whatever else has a password."""
        self._admin(f'addprinc -pw "{password}" {name}@{REALM}')

    def add_service(self, host: str) -> Path:
        """An HTTP server of that name; returns its keytab."""
        keytab = self.folder / f"{host}.keytab"
        self._admin(f"addprinc -randkey HTTP/{host}@{REALM}")
        self._admin(f"ktadd -k {keytab} HTTP/{host}@{REALM}")
        return keytab

    def _admin(self, query: str) -> None:
        subprocess.run(
            [_path_of("kadmin.local") or "kadmin.local", "-r", REALM, "-q", query],
            env=self.environment,
            check=True,
            capture_output=True,
        )

    @contextmanager
    def receiver(self, keytab: Path, *, mode: str = "honest") -> Iterator[KerberosReceiver]:
        """A receiver that verifies with the keytab."""
        process = subprocess.Popen(
            [interpreter() or "python3", "-I", str(RECEIVER), "--keytab", str(keytab), "--mode", mode],
            env=self.environment,
            stdout=subprocess.PIPE,
        )
        try:
            assert process.stdout is not None
            yield KerberosReceiver(port=int(process.stdout.readline()), process=process)
        finally:
            process.kill()
            process.communicate()


@dataclass(frozen=True)
class KerberosReceiver:
    """A running receiver."""

    port: int
    process: subprocess.Popen[bytes]

    def url(self, host: str = "localhost") -> str:
        """Its address."""
        return f"http://{host}:{self.port}/hook"

    def users(self) -> list[str | None]:
        """Who signed in at each call so far; nobody is None. All calls were answered before this is asked."""
        stdout = self.process.stdout
        assert stdout is not None
        found: list[str | None] = []
        os.set_blocking(stdout.fileno(), False)
        while select.select([stdout], [], [], 0)[0] and (part := os.read(stdout.fileno(), 65536)):
            found += [json.loads(line) for line in part.splitlines()]
        return found


@contextmanager
def running_key_server(folder: Path) -> Iterator[KeyServer]:
    """Make a realm and serve it."""
    port = free_port()
    (folder / "krb5.conf").write_text(
        f"[libdefaults]\ndefault_realm = {REALM}\ndns_lookup_kdc = false\nrdns = false\n"
        f"dns_canonicalize_hostname = false\n[realms]\n{REALM} = {{\nkdc = 127.0.0.1:{port}\n}}\n"
        f"[logging]\nkdc = FILE:{folder}/kdc.log\n"
    )
    (folder / "kdc.conf").write_text(
        f"[kdcdefaults]\nkdc_listen = 127.0.0.1:{port}\nkdc_tcp_listen = 127.0.0.1:{port}\n"
        f"[realms]\n{REALM} = {{\ndatabase_name = {folder}/principal\nkey_stash_file = {folder}/stash\n"
        f"acl_file = {folder}/kadm5.acl\nmax_life = 10h\ndefault_principal_flags = +preauth\n}}\n"
    )
    server = KeyServer(folder=folder, port=port, process=None)  # type: ignore[arg-type] # only its environment is used
    subprocess.run(
        [_path_of("kdb5_util") or "kdb5_util", "-r", REALM, "-P", "master", "create", "-s"],
        env=server.environment,
        check=True,
        capture_output=True,
    )
    process = subprocess.Popen(
        [_path_of("krb5kdc") or "krb5kdc", "-n", "-r", REALM],
        env=server.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_it_listens(port)
        yield KeyServer(folder=folder, port=port, process=process)
    finally:
        process.terminate()
        process.communicate()


def _wait_until_it_listens(port: int) -> None:
    ends_at = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            if time.monotonic() > ends_at:
                raise
            time.sleep(0.05)
