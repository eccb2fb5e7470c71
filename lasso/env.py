"""Settings from the environment: each reader names its variable when the value is wrong.

Every reader takes the variable's value from ``NAME`` or, where secrets come as files, from the file that
``NAME_FILE`` names. An empty value counts as absent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"true", "1", "yes", "on"})
FALSE = frozenset({"false", "0", "no", "off"})
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,12}")
# At most some two hundred years, so that adding it to a moment gives another.
DURATION = re.compile(r"([0-9]{1,5})([smhd])")

PORTS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")

PAIR = re.compile(r"([A-Za-z0-9._-]+)\s*=\s*([A-Za-z0-9._:\[\]-]+)")


class Environment:
    """Typed look at a mapping of environment variables.

    Raises:
        ImproperlyConfigured: with one sentence that names the variable, the value and what it may be.
    """

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables

    def _value(self, name: str) -> str:
        value = self.variables.get(name, "").strip()
        path = self.variables.get(f"{name}_FILE", "").strip()
        if not path:
            return value
        if value:
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; keep one of them.")
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE is {path!r}, which cannot be read: {error.strerror}.") from error

    def text(self, name: str, default: str = "") -> str:
        """The variable as it stands."""
        return self._value(name) or default

    def required(self, name: str, advice: str) -> str:
        """The variable, or a sentence that ends with ``advice``."""
        value = self._value(name)
        if not value:
            raise ImproperlyConfigured(f"{name} is not set; {advice}")
        return value

    def choice(self, name: str, default: str, *, choices: frozenset[str]) -> str:
        """One of a few words, in any letter case."""
        value = (self._value(name) or default).lower()
        if value not in choices:
            raise ImproperlyConfigured(f"{name} is {value!r}, use one of {', '.join(sorted(choices))}.")
        return value

    def boolean(self, name: str, *, default: bool) -> bool:
        """``true`` or ``false`` (also 1/0, yes/no, on/off)."""
        value = self._value(name).lower()
        if not value:
            return default
        if value in TRUE:
            return True
        if value in FALSE:
            return False
        raise ImproperlyConfigured(f"{name} is {value!r}, use 'true' or 'false'.")

    def integer(self, name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
        """A whole number between ``least`` and ``most``."""
        value = self._value(name)
        if not value:
            return default
        if not WHOLE_NUMBER.fullmatch(value) or not least <= int(value) <= most:
            raise ImproperlyConfigured(f"{name} is {value!r}, use a whole number from {least} to {most}.")
        return int(value)

    def duration(
        self, name: str, default: timedelta, *, least: timedelta = timedelta(), most: timedelta = timedelta.max
    ) -> timedelta:
        """A number with a unit: ``30s``, ``15m``, ``24h``, ``30d``; between ``least`` and ``most``."""
        value = self._value(name).lower()
        if not value:
            return default
        found = DURATION.fullmatch(value)
        if not found:
            raise ImproperlyConfigured(f"{name} is {value!r}, use a number and a unit such as 30s, 15m, 24h or 30d.")
        duration = timedelta(seconds=int(found[1]) * UNITS[found[2]])
        if not least <= duration <= most:
            raise ImproperlyConfigured(
                f"{name} is {value!r}, use {least.total_seconds():g}s to {most.total_seconds():g}s."
            )
        return duration

    def words(self, name: str) -> list[str]:
        """A list separated by commas."""
        return [word.strip() for word in self._value(name).split(",") if word.strip()]

    def ports(self, name: str, default: str) -> list[range]:
        """TCP ports and ranges of them separated by commas, such as ``80,443,1024-65535``; each a range of its own."""
        ports: list[range] = []
        for word in (self._value(name) or default).split(","):
            found = PORTS.fullmatch(word.strip())
            first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
            if not 1 <= first <= last <= 65535:
                raise ImproperlyConfigured(
                    f"{name} has {word.strip()!r}, use ports and ranges such as 80,443,1024-65535."
                )
            ports.append(range(first, last + 1))
        return ports

    def pairs(self, name: str, *, example: str) -> list[tuple[str, str]]:
        """Names and values, ``name=value``, separated by commas; a name may come more than once."""
        pairs = [PAIR.fullmatch(word) for word in self.words(name)]
        if not all(pairs):
            raise ImproperlyConfigured(f"{name} cannot be read; use something like {example}.")
        return [(pair[1], pair[2]) for pair in pairs if pair]

    def networks(self, name: str) -> list[IPv4Network | IPv6Network]:
        """IP networks separated by commas, such as ``127.0.0.0/8``."""
        try:
            return [ip_network(word) for word in self.words(name)]
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} has a network that is wrong: {error}.") from error

    def url(self, name: str, default: str, *, schemes: frozenset[str]) -> str:
        """A URL with one of the schemes; empty only when nothing is set and the default is empty."""
        value = self._value(name) or default
        if not value:
            return ""
        try:
            scheme = urlsplit(value).scheme
        except ValueError:
            scheme = ""
        if scheme not in schemes:
            # The value itself may hold a password.
            raise ImproperlyConfigured(f"{name} starts with {scheme!r}, use a URL with {', '.join(sorted(schemes))}.")
        return value
