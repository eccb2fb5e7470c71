"""Every error has the same body, whoever found it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client

from lasso.error_codes import CODE_OF_STATUS, ERROR_CODES
from lasso.errors import FieldError, flattened

HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(autouse=True)
def _example_api(settings) -> None:
    settings.ROOT_URLCONF = "tests.lasso.example_api"


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("kind", "status", "number", "sentence"),
    [
        ("not-found", 404, 12, "There is no batch with this id."),
        ("http404", 404, 12, "There is nothing at this address."),
        ("conflict", 409, 15, "The batch is finished."),
        ("unprocessable", 422, 19, "This cannot be done."),
        ("denied", 403, 11, "This is not allowed."),
        ("suspicious", 400, 4, "The request could not be understood."),
        ("broken-off", 400, 2, "The body broke off before its end."),
    ],
)
def test_it_answers_refusals_of_every_kind(client, kind, status, number, sentence) -> None:
    answer = client.get(f"/apps/example/fails/{kind}")

    code = CODE_OF_STATUS[status] if kind != "broken-off" else ERROR_CODES[1]
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {
        "errorMessage": sentence,
        "httpStatusCode": status,
        "errorCode": number,
        "friendlyError": code.friendly,
        "helpLink": f"http://localhost:8000/docs/errors#{code.anchor}",
    }


def test_it_lists_each_wrong_field_with_its_path(client) -> None:
    body = client.get("/apps/example/fails/fields").json()

    assert body["httpStatusCode"] == 400
    assert body["errorCode"] == 3
    assert body["errorMessage"] == "items[3].cvr: is wrong. (and 1 more error)"
    assert body["errors"] == [
        {"path": "items[3].cvr", "message": "is wrong."},
        {"path": "name", "message": "is missing."},
    ]


def test_it_lists_the_first_hundred_and_counts_the_rest(client) -> None:
    body = client.get("/apps/example/fails/many").json()

    assert len(body["errors"]) == 100
    assert body["errorMessage"] == "items[0]: is wrong. (and 499 more errors)"


def test_it_gives_a_serializers_errors_their_paths_in_english(client) -> None:
    answer = client.post(
        "/apps/example/orders",
        {"items": [{"cvr": 1}, {"cvr": "x", "tags": ["a", []]}]},
        content_type="application/json",
    )

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"path": "name", "message": "This field is required."},
        {"path": "items[1].cvr", "message": "A valid integer is required."},
        {"path": "items[1].tags[1]", "message": "Not a valid string."},
    ]


def test_it_gives_errors_of_the_whole_body_no_path(client) -> None:
    answer = client.post("/apps/example/orders", {"name": "both", "items": []}, content_type="application/json")

    assert answer.json()["errors"] == [{"path": "", "message": "Name and items do not fit together."}]
    assert answer.json()["errorMessage"] == "Name and items do not fit together."


def test_it_flattens_lists_and_numbers_alike() -> None:
    assert list(flattened({"items": {2: {"cvr": ["a", "b"]}}, "non_field_errors": ["c"]})) == [
        FieldError("items[2].cvr", "a"),
        FieldError("items[2].cvr", "b"),
        FieldError("", "c"),
    ]


def test_it_rounds_the_wait_up(client) -> None:
    answer = client.get("/apps/example/fails/throttled")

    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "2"
    assert answer.json()["errorCode"] == 26


def test_it_names_the_methods_that_an_address_answers(client) -> None:
    answer = client.get("/apps/example/open")

    assert answer.status_code == 405
    assert answer.json()["errorCode"] == 13
    assert answer.headers["Allow"] == "POST, OPTIONS"


def test_it_says_what_it_can_answer(client) -> None:
    answer = client.post("/apps/example/open", {}, content_type="application/json", headers={"accept": "text/csv"})

    assert answer.status_code == 406
    assert answer.json()["errorCode"] == 14


def test_it_hides_what_broke_and_gives_the_id_under_which_it_was_logged(client, caplog) -> None:
    answer = client.get("/apps/example/fails/broken")

    body = answer.json()
    assert answer.status_code == 500
    assert body["errorCode"] == 1
    assert body["errorMessage"] == "Something went wrong on our side; it was recorded."
    assert "hunter2" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    (logged,) = [record.msg for record in caplog.records if isinstance(record.msg, dict) and "exc_info" in record.msg]
    assert logged["event"] == "request_failed"
    assert logged["request_id"] == body["requestId"]


def test_it_asks_to_try_again_when_the_database_is_away(client, caplog) -> None:
    answer = client.get("/apps/example/fails/away")
    page = client.get("/pages/away", headers=HTML)

    assert (answer.status_code, answer.headers["retry-after"], answer.json()["errorCode"]) == (503, "2", 27)
    assert (page.status_code, page.headers["retry-after"]) == (503, "2")
    assert "hunter2" not in answer.content.decode() + page.content.decode()
    events = [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)]
    assert "database_out_of_reach" in events


@pytest.mark.parametrize("path", ["/apps/nowhere", "/apps/reporting/batches/", "/companies/x/y/z"])
def test_it_answers_programs_in_json_where_nothing_is(client, path) -> None:
    answer = client.get(path, headers=HTML)

    assert answer.status_code == 404
    assert answer.json()["errorCode"] == 12
    assert path in answer.json()["errorMessage"]


def test_it_says_that_no_address_ends_in_a_slash(client) -> None:
    assert client.get("/apps/example/open/").json()["errorMessage"] == (
        "There is nothing at /apps/example/open/. No address of the API ends in a slash: try /apps/example/open"
    )


def test_it_answers_people_in_html(client) -> None:
    missing = client.get("/nowhere", headers=HTML)
    broken = client.get("/pages/broken", headers=HTML)

    assert missing.status_code == 404
    assert "Siden findes ikke" in missing.content.decode()
    assert broken.status_code == 500
    assert "Noget gik galt" in broken.content.decode()
    assert "hunter2" not in broken.content.decode()
    assert re.search(r"<code>[0-9a-f-]{36}</code>", broken.content.decode())


def test_it_answers_curl_in_json_everywhere(client) -> None:
    assert client.get("/nowhere", headers={"accept": "*/*"}).json()["httpStatusCode"] == 404


def test_it_refuses_a_forged_form_in_html(settings, db) -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/admin/login/", {"username": "a"}, headers=HTML)

    assert answer.status_code == 403
    assert "Ingen adgang" in answer.content.decode()


def test_it_refuses_a_host_that_is_not_ours(client, settings) -> None:
    settings.ALLOWED_HOSTS = ["lasso.example"]

    answer = client.post("/apps/example/open", {}, content_type="application/json", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert answer.json()["errorCode"] == 4


def test_it_refuses_a_body_that_is_too_large(client, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2**20

    answer = client.post("/apps/example/open", {"x": "x" * 2**20}, content_type="application/json")

    assert answer.status_code == 413
    assert answer.json()["errorCode"] == 17
    assert answer.json()["errorMessage"] == ("The body is larger than 1 MiB; split the order into several requests.")


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=utf-8", ""]
)
def test_it_reads_json_whatever_its_content_type(client, content_type) -> None:
    answer = client.generic("POST", "/apps/example/open", b'{"a": 1,}', content_type=content_type)

    assert answer.status_code == 200
    assert answer.json() == {"a": 1}


def test_it_says_how_it_read_a_form(client) -> None:
    answer = client.generic("POST", "/apps/example/open", b"a=1&b=2", content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400
    assert answer.json()["errorCode"] == 2
    assert answer.json()["errorMessage"] == (
        "Line 1, column 1: a value was expected, found 'a'. "
        "The body was read as JSON although it is sent as application/x-www-form-urlencoded."
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The body is empty; send a JSON object."),
        (b"[1]", "The body is a list; send a JSON object."),
        (b'"x"', "The body is a string; send a JSON object."),
        (b"null", "The body is null; send a JSON object."),
    ],
)
def test_it_wants_an_object(client, body, sentence) -> None:
    answer = client.generic("POST", "/apps/example/open", body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.json()["errorMessage"] == sentence


def test_it_takes_an_empty_object_for_an_object(client) -> None:
    assert client.generic("POST", "/apps/example/open", b"{}", content_type="application/json").json() == {}


def test_it_explains_each_code_where_its_help_link_leads(client) -> None:
    page = client.get("/docs/errors", headers=HTML)

    assert page.status_code == 200
    anchors = re.findall(r'<section id="([^"]+)"', page.content.decode())
    assert anchors == [code.anchor for code in ERROR_CODES]


def test_it_documents_each_code() -> None:
    text = (Path(django_settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")

    documented = re.findall(r'^\| <a id="([a-z-]+)"></a>(\d+) \| (\d+) \|', text, re.MULTILINE)
    assert documented == [(code.anchor, str(code.number), str(code.status)) for code in ERROR_CODES]


def test_it_gives_no_number_and_no_anchor_twice() -> None:
    assert len({code.number for code in ERROR_CODES}) == len({code.anchor for code in ERROR_CODES}) == len(ERROR_CODES)
    assert set(CODE_OF_STATUS.values()) <= set(ERROR_CODES)
    assert all(code.status == status for status, code in CODE_OF_STATUS.items())


def test_its_rate_limit_is_the_documented_one() -> None:
    body = json.loads(
        json.dumps({"httpStatusCode": CODE_OF_STATUS[429].status, "errorCode": CODE_OF_STATUS[429].number})
    )

    assert body == {"httpStatusCode": 429, "errorCode": 26}
