"""What a test has counted and timed, apart from what other tests do at the same time."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator

import pytest
from redis import Redis

from lasso import observing
from lasso.metrics import Gauge, read

Values = dict[tuple[str, ...], float]


@pytest.fixture
def observations(settings, monkeypatch) -> Iterator[Callable[[str], Values]]:
    """Asks for an instrument's samples by its name in `/metrics`: values by labels, in the order of their names."""
    monkeypatch.setattr(observing, "KEY", f"lasso:test:{uuid.uuid4()}")
    monkeypatch.setattr(observing, "_sums", observing._Sums())

    def values(name: str) -> Values:
        samples = [sample for family in observing.observed() for sample in family.samples if sample.name == name]
        return {tuple(value for _, value in sorted(sample.labels.items())): sample.value for sample in samples}

    yield values
    with Redis.from_url(settings.REDIS_URL) as client:
        client.delete(observing.KEY)


def gauge_values(gauges: tuple[Gauge, ...], name: str) -> Values:
    """A gauge's samples: values by labels, in the order of their names."""
    (gauge,) = [gauge for gauge in gauges if gauge.name == name]
    samples = [sample for family in read(gauge) for sample in family.samples]
    return {tuple(value for _, value in sorted(sample.labels.items())): sample.value for sample in samples}
