"""A continuation token is good for the list it came from, and for nothing else."""

from __future__ import annotations

import pytest
from django.core import signing
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from lasso.errors import FieldErrors
from lasso.paging import Listing, page_size

COMPLETED = Listing(scope=("items", "batch-1", "Completed"), shape=(int,))


def request(query: str) -> Request:
    return Request(APIRequestFactory().get(f"/?{query}"))


def refused(listing: Listing, token: str) -> str:
    with pytest.raises(FieldErrors) as raised:
        listing.position_of(token)
    (error,) = raised.value.errors
    assert error.path == "cToken"
    return error.message


def test_it_gives_the_position_back() -> None:
    named = Listing(scope=("batches", "ahorn"), shape=(str, int))

    assert COMPLETED.position_of(COMPLETED.token_at(12345)) == (12345,)
    assert named.position_of(named.token_at("2026-11-22T05:00:00Z", 7)) == ("2026-11-22T05:00:00Z", 7)


def test_it_starts_at_the_first_page_without_a_token() -> None:
    assert COMPLETED.position_in(request("status=Completed")) is None
    assert COMPLETED.position_in(request("cToken=")) is None
    assert COMPLETED.position_in(request(f"cToken={COMPLETED.token_at(3)}")) == (3,)


@pytest.mark.parametrize(
    "other",
    [
        Listing(scope=("items", "batch-1", "Failed"), shape=(int,)),
        Listing(scope=("items", "batch-2", "Completed"), shape=(int,)),
        Listing(scope=("batches", "batch-1", "Completed"), shape=(int,)),
    ],
)
def test_it_refuses_the_token_of_another_list(other) -> None:
    assert refused(COMPLETED, other.token_at(1)).startswith("this is not a continuation token of this list")


def test_it_refuses_a_token_that_was_changed() -> None:
    token = COMPLETED.token_at(1)

    for index in range(len(token)):
        changed = token[:index] + ("A" if token[index] != "A" else "B") + token[index + 1 :]
        # The last character of a signature may hold unused bits; Django compares the text, so it is refused too.
        refused(COMPLETED, changed)


@pytest.mark.parametrize("token", ["x", "1", ":", "æøå", "\0", "a:b", "." * 10_000])
def test_it_refuses_what_is_no_token(token) -> None:
    refused(COMPLETED, token)


def test_it_refuses_a_position_of_another_shape() -> None:
    signer = signing.Signer(salt="lasso.paging\nitems\nbatch-1\nCompleted")

    for position in (["1"], [1, 2], [], {"a": 1}, 5):
        refused(COMPLETED, signer.sign_object(position))


def test_it_needs_no_escaping_in_a_query() -> None:
    token = COMPLETED.token_at(10**18)

    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:")


@pytest.mark.parametrize(("query", "size"), [("", 100), ("pageSize=", 100), ("pageSize=1", 1), ("pageSize=1000", 1000)])
def test_it_reads_the_size_of_a_page(query, size) -> None:
    assert page_size(request(query), default=100, most=1000) == size


@pytest.mark.parametrize("text", ["0", "1001", "-1", "1.5", "ten", "٣", "9" * 5000])
def test_it_refuses_a_size_out_of_bounds(text) -> None:
    with pytest.raises(FieldErrors) as raised:
        page_size(request(f"pageSize={text}"), default=100, most=1000)

    (error,) = raised.value.errors
    assert error.path == "pageSize"
    assert error.message == f"{text!r} is not a whole number from 1 to 1000."
