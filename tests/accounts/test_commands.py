"""Organisations, keys and members are made from the command line."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import APIKey, Membership, Organisation, User


def run(*words: Any) -> list[str]:
    output = StringIO()
    call_command(*words, stdout=output)
    return output.getvalue().splitlines()


def whoami(key: str) -> Any:
    return Client(headers={"lasso-api-key": key}).get("/apps/example/whoami").json()


def test_it_creates_an_organisation_and_prints_its_key_last(db) -> None:
    lines = run("create_organisation", "Celle Revision", "--email", "drift@celle.example")

    organisation = Organisation.objects.get()
    assert lines[:-1] == [f"Celle Revision has the id {organisation.pk}.", "Its API key, shown only this once:"]
    assert whoami(lines[-1]) == {"organisation": "Celle Revision", "user": None}
    assert (organisation.email, organisation.language) == ("drift@celle.example", "da")
    assert organisation.has_beneficial_owner_access is False


def test_it_prints_only_the_key_when_told_to_be_quiet(db) -> None:
    lines = run("create_organisation", "Celle Revision", "--email", "drift@celle.example", "--quiet")

    assert len(lines) == 1
    assert whoami(lines[0])["organisation"] == "Celle Revision"


def test_it_gives_access_to_beneficial_owners_only_when_told(db) -> None:
    run("create_organisation", "C", "--email", "c@celle.example", "--beneficial-owners", "--language", "en")

    organisation = Organisation.objects.get()
    assert organisation.has_beneficial_owner_access is True
    assert organisation.language == "en"


@pytest.mark.parametrize(
    ("name", "email", "field"),
    [
        ("Celle", "not an address", "email: "),
        ("", "drift@celle.example", "name: "),
        ("x" * 201, "a@b.example", "name: "),
    ],
)
def test_it_creates_nothing_from_wrong_values(db, name, email, field) -> None:
    with pytest.raises(CommandError, match=f"^{field}"):
        run("create_organisation", name, "--email", email)

    assert not Organisation.objects.exists()
    assert not APIKey.objects.exists()


def test_it_creates_another_key_by_name_and_by_id(ahorn) -> None:
    by_name = run("create_api_key", "Ahorn Revision", "--name", "nightly")[-1]
    by_id = run("create_api_key", str(ahorn.pk), "--quiet")

    assert len(by_id) == 1
    assert whoami(by_name) == whoami(by_id[0]) == {"organisation": "Ahorn Revision", "user": None}
    assert sorted(APIKey.objects.values_list("name", flat=True)) == ["another key", "nightly"]


def test_it_says_which_organisations_there_are(ahorn, birk) -> None:
    with pytest.raises(CommandError) as raised:
        run("create_api_key", "Ahron")

    assert str(raised.value) == (
        "No organisation has the id or the name 'Ahron'; there is Ahorn Revision, Birk Advokater."
    )
    assert not APIKey.objects.exists()


def test_it_asks_for_the_id_when_two_have_the_name(ahorn) -> None:
    twin = Organisation.objects.create(name="Ahorn Revision", email="b@ahorn.example")

    with pytest.raises(CommandError) as raised:
        run("create_api_key", "Ahorn Revision")

    assert str(raised.value) == (
        f"2 organisations are called 'Ahorn Revision'; give one of the ids {ahorn.pk}, {twin.pk}."
    )
    assert not APIKey.objects.exists()


def test_it_makes_a_new_person_a_member_who_can_sign_in(ahorn) -> None:
    password = run("add_member", "Ahorn Revision", "Alice@ahorn.example")[-1]

    assert Membership.objects.get().organisation == ahorn
    assert Client().login(username="alice@ahorn.example", password=password)


def test_it_keeps_a_known_persons_password(ahorn) -> None:
    user = User.objects.create_user("alice@ahorn.example", password="unchanged")

    lines = run("add_member", "Ahorn Revision", "alice@ahorn.example")
    run("add_member", "Ahorn Revision", "alice@ahorn.example")

    assert lines == ["alice@ahorn.example is a member of Ahorn Revision."]
    assert Membership.objects.get().user == user
    assert Client().login(username="alice@ahorn.example", password="unchanged")


def test_it_adds_nobody_without_an_address(ahorn) -> None:
    with pytest.raises(CommandError, match="'alice' is not an e-mail address"):
        run("add_member", "Ahorn Revision", "alice")

    assert not User.objects.exists()
