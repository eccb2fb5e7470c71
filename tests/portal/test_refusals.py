"""What the verbs refuse in English is told in words of the reader's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from delivery.auth import AuthConfigError, parse_auth
from delivery.endpoints import EndpointURLError
from delivery.latest import GONE, SUPERSEDED
from delivery.url_templates import check_url_template
from delivery.wording import out_of_time
from integrations.composing_exports import REPLACED, UNKNOWN
from integrations.composing_updates import AS_BEFORE
from integrations.exporting import REMOVED
from integrations.mapping import NOT_IDENTIFIED, NOTHING_UPDATED, Entry, FieldMapping, check_mapping
from integrations.reading import BROKEN, UNREADABLE
from integrations.setting_up import DELETED, ENDPOINT_REMOVED
from lasso.http.failures import MEANINGS
from lasso.language import Language, speaking
from portal.refusals import in_words, known_words

URLS = [
    "https://",
    "https://x.example:99999/",
    "https://x.example:25/",
    f"https://x.example/{'x' * 2000}",
    "https://x.example/a b",
    "ftp://x.example/",
    "https://a:b@x.example/",
    "https://x%2e.example/",
    "https://x!y.example/",
    "https://10.0.0.1/",
    "https://2130706433/",
    "https://x.example/{cvr",
    "https://x.example/{name}",
    "https://{cvr}.example/",
]
AUTHS: list[dict[str, Any]] = [
    {"Method": "Header", "Key": "", "Value": "x"},
    {"Method": "Header", "Value": "x"},
    {"Method": "Header", "Key": "k" * 201, "Value": "x"},
    {"Method": "Header", "Key": "a b", "Value": "x"},
    {"Method": "Header", "Key": "Host", "Value": "x"},
    {"Method": "Header", "Key": "X-Key", "Value": " x"},
    {"Method": "BasicAuth", "Key": "a:b", "Value": "x"},
    {"Method": "BasicAuth", "Key": "a", "Value": "x\n"},
    {"Method": "BasicAuth", "Key": "a", "Value": "\ud800"},
    {"Method": "Bearer", "Value": "a b"},
    {"Method": "OAuth2", "Key": "a", "Value": "x", "TokenUrl": "http://x.example/"},
    {"Method": "OAuth2", "Key": "a", "Value": "x", "TokenUrl": "ftp://x.example/"},
    {"Method": "OAuth2", "Key": "a", "Value": "x", "TokenUrl": "https://x.example/", "Scope": "a  b"},
]
MAPPINGS = [
    (),
    (Entry(field="cvr"),) * 501,
    (Entry(field="cvr"), Entry(field="name", name="cvr")),
    (Entry(field="cvr", name="n" * 101),),
    (Entry(name="a\0"),),
    (Entry(name="a", constant="x" * 1001),),
    (Entry(constant="x"),),
    (Entry(field="nothing"),),
    (Entry(field="beneficialOwners"),),
]


def url_refusals() -> Iterator[str]:
    for url in URLS:
        with pytest.raises(EndpointURLError) as refused:
            check_url_template(url)
        yield refused.value.message


def auth_refusals() -> Iterator[str]:
    for auth in AUTHS:
        with pytest.raises(AuthConfigError) as refused:
            parse_auth(auth)
        yield refused.value.message


def mapping_refusals() -> Iterator[str]:
    for entries in MAPPINGS:
        errors = check_mapping(mapping=FieldMapping(entries), update_url=None).errors
        assert errors
        yield from (error.message for error in errors)


def sentences_of_rows() -> Iterator[str]:
    yield from (NOT_IDENTIFIED, NOTHING_UPDATED, DELETED, ENDPOINT_REMOVED, REMOVED, REPLACED, AS_BEFORE, UNKNOWN)
    yield from (BROKEN, UNREADABLE.format(reason="x"), GONE, SUPERSEDED, out_of_time("en", "x"))
    yield from (sentence.format(host="x.example") for _kinds, _code, sentence in MEANINGS[:-2])


@pytest.mark.parametrize("refusals", [url_refusals, auth_refusals, mapping_refusals, sentences_of_rows])
def test_it_has_words_for_what_the_verbs_say(refusals: Callable[[], Iterator[str]]):
    for refusal in refusals():
        assert known_words(refusal), refusal


def test_its_words_leave_no_placeholder_open():
    for refusal in (*url_refusals(), *auth_refusals(), *mapping_refusals(), *sentences_of_rows()):
        for language in Language:
            with speaking(language):
                assert not re.search(r"\{(?!cvr\}|lassoId\}|name\})", in_words(refusal)), refusal


def test_it_says_what_was_found():
    assert in_words("The URL has the port 25, which is not one of those that are called (443).") == (
        "Adressen har port 25, som ikke kan kaldes."
    )
    assert "{navn}" in in_words("The URL has the placeholder {navn}, which is not known; use {cvr} and {lassoId}.")


def test_it_repeats_what_it_has_no_words_for():
    assert in_words("Something <b>new</b>.") == "Something <b>new</b>."
