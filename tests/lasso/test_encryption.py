"""Secrets at rest."""

from __future__ import annotations

import pytest

from lasso.encryption import InvalidToken, decrypt, encrypt, reencrypt


def test_it_gives_back_what_it_was_given():
    token = encrypt("hemmeligt æøå")
    assert "hemmeligt" not in token
    assert decrypt(token) == "hemmeligt æøå"


def test_it_writes_the_same_text_differently_each_time():
    assert encrypt("same") != encrypt("same")


def test_it_leaves_nothing_as_nothing():
    assert (encrypt(""), decrypt("")) == ("", "")


def test_it_encrypts_with_the_first_key_and_decrypts_with_all(settings):
    settings.ENCRYPTION_KEYS = ["old"]
    written_before = encrypt("secret")
    settings.ENCRYPTION_KEYS = ["new", "old"]
    written_after = encrypt("secret")
    assert decrypt(written_before) == "secret"
    settings.ENCRYPTION_KEYS = ["new"]
    assert decrypt(written_after) == "secret"
    with pytest.raises(InvalidToken):
        decrypt(written_before)


def test_it_writes_a_secret_again_under_the_first_key(settings):
    settings.ENCRYPTION_KEYS = ["old"]
    token = encrypt("secret")
    settings.ENCRYPTION_KEYS = ["new", "old"]
    again = reencrypt(token)
    settings.ENCRYPTION_KEYS = ["new"]
    assert (decrypt(again), reencrypt("")) == ("secret", "")
    with pytest.raises(InvalidToken):
        reencrypt(token)


def test_it_derives_a_key_from_secret_key_when_none_is_set(settings):
    settings.ENCRYPTION_KEYS = []
    settings.SECRET_KEY = "one"
    token = encrypt("secret")
    settings.SECRET_KEY = "another"
    with pytest.raises(InvalidToken):
        decrypt(token)
    settings.ENCRYPTION_KEYS = ["one"]
    assert decrypt(token) == "secret"


@pytest.mark.parametrize("token", ["x", "gAAAAA", "ø", "gAAAAABmZm9v"])
def test_it_says_what_to_do_when_no_key_fits(token):
    with pytest.raises(InvalidToken, match="none of ENCRYPTION_KEYS") as caught:
        decrypt(token)
    assert caught.value.__cause__ is None
