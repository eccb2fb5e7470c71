"""`manage.py reencrypt_secrets`."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import CharField, JSONField, TextField
from django.utils import timezone

from accounts.models import IdempotentRequest, Organisation, User
from delivery.auth import AuthConfig, AuthMethod
from delivery.endpoints import find_or_create_endpoint, find_or_create_mailbox
from delivery.models import AccessToken, Endpoint
from delivery.signing import renew_signing_secret
from lasso.encryption import InvalidToken, decrypt, encrypt, reencrypt
from lasso.reencrypting import encrypted_columns
from local.processes import ROOT
from portal.batches.drafts import CompanyList, auth_of, keep_draft
from portal.models import OrderDraft
from tests.integrations.conftest import client_of

pytestmark = pytest.mark.django_db

AUTH = AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2")


@pytest.fixture
def secured(organisation: Organisation, member: User, settings) -> Endpoint:
    """An endpoint and everything else with every secret that there is, written under an old key, beside one without."""
    settings.ENCRYPTION_KEYS = ["old"]
    find_or_create_mailbox(organisation=organisation, email="modtager@fiktiv.example")
    endpoint = find_or_create_endpoint(organisation=organisation, url="https://myserver.example/", auth=AUTH)
    renew_signing_secret(endpoint=endpoint, now=timezone.now(), grace=timedelta(days=1))
    assert rotated(organisation, endpoint).status_code == 200
    keep_draft(
        draft=None,
        organisation=organisation,
        member=member,
        listed=CompanyList(()),
        fields={},
        auth={"Value": "of the draft"},
        now=timezone.now(),
    )
    AccessToken.objects.create(fingerprint="a", token=encrypt("token"), expires_at=timezone.now())
    return endpoint


def rotated(organisation: Organisation, endpoint: Endpoint):
    """The answer to one request for a new signing secret, however often it is sent."""
    key = {"Idempotency-Key": "rotation"}
    return client_of(organisation).post(f"/apps/endpoints/{endpoint.pk}/rotate", headers=key)


def opened(endpoint: Endpoint) -> list[str]:
    endpoint.refresh_from_db()
    tokens = [endpoint.auth, endpoint.signing_secret, endpoint.previous_signing_secret, AccessToken.objects.get().token]
    tokens += [OrderDraft.objects.get().auth, IdempotentRequest.objects.get().secret_body]
    return [decrypt(token) for token in tokens]


def test_it_lets_the_old_key_be_dropped(organisation, secured, settings):
    before = opened(secured)
    answer = rotated(organisation, secured).json()
    settings.ENCRYPTION_KEYS = ["new", "old"]
    out = StringIO()
    call_command("reencrypt_secrets", stdout=out)
    assert out.getvalue() == "6 secrets are under the newest key.\n"
    settings.ENCRYPTION_KEYS = ["new"]
    assert opened(secured) == before
    assert before[0] == AUTH.as_json()
    assert auth_of(OrderDraft.objects.get()) == {"Value": "of the draft"}
    assert rotated(organisation, secured).json() == answer


def test_it_writes_a_secret_key_anew_where_there_are_no_keys_of_their_own(organisation, settings):
    settings.ENCRYPTION_KEYS, settings.SECRET_KEY = [], "the old secret key"
    endpoint = find_or_create_endpoint(organisation=organisation, url="https://myserver.example/", auth=AUTH)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the new secret key", ["the old secret key"]
    call_command("reencrypt_secrets", stdout=StringIO())
    settings.SECRET_KEY_FALLBACKS = []
    endpoint.refresh_from_db()
    assert decrypt(endpoint.auth) == AUTH.as_json()


def test_it_leaves_what_somebody_writes_meanwhile(secured, settings, monkeypatch):
    settings.ENCRYPTION_KEYS = ["new", "old"]

    def reencrypt_late(token: str) -> str:
        Endpoint.objects.filter(auth=token).update(auth=encrypt("written meanwhile"))
        return reencrypt(token)

    monkeypatch.setattr("lasso.reencrypting.reencrypt", reencrypt_late)
    out = StringIO()
    call_command("reencrypt_secrets", stdout=out)
    assert out.getvalue() == "5 secrets are under the newest key.\n"
    settings.ENCRYPTION_KEYS = ["new"]
    assert opened(secured)[0] == "written meanwhile"


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
    """Whatever column of any model holds a Fernet token (they begin with gAAAA) is one of those that are encrypted."""
    found = {
        (model, column.name)
        for model in apps.get_models()
        for column in model._meta.concrete_fields
        if isinstance(column, (TextField, CharField, JSONField))
        and any("gAAAA" in str(value) for value in model._base_manager.values_list(column.name, flat=True))
    }
    assert found == {(rows.model, column) for rows, column in encrypted_columns()}


def test_it_finds_every_place_where_something_is_encrypted():
    """A new call of `encrypt` belongs to a column of its own; then the test above fills it, too."""
    folders = ("lasso", *(app.name for app in apps.get_app_configs() if (ROOT / app.name / "models.py").exists()))
    calls = {
        str(file.relative_to(ROOT))
        for folder in folders
        for file in (ROOT / folder).rglob("*.py")
        if re.search(r"(?<![.\w])encrypt\(", file.read_text(encoding="utf-8"))
    }
    assert calls - {"lasso/encryption.py"} == {
        "accounts/idempotency.py",
        "delivery/auth/tokens.py",
        "delivery/endpoints.py",
        "delivery/owned_endpoints.py",
        "delivery/signing.py",
        "portal/batches/drafts.py",
    }
