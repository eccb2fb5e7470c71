"""Everything that runs on one machine, from an empty database to processes that are ready."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from lasso.embedded.redis import free_port
from local.client import Client
from local.processes import ROOT, ProcessError, Processes

START_SECONDS = 180.0
PACKAGES_STATIC_FILES = ("admin", "django_htmx", "drf_spectacular_sidecar", "rest_framework")
PROCESSES = ("web", "reports", "deliveries", "beat")


class System:
    """Lasso's processes on loopback, with their files in ``folder``.

    Args:
        folder: where stored PDFs and logs go.
        variables: settings beside those that follow from the folder and the port, such as ``EMAIL_URL``. DATABASE_URL,
            REDIS_URL and SECRET_KEY come from the environment (`lasso.embedded`) unless given here.
        port: of the web process; a free one when not said.
        delivery_processes: how many deliver.
    """

    def __init__(
        self, folder: Path, *, variables: Mapping[str, str], port: int | None = None, delivery_processes: int = 1
    ) -> None:
        self.folder = folder.resolve()
        self.delivery_processes = delivery_processes
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.variables = {
            "PUBLIC_URL": self.url,
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "STORAGE_DIR": str(self.folder / "storage"),
            # Only this machine may call us, and our calls may reach receivers on it.
            "BIND_ADDRESS": "127.0.0.1",
            "PORT": str(self.port),
            "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8,::1/128",
            **{name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY") if name in os.environ},
            **variables,
        }
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        self.environment = {**os.environ, **self.variables, "PATH": programs}
        self.processes = Processes(environment=self.environment, logs=self.folder / "logs")

    def prepare(self) -> None:
        """Bring database and static files up to date, as a deploy does, and load the fictional register.

        Raises:
            ProcessError: one of the steps failed.
        """
        self.processes.run("release")
        # One after the other: two at once would take the files from under each other's hands.
        (ROOT / "var").mkdir(exist_ok=True)
        with (ROOT / "var" / "static.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._collect_static_files()
        self.manage("load_sample_register")

    def _collect_static_files(self) -> None:
        # Those of packages only when some were installed since, as compressing takes seconds; ours when one changed.
        gathered, installed = ROOT / "staticfiles", Path(sys.prefix) / "installed.sha256"
        gathered_at = gathered.stat().st_mtime if gathered.exists() else 0.0
        own = [file.stat().st_mtime for file in ROOT.glob("*/static/**/*") if file.is_file()]
        if gathered_at < (installed.stat().st_mtime if installed.exists() else 1.0):
            self.manage("collectstatic", "--noinput")
        elif gathered_at < max(own, default=0.0):
            self.manage("collectstatic", "--noinput", *(f"--ignore={folder}" for folder in PACKAGES_STATIC_FILES))
        else:
            return
        gathered.touch()

    def start(self) -> None:
        """Start all processes and return when the site says that it is ready.

        Raises:
            ProcessError: a process ended, or the site was not ready in time.
        """
        self.processes.start(*PROCESSES, *(f"deliveries.{number}" for number in range(2, self.delivery_processes + 1)))
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until ``/readyz`` answers 200.

        Raises:
            ProcessError: a process ended meanwhile, or the time was over; with the last answer.
        """
        until = time.monotonic() + START_SECONDS
        found = "no answer"
        while time.monotonic() < until:
            self.processes.require_running()
            try:
                answer = requests.get(f"{self.url}/readyz", timeout=5, proxies={"http": ""})
            except requests.RequestException:
                time.sleep(0.05)
                continue
            if answer.status_code == 200:
                return
            found = f"{answer.status_code} {answer.text}"
            time.sleep(0.05)
        raise ProcessError(f"{self.url}/readyz was not ready after {START_SECONDS:.0f} s: {found}")

    def stop(self) -> None:
        """End all processes."""
        self.processes.stop()

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end and return what it printed.

        Raises:
            ProcessError: it failed; with its own words.
        """
        result = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            raise ProcessError(f"manage.py {' '.join(arguments)} failed:\n{result.stdout}{result.stderr}")
        return result.stdout

    def create_organisation(self, name: str, *, email: str) -> Client:
        """A new organisation that may see beneficial owners, and a client with its API key."""
        key = self.manage("create_organisation", name, "--email", email, "--beneficial-owners", "--quiet").strip()
        return Client(self.url, key)

    def fictional_companies(self, count: int) -> list[str]:
        """CVR numbers from all over the fictional register, the same each time."""
        printed = self._shell(
            "from companies.models import Company\n"
            "print(*Company.objects.filter(cvr__startswith='99').order_by('cvr').values_list('cvr', flat=True))"
        )
        numbers = printed.split()
        return [numbers[index * len(numbers) // count] for index in range(count)]

    def change_telephone(self, cvr: str, telephone: str) -> None:
        """Import the company's document anew, with another telephone number since 2020."""
        self._shell(
            "from django.utils import timezone\n"
            "from companies.importing import import_documents\n"
            "from companies.models import Company\n"
            f"document = Company.objects.get(cvr={cvr!r}).document\n"
            f"spell = {{'kontaktoplysning': {telephone!r}, 'hemmelig': False}}\n"
            "spell['periode'] = {'gyldigFra': '2020-01-01', 'gyldigTil': None}\n"
            "document['telefonNummer'] = [spell]\n"
            "import_documents([document], now=timezone.now(), source='changed', has_beneficial_owners=False)"
        )

    def signing_secret(self, url: str) -> str:
        """The Standard Webhooks secret with which webhooks to a URL are signed."""
        return self._shell(
            "from delivery.models import Endpoint\n"
            "from lasso.encryption import decrypt\n"
            f"print(decrypt(Endpoint.objects.filter(url={url!r}).latest('created_at').signing_secret))"
        ).strip()

    def _shell(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "--verbosity", "0", "--command", code)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
