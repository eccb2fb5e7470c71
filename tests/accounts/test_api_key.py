"""A request is signed in by its API key."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.keys import create_api_key, revoke_api_key
from accounts.models import APIKey, User

WHOAMI = "/apps/example/whoami"


def test_it_takes_the_key_from_the_header(client, key) -> None:
    answer = client.get(WHOAMI, headers={"lasso-api-key": key.text})

    assert answer.status_code == 200
    assert answer.json() == {"organisation": "Ahorn Revision", "user": None}


def test_it_takes_the_key_from_the_query(client, key) -> None:
    answer = client.get(WHOAMI, {"accessKey": key.text})

    assert answer.json() == {"organisation": "Ahorn Revision", "user": None}


def test_it_takes_the_same_key_from_both(client, key) -> None:
    answer = client.get(WHOAMI, {"accessKey": key.text}, headers={"lasso-api-key": key.text})

    assert answer.status_code == 200


def test_it_refuses_two_different_keys(client, key, birk) -> None:
    other = create_api_key(organisation=birk, name="other")

    answer = client.get(WHOAMI, {"accessKey": other.text}, headers={"lasso-api-key": key.text})

    assert answer.status_code == 401
    assert answer.json()["errorMessage"] == (
        "Different API keys were sent in the header lasso-api-key and in the query; send one key once."
    )


def test_it_knows_who_made_the_key(client, ahorn) -> None:
    user = User.objects.create(username="alice")
    key = create_api_key(organisation=ahorn, name="alice's", created_by=user)

    assert client.get(WHOAMI, headers={"lasso-api-key": key.text}).json()["user"] == str(user.pk)


def test_it_asks_for_a_key_when_there_is_none(client, db) -> None:
    answer = client.get(WHOAMI)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'lasso-api-key realm="Lasso"'
    assert answer.json() == {
        "errorMessage": "Send an API key in the header lasso-api-key or in the query parameter accessKey.",
        "httpStatusCode": 401,
        "errorCode": 10,
        "friendlyError": "Access needs a valid API key.",
        "helpLink": "http://localhost:8000/docs/errors#authentication",
    }


@pytest.mark.parametrize(
    "text",
    ["nonsense", "AAAAAAAA.BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", "æøå", "\0", "x" * 5000],
)
def test_it_does_not_know_other_keys(client, key, text) -> None:
    answer = client.get(WHOAMI, {"accessKey": text})

    assert answer.status_code == 401
    assert answer.json()["errorMessage"] == "The API key is not known; check that all of it was copied."


def test_it_does_not_take_a_known_prefix_for_a_key(client, key) -> None:
    prefix = key.text.partition(".")[0]

    answer = client.get(WHOAMI, {"accessKey": f"{prefix}.{'A' * 32}"})

    assert answer.json()["errorMessage"] == "The API key is not known; check that all of it was copied."


def test_it_refuses_a_revoked_key_and_says_so(client, key) -> None:
    revoke_api_key(key=key.row)

    answer = client.get(WHOAMI, headers={"lasso-api-key": key.text})

    assert answer.status_code == 401
    assert answer.json()["errorMessage"] == "The API key was revoked; use another one."


def test_it_refuses_an_expired_key_and_says_so(client, ahorn) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    key = create_api_key(organisation=ahorn, name="old", expires_at=yesterday)

    answer = client.get(WHOAMI, headers={"lasso-api-key": key.text})

    assert answer.status_code == 401
    assert answer.json()["errorMessage"] == f"The API key expired on {yesterday:%Y-%m-%d}; use another one."


def test_it_says_nothing_of_a_revoked_key_to_whoever_has_only_its_prefix(client, key) -> None:
    revoke_api_key(key=key.row)

    answer = client.get(WHOAMI, headers={"lasso-api-key": f"{key.row.prefix}.{'A' * 32}"})

    assert answer.json()["errorMessage"] == "The API key is not known; check that all of it was copied."


def test_it_costs_one_query(key, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        Client(headers={"lasso-api-key": key.text}).get(WHOAMI)


def test_it_keeps_only_the_hash(key) -> None:
    row = APIKey.objects.get()

    assert key.text not in {row.pk, row.prefix, row.hashed_key}
    assert row.hashed_key.startswith("sha512$$")
