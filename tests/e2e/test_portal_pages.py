"""Every page of the portal, found by walking its addresses, in a real browser: for all eyes, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.e2e.browsing import PHONE, Visitor
from tests.e2e.housing import LASSO, NOBODY, House, new_address, own
from tests.portal.addresses import addresses
from tests.receivers import FaultyReceiver, answer

pytestmark = pytest.mark.e2e
# What is no page of its own: they take forms, lead elsewhere, or are a file or a part of a page.
NO_PAGES = re.compile(
    r"/(sign-out|organisation|language|file-name|next-runs|times|download|pdf|<str:name>|order|remove|withdraw|revoke"
    r"|again|switch|limits|recover|retry|test|stop|companies/<str:cvr>/export)$"
)
# Met on the way by those who are not signed in: tests/e2e/test_portal_account.py.
BEFORE = re.compile(r"portal/(sign-in|forgotten-password|join/|new-password/)")
MONTHLY = {"crontab": "0 6 1 * *", "timeZone": "Europe/Copenhagen"}


@pytest.fixture(scope="module")
def receiver() -> Iterator[FaultyReceiver]:
    """Refuses what it is sent, so that there is something to see."""
    with FaultyReceiver() as receiver:
        receiver.behaviour = answer(422, b'{"error": "<i>unknown field</i>"}', {"X-Reason": "unknown"})
        yield receiver


@pytest.fixture(scope="module")
def parameters(house: House, browser: Browser, receiver: FaultyReceiver) -> dict[str, Any]:
    """One of everything, and what each parameter of an address is called by."""
    notified = {"notificationWebhookUrl": receiver.url(), "notificationEmail": new_address("post")}
    batch = house.order(f"En af hver {own()}", *house.companies[:2], NOBODY, **notified)
    integration = house.api.request("POST", "/apps/integrations", json=integration_to(receiver)).json()["id"]
    house.api.request("POST", f"/apps/integrations/{integration}/exports", json={"cvrs": [LASSO, house.companies[0]]})
    house.finish(batch)
    house.hurry_until(lambda: failed_count(house, integration) == 2)
    house.api.request("POST", f"/apps/integrations/{integration}/exports", json={"cvrs": [house.companies[1]]})
    delivery = house.api.request("GET", "/apps/deliveries?purpose=report_webhook").json()["results"][0]
    report = next(one for one in house.api.items(batch) if one["status"] != "Failed")
    with house.member(browser) as visitor:
        visitor.open("/portal/account/members")
        visitor.fill("E-mail", new_address("inviteret"))
        visitor.press("Invitér")
        visitor.open("/portal/batches/new")
        visitor.fill("Bestillingens navn", "Kladde")
        visitor.fill("Indsæt CVR-numre", f"{LASSO} {LASSO} {NOBODY} x")
        visitor.press("Videre til gennemsyn")
        visitor.sees("Gentagelser: 1")
        draft = visitor.page.url.rpartition("/")[2]
    return {
        "batch_id": batch,
        "report_id": report["id"],
        "delivery_id": delivery["id"],
        "endpoint_id": delivery["endpointId"],
        "integration_id": integration,
        "cvr": LASSO,
        "draft_id": draft,
        "recurring": house.order("Hver måned", LASSO, recurrence=MONTHLY),
    }


def integration_to(receiver: FaultyReceiver) -> dict[str, Any]:
    """An integration with both endpoints."""
    mapping = [{"field": "cvr", "update": True}, {"field": "name", "name": "firma"}, {"name": "kilde", "constant": "x"}]
    ends = {"exportEndpoint": {"url": receiver.url("/{cvr}")}, "updateEndpoint": {"url": receiver.url("/{lassoId}")}}
    return {"name": f"CRM {own()}", **ends, "mapping": mapping}


def failed_count(house: House, integration: str) -> int:
    """How many companies' exports have failed for good."""
    found = house.api.request("GET", f"/apps/integrations/{integration}/companies?state=ExportFailed").json()
    return len(found["results"])


def pages(parameters: dict[str, Any]) -> list[str]:
    """The path of every page, and of those of its views that look otherwise."""
    routes = [
        one for one in addresses() if one.is_page and not NO_PAGES.search(one.route) and not BEFORE.match(one.route)
    ]
    return [
        *(one.filled(parameters) for one in routes),
        "/portal/companies?text=a",
        "/portal/companies?text=zzzzzz",
        "/portal/batches?text=zzzzzz",
        "/portal/deliveries?company=12",
        f"/portal/batches/{parameters['batch_id']}?status=Failed",
        f"/portal/batches/{parameters['recurring']}",
        f"/portal/integrations/{parameters['integration_id']}/preview?cvr={LASSO}",
    ]


def look_at(visitor: Visitor, paths: list[str], *, language: str) -> dict[str, str]:
    """What is wrong with each page, by its path."""
    wrong = {}
    for path in paths:
        visitor.open(path)
        try:
            assert visitor.page.locator("html").get_attribute("lang") == language
            assert visitor.page.locator("h1").count() == 1
            visitor.look()
        except AssertionError as fault:
            wrong[path] = str(fault)
    return wrong


@pytest.mark.timeout(300, func_only=True)
@pytest.mark.parametrize(
    ("language", "options"),
    [
        ("da", {"color_scheme": "light"}),
        ("en", {"color_scheme": "dark", "viewport": PHONE}),
    ],
    ids=["Danish, light, desktop", "English, dark, phone"],
)
def test_it_has_no_fault_for_those_who_see_or_move_otherwise(
    browser: Browser, house: House, parameters: dict[str, Any], language: str, options: dict[str, Any]
):
    with house.member(browser, **options) as visitor:
        visitor.open("/portal")
        visitor.page.evaluate(
            "language => document.querySelector(`[name=language][value=${language}]`).click()", language
        )
        visitor.page.locator(f"html[lang={language}]").wait_for()
        paths = pages(parameters)
        assert len(paths) > 30
        assert look_at(visitor, paths, language=language) == {}
