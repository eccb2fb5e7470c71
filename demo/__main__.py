"""``python -m demo [FOLDER]`` under `lasso.embedded`: order, follow, receive, fetch, check.

It ends with 0 only when all is as it should be.
"""

from __future__ import annotations

import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.expectations import Ordered, unmet
from demo.export_expectations import unmet_exports
from demo.exports import COUNT, export, is_export
from demo.orders import COMPANIES_PER_TYPE, TYPES, documented_order, typed_orders
from demo.progress import Progress
from demo.results import as_markdown, summary_of, write_received, write_summary
from local.client import APIError, Client
from local.processes import ROOT, ProcessError
from local.receivers import MailReceiver, WebhookReceiver
from local.system import System

FOLDER = ROOT / "var" / "demo"
LIMIT_SECONDS = 300.0
POLL_SECONDS = 0.25


class Stopwatch:
    """How long each step took."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Say what begins, and measure it."""
        print(f"demo: {name}", flush=True)
        started = time.monotonic()
        yield
        self.seconds[name] = time.monotonic() - started


def main() -> int:
    """Run the demo and return the exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return run(Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else FOLDER)
    except KeyboardInterrupt:
        print("demo: interrupted", file=sys.stderr)
        return 130
    except (ProcessError, APIError) as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1


def run(folder: Path) -> int:
    """Do everything, leave it in the folder, and say what was not as expected.

    Raises:
        ProcessError: the system could not be started.
        APIError: the API refused a call.
    """
    empty(folder)
    watch = Stopwatch()
    with (
        WebhookReceiver() as webhooks,
        MailReceiver() as mails,
        System(folder / "data", variables={"EMAIL_URL": mails.url}) as system,
    ):
        with watch.step("preparing the database and the fictional register"):
            system.prepare()
            companies = system.fictional_companies(COMPANIES_PER_TYPE * len(TYPES))
            client = system.create_organisation("Demo Revision", email="owner@demo.example")
        with watch.step("starting the web process, the workers and the clock"):
            system.start()
        with watch.step("ordering"):
            orders = [documented_order(webhook_url=webhooks.url())]
            orders += typed_orders(companies, webhook_url=webhooks.url())
            ordered = [Ordered(order, client.order(order)) for order in orders]
        with watch.step("rendering and delivering"):
            follow(ordered, client=client, webhooks=webhooks, mails=mails, system=system)
        with watch.step("fetching the PDFs and the zips"):
            for batch in ordered:
                fetch(batch, client=client, folder=folder)
        with watch.step("exporting companies to the receiver's own API, and changing one"):
            exported = export(companies[:COUNT], client=client, webhooks=webhooks, system=system)
        calls = [call for call in webhooks.calls.all() if not is_export(call)]
        letters = mails.mails.all()
        write_received(folder, calls=calls, exports=exported.calls, mails=letters)
        sentences = unmet(ordered, calls=calls, mails=letters, secret=system.signing_secret(webhooks.url()))
        sentences += unmet_exports(exported)
    summary = summary_of(
        ordered,
        seconds=watch.seconds,
        exported=exported,
        received={"webhooks": len(calls), "mails": len(letters)},
        unmet=sentences,
    )
    write_summary(folder, summary)
    print(f"\n{as_markdown(summary)}\nEverything is in {folder}/")
    for sentence in sentences:
        print(f"demo: {sentence}", file=sys.stderr)
    return 1 if sentences else 0


def empty(folder: Path) -> None:
    """Remove what an earlier demo left, but not the database, so that the second demo is quick."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name == "data":
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def follow(
    ordered: list[Ordered], *, client: Client, webhooks: WebhookReceiver, mails: MailReceiver, system: System
) -> None:
    """Show how far it is until every batch is done and everything was delivered, or the time is over."""
    progress = Progress()
    size = sum(batch.size for batch in ordered)
    until = time.monotonic() + LIMIT_SECONDS
    while True:
        system.processes.require_running()
        done: dict[str, tuple[int, int]] = {}
        found = {batch["id"]: batch for batch in client.batches()}
        for batch in ordered:
            batch.batch = found[batch.batch["id"]]
            done[batch.name] = (round(batch.batch["completionPercentage"] * batch.size), batch.size)
        done["webhooks"] = (len({call.headers.get("webhook-id") for call in webhooks.calls.all()}), size)
        done["mails"] = (len(mails.mails.all()), size)
        is_done = all(count >= of for count, of in done.values())
        is_last = is_done or time.monotonic() > until
        progress.show(done, is_last=is_last)
        if is_last:
            return
        time.sleep(POLL_SECONDS)


def fetch(ordered: Ordered, *, client: Client, folder: Path) -> None:
    """Fetch each PDF by its direct link, which needs no key, and the batch's zip."""
    stranger = Client(client.url, key="none")
    pdfs = folder / "pdfs" / ordered.name
    pdfs.mkdir(parents=True)
    ordered.items = list(client.items(ordered.batch["id"]))
    for item in ordered.items:
        if item["pdfurl"]:
            file = pdfs / f"{item['name']}.pdf"
            stranger.download(item["pdfurl"], file)
            ordered.files.append(file)
    ordered.archive = folder / f"{ordered.name}.zip"
    client.download(f"/apps/reporting/batches/{ordered.batch['id']}/download", ordered.archive)


if __name__ == "__main__":
    sys.exit(main())
