"""The documentation's own order, byte for byte as it stands there, sent to the running system."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import pytest

from tests.documented import DOCUMENTED_ORDER
from tests.e2e.conftest import EndToEnd
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e


def test_it_is_made_and_delivered(end_to_end: EndToEnd) -> None:
    client, webhooks = end_to_end.client, end_to_end.webhooks
    # Only the two receivers are ours.
    order = DOCUMENTED_ORDER.replace(b"mail@mail.com", end_to_end.mailbox.encode()).replace(
        b"https://myserver.com/reportwebhook", webhooks.url("/reportwebhook").encode()
    )

    batch = client.request(
        "POST", "/apps/reporting/batches", data=order, headers={"content-type": "application/json"}
    ).json()
    wait_until(lambda: client.batch(batch["id"])["completionPercentage"] == 1, seconds=60)
    finished = client.batch(batch["id"])
    items = {item["cvr"]: item for item in client.items(batch["id"])}
    calls = {call.json["cvr"]: call for call in webhooks.calls.wait_for(2, seconds=30)}
    wait_until(lambda: len(end_to_end.received_mails()) == 2, seconds=30)
    archive = zipfile.ZipFile(
        io.BytesIO(client.request("GET", f"/apps/reporting/batches/{batch['id']}/download").content)
    )

    assert (finished["status"], finished["batchSize"]) == ("FinishedWithErrors", 2)
    assert sorted(items) == [34580820, 34580821]
    assert items[34580820]["status"] in {"Completed", "Warning"}
    assert items[34580820]["name"] == "1234-1234-34580820-LASSO X A-S"
    assert (items[34580821]["status"], items[34580821]["pdfurl"]) == ("Failed", None)
    assert items[34580821]["name"].endswith("#error")
    assert {cvr: call.json["status"] for cvr, call in calls.items()} == {
        cvr: item["status"] for cvr, item in items.items()
    }
    assert len({call.headers["webhook-id"] for call in calls.values()}) == 2
    assert sorted(name.rpartition(".")[2] for name in archive.namelist()) == ["pdf", "txt"]
    attached = [attachments(mail.message) for mail in end_to_end.received_mails()]
    assert sorted(attached) == [[], ["1234-1234-34580820-LASSO X A-S.pdf"]]


def attachments(message: EmailMessage) -> list[str | None]:
    return [part.get_filename() for part in message.iter_attachments()]
