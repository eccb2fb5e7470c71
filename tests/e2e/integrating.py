"""An integration as a customer has it, beside real workers: a receiver that answers as told, a register that changes.

Waits are not waited for: what is to be tried later is made due now, in the row where it stands. What the wait would
have been, the attempt tells.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from lasso.embedded.processes import last_lines
from local.client import Client
from local.processes import ROOT
from local.receivers import Call, Mail, MailReceiver, WebhookHandler
from local.system import System
from tests import receivers
from tests.companies.builders import Document, company, spell
from tests.receivers import Behaviour, FaultyReceiver
from tests.waiting import wait_until

# The mapping of the documentation's example.
MAPPING = [
    {"field": "cvr", "update": True},
    {"field": "name"},
    {"field": "telephone", "update": True},
]
# Takes in what stands in each line, import by import.
TAKE_IN = """
import json, sys
from django.utils import timezone
from companies.importing import import_documents
for line in sys.stdin:
    for documents in json.loads(line):
        import_documents(documents, now=timezone.now(), source="test")
    print("taken", flush=True)
"""
# Whether nothing is to be composed any more: changes are read, and no company is due.
COMPOSED = """
(SELECT COALESCE(max(id), 0) FROM companies_change) = (
    SELECT position FROM companies_changecursor WHERE reader = 'integrations.updating')
  AND NOT EXISTS (
    SELECT 1 FROM integrations_monitoredcompany WHERE integration_id = %(integration)s
      AND (export_due_at IS NOT NULL OR (is_update_due AND state IN ('Monitored', 'Duplicate'))))
"""
SENT = """
NOT EXISTS (
  SELECT 1 FROM delivery_delivery WHERE endpoint_id = ANY(%(endpoints)s) AND status IN ('Waiting', 'Sending'))
"""
ATTEMPTS = "SELECT COALESCE(sum(attempt_count), 0) FROM delivery_delivery WHERE endpoint_id = ANY(%(endpoints)s)"
HURRY = """
UPDATE delivery_delivery SET due_at = now()
WHERE endpoint_id = ANY(%(endpoints)s) AND status = 'Waiting' AND due_at > now()
"""


def numbers(first: int, count: int) -> list[int]:
    """So many CVR numbers from there on, with right check digits (weights 2, 7, 6, 5, 4, 3, 2, 1; modulo 11)."""
    weights = (2, 7, 6, 5, 4, 3, 2, 1)
    found: list[int] = []
    while len(found) < count:
        if sum(weight * int(digit) for weight, digit in zip(weights, str(first), strict=True)) % 11 == 0:
            found.append(first)
        first += 1
    return found


def document(cvr: int, *, telephone: str = "", **fields: Any) -> Document:
    """A company as the register writes it."""
    phones = [spell("2010-01-01", kontaktoplysning=telephone, hemmelig=False)] if telephone else []
    return company(str(cvr), **{"telefonNummer": phones, **fields})


class Register:
    """A process that takes documents in, as the importers do, for as long as the block runs."""

    def __init__(self, system: System) -> None:
        self._log = system.folder / "logs" / "register.log"
        command = ["manage.py", "shell", "--no-imports", "--verbosity", "0", "--command", TAKE_IN]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=system.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )

    def take_in(self, *imports: Iterable[Document]) -> None:
        """One import after another, each of so many documents; returns when the last is committed."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps([list(documents) for documents in imports]) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "taken\n", last_lines(self._log)

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=30)


class Receiver(FaultyReceiver):
    """Answers each call about a company as planned, one answer after another; the last stays. 200 where none is."""

    def __init__(self, *, port: int = 0) -> None:
        super().__init__(port=port)
        self.plans: dict[tuple[str, int], list[int | Behaviour]] = defaultdict(list)
        self.behaviour = self._as_planned

    def plan(self, kind: str, cvr: int, *answers: int | Behaviour) -> None:
        """Answer calls to /export or /update about the company so."""
        self.plans[kind, cvr] = list(answers)

    def got(self, kind: str, cvr: int) -> list[Call]:
        """The calls to /export or /update about the company."""
        return [call for call in self.calls.all() if place_of(call) == (kind, cvr)]

    def _as_planned(self, handler: WebhookHandler) -> None:
        plan = self.plans.get(place_of(handler.call), [200])
        answer = plan.pop(0) if len(plan) > 1 else plan[0]
        (receivers.answer(answer) if isinstance(answer, int) else answer)(handler)


def place_of(call: Call) -> tuple[str, int]:
    """What a call is for, "export" or "update", and the company that it is about."""
    return call.path.split("/")[1], call.json["cvr"]


@dataclass(frozen=True, slots=True)
class Integration:
    """One integration, through its API; and the rows behind it, where only they can be waited for."""

    client: Client
    database: str
    id: str

    def call(self, method: str, path: str = "", body: Any = None) -> Any:
        """Call an address of the integration."""
        answer = self.client.request(method, f"/apps/integrations/{self.id}{path}", json=body)
        return answer.json() if answer.content else None

    def export(self, *cvrs: int) -> Any:
        """Order exports."""
        return self.call("POST", "/exports", {"cvrs": list(cvrs)})

    def company(self, cvr: int) -> Any:
        """The company's row."""
        return self.call("GET", f"/companies/{cvr}")

    def deliveries(self, cvr: int, purpose: str) -> list[Any]:
        """What was sent about the company, with its attempts, oldest first."""
        query = {"company": str(cvr), "purpose": f"integration_{purpose}"}
        listed = self.client.request("GET", "/apps/deliveries", params=query).json()["results"]
        mine = [one for one in listed if one["endpointId"] in self._endpoints()]
        return [self.client.request("GET", f"/apps/deliveries/{one['id']}").json() for one in reversed(mine)]

    def settle(self, *, seconds: float = 45) -> None:
        """Until nothing is to be composed or sent any more; what would be tried later is tried now."""
        self._wait(lambda: not self._hurried() and self._ask(f"SELECT {COMPOSED} AND {SENT}"), seconds)

    def compose(self, *, seconds: float = 30) -> None:
        """Until everything is composed; what waits goes on waiting."""
        self._wait(lambda: self._ask(f"SELECT {COMPOSED}"), seconds)

    def attempts(self) -> int:
        """How many calls were begun, whatever came of them."""
        return int(self._ask(ATTEMPTS))

    def _wait(self, condition: Callable[[], object], seconds: float) -> None:
        wait_until(condition, seconds=seconds, interval=0.1)

    def _hurried(self) -> bool:
        """Whether anything was to be tried later; it is due now."""
        with psycopg.connect(self.database) as connection:
            return connection.execute(HURRY, {"endpoints": self._endpoint_ids()}).rowcount > 0

    def _ask(self, question: str) -> Any:
        parameters = {"integration": self.id, "endpoints": self._endpoint_ids()}
        with psycopg.connect(self.database) as connection:
            row = connection.execute(question, parameters).fetchone()
        assert row is not None
        return row[0]

    def _endpoint_ids(self) -> list[Any]:
        owners = [f"integration:{self.id}:{role}" for role in ("export", "update")]
        with psycopg.connect(self.database) as connection:
            found = connection.execute("SELECT id FROM delivery_endpoint WHERE owner = ANY(%s)", (owners,)).fetchall()
        return [row[0] for row in found]

    def _endpoints(self) -> list[str]:
        return [str(one) for one in self._endpoint_ids()]


@dataclass(frozen=True, slots=True)
class Customer:
    """An organisation, the register that it reads of, and its mails."""

    client: Client
    database: str
    register: Register
    email: str
    mails: MailReceiver

    def integrate(self, receiver: Receiver, name: str, **fields: Any) -> Integration:
        """A new integration: both endpoints, and the mapping of the documentation, unless told otherwise."""
        body = {
            "name": name,
            "exportEndpoint": {"url": receiver.url("/export")},
            "updateEndpoint": {"url": receiver.url("/update/{cvr}"), "method": "PUT"},
            "mapping": MAPPING,
            **fields,
        }
        made = self.client.request("POST", "/apps/integrations", json=body).json()
        return Integration(self.client, self.database, made["id"])

    def mails_about(self, name: str) -> list[Mail]:
        """The mails that named the integration in their subject."""
        return [
            mail
            for mail in self.mails.mails.all()
            if mail.recipients == [self.email] and str(mail.message["Subject"]).startswith(f"{name}: ")
        ]


@contextmanager
def customer_of(system: System, mails: MailReceiver, name: str) -> Iterator[Customer]:
    """An organisation of its own, and the register for as long as the block runs."""
    email = f"{name}@customer.example"
    client = system.create_organisation(f"Organisation {name}", email=email)
    register = Register(system)
    try:
        yield Customer(client, system.variables["DATABASE_URL"], register, email, mails)
    finally:
        register.close()
        client.close()
