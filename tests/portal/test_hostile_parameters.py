"""Whatever stands behind the question mark of a page, the page answers or refuses; it never breaks."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.portal.addresses import addresses
from tests.portal.world import build_world

pytestmark = pytest.mark.django_db
# Every name that a page reads from the query.
NAMES = ("text", "state", "status", "type", "series", "cvr", "cvrs", "name", "draft", "page", "next")
TEXTS = ("a\0b", "'\"\\%_{x}", "\u0663\u0664", "9" * 400, "\U0001f600" * 300, "batches")


def test_no_page_breaks_on_what_its_address_says() -> None:
    world = build_world()
    browser = Client(raise_request_exception=False, headers={"accept": "text/html"})
    browser.force_login(world.member)
    paths = {one.filled(world.parameters) for one in addresses() if one.is_page and "token" not in one.parameters}
    broken = []
    for path in sorted(paths):
        for text in TEXTS:
            answer = browser.get(path, dict.fromkeys(NAMES, text))
            answer.getvalue()  # some are files, which are closed when they are read
            if answer.status_code >= 500:
                broken.append((path, text, answer.status_code))

    assert len(paths) > 20
    assert broken == []
