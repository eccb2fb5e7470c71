"""What all addresses of integrations have in common: keys, strangers, repeated requests, and the OpenAPI document."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from pydantic import BaseModel
from rest_framework.test import APIClient

from accounts.models import IdempotentRequest
from delivery.models import Delivery, Endpoint
from integrations import answers
from integrations.models import Integration, MappedField, MonitoredCompany, UpdateMessage
from integrations.urls import urlpatterns
from tests.integrations.conftest import LASSO

METHODS = ("get", "post", "patch", "delete")
ROWS = (Integration, MappedField, MonitoredCompany, UpdateMessage, Endpoint, Delivery)
# Bodies that the address would take.
BODIES = {
    "integration-exports": {"cvrs": [LASSO]},
    "integration-test": {"endpoint": "export"},
    "integration": {"name": "Taken over"},
}


def addresses(integration: Any) -> dict[str, str]:
    """Each address by its name, with the integration's id and its company's number in it."""
    return {
        str(pattern.name): "/"
        + str(pattern.pattern).replace("<uuid:integration_id>", str(integration.pk)).replace("<str:cvr>", str(LASSO))
        for pattern in urlpatterns
    }


def methods_of(name: str) -> list[str]:
    [pattern] = [pattern for pattern in urlpatterns if pattern.name == name]
    view: Any = pattern.callback
    return [method for method in METHODS if hasattr(view.cls, method)]


def rows() -> list[Any]:
    return [sorted(map(str, model.objects.values_list())) for model in ROWS]


@pytest.fixture
def company(integration, register) -> MonitoredCompany:
    return MonitoredCompany.objects.create(
        integration=integration, cvr=str(LASSO), state="ExportFailed", added_at=timezone.now()
    )


NAMES = [str(pattern.name) for pattern in urlpatterns]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_it_wants_a_key(integration, company, receiver, name):
    before = rows()
    for method in methods_of(name):
        response = APIClient().generic(method.upper(), addresses(integration)[name])
        assert (response.status_code, response.json()["errorCode"]) == (401, 10), method
    assert (rows(), receiver.calls.all()) == (before, [])


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMES if name not in {"integrations", "integration-fields"}])
def test_it_does_not_exist_for_a_stranger(stranger, integration, company, receiver, name):
    before = rows()
    for method in methods_of(name):
        body = BODIES.get(name) if method in {"post", "patch"} else None
        response = getattr(stranger, method)(addresses(integration)[name], body, format="json")
        assert (response.status_code, response.json()["errorMessage"]) == (
            404,
            f"There is no integration {integration.pk}.",
        ), method
    assert (rows(), receiver.calls.all()) == (before, [])


@pytest.mark.django_db
def test_a_stranger_sees_no_integration_in_the_list(stranger, integration):
    assert stranger.get("/apps/integrations").json() == {"continuationToken": None, "results": []}
    assert stranger.get("/apps/endpoints").json()["results"] == []
    assert stranger.get(f"/apps/endpoints/{integration.export_endpoint_id}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_it_answers_nothing_below_or_with_a_slash(api, integration, name):
    assert api.get(f"{addresses(integration)[name]}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("name", [name for name in NAMES if "post" in methods_of(name)])
def test_it_does_a_post_once_however_often_it_is_sent(api, integration, company, receiver, name):
    body = BODIES.get(name)
    if name == "integrations":
        body = {"name": "x", "exportEndpoint": {"url": receiver.url()}, "mapping": [{"field": "cvr"}]}
    path, headers = addresses(integration)[name], {"Idempotency-Key": "once"}

    first = api.post(path, body, format="json", headers=headers)
    after = rows()
    again = api.post(path, body, format="json", headers=headers)

    assert first.status_code in {200, 201, 202}
    assert (again.status_code, again.json(), again.headers["Idempotent-Replayed"]) == (
        first.status_code,
        first.json(),
        "true",
    )
    assert rows() == after
    assert len(receiver.calls.all()) == (1 if name == "integration-test" else 0)
    other = api.post(path, {"name": "other"}, format="json", headers=headers)
    assert other.status_code == 422


@pytest.mark.django_db
def test_it_keeps_no_secret_with_a_repeated_request(api, receiver):
    secret = "dm12d82mdlakd2"
    endpoint = {"url": receiver.url(), "authConfig": {"Method": "Header", "Key": "X-K", "Value": secret}}
    body = {"name": "x", "exportEndpoint": endpoint, "mapping": [{"field": "cvr"}]}
    api.post("/apps/integrations", body, format="json", headers={"Idempotency-Key": "once"})
    assert secret not in str(IdempotentRequest.objects.get().answer)


# --- The OpenAPI document ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    found: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return found


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for path, methods in document["paths"].items()
        if path.startswith("/apps/integrations")
        for operation in methods.values()
    }


def examples_in(content: dict[str, Any]) -> list[Any]:
    return [example["value"] for example in content["application/json"].get("examples", {}).values()]


def test_each_operation_says_what_it_is_and_shows_its_bodies(document):
    found = operations(document)
    assert len(found) == sum(len(methods_of(name)) for name in NAMES)
    for name, operation in found.items():
        assert operation["summary"], name
        if "requestBody" in operation:
            assert examples_in(operation["requestBody"]["content"]), name
        for status, response in operation["responses"].items():
            if status in {"200", "201", "202"}:
                assert examples_in(response["content"]), (name, status)


ANSWERS: dict[str, type[BaseModel]] = {
    "listIntegrations": answers.IntegrationsPage,
    "createIntegration": answers.IntegrationAnswer,
    "readIntegration": answers.IntegrationAnswer,
    "changeIntegration": answers.IntegrationAnswer,
    "listIntegrationFields": answers.FieldsAnswer,
    "exportCompanies": answers.ExportsAnswer,
    "retryExports": answers.RetriedAnswer,
    "listIntegrationCompanies": answers.CompaniesPage,
    "readIntegrationCompany": answers.CompanyAnswer,
    "exportCompanyAgain": answers.CompanyAnswer,
    "testIntegration": answers.TestAnswer,
    "previewMessages": answers.PreviewAnswer,
    "pullChanges": answers.ChangesPage,
}


def test_the_answers_that_it_shows_have_the_fields_of_real_ones(document):
    for name, operation in operations(document).items():
        for response in operation["responses"].values():
            for example in examples_in(response["content"]) if "content" in response else []:
                shown = ANSWERS[name].model_validate(example)
                assert shown.model_dump(mode="json") == example, name
                assert set(example) == set(ANSWERS[name].model_fields), name


@pytest.mark.django_db
def test_the_bodies_that_it_shows_work_as_they_stand(api, register, receiver, document):
    found = operations(document)
    for body in examples_in(found["createIntegration"]["requestBody"]["content"]):
        response = api.post("/apps/integrations", body, format="json")
        assert (response.status_code, response.json()["warnings"]) == (201, []), response.json()
    path = f"/apps/integrations/{response.json()['id']}"
    for body in examples_in(found["changeIntegration"]["requestBody"]["content"]):
        changed = api.patch(path, body, format="json")
        assert (changed.status_code, changed.json()["warnings"]) == (200, []), changed.json()
    for number, body in enumerate(examples_in(found["exportCompanies"]["requestBody"]["content"])):
        ordered = api.post(f"{path}/exports", body, format="json")
        assert (ordered.status_code, ordered.json()["acceptedCount"]) == (202, 0 if number else 2)
    api.patch(path, {"updateEndpoint": {"url": receiver.url("/{cvr}"), "authConfig": None}}, format="json")
    [body] = examples_in(found["testIntegration"]["requestBody"]["content"])
    tried = api.post(f"{path}/test", body, format="json")
    assert (tried.status_code, tried.json()["success"], tried.json()["method"]) == (200, True, "PUT")
