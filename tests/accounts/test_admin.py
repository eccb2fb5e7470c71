"""The administrator sees organisations and makes and revokes keys."""

from __future__ import annotations

import re

import pytest
from django.contrib import admin
from django.test import Client
from rest_framework_api_key.models import APIKey as PackagedAPIKey

from accounts.models import APIKey, User


@pytest.fixture
def administrator(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="-"))
    return client


def test_it_shows_a_new_key_once(administrator, ahorn) -> None:
    made = administrator.post(
        "/admin/accounts/apikey/add/", {"organisation": str(ahorn.pk), "name": "portal"}, follow=True
    )
    key = re.search(r"\b[A-Za-z0-9]{8}\.[A-Za-z0-9]{32}\b", made.content.decode())
    again = administrator.get("/admin/accounts/apikey/")

    assert key is not None
    assert APIKey.objects.get().created_by == User.objects.get()
    assert Client(headers={"lasso-api-key": key.group()}).get("/apps/example/whoami").status_code == 200
    assert key.group() not in again.content.decode()


def test_it_revokes_keys(administrator, key) -> None:
    administrator.post("/admin/accounts/apikey/", {"action": "revoke", "_selected_action": [key.row.pk]})

    assert APIKey.objects.get().revoked is True
    assert Client(headers={"lasso-api-key": key.text}).get("/apps/example/whoami").status_code == 401


def test_it_does_not_move_a_key_to_another_organisation(administrator, key, birk) -> None:
    administrator.post(
        f"/admin/accounts/apikey/{key.row.pk.replace('$', '_24')}/change/",
        {"organisation": str(birk.pk), "name": "renamed"},
    )

    row = APIKey.objects.get()
    assert row.name == "renamed"
    assert row.organisation != birk


def test_it_lists_organisations_with_their_members(administrator, ahorn) -> None:
    assert "Ahorn Revision" in administrator.get("/admin/accounts/organisation/").content.decode()
    assert administrator.get(f"/admin/accounts/organisation/{ahorn.pk}/change/").status_code == 200


def test_it_does_not_offer_the_packages_own_keys() -> None:
    assert not admin.site.is_registered(PackagedAPIKey)


def test_it_sets_an_organisations_language(administrator, ahorn) -> None:
    page = f"/admin/accounts/organisation/{ahorn.pk}/change/"
    members = {"membership_set-TOTAL_FORMS": "0", "membership_set-INITIAL_FORMS": "0"}
    form = {"name": ahorn.name, "email": ahorn.email, **members}

    refused = administrator.post(page, {**form, "language": "de"})
    ahorn.refresh_from_db()
    assert list(refused.context["adminform"].form.errors) == ["language"]
    assert ahorn.language == "da"

    administrator.post(page, {**form, "language": "en"})
    ahorn.refresh_from_db()
    assert ahorn.language == "en"
