"""`bin/serve`: everything up until Ctrl-C, and a second shell that finds it; on the servers that the demo left."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys

import psutil
import psycopg
import pytest
import requests

from lasso.embedded.processes import is_alive
from lasso.embedded.redis import free_port
from local.client import Client
from local.processes import ROOT
from tests.e2e.conftest import Demonstrated

pytestmark = pytest.mark.e2e


def shell(script: str) -> str:
    """What a second shell prints, with nothing of ours in its environment."""
    result = subprocess.run(
        ["sh", "-c", script], cwd=ROOT, env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=True
    )
    return result.stdout.strip()


def test_it_runs_until_interrupted(demonstrated: Demonstrated) -> None:
    data = demonstrated.folder / "data"
    port, unset = free_port(), ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
    process = subprocess.Popen(
        [sys.executable, "-m", "local.serve", "--port", str(port), "--data", str(data)],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in unset},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as output:
        for line in output:
            if "Ctrl-C ends everything" in line:
                break
        everyone = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        env = data / "env"

        assert requests.get(f"http://127.0.0.1:{port}/readyz", timeout=10, proxies={"http": ""}).status_code == 200
        client = Client(f"http://127.0.0.1:{port}", (data / "api_key").read_text(encoding="utf-8").strip())
        assert client.batches() == []
        client.close()
        assert [stat.S_IMODE((data / name).stat().st_mode) for name in ("env", "api_key")] == [0o600, 0o600]
        asked = "from companies.models import Company; print(Company.objects.filter(cvr='34580820').count())"
        assert shell(f'. {env} && {sys.executable} manage.py shell --no-imports -v 0 -c "{asked}"') == "1"
        database = shell(f". {env} && echo $DATABASE_URL")

        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert not any(is_alive(one) for one in everyone)
    assert not env.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(database)
