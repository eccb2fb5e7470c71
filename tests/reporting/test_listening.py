"""Listener batches: run again when the owners of a company in them change, or those of a company above it."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from companies.coming_into_force import bring_into_force
from companies.importing import import_documents
from companies.models import AnnualAccounts, Change
from companies.recording_accounts import newest_accounts, record_accounts_changes
from reporting.listening import follow_changes
from reporting.models import Report
from reporting.moves import stop_listening
from reporting.rendering import render_report
from tests.companies.builders import (
    Document,
    attribute,
    beneficial_owner,
    company,
    organ,
    owner,
    participant_company,
    person,
    relation,
    spell,
    value,
)
from tests.reporting.conftest import claimed, place, render_all

pytestmark = pytest.mark.django_db
# Each owns the next: three levels up from the first is the last.
ITEM, PARENT, GRANDPARENT, TOP = "99000007", "99000015", "99000023", "99000031"
CHAIN = (ITEM, PARENT, GRANDPARENT, TOP)
ANNA = person(4_000_000_001, "Anna Prøvesen")
BENT = person(4_000_000_002, "Bent Prøvesen")
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def owned(cvr: str, by: Document | None, **fields):
    """A company with one owner, or none."""
    relations = [owner(by, value("1.0", "2020-01-01"))] if by else []
    return company(cvr, **{"deltagerRelation": relations, **fields})


def take_in(*documents, now: datetime = NOW) -> None:
    summary = import_documents(documents, now=now, source="sample")
    assert summary.refused == 0
    assert summary.total == len(documents)


@pytest.fixture(autouse=True)
def chain() -> None:
    """ITEM is owned by PARENT, that by GRANDPARENT, that by TOP, and that by Anna."""
    take_in(*(owned(below, participant_company(above)) for below, above in itertools.pairwise(CHAIN)))
    take_in(owned(TOP, ANNA))


def listen(organisation, *cvrs, **fields):
    return place(organisation, *(int(cvr) for cvr in cvrs or (ITEM,)), type="ReelleEjere", isListener=True, **fields)


def telephone(number: str):
    return [spell("2010-01-01", kontaktoplysning=number, hemmelig=False)]


def follow(now: datetime = NOW) -> int:
    return follow_changes(now=now)


def test_it_runs_when_the_companys_own_owners_change(organisation) -> None:
    batch = listen(organisation)
    take_in(owned(ITEM, BENT))

    assert follow(timezone.now() - timedelta(minutes=1)) == 1

    assert render_all(batch.pk) == 1
    assert Report.objects.get().company_name == f"Prøvested {ITEM} ApS"
    batch.refresh_from_db()
    assert (batch.status, batch.completion) == ("Listening", 1.0)


@pytest.mark.parametrize("above", [PARENT, GRANDPARENT, TOP])
def test_it_runs_when_the_owners_of_a_company_above_change(organisation, above) -> None:
    listen(organisation)
    take_in(owned(above, BENT))

    assert follow() == 1


def test_it_runs_for_those_below_and_for_no_other(organisation) -> None:
    batch = listen(organisation, *CHAIN)
    take_in(owned(GRANDPARENT, BENT))

    assert follow() == 3

    assert set(Report.objects.values_list("item__cvr", flat=True)) == {ITEM, PARENT, GRANDPARENT}
    assert {one.batch_id for one in Report.objects.all()} == {batch.pk}


def test_it_runs_when_fully_liable_partners_change(organisation) -> None:
    partners = organ("FULDT_ANSVARLIG_DELTAGERE", "Interessenter", [attribute("FUNKTION", value("INTERESSENTER"))])
    listen(organisation)
    take_in(company(TOP, deltagerRelation=[relation(BENT, partners)]))

    assert follow() == 1


def test_it_runs_when_beneficial_owners_change_though_the_log_does_not_tell_them(organisation) -> None:
    listen(organisation)
    take_in(
        owned(PARENT, participant_company(GRANDPARENT))
        | {
            "deltagerRelation": [
                owner(participant_company(GRANDPARENT), value("1.0", "2020-01-01")),
                beneficial_owner(BENT, attribute("EJERANDEL_PROCENT", value("1.0", "2020-01-01"))),
            ]
        }
    )

    assert Change.objects.get().fields == {"beneficialOwners": {"before": None, "after": None}}
    assert follow() == 1


@pytest.mark.parametrize("cvr", CHAIN)
def test_nothing_else_triggers_it(organisation, cvr) -> None:
    by = {ITEM: participant_company(PARENT), PARENT: participant_company(GRANDPARENT)}
    by |= {GRANDPARENT: participant_company(TOP), TOP: ANNA}
    listen(organisation, *CHAIN)
    take_in(
        owned(
            cvr,
            by[cvr],
            telefonNummer=telephone("20304050"),
            navne=[spell("2010-01-01", navn="Nyt Navn ApS")],
            beliggenhedsadresse=[spell("2010-01-01", vejnavn="Nyvej", postnummer=9999)],
            status=[spell("2026-05-01", kreditoplysningkode="1", kreditoplysningtekst="Konkurs")],
        )
    )

    assert {"name", "telephone", "address1", "creditStatus"} <= set(Change.objects.get().fields)
    assert follow() == 0
    assert not Report.objects.exists()


@pytest.mark.parametrize("cvr", CHAIN)
def test_accounts_trigger_nothing(organisation, cvr) -> None:
    listen(organisation, *CHAIN)
    with transaction.atomic():
        before = newest_accounts([cvr])
        AnnualAccounts.objects.create(
            cvr=cvr,
            start_date=date(2025, 1, 1),
            end_date=date(2025, 12, 31),
            currency="DKK",
            figures={"equity": "500000"},
            document_hash="0" * 64,
            source="test",
            retrieved_at=NOW,
        )
        record_accounts_changes(before=before, now=NOW)

    assert Change.objects.get().fields["equity"] == {"before": None, "after": 500000}
    assert follow() == 0


def test_a_document_that_says_the_same_triggers_nothing(organisation) -> None:
    listen(organisation)
    take_in(owned(TOP, ANNA))

    assert follow() == 0


def test_it_runs_for_what_left_the_chain_in_the_same_moment(organisation) -> None:
    """The chain is looked up after both changes; the change that took the company out of it tells by itself."""
    listen(organisation)
    take_in(owned(TOP, BENT))
    take_in(owned(PARENT, BENT))

    assert follow() == 1


def test_a_circle_of_owners_ends(organisation) -> None:
    listen(organisation)
    take_in(owned(TOP, participant_company(ITEM)))

    assert follow() == 1


def test_the_first_run_waits_until_an_import_has_settled(organisation) -> None:
    listen(organisation)
    take_in(owned(TOP, BENT))
    follow()
    take_in(owned(TOP, ANNA))
    follow(NOW + timedelta(seconds=1))

    report = Report.objects.get()
    assert (report.status, report.due_at) == ("Queued", NOW + timedelta(seconds=2))


def test_it_runs_at_most_once_a_minute_and_loses_nothing(organisation) -> None:
    batch = listen(organisation)
    owners = iter([BENT, ANNA, BENT, ANNA])
    started_at = NOW

    def change_and_follow(now: datetime) -> None:
        take_in(owned(TOP, next(owners)), now=now)
        follow(now)

    change_and_follow(started_at - timedelta(seconds=2))
    assert render_all(batch.pk) == 1
    Report.objects.update(started_at=started_at)
    # Two more within the minute are one run, when the minute is over.
    change_and_follow(started_at + timedelta(seconds=20))
    change_and_follow(started_at + timedelta(seconds=40))

    waiting = Report.objects.get(status="Queued")
    assert (waiting.run, waiting.due_at) == (1, started_at + timedelta(minutes=1))

    assert render_all(batch.pk) == 1
    Report.objects.filter(run=1).update(started_at=started_at + timedelta(minutes=1))
    change_and_follow(started_at + timedelta(minutes=5))

    waiting = Report.objects.get(status="Queued")
    assert (waiting.run, waiting.due_at) == (2, started_at + timedelta(minutes=5, seconds=2))


def test_the_run_ordered_with_trigger_now_holds_no_change_up(organisation) -> None:
    batch = listen(organisation, triggerNow=True)
    render_all(batch.pk)
    started_at = Report.objects.get().started_at
    assert started_at
    now = started_at + timedelta(seconds=5)
    take_in(owned(TOP, BENT), now=now)
    follow(now)

    assert Report.objects.get(status="Queued").due_at == now + timedelta(seconds=2)


def test_a_change_while_the_report_is_rendered_makes_another(organisation) -> None:
    batch = listen(organisation, triggerNow=True)
    claim = claimed(batch.pk)
    take_in(owned(TOP, BENT))

    assert follow() == 1

    render_report(claim, now=timezone.now())
    assert render_all(batch.pk) == 1
    assert list(Report.objects.order_by("run").values_list("run", "status")) == [(0, "Warning"), (1, "Warning")]


def test_a_stopped_listener_hears_nothing(organisation) -> None:
    batch = listen(organisation)
    stop_listening(batch, now=NOW)
    take_in(owned(TOP, BENT))

    assert follow() == 0


def test_it_reads_no_change_twice(organisation) -> None:
    listen(organisation)
    take_in(owned(TOP, BENT))
    follow()
    Report.objects.all().delete()

    assert follow() == 0


def test_it_catches_up_on_what_happened_while_nobody_looked(organisation) -> None:
    listen(organisation, ITEM, TOP)
    take_in(owned(PARENT, BENT))
    take_in(owned(TOP, BENT))

    assert follow() == 2


def test_it_follows_what_comes_into_force_by_its_date(organisation) -> None:
    first = value("1.0", "2020-01-01", "2026-06-10")
    coming = company(TOP, deltagerRelation=[owner(ANNA, first), owner(BENT, value("1.0", "2026-06-11"))])
    take_in(coming)
    listen(organisation)
    assert bring_into_force(now=NOW + timedelta(days=9)).changed == 0
    assert follow() == 0

    assert bring_into_force(now=NOW + timedelta(days=10)).changed == 1
    assert follow() == 1
