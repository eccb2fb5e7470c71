"""What has to be true at the end; each expectation that does not hold is one clear sentence."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from demo.orders import TYPES
from local.receivers import Call, Mail

UNKNOWN_COMPANY = 34580821
BATCH_STATUSES = frozenset({"Finished", "FinishedWithWarning"})


@dataclass(slots=True)
class Ordered:
    """A batch and what became of it."""

    order: dict[str, Any]
    batch: dict[str, Any]
    items: list[dict[str, Any]] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)  # the PDFs fetched by their links
    archive: Path | None = None

    @property
    def name(self) -> str:
        """The batch's name."""
        return str(self.batch["name"])

    @property
    def size(self) -> int:
        """The number of reports ordered."""
        return len(self.order["items"])


def unmet(ordered: Sequence[Ordered], *, calls: Sequence[Call], mails: Sequence[Mail], secret: str) -> list[str]:
    """A sentence for everything that is not as it should be; none when all is well."""
    size = sum(batch.size for batch in ordered)
    items = [item for batch in ordered for item in batch.items]
    return [
        *(sentence for batch in ordered for sentence in _of_batch(batch)),
        *_of_types(items),
        *_of_webhooks(calls, items=items, secret=secret),
        *([f"{size} mails were expected and {len(mails)} came."] if len(mails) != size else []),
    ]


def _of_batch(ordered: Ordered) -> Iterable[str]:
    batch, items = ordered.batch, ordered.items
    is_documented = any(item["cvr"] == UNKNOWN_COMPANY for item in ordered.order["items"])
    expected = {"FinishedWithErrors"} if is_documented else BATCH_STATUSES
    if batch["status"] not in expected:
        yield f"{ordered.name} ended {batch['status']}, not {' or '.join(sorted(expected))}."
    if batch["completionPercentage"] != 1 or batch["batchSize"] != ordered.size:
        yield f"{ordered.name}: {batch['completionPercentage']} of {batch['batchSize']}, not 1 of {ordered.size}."
    if sorted(item["cvr"] for item in items) != sorted(item["cvr"] for item in ordered.order["items"]):
        yield f"{ordered.name} has {len(items)} reports, not one for each of its {ordered.size} items."
    for item in items:
        fails = item["cvr"] == UNKNOWN_COMPANY
        if (item["status"] == "Failed") != fails:
            yield f"The report on {item['cvr']} in {ordered.name} ended {item['status']}: {item.get('error')}"
        if fails and not item["name"].endswith("#error"):
            yield f"The failed report is called {item['name']!r}, without the #error that was ordered."
    yield from _of_files(ordered)


def _of_files(ordered: Ordered) -> Iterable[str]:
    linked = [item for item in ordered.items if item["pdfurl"]]
    broken = [file.name for file in ordered.files if not file.read_bytes().startswith(b"%PDF-")]
    if broken or len(ordered.files) != len(linked):
        yield f"{ordered.name}: {len(ordered.files)} of {len(linked)} PDFs were fetched; no PDF: {broken or 'none'}."
    if ordered.archive is None:
        yield f"{ordered.name}: its zip was not fetched."
        return
    with zipfile.ZipFile(ordered.archive) as archive:
        corrupt = archive.testzip()
        names = archive.namelist()
    # A report that failed has a text with the reason in the place of its PDF.
    pdfs = [name for name in names if name.endswith(".pdf")]
    if corrupt or len(pdfs) != len(linked) or len(set(names)) != len(ordered.items):
        yield (
            f"{ordered.archive.name} has {len(names)} entries, {len(pdfs)} of them PDFs, "
            f"for {len(ordered.items)} reports with {len(linked)} PDFs; corrupt: {corrupt or 'none'}."
        )


def _of_types(items: Sequence[dict[str, Any]]) -> Iterable[str]:
    made = {item["printType"] for item in items if item["pdfurl"]}
    for missing in set(TYPES) - made:
        yield f"No PDF of the type {missing} was made."


def _of_webhooks(calls: Sequence[Call], *, items: Sequence[dict[str, Any]], secret: str) -> Iterable[str]:
    ids = Counter(call.headers.get("webhook-id", "") for call in calls)
    if len(ids) != len(items) or "" in ids:
        yield f"{len(items)} webhooks were expected and {len(ids)} different ones came."
    told = {call.json["id"]: call.json for call in calls}
    for item in items:
        if item["id"] not in told:
            yield f"No webhook told of the report on {item['cvr']}."
        elif (told[item["id"]]["status"], told[item["id"]]["name"]) != (item["status"], item["name"]):
            yield f"The webhook on {item['cvr']} says {told[item['id']]['status']}, the API {item['status']}."
    for call in calls:
        try:
            Webhook(secret).verify(call.body.decode(), call.headers)
        except WebhookVerificationError as error:
            yield f"The webhook {call.headers.get('webhook-id')} has no valid signature: {error}."
        if call.headers.get("x-api-key") != "demo":
            yield f"The webhook {call.headers.get('webhook-id')} came without the header that was configured."
