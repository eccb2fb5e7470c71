"""`/apps/integrations`: set one up, list, read, change, delete."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone

from delivery.models import Endpoint
from integrations.mapping import Entry, FieldMapping
from integrations.models import Integration, MappedField, MonitoredCompany
from integrations.setting_up import NewEndpoint
from lasso.encryption import decrypt
from tests.integrations.conftest import integrated

pytestmark = pytest.mark.django_db

PATH = "/apps/integrations"
SECRET = "dm12d82mdlakd2"
AUTH = {"Method": "Header", "Key": "X-API-KEY", "Value": SECRET}


def body_of(receiver: Any, **fields: Any) -> dict[str, Any]:
    """What creates an integration."""
    return {
        "name": "Our CRM",
        "exportEndpoint": {"url": receiver.url("/companies")},
        "mapping": [{"field": "cvr"}, {"field": "name"}, {"field": "telephone"}],
        **fields,
    }


def post(api: Any, body: Any) -> Any:
    return api.post(PATH, body, format="json")


def wire(moment: Any) -> str:
    return str(moment.isoformat().replace("+00:00", "Z"))


def endpoint_shown(endpoint: Endpoint, **fields: Any) -> dict[str, Any]:
    """A new endpoint as the API shows it."""
    return {
        "id": str(endpoint.pk),
        "name": endpoint.name,
        "method": "POST",
        "url": endpoint.url,
        "state": "Enabled",
        "since": wire(endpoint.created_at),
        "disabledReason": None,
        "pausedUntil": None,
        "isSigned": True,
        "hasAuthentication": False,
        "lastSuccessOn": None,
        "lastFailureOn": None,
        "failingSince": None,
        "failuresInARow": 0,
        "deliveredLastDay": 0,
        "failedLastDay": 0,
        "waitingCount": 0,
        "oldestWaitingOn": None,
        "medianDurationMs": None,
        "p95DurationMs": None,
        "maxInFlight": None,
        "ratePerSecond": None,
        "ratePerMinute": None,
        "isProbed": False,
        "createdOn": wire(endpoint.created_at),
        **fields,
    }


def field(name: str, *, update: bool = False, key: str = "") -> dict[str, Any]:
    return {"field": name, "name": key or name, "update": update, "constant": None}


NONE_YET = {"Exporting": 0, "Monitored": 0, "Duplicate": 0, "ExportFailed": 0, "Gone": 0}


def test_it_takes_the_least_that_is_needed_and_shows_all(api, receiver):
    response = post(api, body_of(receiver))

    assert response.status_code == 201, response.json()
    made = Integration.objects.get()
    assert made.export_endpoint.name == "Our CRM (export)"
    assert response.json() == {
        "id": str(made.pk),
        "name": "Our CRM",
        "exportEndpoint": endpoint_shown(made.export_endpoint),
        "updateEndpoint": None,
        "mapping": [field("cvr"), field("name"), field("telephone")],
        "warnings": [],
        "companyCounts": NONE_YET,
        "createdOn": wire(made.created_at),
        "changedOn": wire(made.changed_at),
    }
    assert api.get(f"{PATH}/{made.pk}").json() == response.json()


def test_it_takes_everything_in_any_letter_case(api, receiver):
    response = post(
        api,
        {
            "NAME": " Our CRM ",
            "ExportEndpoint": {
                "Url": receiver.url("/c?id={cvr}"),
                "METHOD": "put",
                "authconfig": {"method": "header", "KEY": "X-API-KEY", "value": SECRET},
                "maxInFlight": 4,
                "RatePerSecond": 10,
                "ratePerMinute": 300,
            },
            "updateendpoint": {"url": receiver.url("/c/{lassoId}"), "method": "Post", "authConfig": None},
            "Mapping": [
                {"Field": "CVR", "Update": True},
                {"field": "Telephone", "NAME": "phone", "update": True},
                {"field": None, "name": "source", "constant": {"a": [1, 1.0, None]}, "update": None},
                {"name": "nothing", "constant": None},
            ],
        },
    )

    assert response.status_code == 201, response.json()
    shown, made = response.json(), Integration.objects.get()
    assert shown["name"] == "Our CRM"
    assert shown["exportEndpoint"] == endpoint_shown(
        made.export_endpoint,
        method="PUT",
        hasAuthentication=True,
        maxInFlight=4,
        ratePerSecond=10,
        ratePerMinute=300,
    )
    assert made.update_endpoint is not None
    assert shown["updateEndpoint"] == endpoint_shown(made.update_endpoint)
    assert shown["mapping"] == [
        field("cvr", update=True),
        field("telephone", key="phone", update=True),
        {"field": None, "name": "source", "update": False, "constant": {"a": [1, 1.0, None]}},
        {"field": None, "name": "nothing", "update": False, "constant": None},
    ]
    assert made.export_endpoint.url == receiver.url("/c?id={cvr}")


def test_a_mapping_is_taken_in_the_form_in_which_it_is_answered(api, receiver):
    mapping = [{"field": "cvr", "update": True}, {"field": "name", "name": "navn"}, {"name": "x", "constant": 1}]
    shown = post(api, body_of(receiver, mapping=mapping)).json()

    again = api.patch(f"{PATH}/{shown['id']}", {"mapping": shown["mapping"]}, format="json")

    assert (again.status_code, again.json()["mapping"]) == (200, shown["mapping"])


def test_it_shows_no_secret(api, receiver):
    endpoint = {"url": receiver.url(), "authConfig": AUTH}
    response = post(api, body_of(receiver, exportEndpoint=endpoint, updateEndpoint=endpoint))
    texts = [
        answer.content.decode()
        for answer in (response, api.get(PATH), api.get(f"{PATH}/{response.json()['id']}"), api.get("/apps/endpoints"))
    ]

    made = Integration.objects.get()
    assert made.update_endpoint is not None
    for text in texts:
        for one in (made.export_endpoint, made.update_endpoint):
            for secret in (SECRET, "X-API-KEY", one.auth, one.signing_secret, decrypt(one.signing_secret)):
                assert secret not in text
    assert made.export_endpoint.signing_secret != made.update_endpoint.signing_secret


def test_its_signing_secret_is_had_as_any_endpoints_is(api, integration):
    response = api.post(f"/apps/endpoints/{integration.export_endpoint_id}/rotate", {"graceSeconds": 0}, format="json")

    integration.export_endpoint.refresh_from_db()
    assert response.status_code == 200
    assert response.json()["signingSecret"] == decrypt(integration.export_endpoint.signing_secret)


IDENTIFIED = (
    "No identifying field is marked Update, so the receiver cannot tell which company an update is about. "
    "Mark cvr or lassoId as Update, or write {cvr} or {lassoId} in the URL of the update endpoint."
)


@pytest.mark.parametrize(
    ("path", "mapping", "warnings"),
    [
        ("/u", [{"field": "cvr"}, {"field": "name", "update": True}], [IDENTIFIED]),
        ("/u/{cvr}", [{"field": "cvr"}, {"field": "name", "update": True}], []),
        ("/u", [{"field": "lassoId", "update": True}, {"field": "name", "update": True}], []),
        ("/u", [{"field": "cvr"}], ["No field is marked Update, so no update will ever be sent."]),
    ],
)
def test_it_warns_of_what_is_odd_and_takes_it(api, receiver, path, mapping, warnings):
    shown = post(api, body_of(receiver, updateEndpoint={"url": receiver.url(path)}, mapping=mapping)).json()

    assert shown["warnings"] == warnings
    assert api.get(f"{PATH}/{shown['id']}").json()["warnings"] == warnings


def url_error(path: str, sentence: str) -> list[tuple[str, str]]:
    return [(f"{path}.url", sentence)]


REFUSALS: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"name": ""}, [("name", "must not be empty.")]),
    ({"name": 7}, [("name", "must be a text, found 7.")]),
    ({"name": "x" * 201}, [("name", "may have at most 200 characters, found 201.")]),
    ({"exportEndpoint": None}, [("exportEndpoint", "must be a JSON object, found null.")]),
    ({"exportEndpoint": "http://x"}, [("exportEndpoint", 'must be a JSON object, found "http://x".')]),
    ({"exportEndpoint": {}}, [("exportEndpoint.url", "is missing; it is a required field.")]),
    (
        {"exportEndpoint": {"url": "https://x.example", "method": "DELETE"}},
        [("exportEndpoint.method", 'must be POST or PUT, found "DELETE".')],
    ),
    (
        {"exportEndpoint": {"url": "https://x.example", "metod": "PUT"}},
        [("exportEndpoint.metod", "is not a field; did you mean method?")],
    ),
    (
        {"exportEndpoint": {"url": "https://x.example", "maxInFlight": 65, "ratePerSecond": 0, "ratePerMinute": "7"}},
        [
            ("exportEndpoint.maxInFlight", "must be a whole number from 1 to 64, or null for no limit, found 65."),
            ("exportEndpoint.ratePerSecond", "must be a whole number from 1 to 100, or null for no limit, found 0."),
            (
                "exportEndpoint.ratePerMinute",
                'must be a whole number from 1 to 6000, or null for no limit, found "7".',
            ),
        ],
    ),
    (
        {
            "exportEndpoint": {"url": "https://x.example", "authConfig": {"Method": "Magic", "Value": "x"}},
            "updateEndpoint": {"url": "https://x.example", "authConfig": {"Method": "Bearer"}},
        },
        [
            ("exportEndpoint.authConfig.Method", "must be one of Header, BasicAuth, Kerberos, Bearer, OAuth2."),
            ("updateEndpoint.authConfig.Value", "is missing."),
        ],
    ),
    ({"updateEndpoint": {"method": "PUT"}}, [("updateEndpoint.url", "is missing; it is a required field.")]),
    ({"mapping": []}, [("mapping", "must not be empty.")]),
    ({"mapping": None}, [("mapping", "must be a list, found null.")]),
    ({"mapping": ["cvr"]}, [("mapping[0]", 'must be a JSON object, found "cvr".')]),
    (
        {"mapping": [{"field": "cvr"}, {"field": "name", "updat": True}]},
        [("mapping[1].updat", "is not a field; did you mean update?")],
    ),
    ({"mapping": [{"field": "cvr", "update": "yes"}]}, [("mapping[0].update", 'must be true or false, found "yes".')]),
    (
        {"mapping": [{"field": "cvr"}, {"name": "source"}]},
        [("mapping[1].field", "is missing; name a field of the catalogue, or give a constant.")],
    ),
    (
        {"mapping": [{"field": "telefone"}, {"field": "cvr"}, {"field": "name", "name": "cvr"}]},
        [
            ("mapping[0].field", "'telefone' is not a field of the catalogue; did you mean 'telephone'?"),
            ("mapping[2].name", "'cvr' is the name of mapping[1] already; give it another."),
        ],
    ),
    (
        {"mapping": [{"field": "beneficialOwners"}]},
        [
            (
                "mapping[0].field",
                "beneficial owners are never exported: only those with access of their own may see them.",
            )
        ],
    ),
    (
        {"mapping": [{"field": "cvr", "constant": 1}]},
        [("mapping[0].constant", "cannot stand beside a field; leave one of the two out.")],
    ),
]


@pytest.mark.parametrize(("fields", "errors"), REFUSALS)
def test_it_refuses_what_is_wrong_with_its_path_and_stores_nothing(api, receiver, fields, errors):
    response = post(api, body_of(receiver, **fields))

    assert response.status_code == 400
    assert [(error["path"], error["message"]) for error in response.json()["errors"]] == errors
    assert (Integration.objects.count(), Endpoint.objects.count(), MappedField.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("url", "piece"),
    [
        ("ftp://x.example/", "http"),
        ("https://{cvr}.example/", "a placeholder in its host"),
        ("https://x.example/{name}", "the placeholder {name}, which is not known; use {cvr} and {lassoId}"),
        ("https://x.example/{cvr", "a brace without its other half"),
        ("http://10.0.0.7/", "not"),
    ],
)
@pytest.mark.parametrize("name", ["exportEndpoint", "updateEndpoint"])
def test_it_refuses_a_url_that_is_never_called_and_stores_nothing(api, receiver, name, url, piece):
    response = post(api, body_of(receiver, **{name: {"url": url}}))

    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["path"] == f"{name}.url"
    assert piece in error["message"]
    assert (Integration.objects.count(), Endpoint.objects.count()) == (0, 0)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"name": '])
def test_it_refuses_a_body_that_is_no_object(api, body):
    response = api.post(PATH, body, content_type="application/json")
    assert (response.status_code, response.json()["errorCode"]) == (400, 2)
    assert Integration.objects.count() == 0


def test_it_lists_the_newest_first_in_pages(api, organisation, receiver):
    made = [integrated(organisation, receiver, name=name, update=None) for name in "abc"]
    first = api.get(PATH, {"pageSize": 2}).json()
    second = api.get(PATH, {"pageSize": 2, "cToken": first["continuationToken"]}).json()

    assert [row["id"] for row in first["results"]] == [str(made[2].pk), str(made[1].pk)]
    assert [row["id"] for row in second["results"]] == [str(made[0].pk)]
    assert second["continuationToken"] is None


@pytest.mark.parametrize(
    ("query", "path"), [({"pageSize": "0"}, "pageSize"), ({"cToken": "x"}, "cToken"), ({"size": "1"}, "size")]
)
def test_it_refuses_parameters_that_mean_nothing(api, query, path):
    response = api.get(PATH, query)
    assert (response.status_code, response.json()["errors"][0]["path"]) == (400, path)


def test_it_counts_the_companies_of_each_state(api, organisation, integration, receiver):
    other = integrated(organisation, receiver, name="Other")
    states = ["Monitored", "Monitored", "Duplicate", "Gone", "ExportFailed", "Exporting"]
    MonitoredCompany.objects.bulk_create(
        MonitoredCompany(integration=integration, cvr=f"9900{number:04}", state=state, added_at=timezone.now())
        for number, state in enumerate(states)
    )

    shown = {row["id"]: row["companyCounts"] for row in api.get(PATH).json()["results"]}

    assert shown[str(integration.pk)] == {
        "Exporting": 1,
        "Monitored": 2,
        "Duplicate": 1,
        "ExportFailed": 1,
        "Gone": 1,
    }
    assert shown[str(other.pk)] == NONE_YET


def test_it_asks_the_database_as_often_for_many_as_for_one(api, organisation, receiver, django_assert_num_queries):
    for name in "abc":
        integrated(organisation, receiver, name=name)
    # The key, the integrations with their endpoints, their mappings, the endpoints' figures, the companies' counts.
    with django_assert_num_queries(5):
        assert len(api.get(PATH).json()["results"]) == 3


def patch(api: Any, integration: Integration, body: Any) -> Any:
    return api.patch(f"{PATH}/{integration.pk}", body, format="json")


def test_it_changes_what_is_given_and_leaves_the_rest(api, organisation, receiver):
    before = integrated(
        organisation,
        receiver,
        export=NewEndpoint(url=receiver.url("/a"), method="PUT", limits={"max_in_flight": 2, "rate_per_minute": 9}),
    )

    shown = patch(api, before, {"Name": "New", "exportEndpoint": {"maxInFlight": None}}).json()

    assert shown["name"] == "New"
    assert [shown["exportEndpoint"][name] for name in ("id", "url", "method", "maxInFlight", "ratePerMinute")] == [
        str(before.export_endpoint_id),
        receiver.url("/a"),
        "PUT",
        None,
        9,
    ]
    assert shown["updateEndpoint"]["url"] == receiver.url("/companies/{cvr}")
    assert [entry["name"] for entry in shown["mapping"]] == ["cvr", "name", "telephone"]
    assert shown["createdOn"] == wire(before.created_at)
    assert shown["changedOn"] > wire(before.changed_at)


def test_it_changes_an_address_in_place_and_replaces_a_mapping_whole(api, integration, receiver):
    shown = patch(
        api,
        integration,
        {"exportEndpoint": {"url": receiver.url("/moved"), "method": "PUT"}, "mapping": [{"field": "website"}]},
    ).json()

    endpoint = integration.export_endpoint
    endpoint.refresh_from_db()
    assert (shown["exportEndpoint"]["id"], endpoint.url, endpoint.method) == (
        str(endpoint.pk),
        receiver.url("/moved"),
        "PUT",
    )
    assert shown["mapping"] == [field("website")]


def test_it_adds_an_update_endpoint_later_and_takes_it_away(api, organisation, receiver):
    integration = integrated(organisation, receiver, update=None)
    added = patch(api, integration, {"updateEndpoint": {"url": receiver.url("/{cvr}"), "method": "PUT"}}).json()
    assert (added["updateEndpoint"]["url"], added["updateEndpoint"]["method"]) == (receiver.url("/{cvr}"), "PUT")

    assert patch(api, integration, {"updateEndpoint": None}).json()["updateEndpoint"] is None
    integration.refresh_from_db()
    assert integration.update_endpoint is None


def signing_in(organisation: Any, receiver: Any) -> Integration:
    from delivery.auth import parse_auth

    return integrated(
        organisation, receiver, export=NewEndpoint(url=receiver.url("/a"), auth=parse_auth(AUTH)), update=None
    )


def test_it_keeps_the_sign_in_for_another_path_of_the_same_host(api, organisation, receiver):
    integration = signing_in(organisation, receiver)
    shown = patch(api, integration, {"exportEndpoint": {"url": receiver.url("/b")}}).json()
    assert (shown["exportEndpoint"]["url"], shown["exportEndpoint"]["hasAuthentication"]) == (receiver.url("/b"), True)


def test_it_sends_no_stored_sign_in_to_another_host(api, organisation, receiver):
    integration = signing_in(organisation, receiver)
    other = {"url": "https://elsewhere.example.com/a"}

    refused = patch(api, integration, {"name": "New", "exportEndpoint": other})

    [error] = refused.json()["errors"]
    assert (refused.status_code, error) == (
        400,
        {
            "path": "exportEndpoint.authConfig",
            "message": "must be given again, or null for none: the URL leads to another host, and the sign-in that is "
            "stored was meant for the one before.",
        },
    )
    assert Integration.objects.get().name == "CRM"
    assert Endpoint.objects.get().url == receiver.url("/a")

    shown = patch(api, integration, {"exportEndpoint": {**other, "authConfig": None}}).json()
    assert (shown["exportEndpoint"]["url"], shown["exportEndpoint"]["hasAuthentication"]) == (other["url"], False)


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        ({}, "", "The body changes nothing; send exportEndpoint, mapping, name, updateEndpoint."),
        ({"nam": "x"}, "nam", "is not a field; did you mean name?"),
        ({"name": None}, "name", "must be a text, found null."),
        ({"exportEndpoint": None}, "exportEndpoint", "must be a JSON object, found null."),
        ({"exportEndpoint": {"url": ""}}, "exportEndpoint.url", None),
        ({"updateEndpoint": {"url": "ftp://x"}}, "updateEndpoint.url", None),
        ({"mapping": []}, "mapping", "must not be empty."),
        ({"mapping": [{"field": "nam"}]}, "mapping[0].field", None),
    ],
)
def test_it_refuses_a_wrong_change_and_changes_nothing(api, integration, body, path, message):
    before = api.get(f"{PATH}/{integration.pk}").json()
    response = patch(api, integration, {"name": "Other", **body} if body and "name" not in body else body)

    assert response.status_code == 400, response.json()
    [error] = response.json().get("errors") or [{"path": "", "message": response.json()["errorMessage"]}]
    assert error["path"] == path
    assert message in {None, error["message"]}
    assert api.get(f"{PATH}/{integration.pk}").json() == before


def test_it_needs_a_url_for_an_update_endpoint_that_is_added(api, organisation, receiver):
    integration = integrated(organisation, receiver, update=None)
    response = patch(api, integration, {"updateEndpoint": {"method": "PUT"}})
    assert (response.status_code, response.json()["errors"][0]["path"]) == (400, "updateEndpoint.url")
    integration.refresh_from_db()
    assert integration.update_endpoint is None


def test_it_deletes(api, integration):
    response = api.delete(f"{PATH}/{integration.pk}")

    assert (response.status_code, response.content) == (204, b"")
    gone = api.get(f"{PATH}/{integration.pk}")
    assert (gone.status_code, gone.json()["errorMessage"]) == (404, f"There is no integration {integration.pk}.")
    assert api.get(PATH).json() == {"continuationToken": None, "results": []}
    assert api.delete(f"{PATH}/{integration.pk}").status_code == 404


def test_it_lists_the_fields_as_an_editor_shows_them(api):
    results = {row["name"]: row for row in api.get(f"{PATH}/fields").json()["results"]}

    assert results["telephone"] == {
        "name": "telephone",
        "labelDa": "Telefon",
        "labelEn": "Telephone",
        "display": "Telefon (telephone)",
        "type": "text",
        "part": "company",
        "example": "+45 71 74 78 12",
    }
    assert next(iter(results)) == "cvr"
    assert (results["revenue"]["type"], results["revenue"]["part"]) == ("money", "accounts")
    assert "beneficialOwners" not in results
    assert len(results) > 100


def test_every_field_that_it_lists_can_be_mapped(api, receiver):
    names = [row["name"] for row in api.get(f"{PATH}/fields").json()["results"]]
    response = post(api, body_of(receiver, mapping=[{"field": name, "update": True} for name in names]))
    assert response.status_code == 201, response.json()
    assert [entry["name"] for entry in response.json()["mapping"]] == names


def test_its_mapping_keeps_the_types_of_constants(api, organisation, receiver):
    constants: list[Any] = ["x", 1, 1.5, True, None, [], {}, [{"a": None}]]
    mapping = FieldMapping(tuple(Entry(name=f"c{number}", constant=one) for number, one in enumerate(constants)))
    integration = integrated(organisation, receiver, mapping=mapping, update=None)
    shown = json.loads(api.get(f"{PATH}/{integration.pk}").content)
    assert [entry["constant"] for entry in shown["mapping"]] == constants
