"""System checks of the settings: `manage.py check --deploy` runs them, each with an id and a hint.

E: it cannot work. W: it works, but not as it should in production. I: good to know on more than one machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.http.request import validate_host

from lasso import kerberos

# The tag of the checks of this module, by which a release runs them alone.
OURS = "lasso"
# Where clouds keep the credentials of a machine, for whoever asks from inside it.
METADATA_ADDRESSES = (ip_address("169.254.169.254"), ip_address("fd00:ec2::254"))


@register(Tags.security, OURS, deploy=True)
def check_addresses(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """PUBLIC_URL and the hosts that we answer for."""
    return list(_addresses())


@register(Tags.security, OURS, deploy=True)
def check_secrets(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """What protects secrets, ours and the customers'."""
    return list(_secrets())


@register(OURS, deploy=True)
def check_surroundings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001
    """Mail, files and time-outs."""
    return list(_surroundings())


def _addresses() -> Iterator[CheckMessage]:
    public = urlsplit(settings.PUBLIC_URL)
    host = public.hostname or ""
    if not settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS is empty, so every request is refused.",
            hint=f"Set ALLOWED_HOSTS={host}",
            id="lasso.E001",
        )
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        yield Error(
            f"ALLOWED_HOSTS does not name {host}, the host of PUBLIC_URL, so every link that we send is refused.",
            hint=f"Add {host} to ALLOWED_HOSTS, or correct PUBLIC_URL.",
            id="lasso.E002",
        )
    if public.path or public.query or public.fragment:
        yield Error(
            f"PUBLIC_URL is {settings.PUBLIC_URL!r}; links need only its scheme and host.",
            hint=f"Set PUBLIC_URL={public.scheme}://{public.netloc}",
            id="lasso.E003",
        )
    if public.scheme != "https":
        yield checks.Warning(
            f"PUBLIC_URL is {settings.PUBLIC_URL!r}: API keys, passwords and reports travel unencrypted.",
            hint="Put a TLS-ending proxy in front and set PUBLIC_URL=https://…",
            id="lasso.W001",
        )
    elif not getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        yield checks.Warning(
            "PUBLIC_URL is https and BEHIND_PROXY is not set: "
            "behind a proxy that ends TLS every request is redirected for ever.",
            hint="Set BEHIND_PROXY=true when a router in front sets X-Forwarded-Proto itself, as Heroku's does.",
            id="lasso.W002",
        )


def _secrets() -> Iterator[CheckMessage]:
    if not settings.ENCRYPTION_KEYS:
        yield checks.Warning(
            "ENCRYPTION_KEYS is not set: customers' secrets are encrypted with a key made from SECRET_KEY, "
            "so changing SECRET_KEY loses them.",
            hint="Set ENCRYPTION_KEYS to a long random text of its own.",
            id="lasso.W003",
        )
    reachable = [
        str(network)
        for network in settings.OUTBOUND_ALLOWED_NETWORKS
        if any(address.version == network.version and address in network for address in METADATA_ADDRESSES)
    ]
    if reachable:
        yield checks.Warning(
            f"OUTBOUND_ALLOWED_NETWORKS has {', '.join(reachable)}: a customer's webhook could read this machine's "
            "cloud credentials.",
            hint="Name only the networks in which receivers stand.",
            id="lasso.W004",
        )
    if not settings.METRICS_TOKEN:
        yield Info(
            "METRICS_TOKEN is not set: anybody who reaches this host can read /metrics.",
            hint="Set METRICS_TOKEN, or keep /metrics inside by the proxy in front.",
            id="lasso.I001",
        )


def _surroundings() -> Iterator[CheckMessage]:
    if settings.EMAIL_BACKEND == "django.core.mail.backends.console.EmailBackend":
        yield checks.Warning(
            "EMAIL_URL is not set: mails are printed, not sent.",
            hint="Set EMAIL_URL=smtp+tls://user:password@host:587",
            id="lasso.W005",
        )
    if settings.KERBEROS_KDCS and (reason := kerberos.why_unavailable()):
        yield checks.Warning(
            f"KERBEROS_KDCS names realms, but: {reason}",
            hint="apt-get install python3-gssapi, or pip install gssapi where there is no apt.",
            id="lasso.W006",
        )
    yield from _storage()


def _storage() -> Iterator[CheckMessage]:
    if settings.S3_BUCKET:
        return
    if "DYNO" in os.environ:  # Heroku names each of its machines by it
        yield Error(
            "S3_BUCKET is not set, and on Heroku processes share no disk: "
            "what one stores, no other finds, and tomorrow it is gone.",
            hint="Set S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, and try them: manage.py try_storage",
            id="lasso.E004",
        )
    elif not settings.STORAGE_DIR_IS_GIVEN:
        yield Error(
            f"Neither S3_BUCKET nor STORAGE_DIR is set: PDFs are kept in {settings.MEDIA_ROOT}, beside the program, "
            "where other processes and the next version may not look.",
            hint="Set S3_BUCKET, or STORAGE_DIR to a folder that lasts and that all processes share.",
            id="lasso.E005",
        )
    else:
        yield Info(
            f"S3_BUCKET is not set: PDFs are kept in {settings.MEDIA_ROOT}, which all processes must share.",
            hint="On several machines, or where disks do not last, set S3_BUCKET.",
            id="lasso.I002",
        )
