"""`POST /apps/integrations/{id}/exports`, and exporting again."""

from __future__ import annotations

import pytest
from django.utils import timezone

from integrations.exporting import MOST_AT_ONCE
from integrations.models import MonitoredCompany
from tests.companies.builders import CVR
from tests.integrations.conftest import HAVGRUS, LASSO, NORDLYS, NOWHERE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


@pytest.fixture
def path(integration) -> str:
    return f"/apps/integrations/{integration.pk}"


def states() -> dict[str, str]:
    return dict(MonitoredCompany.objects.values_list("cvr", "state"))


def answer(*, accepted=(), there=(), unknown=()) -> dict[str, object]:
    return {
        "accepted": list(accepted),
        "alreadyThere": list(there),
        "unknown": list(unknown),
        "acceptedCount": len(accepted),
        "alreadyThereCount": len(there),
        "unknownCount": len(unknown),
    }


def test_it_says_at_once_what_is_accepted_there_and_unknown(api, path):
    wrong_digit = 34580821
    first = api.post(f"{path}/exports", {"cvrs": [NORDLYS, f" {LASSO} ", NOWHERE, wrong_digit, LASSO]}, format="json")

    assert (first.status_code, first.json()) == (202, answer(accepted=[NORDLYS, LASSO], unknown=[NOWHERE, wrong_digit]))
    assert states() == {str(NORDLYS): "Exporting", str(LASSO): "Exporting"}

    second = api.post(f"{path}/exports", [HAVGRUS, LASSO], format="json")
    assert (second.status_code, second.json()) == (202, answer(accepted=[HAVGRUS], there=[LASSO]))


@pytest.mark.parametrize(
    ("body", "path_of_error", "message"),
    [
        ({}, "cvrs", "is missing; it is a required field."),
        ({"cvrs": []}, "cvrs", "must not be empty."),
        ([], "", "must not be empty."),
        ({"cvrs": 34580820}, "cvrs", "must be a list, found 34580820."),
        ({"cvr": [34580820]}, "cvr", "is not a field; did you mean cvrs?"),
        ({"cvrs": [34580820, "x"]}, "cvrs[1]", 'must be a CVR number of 8 digits such as 34580820, found "x".'),
        ([34580820, None], "[1]", "must be a CVR number such as 34580820, found null."),
        ([34580820, 345808200], "[1]", "must be a CVR number of 8 digits such as 34580820, found 345808200."),
    ],
)
def test_it_refuses_a_wrong_list_with_its_path_and_exports_nothing(api, path, body, path_of_error, message):
    response = api.post(f"{path}/exports", body, format="json")

    assert response.status_code == 400
    assert {"path": path_of_error, "message": message} in response.json()["errors"]
    assert states() == {}


@pytest.mark.parametrize("body", ["34580820", '"34580820"', "null", ""])
def test_it_refuses_what_is_neither_object_nor_list(api, path, body):
    response = api.post(f"{path}/exports", body, content_type="application/json")
    assert (response.status_code, response.json()["errorCode"]) == (400, 2)
    assert states() == {}


def test_it_takes_ten_thousand_and_counts_doubled_ones_once(api, path):
    cvrs = list(range(10_000_000, 10_000_000 + MOST_AT_ONCE))
    response = api.post(f"{path}/exports", [*cvrs, *cvrs[:5]], format="json")
    assert response.status_code == 202
    assert response.json()["unknownCount"] == MOST_AT_ONCE

    refused = api.post(f"{path}/exports", [*cvrs, 1], format="json")
    assert (refused.status_code, refused.json()["errors"]) == (
        400,
        [{"path": "", "message": "may have at most 10000 companies, found 10001; send them in several requests."}],
    )


def test_it_takes_the_body_that_curl_calls_a_form(api, path):
    response = api.post(f"{path}/exports", b'{"CVRS": [34580820,],}', content_type="application/x-www-form-urlencoded")
    assert (response.status_code, response.json()["accepted"]) == (202, [LASSO])


def monitored(integration, **fields) -> MonitoredCompany:
    return MonitoredCompany.objects.create(integration=integration, added_at=timezone.now(), **fields)


@pytest.mark.parametrize("state", ["Gone", "ExportFailed"])
def test_it_begins_anew_with_one_that_failed_or_is_gone(api, path, integration, state):
    monitored(integration, cvr=str(LASSO), state=state, last_status_code=500, last_answer="No.")
    assert api.post(f"{path}/exports", [LASSO], format="json").json() == answer(accepted=[LASSO])
    assert states() == {str(LASSO): "Exporting"}


def test_it_exports_one_again_in_any_state(api, path, integration):
    company = monitored(integration, cvr=str(LASSO), state="Monitored", last_status_code=201)

    response = api.post(f"{path}/companies/{LASSO}/export")

    assert response.status_code == 202
    assert response.json() == {
        "cvr": LASSO,
        "lassoId": f"CVR-1-{LASSO}",
        "name": "LASSO X A/S",
        "state": "Exporting",
        "isMonitored": True,
        "lastStatusCode": 201,
        "lastAnswer": None,
        "lastAnswerOn": None,
        "nextAttemptOn": None,
        "lastExportedOn": None,
        "lastUpdateOn": None,
        "addedOn": company.added_at.isoformat().replace("+00:00", "Z"),
    }
    assert states() == {str(LASSO): "Exporting"}


@pytest.mark.parametrize("cvr", [str(LASSO), CVR, "nonsense", "123"])
def test_it_does_not_export_again_what_the_integration_does_not_have(api, path, cvr):
    response = api.post(f"{path}/companies/{cvr}/export")
    assert (response.status_code, states()) == (404, {})


def test_it_exports_all_failed_ones_again_and_no_others(api, path, integration):
    monitored(integration, cvr=str(LASSO), state="ExportFailed")
    monitored(integration, cvr=str(NORDLYS), state="ExportFailed")
    monitored(integration, cvr=str(HAVGRUS), state="Gone")

    response = api.post(f"{path}/retry")

    assert (response.status_code, response.json()) == (202, {"count": 2})
    assert states() == {str(LASSO): "Exporting", str(NORDLYS): "Exporting", str(HAVGRUS): "Gone"}
    assert api.post(f"{path}/retry").json() == {"count": 0}
