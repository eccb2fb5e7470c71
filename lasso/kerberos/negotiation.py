"""Our side of the helper process: a token for a call, and whether the answer proves who the server is."""

from __future__ import annotations

import json
import os
import select
import subprocess
import tempfile
from base64 import b64encode
from pathlib import Path
from typing import Any

from lasso.http.deadlines import HasRemaining
from lasso.kerberos.realms import PrincipalError, configuration, interpreter, principal_of

HELPER = Path(__file__).with_name("helper.py")
LONGEST_REASON = 300


class KerberosError(Exception):
    """There is no ticket, or no proof; its text is a sentence for the customer."""


class Negotiation:
    """Signs one user in at servers by Negotiate. For one thread; close it.

    The tickets are kept, in the helper's memory, until it is closed.
    """

    def __init__(self, *, user: str, password: str) -> None:
        self._user = user
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    def token(self, *, host: str, bound: HasRemaining) -> str:
        """What follows the word Negotiate in the request's Authorization header, for a server of that name.

        Raises:
            KerberosError: the user got no ticket.
            TimeoutError: not in time.
        """
        try:
            principal = principal_of(self._user)
        except PrincipalError as error:
            raise KerberosError(f"The user {self._user} {error}") from None
        answer = self._asked(
            {"principal": principal, "password": self._password, "service": f"HTTP@{host}"},
            bound,
            failure=f"Kerberos gave {principal} no ticket for {host}",
        )
        return str(answer["token"])

    def check(self, *, reply: bytes, host: str, bound: HasRemaining) -> None:
        """Whether the token in the answer proves that the server is the one that the ticket was for.

        Raises:
            KerberosError: it does not.
            TimeoutError: not in time.
        """
        failure = f"{host} did not prove by Kerberos who it is"
        answer = self._asked({"reply": b64encode(reply).decode("ascii")}, bound, failure=failure)
        if answer["proven"] is not True:
            raise KerberosError(f"{failure}.")

    def close(self) -> None:
        """End the helper; its tickets are gone with it."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _asked(self, question: dict[str, str], bound: HasRemaining, *, failure: str) -> dict[str, Any]:
        process = self._process or self._started()
        try:
            answer: dict[str, Any] = json.loads(_exchanged(process, json.dumps(question).encode() + b"\n", bound))
        except (OSError, ValueError) as error:
            # Whatever it is doing, nobody will listen to its answer.
            self.close()
            if isinstance(error, TimeoutError):
                raise
            raise KerberosError(f"{failure}: the helper process ended.") from None
        if "error" in answer:
            raise KerberosError(f"{failure}: {str(answer['error'])[:LONGEST_REASON].rstrip('.')}.")
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        python = interpreter()
        if python is None:
            raise KerberosError("Kerberos is not installed here: the package python3-gssapi is missing.")
        self._folder = tempfile.TemporaryDirectory(prefix="lasso-kerberos-")
        configuration_file = Path(self._folder.name, "krb5.conf")
        configuration_file.write_text(configuration(), encoding="utf-8")
        self._process = subprocess.Popen(
            [python, "-I", str(HELPER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"KRB5_CONFIG": str(configuration_file), "KRB5CCNAME": "MEMORY:", "PATH": os.defpath},
            bufsize=0,
        )
        return self._process


def _exchanged(process: subprocess.Popen[bytes], question: bytes, bound: HasRemaining) -> bytes:
    """The helper's line in answer to ours.

    Raises:
        TimeoutError: not in time.
        OSError: the helper is gone.
    """
    if process.stdin is None or process.stdout is None:
        raise OSError("The helper has no pipes.")
    process.stdin.write(question)
    waiting = select.poll()
    waiting.register(process.stdout, select.POLLIN | select.POLLHUP)
    line = b""
    while not line.endswith(b"\n"):
        if not waiting.poll(bound.remaining() * 1000):
            raise TimeoutError
        part = process.stdout.read(65536)
        if not part:
            raise OSError("The helper ended.")
        line += part
    return line
