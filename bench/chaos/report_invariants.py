"""What must hold of batches and reports, whatever happened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bench.chaos.evidence import Evidence, invariant
from bench.chaos.register import UNKNOWN_CVR

# Of the load's batches; others may have been on the stage before.
NAMED_TWICE = """
SELECT name, count(*) FROM reporting_batch WHERE name LIKE 'batch %' GROUP BY name HAVING count(*) > 1
"""
BATCHES = "SELECT id::text, name, size, status, is_listener FROM reporting_batch WHERE name LIKE 'batch %'"
OPEN = """
SELECT batch.name, report.status, count(*) FROM reporting_report AS report JOIN reporting_batch AS batch
  ON batch.id = report.batch_id
WHERE report.status IN ('Queued', 'Rendering') GROUP BY 1, 2
"""
UNFINISHED = """
SELECT name, status FROM reporting_batch
WHERE status NOT IN ('Finished', 'FinishedWithWarning', 'FinishedWithErrors', 'Cancelled', 'Listening',
  'ListeningStopped')
"""
COUNTED_WRONG = """
SELECT name, completed_count, warning_count, failed_count, covered_count, found.* FROM reporting_batch AS batch,
LATERAL (
  SELECT count(*) FILTER (WHERE status = 'Completed') AS completed,
    count(*) FILTER (WHERE status = 'Warning') AS warned,
    count(*) FILTER (WHERE status = 'Failed') AS failed,
    count(DISTINCT item_id) FILTER (WHERE finished_number IS NOT NULL) AS covered
  FROM reporting_report WHERE batch_id = batch.id) AS found
WHERE (completed_count, warning_count, failed_count, covered_count) IS DISTINCT FROM
  (found.completed, found.warned, found.failed, found.covered)
"""
WITHOUT_REPORT = """
SELECT batch.name, count(*) FROM reporting_batchitem AS item JOIN reporting_batch AS batch ON batch.id = item.batch_id
WHERE NOT batch.is_listener AND batch.crontab = ''
  AND (SELECT count(*) FROM reporting_report WHERE item_id = item.id) <> 1
GROUP BY 1
"""
WRONG_END = """
SELECT name, status FROM reporting_batch
WHERE NOT is_listener AND crontab = '' AND status <> 'Cancelled' AND (
  completed_count + warning_count + failed_count <> size
  OR status <> CASE WHEN failed_count > 0 THEN 'FinishedWithErrors' WHEN warning_count > 0 THEN 'FinishedWithWarning'
    ELSE 'Finished' END)
"""
NUMBERS = """
SELECT batch.id::text, batch.name, batch.finish_sequence, count(report.finished_number),
  count(DISTINCT report.finished_number), COALESCE(max(report.finished_number), 0)
FROM reporting_batch AS batch LEFT JOIN reporting_report AS report ON report.batch_id = batch.id
GROUP BY 1, 2, 3
"""
FAILED = """
SELECT DISTINCT report.failure FROM reporting_report AS report JOIN reporting_batchitem AS item
  ON item.id = report.item_id
WHERE report.status = 'Failed' AND item.cvr <> %(unknown)s
"""
CUT_OFF = """
SELECT 'reports/' || batch_id || '/' || id FROM reporting_report WHERE status = 'Cancelled' AND attempt_count > 0
"""
FILES = "SELECT pdf, pdf_size FROM reporting_report WHERE pdf <> ''"
ZIPPED = """
SELECT batch.id::text, batch.name, array_agg(report.pdf_size ORDER BY report.pdf_size)
FROM reporting_batch AS batch JOIN reporting_report AS report ON report.batch_id = batch.id
WHERE batch.name LIKE 'batch %' AND NOT batch.is_listener AND batch.status <> 'Cancelled' AND report.pdf <> ''
GROUP BY 1, 2 ORDER BY md5(batch.id::text) LIMIT 8
"""


@invariant("every accepted order exists once, as it was ordered")
def orders_exist_once(evidence: Evidence) -> Iterator[str]:
    """Whoever got no answer may have ordered or not, but not twice."""
    yield from (f"{name} exists {count} times" for name, count in evidence.stage.rows(NAMED_TWICE))
    found = {identity: (name, size) for identity, name, size, *_ in evidence.stage.rows(BATCHES)}
    for order in evidence.load.orders.orders:
        if order.id and found.get(order.id) != (order.name, order.size):
            yield f"{order.name} was accepted as {order.id}, and is {found.get(order.id)}"


@invariant("every report is settled once, or cancelled")
def reports_are_settled(evidence: Evidence) -> Iterator[str]:
    """Nothing waits, nothing is at work; each item has its one report."""
    yield from (f"{name}: {count} {status}" for name, status, count in evidence.stage.rows(OPEN))
    yield from (f"{name} is {status}" for name, status in evidence.stage.rows(UNFINISHED))
    yield from (f"{name}: {count} items without one report" for name, count in evidence.stage.rows(WITHOUT_REPORT))


@invariant("only batches that were to be cancelled are")
def cancelled_are_wanted(evidence: Evidence) -> Iterator[str]:
    """And only listeners that were to be stopped are."""
    asked = {order.id for order in evidence.load.orders.orders if order.was_asked_to_cancel}
    stopped = {order.id for order in evidence.load.orders.orders if order.is_stopped}
    for identity, name, _, status, _ in evidence.stage.rows(BATCHES):
        if status == "Cancelled" and identity not in asked:
            yield f"{name} is cancelled"
        if (status == "ListeningStopped") != (identity in stopped):
            yield f"{name} is {status}"


@invariant("counters of batches equal their rows")
def counters_equal_rows(evidence: Evidence) -> Iterator[str]:
    """Completed, warning, failed and covered; and the end that follows from them."""
    yield from (f"{row[0]}: {row[1:5]} for {row[5:]}" for row in evidence.stage.rows(COUNTED_WRONG))
    yield from (f"{name} ends as {status}" for name, status in evidence.stage.rows(WRONG_END))


@invariant("finish numbers have no gaps and no doubles")
def numbers_have_no_gaps(evidence: Evidence) -> Iterator[str]:
    """But for those of reports that were run again, which have new ones."""
    retried = {order.id: order.retried for order in evidence.load.orders.orders}
    for identity, name, sequence, count, distinct, highest in evidence.stage.rows(NUMBERS):
        if distinct != count:
            yield f"{name} has doubles"
        if highest != sequence or count != sequence - retried.get(identity, 0):
            yield f"{name} gave {sequence} numbers, has {count}, the highest {highest}"


@invariant("no report failed but of companies that nobody knows")
def failures_are_real(evidence: Evidence) -> Iterator[str]:
    """What breaks around a report costs it nothing."""
    yield from (failure for (failure,) in evidence.stage.rows(FAILED, {"unknown": str(UNKNOWN_CVR)}))


@invariant("no report without its file, and no file without a report")
def files_are_reports(evidence: Evidence) -> Iterator[str]:
    """But for those of cancelled reports whose worker was cut off: they are found by age (docs/operations.md)."""
    folder = Path(evidence.stage.system.variables["STORAGE_DIR"])
    sizes: dict[str, int] = dict(evidence.stage.rows(FILES))
    files = {str(file.relative_to(folder)): file.stat().st_size for file in folder.rglob("*") if file.is_file()}
    yield from (f"{key} is missing" for key in sizes.keys() - files.keys())
    yield from (f"{key} is cut short" for key in sizes.keys() & files.keys() if sizes[key] != files[key])
    cut_off = {row[0] for row in evidence.stage.rows(CUT_OFF)}
    left = (key for key in files.keys() - sizes.keys() if key.rpartition("-")[0] not in cut_off)
    yield from (f"{key} belongs to no report" for key in left)


@invariant("zips have each report of their batch once, whole")
def zips_have_each_report(evidence: Evidence) -> Iterator[str]:
    """Of some batches, as the customer fetches them."""
    for identity, name, sizes in evidence.stage.rows(ZIPPED):
        answer = evidence.load.clients[0].get(f"/apps/reporting/batches/{identity}/download")
        if answer is None or not answer.ok:
            yield f"{name}: {'no answer' if answer is None else answer.status_code}"
            continue
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            # What failed has a text of why.
            pdfs = [entry for entry in archive.infolist() if entry.filename.endswith(".pdf")]
            broken = archive.testzip()
        if broken or len({entry.filename for entry in pdfs}) != len(sizes):
            yield f"{name}: {len(pdfs)} entries for {len(sizes)} reports, broken: {broken}"
        if sorted(entry.file_size for entry in pdfs) != sizes:
            yield f"{name}: the entries are not as large as its reports"
