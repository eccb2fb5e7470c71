"""The helper process: gets tickets and checks the server's proof, one line of JSON for each question and answer.

Run by `lasso.kerberos.negotiation` as a script, by an interpreter that need not have our packages: it imports the
standard library and gssapi only. The password comes on standard input; tickets live in this process's memory.

`{"principal", "password", "service"}` is answered by `{"token"}`, then `{"reply"}` by `{"proven": true}`; each may be
answered by `{"error"}`, which is what Kerberos says.
"""

from __future__ import annotations

import json
import sys
from base64 import b64decode, b64encode
from typing import Any

import gssapi
from gssapi.raw import acquire_cred_with_password

SPNEGO = gssapi.OID.from_int_seq("1.3.6.1.5.5.2")
KERBEROS = gssapi.OID.from_int_seq("1.2.840.113554.1.2.2")
FLAGS = (
    gssapi.RequirementFlag.mutual_authentication
    | gssapi.RequirementFlag.out_of_sequence_detection
    | gssapi.RequirementFlag.replay_detection
)
SHORTEST_LIFETIME = 60  # seconds that a ticket must still be good for


class Helper:
    """Keeps one user's tickets, and the negotiation under way."""

    def __init__(self) -> None:
        self._user = ("", "")
        self._credentials: Any = None
        self._context: Any = None

    def answer(self, question: dict[str, str]) -> dict[str, object]:
        """One answer; GSSError when Kerberos refuses."""
        if "reply" in question:
            self._context.step(b64decode(question["reply"]))
            is_proven = bool(
                self._context.complete and self._context.actual_flags & gssapi.RequirementFlag.mutual_authentication
            )
            return {"proven": is_proven}
        user = (question["principal"], question["password"])
        if user != self._user or self._credentials is None or self._credentials.lifetime < SHORTEST_LIFETIME:
            self._credentials = _credentials(*user)
            self._user = user
        service = gssapi.Name(question["service"], gssapi.NameType.hostbased_service)
        self._context = gssapi.SecurityContext(
            name=service, creds=self._credentials, usage="initiate", mech=SPNEGO, flags=FLAGS
        )
        return {"token": b64encode(self._context.step()).decode("ascii")}


def _credentials(principal: str, password: str) -> Any:
    name = gssapi.Name(principal, gssapi.NameType.kerberos_principal)
    found = acquire_cred_with_password(name, password.encode(), usage="initiate", mechs=[KERBEROS, SPNEGO])
    return gssapi.Credentials(found.creds)


def _reason(error: Any) -> str:
    """What Kerberos says; the general statement of GSSAPI is only for what has no reason of its own."""
    minor = " ".join(error.get_all_statuses(error.min_code, False)) if error.min_code else ""
    return " ".join((minor or str(error)).split())


def main() -> None:
    """Answer until standard input ends, as it does when the asker is gone."""
    helper = Helper()
    for line in sys.stdin:
        try:
            answer = helper.answer(json.loads(line))
        except gssapi.exceptions.GSSError as error:
            answer = {"error": _reason(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
