"""The cast: Ahorn has keys and asks; Birk should have no access to Ahorn's things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from accounts.keys import NewKey, create_api_key
from accounts.models import Organisation
from tests.accounts.example_api import Calls, Orders


@pytest.fixture(autouse=True)
def _example_api(settings) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.accounts.example_api"
    yield
    Orders.during = staticmethod(lambda: None)
    Calls.made = 0


@pytest.fixture
def ahorn(db) -> Organisation:
    return Organisation.objects.create(name="Ahorn Revision", email="drift@ahorn.example")


@pytest.fixture
def birk(db) -> Organisation:
    return Organisation.objects.create(name="Birk Advokater", email="drift@birk.example")


@pytest.fixture
def key(ahorn: Organisation) -> NewKey:
    return create_api_key(organisation=ahorn, name="test")


@pytest.fixture
def client_of_ahorn(key: NewKey) -> Client:
    return Client(headers={"lasso-api-key": key.text}, raise_request_exception=False)
