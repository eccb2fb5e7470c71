"""URLs with placeholders, which only endpoints of one owner have."""

from __future__ import annotations

import pytest

from delivery.endpoints import EndpointURLError
from delivery.url_templates import check_url_template, filled_url


@pytest.mark.parametrize(
    ("url", "filled"),
    [
        ("https://crm.example/in", "https://crm.example/in"),
        ("https://crm.example/companies/{cvr}", "https://crm.example/companies/99000007"),
        (
            "https://crm.example/{lassoId}/x?cvr={cvr}&id={cvr}",
            "https://crm.example/CVR-1-99000007/x?cvr=99000007&id=99000007",
        ),
        ("https://crm.example?cvr={cvr}", "https://crm.example?cvr=99000007"),
        ("https://crm.example/%7Bcvr%7D", "https://crm.example/%7Bcvr%7D"),
    ],
)
def test_it_fills_in_the_company(url, filled):
    check_url_template(url)
    assert filled_url(url, cvr="99000007") == filled


def test_it_quotes_what_it_fills_in():
    assert filled_url("https://crm.example/{cvr}/{lassoId}", cvr="a/b?ø") == (
        "https://crm.example/a%2Fb%3F%C3%B8/CVR-1-a%2Fb%3F%C3%B8"
    )


def test_it_fills_in_nothing_for_no_company():
    assert filled_url("https://crm.example/{cvr}/{lassoId}", cvr="") == "https://crm.example//"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "https://crm.example/{CVR}",
            "The URL has the placeholder {CVR}, which is not known; use {cvr} and {lassoId}.",
        ),
        ("https://crm.example/{name}?x={cvr}", "{name}, which is not known"),
        ("https://crm.example/{}", "The URL has the placeholder {}, which is not known"),
        ("https://crm.example/{cvr", "a brace without its other half"),
        ("https://crm.example/cvr}", "a brace without its other half"),
        ("https://crm.example/{{cvr}}", "a brace without its other half"),
        ("https://{cvr}.crm.example/", "The URL has a placeholder in its host"),
        ("https://crm.example:{cvr}/", "The URL has a placeholder in its host"),
        ("https://{cvr}@crm.example/", "The URL has a placeholder in its host"),
        ("{lassoId}://crm.example/", "The URL has a placeholder in its host"),
        ("{cvr}", "The URL has a placeholder in its host"),
        ("https:{cvr}", "The URL has a placeholder in its host"),
        ("https://crm.example/#{cvr}", "a placeholder behind its #, which is never sent"),
        ("https://crm.example/{cvr}?x=1#/{lassoId}", "a placeholder behind its #"),
        ("https://127.0.0.1/{cvr}", "not on the public internet"),
        ("ftp://crm.example/{cvr}", "must start with http:// or https://"),
        ("https://user@crm.example/{cvr}", "has a user name in it"),
        ("https://crm.example/{cvr} ", "has a space"),
        ("https://crm.example/{cvr}" + "x" * 1980, "is longer than 2000 characters"),
    ],
)
def test_it_refuses_what_could_never_be_called(url, sentence):
    with pytest.raises(EndpointURLError) as refusal:
        check_url_template(url)
    assert sentence in refusal.value.message
