"""An organisation with a member who is signed in, and another organisation."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Organisation, User
from accounts.organisations import add_member, create_organisation

PASSWORD = "lang nok til at huske"


@pytest.fixture
def organisation(db) -> Organisation:
    """Ours."""
    return create_organisation(name="Revisionshuset Prøve", email="leder@revision.example")[0]


@pytest.fixture
def other_organisation(db) -> Organisation:
    """Somebody else's."""
    return create_organisation(name="Advokaterne Andetsteds", email="leder@advokat.example")[0]


@pytest.fixture
def member(organisation: Organisation) -> User:
    """A member of ours."""
    user = User.objects.create_user(username="anna@revision.example", email="anna@revision.example", password=PASSWORD)
    add_member(organisation=organisation, user=user)
    return user


@pytest.fixture
def portal(member: User) -> Client:
    """The member's browser, signed in; forms need their token, as in a real one."""
    client = Client(headers={"accept": "text/html"})
    client.force_login(member)
    return client


@pytest.fixture
def stranger(db) -> Client:
    """A browser that nobody has signed in with."""
    return Client(headers={"accept": "text/html"})
