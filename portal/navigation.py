"""The main menu."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from lasso.language import mark
from lasso.language import translate as _


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu."""

    title: str
    url: str
    is_current: bool


# The address's name, and the Danish title. An address that is not there (yet) is left out.
MENU = (
    ("portal:home", mark("Overblik")),
    ("portal:batches", mark("Rapporter")),
    ("portal:companies", mark("Virksomheder")),
    ("portal:integrations", mark("Integrationer")),
    ("portal:deliveries", mark("Leveringer")),
    ("portal:account", mark("Konto")),
)


def navigation(request: HttpRequest) -> list[Item]:
    """The menu, with the part that the reader is in marked."""
    items = []
    for name, title in MENU:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        is_current = request.path == url or (name != "portal:home" and request.path.startswith(f"{url}/"))
        items.append(Item(_(title), url, is_current))
    return items
