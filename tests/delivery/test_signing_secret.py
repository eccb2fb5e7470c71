"""`manage.py renew_signing_secret`."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Organisation
from delivery.endpoints import find_or_create_endpoint
from delivery.models import Endpoint
from lasso.encryption import decrypt

pytestmark = pytest.mark.django_db

HOOK = "https://myserver.example/reportwebhook"


@pytest.fixture
def endpoint() -> Endpoint:
    """A webhook that a batch has named."""
    organisation = Organisation.objects.create(name="Revisionshuset Eksempel", email="drift@revision.example")
    return find_or_create_endpoint(organisation=organisation, url=HOOK)


def test_it_prints_a_new_secret_once(endpoint: Endpoint) -> None:
    before, out = decrypt(endpoint.signing_secret), StringIO()

    call_command("renew_signing_secret", "Revisionshuset Eksempel", HOOK, stdout=out)

    endpoint.refresh_from_db()
    secret = out.getvalue().strip()
    assert secret.startswith("whsec_")
    assert secret == decrypt(endpoint.signing_secret)
    assert secret != before


def test_it_refuses_a_url_that_no_batch_has_named(endpoint: Endpoint) -> None:
    with pytest.raises(CommandError, match=r"has no webhook 'https://other\.example/'"):
        call_command("renew_signing_secret", "Revisionshuset Eksempel", "https://other.example/")

    secret = endpoint.signing_secret
    endpoint.refresh_from_db()
    assert endpoint.signing_secret == secret


def test_it_lets_the_old_secret_go_on_for_a_day_or_as_told(endpoint: Endpoint) -> None:
    before = endpoint.signing_secret
    call_command("renew_signing_secret", "Revisionshuset Eksempel", HOOK, stdout=StringIO())
    endpoint.refresh_from_db()
    assert endpoint.previous_signing_secret == before
    assert endpoint.previous_signing_secret_until is not None
    assert timedelta(hours=23.9) < endpoint.previous_signing_secret_until - timezone.now() <= timedelta(hours=24)

    call_command("renew_signing_secret", "Revisionshuset Eksempel", HOOK, "--grace-hours", "0", stdout=StringIO())
    leaked = Endpoint.objects.get(pk=endpoint.pk)
    assert (leaked.previous_signing_secret, leaked.previous_signing_secret_until) == ("", None)


@pytest.mark.parametrize("hours", ["-1", "169", "1e300"])
def test_it_refuses_a_grace_that_is_out_of_reason(endpoint: Endpoint, hours: str) -> None:
    with pytest.raises(CommandError):
        call_command("renew_signing_secret", "Revisionshuset Eksempel", HOOK, f"--grace-hours={hours}")
    secret = endpoint.signing_secret
    endpoint.refresh_from_db()
    assert endpoint.signing_secret == secret
