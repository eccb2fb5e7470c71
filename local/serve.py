"""``bin/serve [--port N] [--data DIR]``: the whole system on this machine until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from lasso.embedded.processes import ServerError
from local.processes import ROOT, ProcessError
from local.receivers import Mail, MailReceiver
from local.system import System

DEFAULT_FOLDER = ROOT / "var" / "serve"
DEFAULT_PORT = 8000
ORGANISATION = "Demo Revision"
# What a second shell needs for `manage.py` to find everything.
EXPORTED = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "PUBLIC_URL",
    "ALLOWED_HOSTS",
    "STORAGE_DIR",
    "EMAIL_URL",
    "OUTBOUND_ALLOWED_NETWORKS",
)


class Stopped(Exception):  # noqa: N818 it is no error
    """Somebody wants us to end."""


def main() -> int:
    """Run the command line and return the exit code."""
    options = read_arguments()
    folder = options.data.resolve()
    if not options.with_servers:
        start_over_with_servers(folder)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, raise_stopped)
    try:
        serve(folder, port=options.port)
    except Stopped:
        return 0
    except (ProcessError, ServerError) as error:
        print(f"bin/serve: {error}", file=sys.stderr)
        return 1
    finally:
        (folder / "env").unlink(missing_ok=True)


def read_arguments() -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(prog="bin/serve", description="Run the whole system until Ctrl-C.")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="of the site (default: %(default)s)")
    parser.add_argument("--data", type=Path, default=DEFAULT_FOLDER, help="folder for all data (default: %(default)s)")
    parser.add_argument("--with-servers", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args()


def start_over_with_servers(folder: Path) -> NoReturn:
    """Become ``lasso.embedded``, which runs us again when PostgreSQL and Redis are there."""
    ourselves = [sys.executable, "-m", "local.serve", "--with-servers", *sys.argv[1:]]
    os.execv(sys.executable, [sys.executable, "-m", "lasso.embedded", "--data", str(folder), *ourselves])


def raise_stopped(_number: int, _frame: FrameType | None) -> NoReturn:
    """End the wait; further signals change nothing, ending is under way."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    raise Stopped


def serve(folder: Path, *, port: int) -> NoReturn:
    """Start everything, say where it is, and wait.

    Raises:
        ProcessError: something did not start, or ended by itself.
    """
    with (
        MailReceiver() as mails,
        System(folder, variables={"EMAIL_URL": mails.url}, port=port) as system,
    ):
        mails.on_mail = lambda mail: keep(mail, folder / "mails")
        say("preparing the database and the fictional register")
        system.prepare()
        key_file = folder / "api_key"
        if not key_file.exists():
            client = system.create_organisation(ORGANISATION, email="demo@lasso.example")
            write_private(key_file, f"{client.key}\n")
        system.start()
        write_private(
            folder / "env",
            "".join(f"export {name}={shlex.quote(system.variables[name])}\n" for name in EXPORTED),
        )
        say(f"ready: {system.url}  (API documentation: {system.url}/docs)")
        say(f"an API key of the organisation {ORGANISATION!r} is in {key_file}:")
        print(key_file.read_text(encoding="utf-8"), end="", flush=True)
        say(f"mails are kept in {folder / 'mails'}, logs in {system.processes.logs}")
        say(f"for a second shell: . {folder / 'env'} && {shown(Path(sys.executable))} manage.py …")
        say("Ctrl-C ends everything")
        while True:
            system.processes.require_running()
            time.sleep(0.5)


def keep(mail: Mail, folder: Path) -> None:
    """Write a received mail into the folder and say so."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{mail.received_at:%Y%m%dT%H%M%S.%f}.eml"
    path.write_bytes(mail.message.as_bytes())
    say(f"mail to {', '.join(mail.recipients)}: {mail.message['subject']}  ({shown(path)})")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def shown(path: Path) -> str:
    """A path as short as it can be said from the project's folder."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(f"bin/serve: {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
