"""A system on servers of its own, which these tests may break; started once for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread

import pytest

from bench.chaos.calling import PatientClient
from bench.chaos.stage import GRACE_SECONDS, Ending, Stage

COMPANIES = 60


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """All processes, ready, with small companies in the register, and receivers that behave."""
    with Stage(
        tmp_path_factory.mktemp("stage") / "data",
        companies=COMPANIES,
        is_fast=True,
        delivery_processes=1,
        variables={"SWEEP_INTERVAL": "1s", "DELIVERY_THREADS": "8"},
    ) as running:
        yield running


@pytest.fixture(scope="session")
def client(stage: Stage) -> PatientClient:
    """A customer."""
    client = stage.create_organisation("Customer")
    return PatientClient(client.url, client.key)


@dataclass(slots=True)
class Asked:
    """How the processes ended that were asked to."""

    endings: list[Ending] = field(default_factory=list)

    @property
    def codes(self) -> list[int | None]:
        """Their exit codes, when all ended in time."""
        assert all(ending.seconds <= GRACE_SECONDS for ending in self.endings), self.endings
        return [ending.code for ending in self.endings]


@contextmanager
def asked_to_end(stage: Stage, name: str) -> Iterator[Asked]:
    """While the block runs, the process has been asked to end; at its end it has ended, and another is started."""
    asked = Asked()
    thread = Thread(target=lambda: asked.endings.extend(stage.terminate(name)))
    thread.start()
    try:
        yield asked
    finally:
        stage.webhooks.behave()
        thread.join()
        stage.start(name)
        stage.system.wait_until_ready()
