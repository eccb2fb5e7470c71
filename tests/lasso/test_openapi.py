"""The OpenAPI document is complete, and readable without a file from elsewhere."""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from lasso.errors import ErrorBody
from lasso.middleware import CONTENT_SECURITY_POLICY


@pytest.fixture
def document(client) -> Any:
    return client.get("/schema").json()


def test_it_has_no_error_and_no_warning() -> None:
    output = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=output)

    assert output.getvalue().startswith("openapi: 3.")


def test_it_describes_the_documented_addresses(document) -> None:
    assert {
        "/apps/reporting/batches": ["get", "post"],
        "/apps/reporting/batches/{batch_id}": ["get"],
        "/apps/reporting/batches/{batch_id}/items": ["get"],
        "/apps/reporting/batches/{batch_id}/download": ["get"],
        "/apps/reporting/webhooktest": ["get", "post"],
    }.items() <= {path: sorted(methods) for path, methods in document["paths"].items()}.items()


def operations(document: Any) -> list[Any]:
    return [
        operation
        for path, methods in document["paths"].items()
        if path.startswith("/apps/")
        for operation in methods.values()
    ]


def test_it_offers_the_key_in_the_header_or_in_the_query(document) -> None:
    schemes = document["components"]["securitySchemes"]

    assert schemes["lassoApiKey"] == {"type": "apiKey", "in": "header", "name": "lasso-api-key"}
    assert schemes["accessKey"] == {"type": "apiKey", "in": "query", "name": "accessKey"}
    assert all(operation["security"] == [{"lassoApiKey": []}, {"accessKey": []}] for operation in operations(document))


def test_it_gives_every_operation_the_one_error_body(document) -> None:
    reference = {"$ref": "#/components/schemas/Error"}

    assert set(document["components"]["schemas"]["Error"]["properties"]) == set(ErrorBody.__annotations__)
    for operation in operations(document):
        for status in ("401", "429", "default"):
            assert operation["responses"][status]["content"]["application/json"]["schema"] == reference


def test_it_offers_an_idempotency_key_on_every_post(document) -> None:
    posts = [methods["post"] for path, methods in document["paths"].items() if "post" in methods]

    assert posts
    for operation in posts:
        assert [p["in"] for p in operation["parameters"] if p["name"] == "Idempotency-Key"] == ["header"]


def test_it_takes_its_own_examples_and_what_the_documentation_sends(document) -> None:
    order = document["paths"]["/apps/reporting/batches"]["post"]["requestBody"]["content"]["application/json"]
    [example] = order["examples"].values()
    schema = order["schema"] | {"components": document["components"]}

    jsonschema.validate(example["value"], schema)
    jsonschema.validate(example["value"] | {"type": 3, "errorAppend": None, "notificationEmail": None}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(example["value"] | {"type": 4}, schema)


def test_it_takes_json_alone(document) -> None:
    bodies = [operation["requestBody"]["content"] for operation in operations(document) if "requestBody" in operation]

    assert bodies
    assert all(list(content) == ["application/json"] for content in bodies)


def test_it_is_shown_by_files_of_our_own(client: Client) -> None:
    page = client.get("/docs", headers={"accept": "text/html"})
    text = page.content.decode()
    files = re.findall(r'(?:src|href)="([^"]+)"', text)

    assert page.status_code == 200
    assert page.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r'\bstyle="', text)
    assert files
    for file in files:
        assert file.startswith("/static/") or file == "/docs?script="
        if file.startswith("/static/"):
            assert finders.find(file.removeprefix("/static/"))
    script = client.get("/docs?script=")
    assert script.headers["Content-Type"] == "application/javascript"
    assert "/schema" in script.content.decode()
