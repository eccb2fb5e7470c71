"""How a webhook's sign-in is read, and what of it is refused."""

from __future__ import annotations

import pytest

from delivery.auth import AuthConfig, AuthConfigError, AuthMethod, auth_from_json, parse_auth


def test_it_reads_the_documented_header():
    auth = parse_auth({"Method": "Header", "Key": "X-API-KEY", "Value": "dm12d82mdlakd2"})
    assert auth == AuthConfig(AuthMethod.HEADER, "X-API-KEY", "dm12d82mdlakd2")
    assert auth.headers() == {"X-API-KEY": "dm12d82mdlakd2"}


def test_it_reads_basic_auth_in_utf_8():
    auth = parse_auth({"method": "basicauth", "KEY": "bruger", "value": "kode:æ"})
    assert auth is not None
    assert auth.headers() == {"Authorization": "Basic YnJ1Z2VyOmtvZGU6w6Y="}


def test_it_takes_null_as_no_sign_in():
    assert parse_auth(None) is None


def test_it_survives_storage():
    auth = AuthConfig(AuthMethod.BASIC_AUTH, "bruger", "kode")
    assert auth_from_json(auth.as_json()) == auth
    assert auth_from_json("") is None


def test_it_does_not_show_the_value():
    assert "kode" not in repr(AuthConfig(AuthMethod.BASIC_AUTH, "bruger", "kode"))


HEADER = {"Method": "Header", "Key": "X-API-KEY", "Value": "secret"}
BASIC = {"Method": "BasicAuth", "Key": "user", "Value": "secret"}


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
        ({**HEADER, "Method": "Digest"}, "authConfig.Method", "must be Header, BasicAuth or Kerberos"),
        ({**HEADER, "Method": 0}, "authConfig.Method", "must be Header, BasicAuth or Kerberos"),
        ({**HEADER, "Method": "Kerberos"}, "authConfig.Method", "Kerberos is not supported yet"),
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
