"""The overview: what runs, what finished, what needs somebody, and a quick order."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation
from delivery.endpoints import find_or_create_endpoint
from delivery.models import Endpoint
from reporting.models import Batch
from tests.reporting.conftest import NORDLYS, place, register, render_all

__all__ = ["register"]
pytestmark = pytest.mark.django_db

NOBODY = 99999993  # a wrong check digit


def text_of(client: Client, **headers: str) -> str:
    answer = client.get("/portal", headers=headers)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def section(page: str, title: str) -> str:
    """What stands below a heading."""
    return page.partition(f"<h2>{title}</h2>")[2].partition("<h2>")[0]


def endpoint(organisation: Organisation, name: str, **fields: object) -> Endpoint:
    made = find_or_create_endpoint(organisation=organisation, url=f"https://{name}.example/", auth=None)
    Endpoint.objects.filter(pk=made.pk).update(**fields)
    return made


def test_it_says_so_when_there_is_nothing(portal: Client):
    page = text_of(portal)
    for words in ("Intet. De sidste syv dage", "Der dannes ingen rapporter lige nu", "ingen færdige rapporter endnu"):
        assert words in page
    assert "hx-trigger" not in page


def test_it_shows_what_runs_and_asks_for_news_of_it(portal: Client, organisation: Organisation):
    batch = place(organisation, batchName="Årets kunder")
    page = text_of(portal)
    assert f'<a href="/portal/batches/{batch.pk}">Årets kunder</a>' in section(page, "I gang nu")
    assert 'hx-trigger="every 3s"' in page
    part = text_of(portal, **{"hx-request": "true", "hx-target": "overview"})
    assert part.lstrip().startswith('<div id="overview"')
    assert "Årets kunder" in part


@pytest.mark.usefixtures("register")
def test_it_shows_what_finished_and_what_failed(portal: Client, organisation: Organisation):
    render_all(place(organisation, NORDLYS, batchName="God").pk)
    bad = place(organisation, NOBODY, batchName="Dårlig")
    render_all(bad.pk)
    page = text_of(portal)
    assert [name in section(page, "Færdige for nylig") for name in ("God", "Dårlig")] == [True, True]
    attention = section(page, "Kræver opmærksomhed")
    assert f'<a href="/portal/batches/{bad.pk}?status=Failed">Dårlig</a>' in attention
    assert "1 mislykkede" in attention
    assert "God" not in attention
    Batch.objects.filter(pk=bad.pk).update(finished_at=timezone.now() - timedelta(days=8))
    assert "Dårlig" not in section(text_of(portal), "Kræver opmærksomhed")


def test_it_names_endpoints_that_take_nothing(portal: Client, organisation: Organisation):
    now = timezone.now()
    endpoint(organisation, "virker")
    off = endpoint(
        organisation, "slukket", is_enabled=False, disabled_at=now, disabled_reason="Switched off through the API."
    )
    endpoint(organisation, "pause", paused_until=now + timedelta(minutes=5))
    attention = section(text_of(portal), "Kræver opmærksomhed")
    assert f'href="/portal/deliveries/endpoints/{off.pk}"' in attention
    assert "Slået fra gennem API’et." in attention
    assert "Holder pause" in attention
    assert "virker.example" not in attention


def test_it_shows_nothing_of_others(portal: Client, other_organisation: Organisation):
    place(other_organisation, batchName="Deres")
    endpoint(other_organisation, "deres", is_enabled=False, disabled_at=timezone.now(), disabled_reason="x")
    page = text_of(portal)
    assert "Deres" not in page
    assert "deres.example" not in page


@pytest.mark.usefixtures("register")
def test_a_quick_order_goes_on_to_the_form(portal: Client):
    page = text_of(portal)
    assert 'action="/portal/batches/new"' in page
    answer = portal.get("/portal/batches/new?cvr=DK+99+00+00+07&type=Finans").content.decode()
    assert 'value="Nordlys Testværft ApS"' in answer
    assert '<option value="Finans" selected>' in answer


def test_it_escapes_names(portal: Client, organisation: Organisation):
    place(organisation, batchName="<script>alert(1)</script>")
    assert "<script>alert" not in portal.get("/portal").content.decode()


def test_its_queries_do_not_grow(portal: Client, organisation: Organisation, django_assert_max_num_queries):
    for number in range(8):
        place(organisation, batchName=f"Nummer {number}")
        endpoint(organisation, f"slukket-{number}", is_enabled=False, disabled_at=timezone.now(), disabled_reason="x")
    with django_assert_max_num_queries(8):
        page = text_of(portal)
    assert section(page, "I gang nu").count("<li") == 5
