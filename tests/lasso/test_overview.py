"""The admin's first page says how the work goes."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.organisations import create_organisation
from delivery.models import Delivery, Endpoint
from lanes.models import Lane, Pulse, Worker
from lasso import overview
from lasso.overview import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(db: None) -> Client:
    """Somebody who runs the system."""
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="-"))
    return client


@pytest.fixture
def endpoint(db: None) -> Endpoint:
    """Of a customer."""
    organisation = create_organisation(name="Revisionshuset Prøve", email="drift@revision.example")[0]
    return Endpoint.objects.create(organisation=organisation, url="https://crm.revision.example/", fingerprint="x")


def failed(endpoint: Endpoint, *, ago: timedelta) -> None:
    """A delivery that failed so long ago."""
    moment = timezone.now() - ago
    Delivery.objects.create(
        endpoint=endpoint,
        organisation=endpoint.organisation,
        purpose="report_webhook",
        body="{}",
        status=Delivery.Status.FAILED,
        due_at=moment,
        deadline_at=moment,
        created_at=moment,
        settled_at=moment,
    )


def lines(client: Client) -> dict[str, tuple[str, bool]]:
    """What is found by the name of its line, and whether it asks to be looked at."""
    page = client.get("/admin/").content.decode()
    found = re.findall(r'<th scope="row">(.*?)</th>\s*<td>(.*?)</td>', page.partition('class="overview"')[2], re.DOTALL)
    plain = [(re.sub(r"<[^>]*>", "", name), html.unescape(re.sub(r"<[^>]*>", "", text))) for name, text in found]
    return {
        " ".join(name.split()): (" ".join(text.replace("look:", "").split()), "look:" in text) for name, text in plain
    }


def test_it_says_how_long_the_queues_are_and_who_works(administrator: Client):
    now = timezone.now()
    for queue in ("reports", "deliveries"):
        Pulse.objects.create(queue=queue, passed_at=now, seen_at=now)
    for number, (state, age) in enumerate((("queued", 300), ("queued", 10), ("running", 900))):
        queued_at = now - timedelta(seconds=age)
        Lane.objects.create(
            queue="reports", subject=uuid4(), number=number, state=state, ticket=uuid4(), queued_at=queued_at
        )
    Worker.objects.create(id=uuid4(), seen_at=now, beating_since=now)
    Worker.objects.create(id=uuid4(), seen_at=now - timedelta(hours=1), beating_since=now - timedelta(hours=2))
    found = lines(administrator)
    said, is_alarming = found["reports"]
    assert said.startswith("1 lanes at work, 2 in line, the oldest for 5 min; 0 with due work; moved ")
    assert is_alarming  # by the one that waits
    assert found["deliveries"][0].startswith("0 lanes at work, 0 in line; 0 with due work; moved ")
    assert not found["deliveries"][1]
    assert found["integrations"] == ("0 lanes at work, 0 in line; 0 with due work; never moved", True)
    assert found["processes that deliver"] == ("1 alive", False)


def test_it_says_when_nobody_delivers(administrator: Client):
    assert lines(administrator)["processes that deliver"] == ("0 alive", True)


def test_it_counts_what_failed_within_a_day_and_endpoints_that_take_nothing(administrator: Client, endpoint: Endpoint):
    assert lines(administrator)["deliveries failed within a day"] == ("0", False)
    failed(endpoint, ago=timedelta(hours=2))
    failed(endpoint, ago=timedelta(hours=30))
    endpoint.is_enabled, endpoint.is_off_by_itself = False, True
    endpoint.save()
    found = lines(administrator)
    assert found["deliveries failed within a day"] == ("1", True)
    assert found["endpoints off because nothing got through"] == ("1", True)
    assert found["endpoints switched off by somebody"] == ("0", False)
    endpoint.is_enabled, endpoint.is_off_by_itself = True, False
    endpoint.paused_until = timezone.now() + timedelta(minutes=5)
    endpoint.save()
    found = lines(administrator)
    assert found["endpoints off because nothing got through"] == ("0", False)
    assert found["endpoints paused by their receivers (429)"] == ("1", False)
    listed = administrator.get("/admin/delivery/delivery/?status__exact=Failed")
    assert listed.status_code == 200  # where the line leads


@pytest.fixture
def broken_section() -> Iterator[None]:
    """One that cannot be read."""

    def read() -> list[Line]:
        raise DatabaseError("away")

    overview.register("Broken", read)
    yield
    del overview._sections["Broken"]


@pytest.mark.usefixtures("broken_section")
def test_it_is_there_when_a_part_cannot_be_read(administrator: Client):
    found = lines(administrator)
    assert found["cannot be read"] == ("DatabaseError", True)
    assert "reports" in found


def test_it_asks_few_questions_however_much_there_is(
    administrator: Client, endpoint: Endpoint, django_assert_max_num_queries
):
    for hours in range(5):
        failed(endpoint, ago=timedelta(hours=hours))
    with django_assert_max_num_queries(24):
        administrator.get("/admin/")
