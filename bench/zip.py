"""The zip of 5,000 PDFs: growth of the web process and speed, beside zipfile in memory."""

from __future__ import annotations

import io
import os
import shutil
import time
import zipfile
from pathlib import Path

import psutil
import psycopg

from bench.measuring import report, running_system
from local.client import Client
from local.system import System

PDFS = 5_000
SAMPLE_SECONDS = 0.02

FINISH_ALL = """
WITH numbered AS (
    SELECT id, row_number() OVER (ORDER BY position) AS number FROM reporting_report WHERE batch_id = %(batch)s)
UPDATE reporting_report AS report
SET status = 'Completed', file_name = 'rapport æøå', pdf = %(folder)s || number || '.pdf', pdf_size = %(size)s,
    finished_number = number, finished_at = now()
FROM numbered WHERE numbered.id = report.id
"""


def order_stored(system: System, client: Client) -> tuple[str, Path]:
    """A batch of finished reports, each with a file of its own: copies of one real PDF."""
    real = client.order(
        {
            "batchName": "one",
            "type": "Revision",
            "format": "{cvr}",
            "items": [{"cvr": system.fictional_companies(1)[0]}],
        }
    )
    while client.batch(real["id"])["completionPercentage"] < 1:
        time.sleep(0.1)
    storage = Path(system.variables["STORAGE_DIR"])
    [original] = storage.glob(f"reports/{real['id']}/*.pdf")
    batch = client.order(
        {
            "batchName": "many",
            "type": "Revision",
            "format": "{cvr}",
            "scheduledTime": "2999-01-01 00:00:00",
            "items": [{"cvr": 10_000_000 + number} for number in range(PDFS)],
        }
    )
    folder = storage / "reports" / batch["id"]
    folder.mkdir(parents=True)
    for number in range(1, PDFS + 1):
        shutil.copyfile(original, folder / f"{number}.pdf")
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(
            FINISH_ALL,
            {"batch": batch["id"], "folder": f"reports/{batch['id']}/", "size": original.stat().st_size},
        )
    return str(batch["id"]), folder


def web_processes(system: System) -> list[psutil.Process]:
    """gunicorn and its workers."""
    master = system.processes.running["web"]
    return [master, *master.children(recursive=True)]


def resident(processes: list[psutil.Process]) -> list[int]:
    """Resident memory of each, in bytes."""
    return [process.memory_info().rss for process in processes]


def download(system: System, client: Client, batch: str, to: Path) -> tuple[float, int]:
    """Seconds for the zip, and the most that any web process grew meanwhile, in bytes."""
    processes = web_processes(system)
    before = peak = resident(processes)
    start = sampled = time.perf_counter()
    with (
        client.request("GET", f"/apps/reporting/batches/{batch}/download", stream=True) as answer,
        to.open("wb") as file,
    ):
        for part in answer.iter_content(1 << 16):
            file.write(part)
            if time.perf_counter() - sampled > SAMPLE_SECONDS:
                sampled = time.perf_counter()
                peak = [max(pair) for pair in zip(peak, resident(processes), strict=True)]
    return time.perf_counter() - start, max(most - first for most, first in zip(peak, before, strict=True))


def in_memory(folder: Path) -> tuple[float, int]:
    """Seconds for the naive way, zipfile into a buffer, and the growth of this process."""
    process = psutil.Process()
    before, start = process.memory_info().rss, time.perf_counter()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(file.name, file.read_bytes())
    return time.perf_counter() - start, process.memory_info().rss - before


def main() -> None:
    """Download twice (the second shows what stays), then the naive way."""
    with running_system("zip") as system:
        client = system.create_organisation("Bench", email="bench@lasso.example")
        batch, folder = order_stored(system, client)
        target = system.folder / "batch.zip"
        rows = []
        for name in ("streamed", "streamed again"):
            seconds, growth = download(system, client, batch, target)
            rows.append(
                {"way": name, "s": seconds, "MB/s": target.stat().st_size / 1e6 / seconds, "grew, MB": growth / 1e6}
            )
        with zipfile.ZipFile(target) as archive:
            entries = len(set(archive.namelist()))
        naive_seconds, naive_growth = in_memory(folder)
        size = target.stat().st_size
        rows.append(
            {
                "way": "zipfile in memory",
                "s": naive_seconds,
                "MB/s": size / 1e6 / naive_seconds,
                "grew, MB": naive_growth / 1e6,
            }
        )
        shutil.rmtree(folder)
    report("zip", rows=rows, entries=entries, zip_MB=size / 1e6)


if __name__ == "__main__":
    main()
