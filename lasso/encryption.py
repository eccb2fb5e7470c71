"""Secrets at rest: what customers give us to sign in with is stored encrypted, under keys of its own.

The keys are `settings.ENCRYPTION_KEYS`, any long texts; each is stretched into a Fernet key. The first one encrypts,
all of them decrypt, so a key is changed by putting a new one in front, writing everything again
(`manage.py reencrypt_secrets`) and dropping the old one. With no keys set, one is derived from `SECRET_KEY`, and those
of `SECRET_KEY_FALLBACKS` decrypt.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.fernet import InvalidToken as FernetInvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# Parts keys made here from keys made elsewhere of the same text.
PURPOSE = b"lasso.encryption"


class InvalidToken(Exception):  # noqa: N818 - the name that the field uses for it
    """A stored secret that none of the keys opens."""

    def __init__(self) -> None:
        super().__init__(
            "A stored secret cannot be decrypted: none of ENCRYPTION_KEYS (or SECRET_KEY, when that is empty) fits. "
            "Put the key it was written with back at the end of the list, or enter the secret again."
        )


def encrypt(text: str) -> str:
    """The text, encrypted with the first key; empty stays empty."""
    return _fernet().encrypt(text.encode()).decode("ascii") if text else ""


def decrypt(token: str) -> str:
    """What `encrypt` was given; empty stays empty.

    Raises:
        InvalidToken: no key fits, or the token was tampered with.
    """
    return _opened(token, _key_texts()) if token else ""


def reencrypt(token: str) -> str:
    """The same secret under the first key; empty stays empty.

    Raises:
        InvalidToken: no key fits, or the token was tampered with.
    """
    if not token:
        return ""
    try:
        return _fernet().rotate(token.encode("ascii")).decode("ascii")
    except (FernetInvalidToken, UnicodeEncodeError):
        raise InvalidToken from None


# Who delivers opens the same few secrets many times a second. They are kept in memory beside the keys that open them.
@lru_cache(maxsize=1024)
def _opened(token: str, key_texts: tuple[str, ...]) -> str:
    try:
        return _fernet_of(key_texts).decrypt(token.encode("ascii")).decode()
    except (FernetInvalidToken, UnicodeEncodeError):
        # Without the cause: its traceback would hold the token in its frames.
        raise InvalidToken from None


def _fernet() -> MultiFernet:
    return _fernet_of(_key_texts())


def _key_texts() -> tuple[str, ...]:
    return tuple(settings.ENCRYPTION_KEYS) or (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=8)
def _fernet_of(texts: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived_key(text)) for text in texts])


def _derived_key(text: str) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return base64.urlsafe_b64encode(derivation.derive(text.encode()))
