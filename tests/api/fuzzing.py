"""schemathesis against a real web process: what it is told, and its run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from lasso.embedded.redis import free_port
from local.processes import ROOT
from tests.api.world import World
from tests.waiting import wait_until

START_SECONDS = 60.0
# What the tool takes for granted, and 422: the Idempotency-Key was used before, or mails have no secret to rotate.
# 414: the document bounds no text, but the whole address has an end.
REFUSALS_OF_GOOD_DATA = ["2xx", "401", "404", "409", "414", "422", "429"]
# A body or a query may be of the right form and wrong all the same: a URL whose port is never called, a listener of a
# type that has nothing to listen to, a mapping with a name twice, a moment that is still to come, a continuation token
# that is not ours.
WITH_RULES_OF_THEIR_OWN = [
    "orderBatch",
    "testWebhook",
    "testWebhookWithAuthentication",
    "createIntegration",
    "changeIntegration",
    "changeRecurrence",
    "recoverEndpoint",
    "listBatches",
    "listBatchRuns",
    "listBatchItems",
    "listDeliveries",
    "listEndpoints",
    "listIntegrations",
    "listIntegrationCompanies",
    "pullChanges",
]


@contextmanager
def web_process(folder: Path, *, database_url: str, outgoing_port: int) -> Iterator[str]:
    """gunicorn on loopback, as it is deployed; gives its address.

    Its calls can reach one port of this machine and nothing else, whatever URL it is given.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "PUBLIC_URL": url,
        "ALLOWED_HOSTS": "127.0.0.1",
        "BIND_ADDRESS": "127.0.0.1",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "STORAGE_DIR": str(folder / "storage"),
        "API_REQUESTS_PER_MINUTE": "1000000",
        "TEST_CALLS_PER_MINUTE": "1000000",
        "OUTBOUND_ALLOWED_NETWORKS": "127.0.0.0/8",
        "OUTBOUND_PORTS": str(outgoing_port),
        "OUTBOUND_DEADLINE": "2s",
        "LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "gunicorn", "lasso.wsgi", "--config", "lasso/gunicorn.py"]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            wait_until(lambda: _answers(process, url), seconds=START_SECONDS, interval=0.05)
            yield url
        finally:
            process.terminate()
            process.wait(30)


def _answers(process: subprocess.Popen[bytes], url: str) -> bool:
    assert process.poll() is None, "the web process ended"
    try:
        return requests.get(f"{url}/healthz", timeout=START_SECONDS).status_code == 200
    except requests.RequestException:
        return False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What schemathesis said."""

    has_failed: bool
    printed: str


def run_schemathesis(folder: Path, *, url: str, world: World, examples: int) -> Outcome:
    """All checks: of the examples and of every rule that the document has, and with `examples` by chance as well.

    Those are so many requests for each operation, and sequences in which one answer leads to the next request.
    """
    configuration = folder / "schemathesis.toml"
    configuration.write_text(_configuration(world, url), encoding="utf-8")
    phases = ["examples", "coverage", *(["fuzzing", "stateful"] if examples else [])]
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run", f"{url}/schema"),
        *("--checks", "all", "--phases", ",".join(phases), "--max-examples", str(examples or 1), "--no-color"),
        *("--request-timeout", "60", "--warnings", "off"),
        *(("--generation-database", "none") if examples else ("--generation-deterministic",)),
    ]
    done = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return Outcome(done.returncode != 0, done.stdout)


def _configuration(world: World, url: str) -> str:
    lines = [f"base-url = {json.dumps(url)}", "[auth.openapi.lassoApiKey]", f"api_key = {json.dumps(world.key)}"]
    for name, values in world.values.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}"]
    lines += ["[parameters]"]
    lines += [f"{json.dumps(name)} = {{ dictionary = {json.dumps(name)}, probability = 0.7 }}" for name in world.values]
    lines += ["[checks.positive_data_acceptance]", f"expected-statuses = {json.dumps(REFUSALS_OF_GOOD_DATA)}"]
    lines += ["[[operations]]", f"include-operation-id = {json.dumps(WITH_RULES_OF_THEIR_OWN)}"]
    lines += ["[operations.checks.positive_data_acceptance]"]
    lines += [f"expected-statuses = {json.dumps([*REFUSALS_OF_GOOD_DATA, '400'])}"]
    return "\n".join(lines) + "\n"
