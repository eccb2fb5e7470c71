"""Files that no report names: what a worker stored and was killed before it could say so.

All files are walked once a day, in the order of their keys, a turn at a time; how far that has come is a row. A file
that is younger than a day may belong to somebody who is about to say so, and stays.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

import structlog

from lasso.forgetting import LONGEST_TURN
from lasso.storage import STORAGE_FAULTS, StoredFile, delete_files, files_after, remove_folder
from reporting.models import Report
from reporting.storage_walk import StorageWalk

log = structlog.get_logger(__name__)

FOLDER = "reports"
EVERY = timedelta(days=1)
YOUNG = timedelta(days=1)
CHUNK = 500
KEY = re.compile(r"reports/[0-9a-f-]{36}/(?P<report>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})-[^/]*\.pdf")


def look_for_orphans(now: datetime) -> int:
    """A turn of the walk, which goes on where the last one stopped; 0: it has a measure of its own for its end."""
    walk, _ = StorageWalk.objects.get_or_create(pk=StorageWalk.ONLY)
    if not walk.position and walk.ended_at is not None and walk.ended_at > now - EVERY:
        return 0
    until = time.monotonic() + LONGEST_TURN.total_seconds()
    try:
        files = files_after(walk.position, below=FOLDER)
        while some := list(islice(files, CHUNK)):
            _delete_orphans(some, now=now)
            StorageWalk.objects.filter(pk=walk.pk).update(position=some[-1].key)
            if time.monotonic() > until:
                return 0
    except STORAGE_FAULTS as error:
        log.warning("storage_out_of_reach", error=str(error))
        return 0
    StorageWalk.objects.filter(pk=walk.pk).update(position="", ended_at=now)
    return 0


def _delete_orphans(files: Sequence[StoredFile], *, now: datetime) -> None:
    named = {file.key: UUID(found["report"]) for file in files if (found := KEY.fullmatch(file.key))}
    kept = set(
        Report.objects.filter(pk__in=set(named.values()), pdf_expired_at__isnull=True).values_list("pdf", flat=True)
    )
    # What has another name is nothing of ours.
    old = {file.key for file in files if file.written_at < now - YOUNG}
    orphans = [key for key in named if key in old and key not in kept]
    if orphans:
        log.info("orphan_files_deleted", count=len(delete_files(orphans)), first=orphans[0])
    for folder in sorted({key.rpartition("/")[0] for key in orphans}):
        remove_folder(folder)
