"""docs/api.md and docs/delivery.md: what they say of deliveries and endpoints is what the API takes and answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from delivery.answers import AttemptAnswer, DeliveriesPage, DeliveryAnswer, EndpointAnswer
from delivery.api.parameters import FILTERS
from delivery.models import Delivery
from delivery.outcomes import DeliveryErrorCode
from delivery.purposes import PURPOSES

DOCS = Path(__file__).resolve().parents[2] / "docs"
API = (DOCS / "api.md").read_text(encoding="utf-8")


def block(kind: str) -> str:
    """The one code block with this mark."""
    [text] = re.findall(rf"^```{kind}\n(.*?)^```$", API, re.DOTALL | re.MULTILINE)
    return str(text)


@pytest.mark.parametrize(
    ("kind", "answer"), [("deliveries", DeliveriesPage), ("attempt", AttemptAnswer), ("endpoint", EndpointAnswer)]
)
def test_its_answers_have_the_fields_of_the_real_ones(kind, answer):
    shown = json.loads(block(f"json {kind}"))
    assert list(shown) == list(answer.model_fields)
    answer.model_validate(shown)


def test_its_list_shows_a_whole_delivery():
    (shown,) = json.loads(block("json deliveries"))["results"]
    assert list(shown) == list(DeliveryAnswer.model_fields)


def test_it_explains_every_filter():
    table = API.split("\n| Filter | Takes |", 1)[1].split("\n\n", 1)[0]
    rows = dict(re.findall(r"(?m)^\| `([^`]+)` \| (.+) \|$", table))
    assert list(rows) == list(FILTERS)
    assert re.findall(r"`([^`]+)`", rows["state"]) == [status.value for status in Delivery.Status]
    assert re.findall(r"`([^`]+)`", rows["purpose"]) == list(PURPOSES)


def test_it_lists_every_error_code_of_deliveries():
    text = (DOCS / "delivery.md").read_text(encoding="utf-8")
    assert [code.value for code in DeliveryErrorCode if f"| `{code}` |" not in text] == []
