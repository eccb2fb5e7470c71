"""The live sources, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.companies.distribution import Distribution, switch_on


@pytest.fixture
def distribution(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Distribution]:
    """A distribution service that the settings name, with credentials for both indexes."""
    with Distribution() as service:
        switch_on(service, settings, monkeypatch)
        yield service
