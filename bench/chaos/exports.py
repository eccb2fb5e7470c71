"""A customer with APIs of its own: exports companies to each, lets the register change, removes some and takes them in
again.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from bench.chaos.calling import PatientClient
from bench.chaos.receiving import REFUSING
from bench.chaos.register import Register

MAPPING = [
    {"field": "cvr", "update": True},
    {"field": "name"},
    {"field": "telephone", "update": True},
]
PORTION = 50  # companies an order
# The last of the register are removed and exported again and again; of them only the end is known.
RESTLESS = 10
REFUSED = 3  # companies whose export no receiver takes


@dataclass(slots=True)
class Integration:
    """One of the customer's APIs, and which companies it is to have."""

    id: str
    number: int
    exported: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Exports:
    """Exports and changes until so many messages were caused, spread over the run."""

    client: PatientClient
    register: Register
    url: str
    random: random.Random
    integrations: list[Integration] = field(default_factory=list)
    refusing: Integration | None = None
    messages: int = 0  # that follow from what was done, were every change to be a message of its own

    def set_up(self, count: int) -> None:
        """Make so many integrations, and one whose receiver takes nothing."""
        self.integrations = [self._integrate(number, f"{self.url}/integration/{number}") for number in range(count)]
        self.refusing = self._integrate(count, f"{self.url}{REFUSING}/{count}")
        self._export(self.refusing, self.register.cvrs[:REFUSED])

    def _integrate(self, number: int, url: str) -> Integration:
        body = {
            "name": f"Integration {number}",
            "exportEndpoint": {"url": f"{url}/export"},
            "updateEndpoint": {"url": f"{url}/update", "method": "PUT"},
            "mapping": MAPPING,
        }
        answer = self.client.post("/apps/integrations", body)
        if answer is None or not answer.ok:
            raise RuntimeError(f"No integration: {answer.text if answer is not None else 'no answer'}")
        return Integration(answer.json()["id"], number)

    @property
    def steady(self) -> list[int]:
        """The companies that are exported once."""
        return self.register.cvrs[:-RESTLESS]

    @property
    def restless(self) -> list[int]:
        """Those that come and go."""
        return self.register.cvrs[-RESTLESS:]

    def keep_up(self, target: int) -> None:
        """Go on until so many messages follow from what was done."""
        while self.messages < target:
            self.do_some()

    def do_some(self) -> None:
        """Export what is left, in portions; then let the register change what was exported."""
        behind = [one for one in self.integrations if len(one.exported) < len(self.steady)]
        if behind and self.random.random() < 0.5:
            one = self.random.choice(behind)
            portion = self.steady[len(one.exported) : len(one.exported) + PORTION]
            self._export(one, portion)
            one.exported += portion
            self.messages += len(portion)
            return
        changed = self.random.sample(self.steady, min(PORTION, len(self.steady)))
        self.register.change_telephones(changed)
        self.messages += sum(cvr in set(one.exported) for one in self.integrations for cvr in changed)

    def unsettle(self) -> None:
        """Take a company out of an integration, and export it again."""
        one, cvr = self.random.choice(self.integrations), self.random.choice(self.restless)
        self._export(one, [cvr])
        self.register.change_telephones([cvr])
        self.client.delete(f"/apps/integrations/{one.id}/companies/{cvr}")
        self.register.change_telephones([cvr])
        self._export(one, [cvr])
        self.messages += 2

    def _export(self, one: Integration, cvrs: list[int]) -> None:
        answer = self.client.post(f"/apps/integrations/{one.id}/exports", {"cvrs": cvrs})
        if answer is not None and not answer.ok:
            raise RuntimeError(f"An export was refused: {answer.status_code} {answer.text[:500]}")
