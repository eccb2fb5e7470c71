"""What a deploy check says of the live sources' settings."""

from __future__ import annotations

import pytest

from companies.checks import check_live_sources


def ids() -> list[str | None]:
    return [message.id for message in check_live_sources(None)]


@pytest.fixture(autouse=True)
def _on(settings):
    settings.REGISTER_URL = settings.FILINGS_URL = "https://distribution.example"
    settings.REGISTER_USER, settings.REGISTER_PASSWORD = "lasso", "kodeord"


def test_it_is_content_with_whole_credentials_over_tls():
    assert ids() == []


def test_it_says_that_the_register_is_off(settings):
    settings.REGISTER_USER = settings.REGISTER_PASSWORD = ""

    assert ids() == ["companies.I001"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("REGISTER_PASSWORD", "REGISTER_USER is set and REGISTER_PASSWORD is not, so this source is off."),
        ("REGISTER_USER", "REGISTER_PASSWORD is set and REGISTER_USER is not, so this source is off."),
    ],
)
def test_half_of_a_credential_is_an_error(settings, name, message):
    setattr(settings, name, "")

    (found,) = check_live_sources(None)
    assert (found.id, found.msg) == ("companies.E001", message)


def test_the_credential_for_beneficial_owners_is_judged_alone(settings):
    settings.BENEFICIAL_REGISTER_USER = "lasso"

    assert ids() == ["companies.E001"]


def test_a_password_over_plain_http_is_an_error(settings):
    settings.REGISTER_URL = settings.FILINGS_URL = "http://distribution.example"

    assert ids() == ["companies.E002"]


def test_filings_over_plain_http_are_warned_of(settings):
    settings.FILINGS_URL = "http://distribution.example"

    assert ids() == ["companies.W001"]
