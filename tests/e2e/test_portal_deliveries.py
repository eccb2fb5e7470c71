"""Deliveries in a real browser beside real workers: what came of each, sent again, and the endpoint's switches."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser
from standardwebhooks import Webhook

from local.receivers import Call
from tests.e2e.housing import House, own
from tests.receivers import FaultyReceiver, answer
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e


def is_signed_with(secret: str, call: Call) -> bool:
    """Whether the receiver would take the call for ours."""
    return bool(Webhook(secret).verify(call.body, call.headers))


def test_it_shows_what_was_sent_and_sends_it_again(browser: Browser, house: House):
    with FaultyReceiver() as receiver, house.member(browser) as visitor:
        receiver.behaviour = answer(400, b"no <b>thanks</b>")
        batch = house.order(f"Leveret {own()}", house.companies[0], notificationWebhookUrl=receiver.url())
        receiver.calls.wait_for(1, seconds=60)
        visitor.open(f"/portal/batches/{batch}")
        visitor.follow("Leveringer")
        visitor.main.locator("tbody th a").click()
        visitor.sees(re.compile("Modtageren svarede med status 400"))
        visitor.main.get_by_text("Svaret", exact=True).click()
        visitor.sees("no <b>thanks</b>")
        delivery = visitor.page.url

        # Switched off, the endpoint is sent nothing; switched on, all that waited.
        visitor.main.locator("dd a", has_text=receiver.url()).click()
        endpoint = visitor.page.url
        visitor.press("Slå fra")
        visitor.sees("Modtageren er slået fra.")
        receiver.behaviour = answer(204)
        house.finish(house.order(f"Venter {own()}", house.companies[1], notificationWebhookUrl=receiver.url()))
        visitor.page.reload()
        visitor.sees("den ældste siden")
        assert len(receiver.calls.all()) == 1
        visitor.fill("Siden", "2020-01-01T00:00")
        visitor.press("Send igen")
        visitor.sees("1 levering er sat i kø igen.")
        visitor.press("Slå til")
        visitor.sees("Modtageren er slået til.")
        assert len(receiver.calls.wait_for(3, seconds=30)) == 3

        # A new signing secret, shown once, signs what is sent again.
        visitor.follow("Ny signeringsnøgle")
        visitor.press("Lav en ny nøgle")
        secret = visitor.main.locator(".notice.good code").inner_text()
        visitor.open(endpoint)
        assert secret not in visitor.page.content()
        visitor.open(delivery)
        wait_until(
            lambda: visitor.page.reload() and visitor.main.get_by_text("Leveret", exact=True).count(), seconds=30
        )
        visitor.press("Send igen")
        visitor.sees("Leveringen er sat i kø igen.")
        assert is_signed_with(secret, receiver.calls.wait_for(4, seconds=30)[3])
