"""Settings are read from the environment, and a wrong one is a sentence with its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from lasso.env import Environment

Reader = Callable[[Environment], Any]
SCHEMES = frozenset({"http", "https"})


@pytest.mark.parametrize(
    ("value", "read", "found"),
    [
        ("x", lambda env: env.text("A"), "x"),
        (" x ", lambda env: env.text("A"), "x"),
        ("", lambda env: env.text("A", "y"), "y"),
        ("x", lambda env: env.required("A", "set it."), "x"),
        ("JSON", lambda env: env.choice("A", "console", choices=frozenset({"json", "console"})), "json"),
        ("", lambda env: env.choice("A", "console", choices=frozenset({"json", "console"})), "console"),
        ("True", lambda env: env.boolean("A", default=False), True),
        ("off", lambda env: env.boolean("A", default=True), False),
        ("", lambda env: env.boolean("A", default=True), True),
        ("64", lambda env: env.integer("A", 4, least=1, most=64), 64),
        ("", lambda env: env.integer("A", 4, least=1, most=64), 4),
        ("-5", lambda env: env.integer("A", 4, least=-10), -5),
        ("90s", lambda env: env.duration("A", timedelta(1)), timedelta(seconds=90)),
        ("15M", lambda env: env.duration("A", timedelta(1)), timedelta(minutes=15)),
        ("30d", lambda env: env.duration("A", timedelta(1)), timedelta(days=30)),
        ("", lambda env: env.duration("A", timedelta(1)), timedelta(1)),
        ("a, b,,c ", lambda env: env.words("A"), ["a", "b", "c"]),
        ("", lambda env: env.words("A"), []),
        ("", lambda env: env.ports("A", "80,1024-65535"), [range(80, 81), range(1024, 65536)]),
        ("443, 8443-8444", lambda env: env.ports("A", "80"), [range(443, 444), range(8443, 8445)]),
        ("127.0.0.0/8,::1", lambda env: env.networks("A"), [ip_network("127.0.0.0/8"), ip_network("::1")]),
        ("https://x.example", lambda env: env.url("A", "http://y", schemes=SCHEMES), "https://x.example"),
        ("", lambda env: env.url("A", "http://y", schemes=SCHEMES), "http://y"),
    ],
)
def test_it_reads(value: str, read: Reader, found: Any) -> None:
    assert read(Environment({"A": value})) == found
    assert type(read(Environment({"A": value}))) is type(found)


@pytest.mark.parametrize(
    ("value", "read", "sentence"),
    [
        ("", lambda env: env.required("A", "give a key."), "A is not set; give a key."),
        (
            "xml",
            lambda env: env.choice("A", "json", choices=frozenset({"json", "console"})),
            "A is 'xml', use one of console, json.",
        ),
        ("maybe", lambda env: env.boolean("A", default=False), "A is 'maybe', use 'true' or 'false'."),
        ("65", lambda env: env.integer("A", 4, least=1, most=64), "A is '65', use a whole number from 1 to 64."),
        ("four", lambda env: env.integer("A", 4, least=1, most=64), "A is 'four', use a whole number from 1 to 64."),
        ("--5", lambda env: env.integer("A", 4, least=1, most=64), "A is '--5', use a whole number from 1 to 64."),
        ("1.5", lambda env: env.integer("A", 4, least=1, most=64), "A is '1.5', use a whole number from 1 to 64."),
        (
            "30",
            lambda env: env.duration("A", timedelta(1)),
            "A is '30', use a number and a unit such as 30s, 15m, 24h or 30d.",
        ),
        (
            "d",
            lambda env: env.duration("A", timedelta(1)),
            "A is 'd', use a number and a unit such as 30s, 15m, 24h or 30d.",
        ),
        (
            "31s",
            lambda env: env.duration("A", timedelta(1), least=timedelta(seconds=1), most=timedelta(seconds=30)),
            "A is '31s', use 1s to 30s.",
        ),
        *(
            (
                value,
                lambda env: env.ports("A", "80"),
                f"A has {value!r}, use ports and ranges such as 80,443,1024-65535.",
            )
            for value in ("0", "65536", "90-80", "http", "80-", "-80")
        ),
        (
            "10.0.0.1/8",
            lambda env: env.networks("A"),
            "A has a network that is wrong: 10.0.0.1/8 has host bits set.",
        ),
    ],
)
def test_it_says_what_is_wrong(value: str, read: Reader, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured) as raised:
        read(Environment({"A": value}))

    assert str(raised.value) == sentence


@pytest.mark.parametrize("value", ["ftp://x", "x.example", "://"])
def test_it_refuses_urls_of_other_schemes(value) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^A "):
        Environment({"A": value}).url("A", "", schemes=SCHEMES)


@pytest.mark.parametrize(
    ("value", "read"), [("9" * 5000, "integer"), ("9" * 5000 + "d", "duration"), ("999999999999d", "duration")]
)
def test_it_says_so_of_numbers_beyond_measure(value, read) -> None:
    env = Environment({"A": value})

    with pytest.raises(ImproperlyConfigured, match=r"^A "):
        env.integer("A", 1) if read == "integer" else env.duration("A", timedelta(1))


def test_it_reads_a_secret_from_a_file(tmp_path) -> None:
    file = tmp_path / "secret"
    file.write_text("from a file\n", encoding="utf-8")

    assert Environment({"A_FILE": str(file)}).text("A") == "from a file"


def test_it_names_a_file_that_cannot_be_read(tmp_path) -> None:
    missing = tmp_path / "missing"

    with pytest.raises(ImproperlyConfigured) as raised:
        Environment({"A_FILE": str(missing)}).text("A")

    assert str(raised.value) == f"A_FILE is {str(missing)!r}, which cannot be read: No such file or directory."


def test_it_refuses_a_value_and_a_file_at_once(tmp_path) -> None:
    with pytest.raises(ImproperlyConfigured) as raised:
        Environment({"A": "x", "A_FILE": str(tmp_path)}).text("A")

    assert str(raised.value) == "A and A_FILE are both set; keep one of them."
