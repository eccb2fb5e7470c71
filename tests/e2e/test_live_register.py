"""The live register with real workers: what is not known is fetched, what is watched is polled."""

from __future__ import annotations

import psycopg
import pytest

from tests.companies.builders import Document, company, owner, participant_company, person, value
from tests.companies.distribution import Distribution
from tests.e2e.conftest import EndToEnd
from tests.waiting import wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
ITEM, PARENT = "99772107", "99772115"


def owned(cvr: str, by: Document, at: str) -> Document:
    relations = [owner(by, value("1.0", "2020-01-01"))]
    return company(cvr, deltagerRelation=relations, sidstOpdateret=f"{at}T00:00:00.000Z")


def count_runs(end_to_end: EndToEnd, batch: str) -> int:
    with psycopg.connect(end_to_end.system.variables["DATABASE_URL"]) as connection:
        row = connection.execute("SELECT count(*) FROM reporting_report WHERE batch_id = %s", (batch,)).fetchone()
    assert row is not None
    return int(row[0])


def let_polls_be_due(end_to_end: EndToEnd) -> None:
    """As if an hour had passed since every company was asked for, and a minute since every poll."""
    with psycopg.connect(end_to_end.system.variables["DATABASE_URL"]) as connection:
        connection.execute("UPDATE companies_sourcecheck SET checked_at = checked_at - interval '61 minutes'")
        connection.execute("UPDATE companies_sourcecursor SET due_at = now()")


def test_a_company_is_fetched_for_its_report_and_polled_while_it_is_listened_to(
    end_to_end: EndToEnd, distribution: Distribution
) -> None:
    client = end_to_end.client
    distribution.companies = [
        owned(ITEM, participant_company(PARENT), "2026-01-01"),
        owned(PARENT, person(4_009_900_301, "Inga Sivbjerg"), "2026-01-01"),
    ]

    batch = client.order(
        {
            "batchName": "lytter",
            "type": "ReelleEjere",
            "format": "{cvr}-{name}",
            "isListener": True,
            "triggerNow": True,
            "items": [{"cvr": ITEM}],
        }
    )
    wait_until(lambda: list(client.items(batch["id"])), seconds=60)
    [first] = client.items(batch["id"])
    assert first["status"] == "Warning"
    assert {int(ITEM), int(PARENT)} <= {cvr for cvrs in distribution.asked_for() for cvr in cvrs}
    assert count_runs(end_to_end, batch["id"]) == 1

    distribution.companies[1] = owned(PARENT, person(4_009_900_302, "Odd Sivbjerg"), "2026-02-01")

    def has_run_again() -> bool:
        let_polls_be_due(end_to_end)
        return count_runs(end_to_end, batch["id"]) == 2

    wait_until(has_run_again, seconds=90, interval=5)

    client.request("POST", f"/apps/reporting/batches/{batch['id']}/stop")
