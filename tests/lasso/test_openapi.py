"""The OpenAPI document is complete, and readable without a file from elsewhere."""

from __future__ import annotations

import re
from enum import StrEnum
from io import StringIO
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from pydantic import BaseModel
from rest_framework.request import Request
from rest_framework.views import APIView

from delivery.answers import DeliveryAnswer
from delivery.models import Delivery
from lasso.error_codes import CODE_OF_STATUS
from lasso.errors import ErrorBody
from lasso.middleware import CONTENT_SECURITY_POLICY
from reporting.models import Batch


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
        refusals = {status: told for status, told in operation["responses"].items() if not status.startswith("2")}
        assert {"400", "401", "406", "429", "500", "503"} <= refusals.keys() <= {str(one) for one in CODE_OF_STATUS}
        assert all(told["content"]["application/json"]["schema"] == reference for told in refusals.values())


def test_it_says_which_errors_an_operation_can_answer(document) -> None:
    one = document["paths"]["/apps/reporting/batches/{batch_id}"]["get"]["responses"]
    order = document["paths"]["/apps/reporting/batches"]["post"]["responses"]
    changes = document["paths"]["/apps/integrations/{integration_id}/changes"]["get"]["responses"]

    assert list(one) == ["200", "400", "401", "404", "406", "414", "429", "431", "500", "503"]
    assert list(order) == ["201", "400", "401", "406", "409", "413", "414", "415", "422", "429", "431", "500", "503"]
    assert "410" in changes


def test_it_tells_a_batchs_status_from_a_deliverys(document) -> None:
    schemas = document["components"]["schemas"]

    def choices(answer: str, name: str) -> set[str]:
        reference = schemas[answer]["properties"][name]["$ref"]
        return set(schemas[reference.rpartition("/")[2]]["enum"])

    assert choices("BatchAnswer", "status") == set(Batch.Status)
    assert choices("DeliveryAnswer", "state") == set(Delivery.Status)


def test_it_warns_of_two_schemas_of_one_name(capsys) -> None:
    class Status(StrEnum):
        OTHER = "Other"

    class Answer(BaseModel):
        status: Status

    class View(APIView):
        @extend_schema(responses={200: Answer, 201: DeliveryAnswer})
        def get(self, request: Request) -> None:
            """Nothing."""

    SchemaGenerator(patterns=[path("one", View.as_view())]).get_schema(public=True)

    assert "Two different schemas are called Status; name one of them otherwise." in capsys.readouterr().err


def test_it_says_which_bodies_may_be_left_out(document) -> None:
    optional = {one["operationId"] for one in operations(document) if not one.get("requestBody", {}).get("required", 1)}

    assert optional == {"rotateSigningSecret", "testIntegration"}


def test_it_says_that_blank_filters_count_as_left_out(document) -> None:
    [since] = [one for one in document["paths"]["/apps/deliveries"]["get"]["parameters"] if one["name"] == "since"]
    [size] = [one for one in document["paths"]["/apps/endpoints"]["get"]["parameters"] if one["name"] == "pageSize"]

    assert since["allowEmptyValue"] is True
    assert size["schema"] == {"type": "integer", "minimum": 1, "maximum": 100}


def test_it_offers_an_idempotency_key_on_every_post(document) -> None:
    posts = [methods["post"] for path, methods in document["paths"].items() if "post" in methods]

    assert posts
    for operation in posts:
        assert [p["in"] for p in operation["parameters"] if p["name"] == "Idempotency-Key"] == ["header"]


def test_it_takes_its_own_examples_and_what_the_documentation_sends(document) -> None:
    order = document["paths"]["/apps/reporting/batches"]["post"]["requestBody"]["content"]["application/json"]
    example, recurring = order["examples"].values()
    schema = order["schema"] | {"components": document["components"]}

    jsonschema.validate(example["value"], schema)
    jsonschema.validate(recurring["value"], schema)
    jsonschema.validate(recurring["value"] | {"recurrence": "0 6 1 * *"}, schema)
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
