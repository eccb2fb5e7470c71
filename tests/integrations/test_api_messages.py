"""`…/test`, `…/preview` and `…/changes`: the messages tried, shown and pulled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from delivery.auth import parse_auth
from delivery.models import Attempt, Delivery, Endpoint
from integrations.mapping import Entry, FieldMapping
from integrations.models import UpdateMessage
from integrations.setting_up import NewEndpoint
from lasso.encryption import decrypt
from tests import receivers
from tests.integrations.conftest import LASSO, NOWHERE, integrated

pytestmark = pytest.mark.django_db

SECRET = "dm12d82mdlakd2"
EXAMPLE = {"cvr": 99771003, "name": "Sivbjerg Vævestole A/S", "telephone": "+45 71 74 78 12"}


def path_of(integration: Any, rest: str) -> str:
    return f"/apps/integrations/{integration.pk}/{rest}"


def tried(api: Any, integration: Any, body: Any = None) -> dict[str, Any]:
    response = api.post(path_of(integration, "test"), body, format="json")
    assert response.status_code == 200, response.json()
    answer: dict[str, Any] = response.json()
    assert answer.pop("durationMs") >= 0
    return answer


# --- Test -------------------------------------------------------------------------------------------------------------


def test_it_sends_one_export_of_a_fictional_company_signed_and_signed_in(api, organisation, receiver):
    auth = parse_auth({"Method": "Header", "Key": "X-API-KEY", "Value": SECRET})
    integration = integrated(
        organisation, receiver, export=NewEndpoint(url=receiver.url("/c/{cvr}"), method="PUT", auth=auth)
    )
    receiver.behaviour = receivers.answer(201, b"made")

    assert tried(api, integration, {"endpoint": "Export"}) == {
        "success": True,
        "state": "Delivered",
        "method": "PUT",
        "url": receiver.url("/c/99771003"),
        "message": EXAMPLE,
        "statusCode": 201,
        "error": None,
        "errorCode": None,
        "answerBody": "made",
    }
    [call] = receiver.calls.all()
    assert (call.method, call.path, call.json, call.headers["x-api-key"]) == ("PUT", "/c/99771003", EXAMPLE, SECRET)
    Webhook(decrypt(integration.export_endpoint.signing_secret)).verify(call.body, call.headers)
    assert (Delivery.objects.count(), Attempt.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("which", "status", "state"),
    [
        ("export", 409, "Duplicate"),
        ("export", 404, "Failed"),
        ("update", 404, "Gone"),
        ("update", 409, "Failed"),
        ("update", 500, "Failed"),
    ],
)
def test_it_says_what_a_message_would_become(api, integration, receiver, which, status, state):
    receiver.behaviour = receivers.answer(status, b"so what")

    answer = tried(api, integration, {"endpoint": which})

    assert (answer["success"], answer["state"], answer["statusCode"]) == (False, state, status)
    assert (answer["error"], answer["answerBody"]) == (f"The receiver answered with status {status}.", "so what")
    assert len(receiver.calls.all()) == 1


def test_it_sends_the_update_with_its_own_fields(api, integration, receiver):
    answer = tried(api, integration, {"endpoint": "update"})
    update = {"cvr": 99771003, "telephone": "+45 71 74 78 12"}
    assert (answer["method"], answer["url"], answer["message"]) == (
        "PUT",
        receiver.url("/companies/99771003"),
        update,
    )
    assert receiver.calls.all()[0].json == update


def test_it_tries_the_export_endpoint_without_a_body(api, integration, receiver):
    assert tried(api, integration)["url"] == receiver.url("/companies")


def test_it_reports_that_nobody_answers(api, integration, receiver):
    receiver.behaviour = receivers.reset
    answer = tried(api, integration)
    assert (answer["success"], answer["statusCode"], answer["errorCode"]) == (False, None, "connection_reset")
    assert "connection" in answer["error"]


def test_it_repeats_no_secret_that_the_receiver_repeats(api, organisation, receiver):
    auth = parse_auth({"Method": "Header", "Key": "X-API-KEY", "Value": SECRET})
    integration = integrated(organisation, receiver, export=NewEndpoint(url=receiver.url(), auth=auth))
    receiver.behaviour = receivers.answer(401, f"not {SECRET}".encode())
    assert tried(api, integration)["answerBody"] == "not [hidden]"


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({"endpoint": "both"}, "endpoint", 'must be export or update, found "both".'),
        ({"endpoint": None}, "endpoint", "must be export or update, found null."),
        ({"which": "update"}, "which", "is not a field; known are endpoint."),
    ],
)
def test_it_refuses_an_endpoint_that_there_is_not_and_calls_nobody(api, integration, receiver, body, path, message):
    response = api.post(path_of(integration, "test"), body, format="json")
    assert (response.status_code, response.json()["errors"]) == (400, [{"path": path, "message": message}])
    assert receiver.calls.all() == []


def test_it_has_no_update_endpoint_to_try(api, organisation, receiver):
    integration = integrated(organisation, receiver, update=None)
    response = api.post(path_of(integration, "test"), {"endpoint": "update"}, format="json")
    assert (response.status_code, response.json()["errorMessage"]) == (
        409,
        "The integration has no update endpoint; add one, or test the export endpoint.",
    )
    assert receiver.calls.all() == []


# --- Preview ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("register")
@pytest.mark.parametrize("cvr", [str(LASSO), f"cvr-1-{LASSO}"])
def test_it_shows_both_messages_of_a_company_in_their_order(api, integration, receiver, cvr):
    response = api.get(path_of(integration, f"preview/{cvr}"))

    assert response.status_code == 200
    assert response.json() == {
        "cvr": LASSO,
        "lassoId": f"CVR-1-{LASSO}",
        "export": {"cvr": LASSO, "name": "LASSO X A/S", "telephone": "+45 71 74 78 12"},
        "update": {"cvr": LASSO, "telephone": "+45 71 74 78 12"},
    }
    assert list(response.json()["export"]) == ["cvr", "name", "telephone"]
    assert receiver.calls.all() == []


@pytest.mark.usefixtures("register")
def test_it_shows_names_constants_and_what_is_absent(api, organisation, receiver):
    entries = (Entry(name="source", constant="lasso"), Entry(field="telephone", name="tlf"), Entry(field="ceo"))
    integration = integrated(organisation, receiver, mapping=FieldMapping(entries), update=None)
    response = api.get(path_of(integration, f"preview/{LASSO}"))
    assert response.json()["export"] == {"source": "lasso", "tlf": "+45 71 74 78 12", "ceo": None}
    assert list(response.json()["export"]) == ["source", "tlf", "ceo"]
    assert response.json()["update"] == {}


@pytest.mark.parametrize(
    ("cvr", "sentence"),
    [
        (NOWHERE, f"The register knows no company with CVR {NOWHERE}."),
        ("12", "'12' is not a company; write it as CVR-1-34580820 or 34580820."),
    ],
)
def test_it_has_no_preview_of_what_does_not_exist(api, integration, cvr, sentence):
    response = api.get(path_of(integration, f"preview/{cvr}"))
    assert (response.status_code, response.json()["errorMessage"]) == (404, sentence)


# --- Changes ----------------------------------------------------------------------------------------------------------


def told(integration: Any, *numbers: int, **fields: Any) -> None:
    """Messages of the feed."""
    UpdateMessage.objects.bulk_create(
        UpdateMessage(
            integration=integration,
            cvr=str(LASSO),
            body=f'{{"telephone":"{number}","cvr":{LASSO}}}',
            **{"created_at": timezone.now(), **fields},
        )
        for number in numbers
    )


def pull(api: Any, integration: Any, **query: Any) -> dict[str, Any]:
    response = api.get(path_of(integration, "changes"), query)
    assert response.status_code == 200, response.json()
    page: dict[str, Any] = response.json()
    return page


def phones(page: dict[str, Any]) -> list[str]:
    return [row["message"]["telephone"] for row in page["results"]]


def test_it_gives_messages_as_the_update_endpoint_gets_them(api, integration):
    told(integration, 1)
    page = pull(api, integration)
    message = UpdateMessage.objects.get()
    assert page["results"] == [
        {
            "cvr": LASSO,
            "lassoId": f"CVR-1-{LASSO}",
            "createdOn": message.created_at.isoformat().replace("+00:00", "Z"),
            "message": {"telephone": "1", "cvr": LASSO},
        }
    ]
    assert list(page["results"][0]["message"]) == ["telephone", "cvr"]
    assert page["hasMore"] is False


def test_it_goes_on_where_its_reader_stopped(api, integration, organisation, receiver):
    other = integrated(organisation, receiver, name="Other")
    told(integration, 1, 2, 3)
    told(other, 9)

    first = pull(api, integration, pageSize=2)
    second = pull(api, integration, pageSize=2, cToken=first["continuationToken"])
    nothing = pull(api, integration, cToken=second["continuationToken"])
    told(integration, 4)
    later = pull(api, integration, cToken=nothing["continuationToken"])

    assert [phones(page) for page in (first, second, nothing, later)] == [["1", "2"], ["3"], [], ["4"]]
    assert [page["hasMore"] for page in (first, second, nothing, later)] == [True, False, False, False]


def test_it_begins_empty_and_gives_a_token_all_the_same(api, integration):
    page = pull(api, integration)
    assert (page["results"], page["hasMore"]) == ([], False)
    told(integration, 1)
    assert phones(pull(api, integration, cToken=page["continuationToken"])) == ["1"]


def test_it_says_so_when_messages_behind_a_token_may_be_forgotten(api, integration):
    with time_machine.travel("2026-01-01T12:00:00Z", tick=False):
        told(integration, 1)
        token = pull(api, integration)["continuationToken"]
    with time_machine.travel("2026-04-01T11:00:00Z", tick=False):
        assert phones(pull(api, integration, cToken=token)) == []
    with time_machine.travel("2026-04-01T12:01:00Z", tick=False):
        response = api.get(path_of(integration, "changes"), {"cToken": token})
        assert response.status_code == 410
        assert response.json()["errorMessage"] == (
            "The token is older than the 90 days that messages are kept, so some may be missing. Export the companies "
            "again to be up to date, and begin without cToken."
        )
        assert response.json()["helpLink"].endswith("/docs/errors#token-expired")
        pull(api, integration)


def test_a_token_is_as_old_as_what_its_reader_has_seen(api, integration):
    with time_machine.travel("2026-04-01T12:00:00Z", tick=False):
        told(integration, 1, created_at=timezone.now() - timedelta(days=89))
        told(integration, 2)
        unread = pull(api, integration, pageSize=1)["continuationToken"]
        read = pull(api, integration)["continuationToken"]
    with time_machine.travel("2026-04-03T12:01:00Z", tick=False):
        # Messages between the first and the second may have been forgotten meanwhile; behind the second none was.
        assert api.get(path_of(integration, "changes"), {"cToken": unread}).status_code == 410
        assert phones(pull(api, integration, cToken=read)) == []


@pytest.mark.parametrize(
    ("query", "parameter"), [({"cToken": "x"}, "cToken"), ({"pageSize": "0"}, "pageSize"), ({"since": "1"}, "since")]
)
def test_it_refuses_parameters_that_mean_nothing(api, integration, query, parameter):
    response = api.get(path_of(integration, "changes"), query)
    assert (response.status_code, response.json()["errors"][0]["path"]) == (400, parameter)


def test_it_takes_no_token_of_another_integration(api, integration, organisation, receiver):
    other = integrated(organisation, receiver, name="Other")
    token = pull(api, integration)["continuationToken"]
    assert api.get(path_of(other, "changes"), {"cToken": token}).status_code == 400


def test_nothing_of_a_test_shows_in_the_endpoints_health(api, integration, receiver):
    receiver.behaviour = receivers.answer(500)
    tried(api, integration)
    endpoint = Endpoint.objects.get(pk=integration.export_endpoint_id)
    assert (endpoint.failure_count, endpoint.last_failure_at) == (0, None)
