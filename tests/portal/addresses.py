"""Every address of the portal and of the API, found by walking the URL configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

# Who holds the link may follow it: its secret says whom it is for.
BY_LINK = frozenset(
    {
        "portal/join/<str:token>",
        "portal/new-password/<str:user_id>/<str:token>",
        "reports/<str:token>/<str:file_name>.pdf",
    }
)


@dataclass(frozen=True, slots=True)
class Address:
    """One pattern of the URL configuration: the route as written, and the view behind it."""

    route: str
    view: Any
    parameters: frozenset[str]

    @property
    def is_page(self) -> bool:
        """Whether it is for people."""
        return self.route == "portal" or self.route.startswith("portal/")

    def filled(self, values: Mapping[str, Any]) -> str:
        """The path with these values.

        Raises:
            AssertionError: there is no value for one of the parameters; with what to do about it.
        """
        missing = self.parameters - values.keys()
        assert not missing, (
            f"/{self.route} has the parameter {', '.join(sorted(missing))}, which this test has no value for: "
            "add a row of the organisation to tests/portal/world.py, so that the address is tried by strangers."
        )
        path = f"/{self.route}"
        for parameter in self.parameters:
            converter = next(part for part in path.split("<")[1:] if part.partition(">")[0].endswith(parameter))
            path = path.replace(f"<{converter.partition('>')[0]}>", str(values[parameter]))
        return path


def addresses() -> list[Address]:
    """All of them, but for the admin's and the frame's own (/docs, /healthz …), which belong to nobody."""
    return [address for address in _walk(get_resolver().url_patterns, "") if _is_ours(address)]


def addresses_with_parameters() -> list[Address]:
    """Those that name something of somebody."""
    return [address for address in addresses() if address.parameters and address.route not in BY_LINK]


def _is_ours(address: Address) -> bool:
    return address.is_page or address.route.startswith(("apps/", "reports/", "companies/"))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[Address]:
    for pattern in patterns:
        # A pattern that is no route, such as a regular expression, would be walked past unseen.
        if not isinstance(pattern.pattern, RoutePattern):
            assert prefix.startswith("admin/"), f"{prefix}{pattern.pattern} is not written as path(): it is not tried."
            continue
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield Address(route, pattern.callback, frozenset(pattern.pattern.converters))
