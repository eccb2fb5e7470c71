"""Start a server of ours, and end one by its id, whether this run started it or one that was killed."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

LOG_LINES_SHOWN = 15
POLL_SECONDS = 0.01


class ServerError(Exception):
    """A server could not be started; the message is a sentence for the person at the terminal."""


def start_server(
    arguments: Sequence[str | Path],
    *,
    folder: Path,
    log: Path,
    environment: Mapping[str, str],
    configuration: str | None = None,
) -> psutil.Popen:
    """Start a server that works in ``folder``, writes to ``log`` and reads ``configuration`` from standard input.

    It gets a session of its own, so that a Ctrl-C in the terminal reaches the command but not the servers it needs.
    """
    with log.open("ab") as output:
        process = psutil.Popen(
            arguments,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL if configuration is None else subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=unblock_signals,
        )
    if configuration is not None:
        process.stdin.write(configuration.encode())
        process.stdin.close()
    return process


def unblock_signals() -> None:
    """In a child between fork and exec: take signals again, which the parent holds back to read them one by one."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def stop_processes(
    processes: Sequence[psutil.Process], *, steps: Sequence[tuple[signal.Signals, float]]
) -> list[psutil.Process]:
    """Send each signal in turn to those that still run, waiting its number of seconds; return who outlived them all."""
    alive = [process for process in processes if is_alive(process)]
    for number, seconds in steps:
        for process in alive:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
                process.resume()  # one that was stopped (Ctrl-Z) would take no signal but KILL
        until = time.monotonic() + seconds
        while (alive := [process for process in alive if is_alive(process)]) and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
    return alive


def is_alive(process: psutil.Process) -> bool:
    """Whether a process still runs. One that is dead but not yet asked about by its parent does not."""
    if isinstance(process, psutil.Popen):
        return process.poll() is None
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def find_processes(*, name: str, belongs: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
    """Every process called ``name`` that ``belongs`` says is ours."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == name and belongs(process):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def last_lines(log: Path) -> str:
    """The end of a log, indented, for an error message."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return "\n".join(f"    {line}" for line in lines[-LOG_LINES_SHOWN:]) or "    (empty)"
