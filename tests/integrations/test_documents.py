"""docs/integrations.md and docs/node-red.md: what they show is what the API takes and answers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pydantic import BaseModel

from delivery.signing import new_signing_secret, signed_headers
from integrations.answers import ChangeAnswer, ChangesPage, CompanyAnswer, ExportsAnswer
from integrations.api.forms import EndpointForm, IntegrationForm, MappedFieldForm
from integrations.models import MonitoredCompany
from lasso.forms import names_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
DOCUMENT = (DOCS / "integrations.md").read_text(encoding="utf-8")
NODE_RED = (DOCS / "node-red.md").read_text(encoding="utf-8")


def block(kind: str, document: str = DOCUMENT) -> str:
    """The one code block with this mark."""
    [text] = re.findall(rf"^```{kind}\n(.*?)^```$", document, re.DOTALL | re.MULTILINE)
    return str(text)


def first_column(heading: str) -> list[str]:
    """The code in the first column of the first table below a heading."""
    table = DOCUMENT.split(f"\n{heading}", 1)[1].split("\n\n|", 1)[1].split("\n\n", 1)[0]
    return [name for cell in re.findall(r"(?m)^\|? ?(`[^|]+`) \|", table) for name in re.findall(r"`([^`]+)`", cell)]


@pytest.mark.django_db
@pytest.mark.parametrize("document", [DOCUMENT, NODE_RED])
def test_its_integration_is_taken(api, settings, document) -> None:
    settings.OUTBOUND_ALLOWED_HOSTS = ["localhost"]
    [body] = re.findall(r"lasso-api-key: \$KEY\" \$LASSO -d '\n(.*?)'\n```", document, re.DOTALL)

    response = api.post("/apps/integrations", body, content_type="application/json")

    assert (response.status_code, response.json().get("warnings")) == (201, []), response.json()


def test_it_explains_every_field_of_an_integration() -> None:
    endpoint_fields = {f"….{name}" for name in names_of(EndpointForm).names}
    mapping_fields = {f"mapping.{name}" for name in names_of(MappedFieldForm).names}

    assert set(first_column("### Create")) == names_of(IntegrationForm).names | endpoint_fields | mapping_fields


def test_it_explains_every_state_of_a_company() -> None:
    assert first_column("### See how far it is") == [state.value for state in MonitoredCompany.State]


@pytest.mark.parametrize(
    ("kind", "answer"), [("exports", ExportsAnswer), ("company", CompanyAnswer), ("changes", ChangesPage)]
)
def test_its_answers_have_the_fields_of_the_real_ones(kind: str, answer: type[BaseModel]) -> None:
    shown = json.loads(block(f"json {kind}"))

    assert list(shown) == list(answer.model_fields)
    answer.model_validate(shown)


def test_its_change_has_the_fields_of_a_real_one() -> None:
    [change] = json.loads(block("json changes"))["results"]
    assert list(change) == list(ChangeAnswer.model_fields)


def test_its_receiver_verifies_what_we_sign_and_nothing_else() -> None:
    names: dict[str, Any] = {}
    exec(block("python"), names)
    secret = new_signing_secret()
    headers = signed_headers(signing_secrets=[secret], message_id="1", body='{"cvr":99000007}', now=timezone.now())

    assert names["receive"](b'{"cvr":99000007}', headers, secret) == {"cvr": 99000007}
    assert names["receive"](b'{"cvr":99000015}', headers, secret) is None


def test_its_flow_can_be_imported() -> None:
    flow = json.loads(block("json flow", NODE_RED))
    ids = {node["id"] for node in flow}

    assert len(ids) == len(flow)
    assert {target for node in flow for wires in node.get("wires", []) for target in wires} <= ids
    assert {(node["method"], node["url"]) for node in flow if node["type"] == "http in"} == {
        ("post", "/crm/companies"),
        ("put", "/crm/companies/:cvr"),
        ("delete", "/crm/companies/:cvr"),
        ("get", "/crm/seen"),
    }
