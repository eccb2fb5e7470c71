"""`manage.py reencrypt_secrets`."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import TextField
from django.utils import timezone

from accounts.models import Organisation
from delivery.auth import AuthConfig, AuthMethod
from delivery.endpoints import find_or_create_endpoint, find_or_create_mailbox
from delivery.models import AccessToken, Endpoint
from delivery.reencrypting import ENCRYPTED
from delivery.signing import renew_signing_secret
from lasso.encryption import InvalidToken, decrypt, encrypt

pytestmark = pytest.mark.django_db

AUTH = AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2")


@pytest.fixture
def secured(organisation: Organisation, settings) -> Endpoint:
    """An endpoint with every secret that there is, written under an old key, beside one that has none."""
    settings.ENCRYPTION_KEYS = ["old"]
    find_or_create_mailbox(organisation=organisation, email="modtager@fiktiv.example")
    endpoint = find_or_create_endpoint(organisation=organisation, url="https://myserver.example/", auth=AUTH)
    renew_signing_secret(endpoint=endpoint, now=timezone.now(), grace=timedelta(days=1))
    AccessToken.objects.create(fingerprint="a", token=encrypt("token"), expires_at=timezone.now())
    return endpoint


def opened(endpoint: Endpoint) -> list[str]:
    endpoint.refresh_from_db()
    tokens = [endpoint.auth, endpoint.signing_secret, endpoint.previous_signing_secret, AccessToken.objects.get().token]
    return [decrypt(token) for token in tokens]


def test_it_lets_the_old_key_be_dropped(secured, settings):
    before = opened(secured)
    settings.ENCRYPTION_KEYS = ["new", "old"]
    out = StringIO()
    call_command("reencrypt_secrets", stdout=out)
    assert out.getvalue() == "4 secrets are under the newest key.\n"
    settings.ENCRYPTION_KEYS = ["new"]
    assert opened(secured) == before
    assert before[0] == AUTH.as_json()


def test_it_names_what_it_cannot_read_and_goes_on(secured, settings):
    Endpoint.objects.filter(pk=secured.pk).update(auth="nonsense")
    settings.ENCRYPTION_KEYS = ["new", "old"]
    with pytest.raises(CommandError, match=rf"1 cannot be decrypted .*\nEndpoint {secured.pk}: auth"):
        call_command("reencrypt_secrets", stdout=StringIO())
    secured.refresh_from_db()
    assert secured.auth == "nonsense"
    settings.ENCRYPTION_KEYS = ["new"]
    assert decrypt(secured.signing_secret).startswith("whsec_")
    settings.ENCRYPTION_KEYS = ["old"]
    with pytest.raises(InvalidToken):
        decrypt(secured.signing_secret)


def test_it_knows_every_column_that_holds_a_secret(secured):
    """Whatever text column of any model holds a Fernet token (they begin with gAAAA) is on the list."""
    found = {
        (model, column.name)
        for model in apps.get_models()
        for column in model._meta.get_fields()
        if isinstance(column, TextField)
        and model._base_manager.filter(**{f"{column.name}__startswith": "gAAAA"}).exists()
    }
    assert found == {(rows.model, column) for rows, column in ENCRYPTED}
