"""The demo's own API: companies are exported to its receiver, one changes, the update arrives."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from demo.orders import AUTH
from local.client import Client
from local.receivers import Call, WebhookReceiver
from local.system import System

PATH = "/companies"
COUNT = 5
# In the range that is kept free for fiction.
TELEPHONE = "+46 8 465 004 77"
MAPPING: list[dict[str, Any]] = [
    {"field": "cvr", "update": True},
    {"field": "name", "update": True},
    {"field": "telephone", "update": True},
    {"field": "foundedDate"},
    {"name": "source", "constant": "Lasso"},
]
LIMIT_SECONDS = 60.0
POLL_SECONDS = 0.2


@dataclass(slots=True)
class Exported:
    """An integration at the demo's receiver, and what became of it."""

    integration: dict[str, Any]
    secrets: dict[str, str]  # by the method of the endpoint
    companies: list[int]
    changed: int
    calls: list[Call] = field(default_factory=list)
    states: dict[int, str] = field(default_factory=dict)

    @property
    def exports(self) -> list[Call]:
        """The calls of the export endpoint."""
        return [call for call in self.calls if call.method == "POST"]

    @property
    def updates(self) -> list[Call]:
        """The calls of the update endpoint."""
        return [call for call in self.calls if call.method == "PUT"]


def is_export(call: Call) -> bool:
    """Whether it is an export or an update, and no webhook of a report."""
    return call.path.startswith(PATH)


def calls_of(webhooks: WebhookReceiver) -> list[Call]:
    """The exports and updates that came."""
    return [call for call in webhooks.calls.all() if is_export(call)]


def export(companies: Sequence[str], *, client: Client, webhooks: WebhookReceiver, system: System) -> Exported:
    """Register the receiver as an API, export the companies, change the first one, and wait for the update.

    Whatever has not come within LIMIT_SECONDS is missing from what is returned.
    """
    integration = client.request(
        "POST",
        "/apps/integrations",
        json={
            "name": "The demo's own API",
            "exportEndpoint": {"url": webhooks.url(PATH), "authConfig": AUTH},
            "updateEndpoint": {"url": webhooks.url(f"{PATH}/{{cvr}}"), "method": "PUT", "authConfig": AUTH},
            "mapping": MAPPING,
        },
    ).json()
    endpoints = (integration["exportEndpoint"], integration["updateEndpoint"])
    exported = Exported(
        integration,
        secrets={endpoint["method"]: new_secret(client, endpoint["id"]) for endpoint in endpoints},
        companies=[int(cvr) for cvr in companies],
        changed=int(companies[0]),
    )
    path = f"/apps/integrations/{integration['id']}"
    client.request("POST", f"{path}/exports", json={"cvrs": exported.companies})
    wait_for(lambda: set(states_of(client, path).values()) == {"Monitored"}, system=system)
    system.change_telephone(companies[0], TELEPHONE)
    wait_for(lambda: any(call.method == "PUT" for call in calls_of(webhooks)), system=system)
    exported.states = states_of(client, path)
    exported.calls = calls_of(webhooks)
    # The receiver ends with the demo: nothing is to be sent there when the next one resets the register.
    client.request("DELETE", path)
    return exported


def new_secret(client: Client, endpoint_id: str) -> str:
    """A new signing secret of an endpoint; nothing is signed by the one before."""
    answer = client.request("POST", f"/apps/endpoints/{endpoint_id}/rotate", json={"graceSeconds": 0})
    return str(answer.json()["signingSecret"])


def states_of(client: Client, path: str) -> dict[int, str]:
    """The state of each company of the integration."""
    return {row["cvr"]: row["state"] for row in client.request("GET", f"{path}/companies").json()["results"]}


def wait_for(is_done: Callable[[], bool], *, system: System) -> None:
    """Wait until it is done or LIMIT_SECONDS are over."""
    until = time.monotonic() + LIMIT_SECONDS
    while not is_done() and time.monotonic() < until:
        system.processes.require_running()
        time.sleep(POLL_SECONDS)
