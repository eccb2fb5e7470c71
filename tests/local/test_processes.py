"""The Procfile's processes on this machine: started as written there, stopped and killed with all their children."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from lasso.embedded.processes import is_alive
from local.processes import ProcessError, Processes, children, read_procfile
from tests.waiting import wait_until

PROCFILE = """\
# a comment
release: echo migrated
web: sleep ${NAP:-1000}
family: sleep 1000 & sleep 1000 & wait
broken: echo what is wrong; exit 3
"""


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    procfile = tmp_path / "Procfile"
    # A shell in the place of a program that starts children of its own.
    procfile.write_text(PROCFILE.replace("family: ", "family: sh -c '").replace("wait\n", "wait'\n"), encoding="utf-8")
    running = Processes(environment=os.environ, logs=tmp_path / "logs", procfile=procfile)
    yield running
    running.stop()


def test_it_reads_the_procfile_that_is_deployed() -> None:
    commands = read_procfile()

    assert list(commands) == ["release", "web", "reports", "deliveries", "beat"]
    assert commands["web"] == "gunicorn lasso.wsgi --config lasso/gunicorn.py"


def test_it_runs_the_program_itself_with_its_variables(processes: Processes) -> None:
    processes.start("web")

    process = processes.running["web"]
    # A program has its name a moment before it has its arguments.
    wait_until(lambda: process.cmdline() == ["sleep", "1000"], seconds=10)
    assert process.name() == "sleep"


def test_it_runs_a_process_to_its_end_and_keeps_what_it_wrote(processes: Processes) -> None:
    processes.run("release")

    assert processes.log("release").read_text(encoding="utf-8") == "migrated\n"
    assert processes.running == {}


def test_it_says_what_a_failed_process_wrote(processes: Processes) -> None:
    processes.commands["release"] = "sh -c 'echo no such table; exit 3'"

    with pytest.raises(ProcessError, match=r"release ended with code 3; .*release.log ends with:\n    no such table"):
        processes.run("release")


def test_it_notices_that_a_process_has_ended_by_itself(processes: Processes) -> None:
    processes.start("web")
    processes.require_running()
    processes.running["web"].kill()
    processes.running["web"].wait()

    with pytest.raises(ProcessError, match="web has ended with code -9"):
        processes.require_running()


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_it_ends_a_process_with_all_its_children(processes: Processes, how: str) -> None:
    processes.start("family", "web")
    family, web = processes.running["family"], processes.running["web"]
    wait_until(lambda: len(children(family)) == 2, seconds=10)
    everyone: list[psutil.Process] = [family, *children(family)]

    getattr(processes, how)("family")

    assert not any(is_alive(one) for one in everyone)
    assert is_alive(web)
    assert list(processes.running) == ["web"]


def test_it_starts_anew(processes: Processes) -> None:
    processes.start("web")
    before = processes.running["web"]
    processes.restart("web")

    assert not is_alive(before)
    assert is_alive(processes.running["web"])
