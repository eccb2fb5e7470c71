"""The files in deploy/ start the Procfile's processes, and leave them the time that they take to end."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from lanes.stopping import LONGEST_SECONDS
from local.processes import ROOT, read_procfile

DEPLOY = ROOT / "deploy"
PROCESSES = set(read_procfile()) - {"release"}


def run(folder: Path, *arguments: str, script: str = "run", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run one of the scripts in a folder that has a Procfile of its own."""
    (folder / "deploy").mkdir(exist_ok=True)
    (folder / "Procfile").write_text("web: echo web ${GREETING:-hello} $PWD\nweb2: echo another\n")
    for name in ("run", "enter"):
        shutil.copy(DEPLOY / name, folder / "deploy" / name)
    return subprocess.run(
        [str(folder / "deploy" / script), *arguments],
        cwd="/",
        env={"PATH": "/usr/bin:/bin", **variables},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize("script", ["run", "enter"])
def test_it_runs_a_process_by_its_line_in_the_procfile(tmp_path: Path, script: str) -> None:
    assert run(tmp_path, "web", script=script).stdout == f"web hello {tmp_path}\n"
    assert run(tmp_path, "web", script=script, GREETING="hi").stdout == f"web hi {tmp_path}\n"


def test_it_names_a_process_that_is_not_there(tmp_path: Path) -> None:
    done = run(tmp_path, "we")

    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr == "deploy/run: the Procfile has no process we\n"


def test_systemd_starts_every_process() -> None:
    target = (DEPLOY / "systemd" / "lasso.target").read_text()

    assert set(re.findall(r"lasso@(\w+)\.service", target)) == PROCESSES


@pytest.mark.parametrize("unit", ["lasso@.service", "lasso-release.service"])
def test_systemd_lets_processes_write_where_files_are_kept_and_nowhere_else(unit: str) -> None:
    text = (DEPLOY / "systemd" / unit).read_text()

    for line in ("ProtectSystem=strict", "StateDirectory=lasso", "NoNewPrivileges=true", "User=lasso"):
        assert f"\n{line}\n" in text
    assert "ReadWritePaths" not in text


def test_processes_have_the_time_that_they_take_to_end() -> None:
    unit = (DEPLOY / "systemd" / "lasso@.service").read_text()
    gunicorn = (ROOT / "lasso" / "gunicorn.py").read_text()
    [seconds] = re.findall(r"(?m)^TimeoutStopSec=(\d+)$", unit)
    [graceful] = re.findall(r"(?m)^graceful_timeout = (\d+)$", gunicorn)
    grace = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["x-lasso"]["stop_grace_period"]

    assert max(LONGEST_SECONDS, int(graceful)) + 5 <= int(seconds)
    assert grace == f"{seconds}s"


def test_compose_runs_every_process_after_the_release() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]

    assert set(services) == PROCESSES | {"release", "postgres", "redis"}
    for name in PROCESSES:
        assert services[name]["command"] == [name]
        assert services[name]["depends_on"] == {"release": {"condition": "service_completed_successfully"}}
        assert services[name]["read_only"] is True
