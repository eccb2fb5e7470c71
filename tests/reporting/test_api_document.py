"""docs/api.md: what it shows is what the API takes and answers, and its receiver works."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from delivery.signing import new_signing_secret, signed_headers
from lasso.forms import names_of
from reporting.answers import BatchAnswer, FinalStatus, ItemAnswer, ItemsPage
from reporting.api.webhook_test import WebhookTestAnswer
from reporting.models import Batch
from reporting.order_form import ItemForm, OrderForm

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    """The one code block with this mark."""
    [text] = re.findall(rf"^```{kind}\n(.*?)^```$", DOCUMENT, re.DOTALL | re.MULTILINE)
    return str(text)


def first_column(heading: str) -> list[str]:
    """The code in the first column of the first table below a heading."""
    table = DOCUMENT.split(f"\n{heading}", 1)[1].split("\n\n|", 1)[1].split("\n\n", 1)[0]
    return re.findall(r"(?m)^\|? ?`([^`]+)` \|", table)


@pytest.mark.django_db
def test_its_order_is_taken(api) -> None:
    response = api.post("/apps/reporting/batches", block("json order"), content_type="application/json")

    assert response.status_code == 201, response.json()
    assert Batch.objects.get().size == 2


def test_it_explains_every_field_of_an_order() -> None:
    fields = [field.alias for field in OrderForm.model_fields.values()]
    item_fields = [f"items.{field.alias}" for field in ItemForm.model_fields.values()]

    assert sorted(first_column("## Order a batch")) == sorted([*map(str, fields), *item_fields])
    assert names_of(OrderForm).fold(json.loads(block("json order"))).keys() == set(fields)


def test_it_explains_every_status_of_a_batch() -> None:
    assert first_column("`emailFormat` is the order's") == [status.value for status in Batch.Status]


@pytest.mark.parametrize(
    ("kind", "answer"), [("batch", BatchAnswer), ("items", ItemsPage), ("webhooktest", WebhookTestAnswer)]
)
def test_its_answers_have_the_fields_of_the_real_ones(kind: str, answer: Any) -> None:
    shown = json.loads(block(f"json {kind}"))

    assert list(shown) == list(answer.model_fields)
    answer.model_validate(shown)


def test_its_item_has_the_fields_of_a_real_one() -> None:
    [item] = json.loads(block("json items"))["results"]

    assert list(item) == list(ItemAnswer.model_fields)
    assert item["status"] in list(FinalStatus)


def test_its_receiver_verifies_what_we_sign_and_nothing_else() -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    secret = new_signing_secret()
    headers = signed_headers(signing_secrets=[secret], message_id="1", body='{"cvr":99000007}', now=timezone.now())

    assert names["receive"](b'{"cvr":99000007}', headers, secret) == {"cvr": 99000007}
    assert names["receive"](b'{"cvr":99000015}', headers, secret) is None
    assert names["receive"](b'{"cvr":99000007}', headers, new_signing_secret()) is None
