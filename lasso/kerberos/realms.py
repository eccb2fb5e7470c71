"""The realms that the settings name, and whose user somebody is in them."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

USER = re.compile(r"[^\x00-\x20\x7f@/\\]+(?:/[^\x00-\x20\x7f@/\\]+)*")

# Debian's python3-gssapi belongs to the system's interpreter; a package in our own environment goes first.
INTERPRETERS = (sys.executable, "/usr/bin/python3")


class PrincipalError(ValueError):
    """A user that is in none of the realms; its text is a sentence for the customer."""


@dataclass(frozen=True, slots=True)
class Realm:
    """A Kerberos realm and its key servers, each "host" or "host:port"."""

    name: str
    key_servers: tuple[str, ...]


def realms() -> list[Realm]:
    """The realms of KERBEROS_KDCS, in their order; the first is the one of users without a domain."""
    servers: dict[str, tuple[str, ...]] = {}
    for name, server in settings.KERBEROS_KDCS:
        servers[name] = (*servers.get(name, ()), server)
    return [Realm(name, key_servers) for name, key_servers in servers.items()]


def principal_of(user: str) -> str:
    """The principal (`username@REALM`) of a user written `domain@username`, or `username` alone.

    The domain is a realm's name in any letter case, or the first part of one: `corp` is `CORP.EXAMPLE.COM`.

    Raises:
        PrincipalError: the domain is none of the realms, or the user's name cannot be one.
    """
    domain, _, name = user.rpartition("@")
    if not USER.fullmatch(name):
        raise PrincipalError("is not a user; write domain@username, or username alone.")
    known = realms()
    if not known:
        raise PrincipalError("is in no realm: this server's KERBEROS_KDCS names none.")
    if not domain:
        return f"{name}@{known[0].name}"
    found = [realm for realm in known if realm.name.lower() == domain.lower()]
    found = found or [realm for realm in known if realm.name.lower().partition(".")[0] == domain.lower()]
    if len(found) != 1:
        names = ", ".join(realm.name for realm in known)
        raise PrincipalError(f"is in none of this server's realms ({names}); write domain@username.")
    return f"{name}@{found[0].name}"


def why_unavailable() -> str:
    """Why nobody can sign in by Kerberos here, as a sentence; empty when it works."""
    if not settings.KERBEROS_KDCS:
        return "Kerberos is not set up here: whoever runs this server names the realm's servers in KERBEROS_KDCS."
    if interpreter() is None:
        return "Kerberos is not installed here: whoever runs this server installs the package python3-gssapi."
    return ""


@cache
def interpreter() -> str | None:
    """A Python that has the gssapi package; None when there is none."""
    for candidate in INTERPRETERS:
        if Path(candidate).exists() and _has_gssapi(candidate):
            return candidate
    return None


def _has_gssapi(python: str) -> bool:
    return subprocess.run([python, "-I", "-c", "import gssapi"], capture_output=True, check=False).returncode == 0


def configuration() -> str:
    """The krb5.conf for the helper: these realms and no others, and no question to the name system."""
    lines = [
        "[libdefaults]",
        f"default_realm = {realms()[0].name}",
        "dns_lookup_kdc = false",
        "dns_lookup_realm = false",
        "dns_uri_lookup = false",
        "dns_canonicalize_hostname = false",
        "rdns = false",
        'qualify_shortname = ""',
        # By TCP, a server that is not there is noticed at once.
        "udp_preference_limit = 1",
        "[realms]",
    ]
    for realm in realms():
        servers = [f"kdc = {server}" for server in realm.key_servers]
        lines += [f"{realm.name} = {{", *servers, "}"]
    return "\n".join(lines) + "\n"
