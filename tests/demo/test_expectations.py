"""The demo succeeds only when all is as it should be: each thing that is not is a sentence of its own."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from demo.expectations import Ordered, unmet
from demo.orders import TYPES, documented_order, typed_orders
from local.receivers import Call, Mail

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Demo:
    """A demo in which all went well; tests spoil one thing each."""

    def __init__(self, folder: Path) -> None:
        # Of the test, not of the module: a signature is good for five minutes.
        self.now = datetime.now(UTC)
        orders = [documented_order(webhook_url="http://x"), *typed_orders(["99000007"] * 16, webhook_url="http://x")]
        self.ordered = [self._ordered(order, folder) for order in orders]
        items = [item for ordered in self.ordered for item in ordered.items]
        self.calls = [self._call(item) for item in items]
        self.mails = [Mail("a@x.example", ["b@x.example"], EmailMessage(), self.now) for _ in items]

    def _ordered(self, order: dict[str, Any], folder: Path) -> Ordered:
        name = order["batchName"]
        items = [self._item(order, number, item["cvr"]) for number, item in enumerate(order["items"])]
        status = "FinishedWithErrors" if name == "My Batch" else "Finished"
        batch = {"name": name, "status": status, "completionPercentage": 1.0, "batchSize": len(items)}
        ordered = Ordered(order, batch, items, archive=folder / f"{name}.zip")
        assert ordered.archive is not None
        with zipfile.ZipFile(ordered.archive, "w") as archive:
            for item in items:
                archive.writestr(f"{item['id']}.{'pdf' if item['pdfurl'] else 'txt'}", b"%PDF-1.7")
                if item["pdfurl"]:
                    ordered.files.append(folder / f"{item['id']}.pdf")
                    ordered.files[-1].write_bytes(b"%PDF-1.7")
        return ordered

    def _item(self, order: dict[str, Any], number: int, cvr: int) -> dict[str, Any]:
        fails = cvr == 34580821
        return {
            "id": f"{order['batchName']}-{number}",
            "cvr": cvr,
            "name": "x#error" if fails else "x",
            "status": "Failed" if fails else "Completed",
            "pdfurl": None if fails else "http://x/pdf",
            "printType": order["type"],
        }

    def _call(self, item: dict[str, Any]) -> Call:
        body = json.dumps(item)
        headers = {
            "webhook-id": item["id"],
            "webhook-timestamp": str(int(self.now.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(item["id"], self.now, body),
            "x-api-key": "demo",
        }
        return Call("POST", "/webhook", headers, body.encode(), self.now)

    def unmet(self) -> list[str]:
        return unmet(self.ordered, calls=self.calls, mails=self.mails, secret=SECRET)


@pytest.fixture
def demo(tmp_path: Path) -> Demo:
    return Demo(tmp_path)


def test_it_has_nothing_to_say_when_all_went_well(demo: Demo) -> None:
    assert {ordered.order["type"] for ordered in demo.ordered} == set(TYPES)
    assert demo.unmet() == []


def test_it_takes_a_webhook_that_came_twice_for_one(demo: Demo) -> None:
    demo.calls.append(demo.calls[0])

    assert demo.unmet() == []


def spoil_status(demo: Demo) -> None:
    demo.ordered[1].batch["status"] = "Executing"


def spoil_size(demo: Demo) -> None:
    demo.ordered[1].batch["completionPercentage"] = 0.5


def spoil_report(demo: Demo) -> None:
    demo.ordered[2].items[0] |= {"status": "Failed", "error": "no room"}
    demo.calls = [replace(call, body=call.body) for call in demo.calls]


def spoil_name(demo: Demo) -> None:
    demo.ordered[0].items[1]["name"] = "x"


def spoil_pdf(demo: Demo) -> None:
    demo.ordered[1].files[0].write_bytes(b"<html>")


def spoil_zip(demo: Demo) -> None:
    assert demo.ordered[1].archive is not None
    with zipfile.ZipFile(demo.ordered[1].archive, "w") as archive:
        archive.writestr("a.pdf", b"%PDF-")


def spoil_webhooks(demo: Demo) -> None:
    del demo.calls[0]


def spoil_signature(demo: Demo) -> None:
    demo.calls[3].headers["webhook-signature"] = "v1,AAAA"


def spoil_mails(demo: Demo) -> None:
    del demo.mails[0]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (spoil_status, "Demo Revision ended Executing, not Finished or FinishedWithWarning."),
        (spoil_size, "Demo Revision: 0.5 of 4, not 1 of 4."),
        (spoil_report, "The report on 99000007 in Demo RevisionUdvidet ended Failed: no room"),
        (spoil_name, "The failed report is called 'x', without the #error that was ordered."),
        (spoil_pdf, "Demo Revision: 4 of 4 PDFs were fetched; no PDF: ['Demo Revision-0.pdf']."),
        (spoil_zip, "Demo Revision.zip has 1 entries, 1 of them PDFs, for 4 reports with 4 PDFs; corrupt: none."),
        (spoil_webhooks, "18 webhooks were expected and 17 different ones came."),
        (spoil_signature, "The webhook Demo Revision-1 has no valid signature: No matching signature found."),
        (spoil_mails, "18 mails were expected and 17 came."),
    ],
)
def test_it_says_what_is_not_as_it_should_be(demo: Demo, spoil: Callable[[Demo], None], sentence: str) -> None:
    spoil(demo)

    assert sentence in demo.unmet()
