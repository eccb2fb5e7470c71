"""The API keeps what its OpenAPI document promises, whatever is sent.

`SCHEMA_EXAMPLES=100 bin/test tests/api/test_schema.py -n 0 -s` sends as much by chance to each operation besides, in
sequences too, and shows what it did.
"""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.api.fuzzing import run_schemathesis, web_process
from tests.api.world import build_world
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, document, take_in
from tests.receivers import FaultyReceiver

EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES", "0"))


@pytest.mark.timeout(7200)
@pytest.mark.django_db(transaction=True)
def test_it_answers_as_the_document_says(settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.MEDIA_ROOT = tmp_path / "storage"
    monkeypatch.setattr("delivery.sending.wake_at", lambda moment, *, queue, subject, width: None)
    take_in(*(document(cvr, f"Firma {cvr} A/S", "70000001") for cvr in (NORDLYS, HAVGRUS, LASSO)))
    database_url = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    with FaultyReceiver() as receiver:
        world = build_world(receiver)
        with web_process(tmp_path, database_url=database_url, outgoing_port=receiver.port) as url:
            outcome = run_schemathesis(tmp_path, url=url, world=world, examples=EXAMPLES)

    print(outcome.printed)
    assert not outcome.has_failed
