"""Everything that writes the register at once: no deadlock, no change lost, doubled or out of order."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from companies.changes import register_reader, take_changes
from companies.coming_into_force import bring_into_force
from companies.importing import import_documents
from companies.importing_accounts import Filing, import_accounts
from companies.models import Change, Company
from companies.storing_beneficial import import_beneficial_owners
from tests.companies.builders import (
    Document,
    attribute,
    beneficial_owner,
    company,
    owner,
    participant_company,
    person,
    spell,
    value,
)
from tests.companies.filings import CVR as FILER
from tests.companies.filings import fact, instance

CVRS = ["99000007", "99000015", "99000023", "99000031", FILER]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROUNDS = 8


def some_day(chance: random.Random) -> str:
    return f"2026-06-{chance.randint(1, 28):02d}"


def some_moment(chance: random.Random) -> datetime:
    """Clocks differ, and days come in any order."""
    return NOW + timedelta(days=chance.randint(0, 20))


def some_company(cvr: str, chance: random.Random) -> Document:
    day = some_day(chance)
    owners = [
        owner(person(4_000_000_000 + chance.randint(1, 5), "A"), value("0.5", "2020-01-01", day)),
        owner(participant_company(chance.choice(CVRS)), value("0.5", day)),
    ]
    return company(cvr, navne=[spell(navn=f"Navn {chance.random()}")], deltagerRelation=owners)


def documents(chance: random.Random) -> None:
    import_documents(
        [some_company(cvr, chance) for cvr in chance.sample(CVRS, 4)], now=some_moment(chance), source="test"
    )


def beneficial_owners(chance: random.Random) -> None:
    share = attribute("EJERANDEL_PROCENT", value("0.5", some_day(chance)))
    relations = [beneficial_owner(person(4_000_000_000 + chance.randint(1, 9), "B"), share)]
    import_beneficial_owners(
        [company(cvr, deltagerRelation=relations) for cvr in chance.sample(CVRS, 3)],
        now=some_moment(chance),
        source="cvr-re",
    )


def accounts(chance: random.Random) -> None:
    filing = instance(fact("ProfitLoss", chance.randint(1, 10**6)))
    import_accounts([Filing("a.xml", filing, some_moment(chance))], now=NOW, source="test")


def days(chance: random.Random) -> None:
    bring_into_force(now=some_moment(chance))


def write(act: Callable[[random.Random], None], seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(ROUNDS):
        act(chance)


def read(taken: list[int], is_over: threading.Event) -> None:
    """Take changes until nothing is left and nobody writes any more."""
    while True:
        was_over = is_over.is_set()
        with transaction.atomic():
            some = [change.id for change in take_changes(reader="test", limit=7)]
            taken.extend(some)
        if was_over and not some:
            return


def in_thread(errors: list[BaseException], act: Callable[..., None], *arguments: object) -> threading.Thread:
    """A thread with a connection of its own; what it raises goes into `errors`."""

    def run() -> None:
        try:
            act(*arguments)
        except Exception as error:  # noqa: BLE001 - the test asserts that there is none
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def assert_each_goes_on_from_the_one_before(changes: list[Change]) -> None:
    """What a change says that a field was is what the change before it left."""
    left: dict[tuple[str, str], object] = {}
    for change in changes:
        for name, values in change.fields.items():
            assert left.get((change.cvr, name), values["before"]) == values["before"], f"{change}: {name}"
            left[change.cvr, name] = values["after"]


@pytest.mark.django_db(transaction=True)
def test_versions_and_the_log_hold_together_whoever_writes() -> None:
    import_documents([some_company(cvr, random.Random(cvr)) for cvr in CVRS], now=NOW, source="test")
    register_reader(reader="test")
    errors: list[BaseException] = []
    taken: list[int] = []
    is_over = threading.Event()

    reader = in_thread(errors, read, taken, is_over)
    kinds = (documents, documents, beneficial_owners, accounts, days)
    for writer in [in_thread(errors, write, act, seed) for seed, act in enumerate(kinds)]:
        writer.join()
    is_over.set()
    reader.join()

    assert errors == []
    changes = list(Change.objects.order_by("id"))
    assert taken == [change.id for change in changes]
    for cvr in CVRS:
        versions = [change.version for change in changes if change.cvr == cvr]
        assert versions == sorted(versions)
        assert Company.objects.get(cvr=cvr).version >= max(versions)
    assert_each_goes_on_from_the_one_before(changes)
