"""Orders that are repeated, on pages: the choices, the next times, what was made, pausing and stopping."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from portal.batches.repeating import CHOICES, RepeatError, choice_for, recurrence_for
from reporting.models import Batch
from reporting.recurring import run_due
from tests.portal.test_new_batch import order, refused, send, text_of
from tests.reporting.conftest import place, register

__all__ = ["register"]
pytestmark = pytest.mark.django_db

JANUARY = datetime(2999, 1, 1, 5, tzinfo=UTC)
# A Thursday, a quarter past nine in Danish summer time.
FIRST = datetime(2999, 5, 9, 7, 15, tzinfo=UTC)


@pytest.fixture
def monthly(organisation: Organisation) -> Batch:
    return place(organisation, now=datetime(2998, 12, 24, tzinfo=UTC), recurrence="0 6 1 * *", batchName="Månedens")


@pytest.mark.parametrize(
    ("repeat", "without_first", "with_first"),
    [
        ("daily", "0 6 * * *", "15 9 * * *"),
        ("weekly", "0 6 * * 1", "15 9 * * 4"),
        ("monthly", "0 6 1 * *", "15 9 9 * *"),
        ("quarterly", "0 6 1 1,4,7,10 *", "15 9 9 5,8,11,2 *"),
        ("yearly", "0 6 1 1 *", "15 9 9 5 *"),
    ],
)
def test_each_choice_is_a_crontab_and_known_again(repeat: str, without_first: str, with_first: str) -> None:
    for first, crontab in ((None, without_first), (FIRST, with_first)):
        recurrence = recurrence_for(repeat=repeat, first=first, crontab="")
        assert recurrence is not None
        assert recurrence.crontab == crontab
        assert choice_for({"crontab": crontab}, first=first) == repeat


def test_what_is_no_choice_is_an_own_crontab_and_nothing_is_once() -> None:
    assert choice_for({"crontab": "0 6 2 * *"}, first=None) == "own"
    assert choice_for(None, first=FIRST) == ""
    assert recurrence_for(repeat="", first=FIRST, crontab="0 6 * * *") is None
    assert next(iter(CHOICES)) == ""


def test_a_day_that_some_months_lack_is_refused() -> None:
    with pytest.raises(RepeatError, match="Vælg en dag fra 1 til 28") as refusal:
        recurrence_for(repeat="monthly", first=FIRST.replace(day=29), crontab="")
    assert refusal.value.field == "scheduled"
    assert recurrence_for(repeat="weekly", first=FIRST.replace(day=29), crontab="") is not None


@pytest.mark.usefixtures("register")
def test_it_shows_the_next_times_and_orders_what_recurs(portal: Client) -> None:
    preview = send(portal, repeat="quarterly", scheduled="2999-05-09T09:15")
    text = text_of(portal, preview)
    assert "Hvert kvartal" in text
    for moment in ("9. maj 2999 kl. 09.15", "9. aug. 2999 kl. 09.15", "9. nov. 2999 kl. 09.15"):
        assert moment in text
    # Back in the form, the choice stands there again.
    assert '<option value="quarterly" selected>' in text_of(portal, f"/portal/batches/new?draft={preview[-36:]}")

    batch = order(portal, preview)

    assert (batch.status, batch.crontab, batch.next_run_at) == ("Scheduled", "15 9 9 5,8,11,2 *", FIRST)


@pytest.mark.usefixtures("register")
def test_an_own_crontab_is_taken_and_a_wrong_one_is_explained(portal: Client) -> None:
    assert refused(portal, repeat="own", crontab="0 6 *") == {
        "crontab": ["Skal have fem felter: minut, time, dag, måned og ugedag, for eksempel 0 6 1 * *. Her er 3."]
    }
    assert refused(portal, repeat="own", crontab="0 26 * * *") == {
        "crontab": ["Har 26 i feltet time, som går fra 0 til 23."]
    }
    assert refused(portal, repeat="daily", type="ReelleEjere", is_listener="on") == {
        "repeat": ["Kan ikke vælges sammen med overvågning, som kører, når noget ændrer sig."]
    }
    assert not Batch.objects.exists()

    batch = order(portal, send(portal, repeat="own", crontab="30 7 * * mon-fri"))
    assert (batch.crontab, batch.time_zone) == ("30 7 * * mon-fri", "Europe/Copenhagen")


def test_the_form_asks_for_the_next_times_while_it_is_filled_in(portal: Client) -> None:
    text = text_of(portal, "/portal/batches/new/next-runs?repeat=yearly&scheduled=2999-05-09T09:15")
    assert text.count("<time") == 3
    assert "9. maj 3001 kl. 09.15" in text
    assert "Skal have fem felter" in text_of(portal, "/portal/batches/new/next-runs?repeat=own&crontab=6")
    assert "<time" not in text_of(portal, "/portal/batches/new/next-runs?repeat=whatever")


def test_its_page_has_the_next_times_and_what_was_made(
    portal: Client, monthly: Batch, django_assert_max_num_queries
) -> None:
    page = reverse("portal:batch", args=[monthly.pk])
    assert "Der er ikke lavet nogen endnu." in text_of(portal, page)
    for month in range(1, 12):
        run_due(now=JANUARY.replace(month=month))

    with django_assert_max_num_queries(8):
        text = text_of(portal, page)

    assert ("1. dec. 2999 kl. 06.00" in text, "1. feb. 3000 kl. 06.00" in text) == (True, True)
    assert "Færdige rapporter" not in text
    assert text.count("1. nov. 2999 kl. 06.00") == 1
    assert "1. jan. 2999 kl. 06.00" not in text  # the eleventh
    listed = text_of(portal, f"/portal/batches?series={monthly.pk}")
    assert listed.count('<th scope="row">') == 11
    run = monthly.runs.earliest("scheduled_at")
    assert page in text_of(portal, reverse("portal:batch", args=[run.pk]))
    # All are in the list of everything, and the one that recurs says so.
    everything = text_of(portal, "/portal/batches")
    assert (everything.count('<th scope="row">'), everything.count(">Gentages<")) == (12, 1)


def test_it_is_paused_resumed_changed_and_stopped(portal: Client, monthly: Batch) -> None:
    def move(name: str, **fields: str) -> str:
        answer = portal.post(f"/portal/batches/{monthly.pk}/{name}", fields, follow=True)
        monthly.refresh_from_db()
        return answer.content.decode()

    assert "På pause" in move("pause")
    assert monthly.is_paused
    assert "Bestillingen gentages igen." in move("resume")
    assert "Tidspunkterne er ændret." in move("recurrence/times", crontab="0 9 * * *")
    assert monthly.crontab == "0 9 * * *"
    assert "Har 99 i feltet minut" in move("recurrence/times", crontab="99 9 * * *")
    assert "Gentages ikke mere" in move("end")
    assert (monthly.status, monthly.crontab) == ("Finished", "0 9 * * *")
    assert "Det kan ikke lade sig gøre" in move("recurrence/times", crontab="0 6 * * *")


def test_another_organisations_is_not_there(portal: Client, other_organisation: Organisation) -> None:
    theirs = place(other_organisation, recurrence="0 6 1 * *")

    answers = [
        portal.get(f"/portal/batches/{theirs.pk}"),
        *(portal.post(f"/portal/batches/{theirs.pk}/{name}") for name in ("pause", "end", "recurrence/times")),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert "Gentages" not in portal.get(f"/portal/batches?series={theirs.pk}").content.decode()
