"""What the demo leaves behind: received webhooks and mails as files, and a summary to read and one to parse."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from demo.expectations import Ordered
from demo.exports import Exported
from local.receivers import Call, Mail


def write_received(folder: Path, *, calls: Sequence[Call], exports: Sequence[Call], mails: Sequence[Mail]) -> None:
    """Every webhook, export and update as a JSON file with its headers, every mail as it came."""
    for name in ("webhooks", "exports", "mails"):
        (folder / name).mkdir()
    for name, received in (("webhooks", calls), ("exports", exports)):
        for number, call in enumerate(received, 1):
            text = json.dumps(_as_json(call), indent=2, ensure_ascii=False)
            (folder / name / f"{number:03}.json").write_text(text, encoding="utf-8")
    for number, mail in enumerate(mails, 1):
        (folder / "mails" / f"{number:03}.eml").write_bytes(mail.message.as_bytes())


def _as_json(call: Call) -> dict[str, Any]:
    return {
        "receivedAt": call.received_at.isoformat(),
        "request": f"{call.method} {call.path}",
        "headers": call.headers,
        "body": call.json,
    }


def summary_of(
    ordered: Sequence[Ordered],
    *,
    exported: Exported,
    seconds: dict[str, float],
    received: dict[str, int],
    unmet: Sequence[str],
) -> dict[str, Any]:
    """The summary as data."""
    return {
        "ok": not unmet,
        "unmet": list(unmet),
        "seconds": {name: round(value, 2) for name, value in seconds.items()},
        "batches": [
            {
                "id": batch.batch["id"],
                "name": batch.name,
                "type": batch.batch["type"],
                "status": batch.batch["status"],
                "batchSize": batch.batch["batchSize"],
                "completionPercentage": batch.batch["completionPercentage"],
                "reports": dict(Counter(item["status"] for item in batch.items)),
                "pdfs": len(batch.files),
                "zip": batch.archive.name if batch.archive else None,
            }
            for batch in ordered
        ],
        "exports": {
            "integration": exported.integration["name"],
            "companies": {str(cvr): exported.states.get(cvr) for cvr in exported.companies},
            "exports": len(exported.exports),
            "updates": [{"request": f"{call.method} {call.path}", "body": call.json} for call in exported.updates],
        },
        "received": received,
    }


def write_summary(folder: Path, summary: dict[str, Any]) -> None:
    """`summary.json` and `summary.md`."""
    text = json.dumps(summary, indent=2, ensure_ascii=False)
    (folder / "summary.json").write_text(f"{text}\n", encoding="utf-8")
    (folder / "summary.md").write_text(as_markdown(summary), encoding="utf-8")


def as_markdown(summary: dict[str, Any]) -> str:
    """The summary for people."""
    lines = ["# What the demo did", "", "All is as expected." if summary["ok"] else "Not all is as expected:", ""]
    lines += [f"- {sentence}" for sentence in summary["unmet"]] + ([""] if summary["unmet"] else [])
    lines += ["| batch | type | status | reports | PDFs | zip |", "|---|---|---|---|---|---|"]
    for batch in summary["batches"]:
        reports = ", ".join(f"{count} {status}" for status, count in sorted(batch["reports"].items()))
        lines.append(
            f"| {batch['name']} | {batch['type']} | {batch['status']} | {reports} | {batch['pdfs']} | {batch['zip']} |"
        )
    received, exports = summary["received"], summary["exports"]
    lines += ["", f"Received: {received['webhooks']} webhooks, {received['mails']} mails."]
    lines += [f"Exported: {exports['exports']} companies to {exports['integration']}; then one changed:"]
    lines += [
        "",
        *(f"    {one['request']} {json.dumps(one['body'], ensure_ascii=False)}" for one in exports["updates"]),
    ]
    lines += ["", "| step | seconds |"]
    lines += ["|---|---|", *(f"| {name} | {value} |" for name, value in summary["seconds"].items()), ""]
    return "\n".join(lines)
