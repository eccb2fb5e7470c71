"""`manage.py` without its two seconds of imports: a process that has Django loaded forks itself for each command.

Each command still has a process of its own, with connections of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any

from local.processes import ROOT, ProcessError
from local.system import System


class QuickSystem(System):
    """The system, with commands that start at once."""

    def __init__(self, folder: Path, **options: Any) -> None:
        super().__init__(folder, **options)
        self._forking: subprocess.Popen[str] | None = None

    def manage(self, *arguments: str) -> str:
        """As `System.manage`."""
        if self._forking is None:
            self._forking = subprocess.Popen(
                [sys.executable, "-m", "tests.e2e.commands"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._forking.stdin is not None
        assert self._forking.stdout is not None
        self._forking.stdin.write(f"{json.dumps(arguments)}\n")
        self._forking.stdin.flush()
        code, printed, complaints = json.loads(self._forking.stdout.readline())
        if code != 0:
            raise ProcessError(f"manage.py {' '.join(arguments)} failed:\n{printed}{complaints}")
        return str(printed)

    def stop(self) -> None:
        """End all processes, this one too."""
        if self._forking is not None:
            self._forking.communicate()
            self._forking = None
        super().stop()


def serve() -> None:
    """Run the commands that are asked for, one a line, and answer each with its exit code and what it printed."""
    for line in sys.stdin:
        with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as complaints:
            child = os.fork()
            if child == 0:
                os.dup2(printed.fileno(), 1)
                os.dup2(complaints.fileno(), 2)
                os._exit(run(json.loads(line)))
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            texts = []
            for file in (printed, complaints):
                file.seek(0)
                texts.append(file.read())
            print(json.dumps([code, *texts]), flush=True)


def run(arguments: list[str]) -> int:
    """The exit code of the command, which has run in this process."""
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(["manage.py", *arguments])
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 the process ends here, and what it says is passed on
        traceback.print_exc()
        return 1
    else:
        return 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lasso.settings")
    import django

    django.setup()
    serve()
