"""How a webhook's sign-in is read, and what of it is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import settings as options
from hypothesis import strategies as st

from delivery.auth import (
    AuthConfig,
    AuthConfigError,
    AuthMethod,
    ClientAuthentication,
    auth_from_json,
    parse_auth,
)
from delivery.auth.signing_in import sign_in_of
from lasso import kerberos
from lasso.http import Deadline

HEADER = {"Method": "Header", "Key": "X-API-KEY", "Value": "secret"}
BASIC = {"Method": "BasicAuth", "Key": "user", "Value": "secret"}
BEARER = {"Method": "Bearer", "Value": "secret"}
OAUTH2 = {"Method": "OAuth2", "Key": "client", "Value": "secret", "TokenUrl": "https://login.example/token"}


@pytest.fixture
def two_realms(settings):
    settings.KERBEROS_KDCS = [("CORP.EXAMPLE.COM", "kdc.example:88"), ("LAB.EXAMPLE.COM", "kdc.example:89")]


def headers_of(auth: AuthConfig | None) -> dict[str, str]:
    assert auth is not None
    return sign_in_of(auth).headers(url="https://myserver.example/", deadline=Deadline(timedelta(seconds=1)))


def test_it_reads_the_documented_header():
    auth = parse_auth({"Method": "Header", "Key": "X-API-KEY", "Value": "dm12d82mdlakd2"})
    assert auth == AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2")
    assert headers_of(auth) == {"X-API-KEY": "dm12d82mdlakd2"}


def test_it_reads_basic_auth_in_utf_8():
    auth = parse_auth({"method": "basicauth", "KEY": "bruger", "value": "kode:æ"})
    assert headers_of(auth) == {"Authorization": "Basic YnJ1Z2VyOmtvZGU6w6Y="}


def test_it_reads_a_bearer_token_without_a_key():
    auth = parse_auth({"Method": "BEARER", "Key": None, "Value": "abc.def-1=="})
    assert auth == AuthConfig(AuthMethod.BEARER, "", "abc.def-1==")
    assert headers_of(auth) == {"Authorization": "Bearer abc.def-1=="}


def test_it_reads_an_oauth2_client():
    data = {
        "Method": "oauth2",
        "Key": "client",
        "Value": "secret",
        "tokenUrl": "https://login.example/token",
        "scope": "write read",
        "CLIENTAUTHENTICATION": "post",
    }
    auth = parse_auth(data)
    assert auth == AuthConfig(
        AuthMethod.OAUTH2, "client", "secret", "https://login.example/token", "write read", ClientAuthentication.POST
    )
    assert parse_auth({**OAUTH2, "Scope": "", "ClientAuthentication": None}) == AuthConfig(
        AuthMethod.OAUTH2, "client", "secret", "https://login.example/token", "", ClientAuthentication.BASIC
    )


@pytest.mark.parametrize(
    ("user", "principal"),
    [
        ("CORP.EXAMPLE.COM@jens", "jens@CORP.EXAMPLE.COM"),
        ("corp.example.com@jens", "jens@CORP.EXAMPLE.COM"),
        ("corp@jens", "jens@CORP.EXAMPLE.COM"),
        ("lab@jens", "jens@LAB.EXAMPLE.COM"),
        ("jens", "jens@CORP.EXAMPLE.COM"),
        ("@jens", "jens@CORP.EXAMPLE.COM"),
        ("corp@jens/admin", "jens/admin@CORP.EXAMPLE.COM"),
    ],
)
def test_it_knows_a_kerberos_users_realm(two_realms, user, principal):
    assert parse_auth({"Method": "kerberos", "Key": user, "Value": "kode"}) == AuthConfig(
        AuthMethod.KERBEROS, user, "kode"
    )
    assert kerberos.principal_of(user) == principal


@pytest.mark.parametrize("user", ["corp@", "other.example@jens", "jens@CORP.EXAMPLE.COM", "corp@je ns", "corp\\jens"])
def test_it_refuses_a_kerberos_user_of_no_realm(two_realms, user):
    with pytest.raises(AuthConfigError, match=r"authConfig\.Key: .*write domain@username"):
        parse_auth({"Method": "Kerberos", "Key": user, "Value": "kode"})


def test_it_says_that_kerberos_is_not_set_up(settings):
    settings.KERBEROS_KDCS = []
    with pytest.raises(AuthConfigError, match=r"authConfig\.Method: Kerberos is not set up here: .*KERBEROS_KDCS"):
        parse_auth({"Method": "Kerberos", "Key": "corp@jens", "Value": "kode"})


def test_it_says_that_kerberos_is_not_installed(two_realms, monkeypatch):
    monkeypatch.setattr("lasso.kerberos.realms.interpreter", lambda: None)
    with pytest.raises(AuthConfigError, match=r"Kerberos is not installed here: .*python3-gssapi"):
        parse_auth({"Method": "Kerberos", "Key": "corp@jens", "Value": "kode"})


def test_it_sends_the_clients_secret_in_the_open_to_our_own_hosts_only(settings):
    with pytest.raises(AuthConfigError, match="must start with https://"):
        parse_auth({**OAUTH2, "TokenUrl": "http://login.example/token"})
    settings.OUTBOUND_ALLOWED_HOSTS = ["login.example"]
    assert parse_auth({**OAUTH2, "TokenUrl": "http://login.example/token"}) is not None


def test_it_takes_null_as_no_sign_in():
    assert parse_auth(None) is None


@pytest.mark.parametrize(
    "auth",
    [
        AuthConfig(AuthMethod.BASIC_AUTH, "bruger", "kode"),
        AuthConfig(AuthMethod.BEARER, "", "kode"),
        AuthConfig(AuthMethod.OAUTH2, "a", "kode", "https://login.example/", "read", ClientAuthentication.POST),
    ],
)
def test_it_survives_storage(auth):
    assert auth_from_json(auth.as_json()) == auth
    assert auth_from_json("") is None


def test_it_does_not_show_the_value():
    assert "kode" not in repr(AuthConfig(AuthMethod.BASIC_AUTH, "bruger", "kode"))


@pytest.mark.parametrize(
    ("data", "path", "reason"),
    [
        ("Header", "authConfig", "must be an object"),
        ([], "authConfig", "must be an object"),
        ({}, "authConfig.Method", "is missing"),
        ({**HEADER, "Key": None}, "authConfig.Key", "is missing"),
        ({"Method": "Header", "Key": "X-API-KEY"}, "authConfig.Value", "is missing"),
        ({**HEADER, "key": "X-Other"}, "authConfig.key", "is given twice"),
        ({**HEADER, "Password": "secret"}, "authConfig.Password", "is not known here"),
        (
            {**HEADER, "Method": "Digest"},
            "authConfig.Method",
            "must be one of Header, BasicAuth, Kerb",
        ),
        ({**HEADER, "Method": 0}, "authConfig.Method", "must be one of Header, BasicAuth, Kerb"),
        ({**HEADER, "Scope": "read"}, "authConfig.Scope", "is for OAuth2 only; leave it out with Header"),
        ({**BASIC, "Value": "secret\ud800"}, "authConfig.Value", "half of a character"),
        ({**BASIC, "Key": "\udfff"}, "authConfig.Key", "half of a character"),
        ({**BEARER, "Key": "X"}, "authConfig.Key", "is not used with Bearer"),
        ({**BEARER, "Value": "Bearer secret"}, "authConfig.Value", "without the word Bearer"),
        ({**OAUTH2, "TokenUrl": None}, "authConfig.TokenUrl", "is missing"),
        ({**OAUTH2, "TokenUrl": "https://127.0.0.1/"}, "authConfig.TokenUrl", "not on the public internet"),
        ({**OAUTH2, "TokenUrl": "ftp://login.example/"}, "authConfig.TokenUrl", "must start with http"),
        ({**OAUTH2, "Key": None}, "authConfig.Key", "is missing"),
        ({**OAUTH2, "Value": "secret\n"}, "authConfig.Value", "control characters"),
        ({**OAUTH2, "Scope": "a  b"}, "authConfig.Scope", "one space between"),
        ({**OAUTH2, "Scope": 5}, "authConfig.Scope", "must be text"),
        ({**OAUTH2, "ClientAuthentication": "Digest"}, "authConfig.ClientAuthentication", "must be Basic or Post"),
        ({**OAUTH2, "ClientAuthentication": 1}, "authConfig.ClientAuthentication", "must be Basic or Post"),
        ({**HEADER, "Value": 5}, "authConfig.Value", "must be text"),
        ({**HEADER, "Value": ""}, "authConfig.Value", "is empty"),
        ({**HEADER, "Value": "x" * 8001}, "authConfig.Value", "is longer than 8000 characters"),
        ({**HEADER, "Value": "secret\r\nX-Injected: 1"}, "authConfig.Value", "on one line"),
        ({**HEADER, "Value": "secret\n"}, "authConfig.Value", "on one line"),
        ({**HEADER, "Value": " secret"}, "authConfig.Value", "without spaces"),
        ({**HEADER, "Value": "sécret"}, "authConfig.Value", "printable ASCII"),
        ({**HEADER, "Value": "secret\0"}, "authConfig.Value", "printable ASCII"),
        ({**HEADER, "Key": "X API KEY"}, "authConfig.Key", "is not a header name"),
        ({**HEADER, "Key": "X-API-KEY:"}, "authConfig.Key", "is not a header name"),
        ({**HEADER, "Key": "X-API-KEY\r\nHost"}, "authConfig.Key", "is not a header name"),
        ({**HEADER, "Key": "Host"}, "authConfig.Key", "must not be Host"),
        ({**HEADER, "Key": "content-LENGTH"}, "authConfig.Key", "must not be content-LENGTH"),
        ({**HEADER, "Key": "Transfer-Encoding"}, "authConfig.Key", "must not be"),
        ({**HEADER, "Key": "webhook-signature"}, "authConfig.Key", "must not be"),
        ({**HEADER, "Key": "Idempotency-Key"}, "authConfig.Key", "must not be"),
        ({**BASIC, "Key": "us:er"}, "authConfig.Key", "must not have a colon"),
        ({**BASIC, "Value": "secret\n"}, "authConfig.Value", "control characters"),
    ],
)
def test_it_refuses_what_cannot_be_sent(data, path, reason):
    with pytest.raises(AuthConfigError) as caught:
        parse_auth(data)
    assert (caught.value.path, reason in caught.value.message) == (path, True)
    assert "secret" not in str(caught.value)


TEXTS = st.one_of(
    st.text(st.characters(), max_size=12),
    st.sampled_from(["Header", "basicauth", "Kerberos", "BEARER", "OAuth2", "Post", "https://login.example/token"]),
)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.lists(TEXTS, max_size=2))
NAMES = st.one_of(
    st.sampled_from(["Method", "Key", "value", "tokenURL", "Scope", "ClientAuthentication", "METHOD"]), TEXTS
)


@given(st.one_of(VALUES, st.dictionaries(NAMES, VALUES, max_size=6)))
@options(max_examples=500, deadline=None)
def test_it_reads_or_refuses_whatever_json_holds(data):
    """Nothing else is raised, and what is taken can be stored and sent."""
    try:
        auth = parse_auth(data)
    except AuthConfigError:
        return
    if auth is not None and auth.method is not AuthMethod.OAUTH2:
        assert auth_from_json(auth.as_json()) == auth
        assert all(value.encode("latin-1") for value in headers_of(auth).values())
