"""The processes that the Procfile names, on this machine: what is tried here is what is deployed."""

from __future__ import annotations

import re
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from lasso.embedded.processes import is_alive, last_lines, stop_processes

ROOT = Path(__file__).resolve().parents[1]
PROCFILE = ROOT / "Procfile"
# Longer than any of them may take (docs/operations.md): what is killed all the same is an error.
STOP_STEPS = ((signal.SIGTERM, 30.0), (signal.SIGKILL, 5.0))


class ProcessError(Exception):
    """A process did not do what it was started for; the message ends with the end of its log."""


def read_procfile(path: Path = PROCFILE) -> dict[str, str]:
    """The command of each process type."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {match[1]: match[2] for line in lines if (match := re.match(r"([\w-]+):\s*(.+)", line))}


class Processes:
    """Runs process types of the Procfile with a log file for each process in ``logs``.

    A process has the name of its type; more of the same type are ``NAME.2``, ``NAME.3`` and so on.

    Each has a process group of its own, so a Ctrl-C in the terminal reaches only us, and is asked to end by the kernel
    should we be killed.
    """

    def __init__(self, *, environment: Mapping[str, str], logs: Path, procfile: Path = PROCFILE) -> None:
        self.commands = read_procfile(procfile)
        self.environment = dict(environment)
        self.logs = logs
        self.running: dict[str, psutil.Popen] = {}
        logs.mkdir(parents=True, exist_ok=True)
        for name in self.commands:
            for old in logs.glob(f"{name}.*log"):
                old.unlink()

    def run(self, name: str) -> None:
        """Run a process type to its end, as a deploy runs ``release``.

        Raises:
            ProcessError: it ended with another code than 0.
        """
        self.start(name)
        code = self.running.pop(name).wait()
        if code != 0:
            raise ProcessError(
                f"{name} ended with code {code}; {self.log(name)} ends with:\n{last_lines(self.log(name))}"
            )

    def start(self, *names: str) -> None:
        """Start process types; what one writes goes behind what it wrote before a restart."""
        for name in names:
            with self.output(name) as output:
                self.running[name] = psutil.Popen(
                    ["setpriv", "--pdeathsig=TERM", "--", "sh", "-c", f"exec {self.commands[name.partition('.')[0]]}"],
                    cwd=ROOT,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def stop(self, *names: str) -> None:
        """Ask processes (all without a name) to end at once, wait for them, and kill what is left of them by its id."""
        chosen = [self.running.pop(name) for name in names or list(self.running)]
        descendants = [child for process in chosen for child in children(process)]
        stop_processes(chosen, steps=STOP_STEPS)
        stop_processes(descendants, steps=((signal.SIGKILL, 5.0),))

    def kill(self, name: str) -> None:
        """End a process and all its children at once, with no chance to tidy up, as an exhausted machine does."""
        process = self.running.pop(name)
        stop_processes([process, *children(process)], steps=((signal.SIGKILL, 10.0),))

    def restart(self, name: str) -> None:
        """Stop a process in good order and start it anew."""
        self.stop(name)
        self.start(name)

    def require_running(self) -> None:
        """Raise when a process has ended by itself.

        Raises:
            ProcessError: with the end of its log.
        """
        for name, process in self.running.items():
            if not is_alive(process):
                code = process.wait()
                raise ProcessError(
                    f"{name} has ended with code {code}; {self.log(name)} ends with:\n{last_lines(self.log(name))}"
                )

    @contextmanager
    def output(self, name: str) -> Iterator[int]:
        """What a process that is started in this block writes to."""
        with self.log(name).open("ab") as log:
            yield log.fileno()

    def log(self, name: str) -> Path:
        """Where a process writes."""
        return self.logs / f"{name}.log"


def children(process: psutil.Process) -> list[psutil.Process]:
    """All descendants of a process; none when it has ended."""
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []
