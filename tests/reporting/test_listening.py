"""Listener batches: run again when a company in them changes."""

from __future__ import annotations

import pytest
from django.utils import timezone

from companies.importing import import_documents
from reporting.listening import follow_changes
from reporting.models import Report
from reporting.moves import stop_listening
from reporting.rendering import render_report
from tests.reporting.conftest import HAVGRUS, NORDLYS, claimed, company_document, place, render_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]


def change(cvr: int, name: str) -> None:
    """A new version of the company comes in."""
    import_documents([company_document(cvr, name)], now=timezone.now(), source="test")


def listen(organisation, *cvrs, **fields):
    return place(organisation, *cvrs, type="ReelleEjere", isListener=True, **fields)


def test_it_runs_the_item_whose_company_changed_and_no_other(organisation) -> None:
    batch = listen(organisation, NORDLYS, HAVGRUS)
    change(NORDLYS, "Nordlys Nyt Navn ApS")

    assert follow_changes(now=timezone.now()) == 1

    assert render_all(batch.pk) == 1
    report = Report.objects.get()
    assert report.company_name == "Nordlys Nyt Navn ApS"
    batch.refresh_from_db()
    assert (batch.status, batch.completion) == ("Listening", 0.5)


def test_it_runs_again_for_each_change_that_comes_after_a_report(organisation) -> None:
    batch = listen(organisation, NORDLYS, triggerNow=True)
    render_all(batch.pk)
    for name in ("Nordlys A ApS", "Nordlys B ApS"):
        change(NORDLYS, name)
        follow_changes(now=timezone.now())
        render_all(batch.pk)

    assert list(Report.objects.order_by("run").values_list("run", "company_name")) == [
        (0, "Nordlys Testværft ApS"),
        (1, "Nordlys A ApS"),
        (2, "Nordlys B ApS"),
    ]
    batch.refresh_from_db()
    assert batch.completion == 1.0


def test_several_changes_before_the_report_make_one_report(organisation) -> None:
    batch = listen(organisation, NORDLYS)
    for name in ("Nordlys A ApS", "Nordlys B ApS"):
        change(NORDLYS, name)
        follow_changes(now=timezone.now())

    assert render_all(batch.pk) == 1
    assert Report.objects.get().company_name == "Nordlys B ApS"


def test_a_change_while_the_report_is_rendered_makes_another(organisation) -> None:
    batch = listen(organisation, NORDLYS, triggerNow=True)
    claim = claimed(batch.pk)
    change(NORDLYS, "Nordlys A ApS")

    assert follow_changes(now=timezone.now()) == 1

    render_report(claim, now=timezone.now())
    assert render_all(batch.pk) == 1
    assert Report.objects.count() == 2


def test_a_document_that_says_the_same_triggers_nothing(organisation) -> None:
    listen(organisation, NORDLYS)
    change(NORDLYS, "Nordlys Testværft ApS")

    assert follow_changes(now=timezone.now()) == 0


def test_a_stopped_listener_hears_nothing(organisation) -> None:
    batch = listen(organisation, NORDLYS)
    stop_listening(batch, now=timezone.now())
    change(NORDLYS, "Nordlys A ApS")

    assert follow_changes(now=timezone.now()) == 0


def test_it_reads_no_change_twice(organisation) -> None:
    listen(organisation, NORDLYS)
    change(NORDLYS, "Nordlys A ApS")
    follow_changes(now=timezone.now())
    Report.objects.all().delete()

    assert follow_changes(now=timezone.now()) == 0


def test_it_catches_up_on_what_happened_while_nobody_looked(organisation) -> None:
    listen(organisation, NORDLYS, HAVGRUS)
    change(NORDLYS, "Nordlys A ApS")
    change(HAVGRUS, "Havgrus A ApS")

    assert follow_changes(now=timezone.now()) == 2
