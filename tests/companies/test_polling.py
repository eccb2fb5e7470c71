"""Polling: watched companies are asked for again, the register's feed is followed, and no failure makes it spin."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from companies import poll_lanes, polling, watching
from companies.errors import SourceUnreachable
from companies.importing import import_documents
from companies.locking import locked_poll
from companies.models import AnnualAccounts, BeneficialOwnership, Change, Company, SourceCheck, SourceCursor, SourceRest
from companies.polling import POLLS, Round, cursor_of, due_polls, run_poll
from companies.source_metrics import GAUGES
from companies.sources.distribution import feed
from lanes.registry import kind_of
from lanes.running import run
from lanes.waking import wake
from lasso.metrics import read, written
from tests.companies.builders import attribute, beneficial_owner, company, owner, participant_company, person, value
from tests.companies.distribution import Distribution, reply
from tests.companies.filings import CVR as FILER
from tests.companies.filings import instance
from tests.receivers import answer

pytestmark = pytest.mark.django_db
ONE, MOTHER, GRANDMOTHER, OTHER = "99000007", "99000015", "99000023", "99000031"
BY_NAME = {poll.name: poll for poll in POLLS}
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The companies that somebody watches, with and without their beneficial owners."""
    cvrs: list[str] = []
    monkeypatch.setattr(watching, "_watches", {})
    watching.register_watch("test", lambda: cvrs, beneficial_owners=lambda: cvrs)
    return cvrs


def poll(name: str) -> Round:
    return run_poll(BY_NAME[name], is_over=lambda: False)


def owned_by(cvr: str, owner_cvr: str, **fields):
    return company(
        cvr, deltagerRelation=[owner(participant_company(owner_cvr), value("0.6667", "2015-01-01"))], **fields
    )


def have(*documents, source: str = "cvr", now: datetime | None = None) -> None:
    import_documents(documents, now=now or timezone.now(), source=source)


def touched(at: datetime, cvr: str = ONE, **fields):
    return company(cvr, sidstOpdateret=at.isoformat(), **fields)


def stored() -> list[str]:
    return sorted(Company.objects.values_list("cvr", flat=True))


# --- Watched companies ------------------------------------------------------------------------------------------------


def test_it_asks_for_what_is_watched_and_the_owners_further_up(distribution, watch):
    distribution.companies = [
        owned_by(ONE, MOTHER),
        owned_by(MOTHER, GRANDMOTHER),
        company(GRANDMOTHER),
        company(OTHER),
    ]
    watch.append(ONE)

    for known in ([ONE], [ONE, MOTHER], [ONE, MOTHER, GRANDMOTHER]):
        assert poll("watched").is_done
        assert stored() == known

    assert distribution.asked_for() == [[int(cvr)] for cvr in (ONE, MOTHER, GRANDMOTHER)]


def test_it_asks_again_when_the_interval_is_over(distribution, watch):
    distribution.companies = [company(ONE)]
    watch.append(ONE)
    assert poll("watched").retrieved.asked == 1
    assert poll("watched").retrieved.asked == 0

    SourceCheck.objects.update(checked_at=timezone.now() - timedelta(minutes=61))
    distribution.companies = [company(ONE, navne=[{"navn": "Et nyt navn ApS", "periode": None}])]
    done = poll("watched")

    assert (done.retrieved.asked, done.retrieved.changed) == (1, 1)
    assert Change.objects.get().fields["name"]["after"] == "Et nyt navn ApS"


def test_it_asks_in_batches_and_goes_on_where_its_turn_ended(distribution, watch, monkeypatch):
    monkeypatch.setattr(polling, "MOST_CVRS", 2)
    distribution.companies = [company(cvr) for cvr in (ONE, MOTHER, GRANDMOTHER)]
    watch.extend([ONE, MOTHER, GRANDMOTHER])

    first = run_poll(BY_NAME["watched"], is_over=lambda: True)
    assert (first.is_done, stored()) == (False, [ONE, MOTHER])
    assert BY_NAME["watched"] in list(due_polls())

    assert poll("watched").is_done
    assert distribution.asked_for() == [[int(ONE), int(MOTHER)], [int(GRANDMOTHER)]]
    assert BY_NAME["watched"] not in list(due_polls())


def test_a_bad_document_is_refused_alone_and_not_asked_for_again_at_once(distribution, watch):
    distribution.companies = [company(ONE, navne=[]), company(MOTHER)]
    watch.extend([ONE, MOTHER])

    done = poll("watched")

    assert done.retrieved.refused == {ONE: "Vrvirksomhed.navne: expected at least one name"}
    assert stored() == [MOTHER]
    assert poll("watched").retrieved.asked == 0


def test_it_leaves_made_up_companies_alone(distribution, watch):
    have(company(ONE), source="sample")
    watch.append(ONE)

    assert poll("watched").retrieved.asked == 0
    assert distribution.calls.all() == []


def test_it_asks_for_beneficial_owners_of_those_watched_for_them(distribution, watch):
    have(owned_by(ONE, MOTHER), company(MOTHER))
    watch.append(ONE)
    share = attribute("EJERANDEL_PROCENT", value("0.5", "2018-01-01"))
    distribution.beneficial = [
        company(cvr, deltagerRelation=[beneficial_owner(person(4_000_000_001, "Anna Prøvesen"), share)])
        for cvr in (ONE, MOTHER)
    ]

    poll("beneficial")

    assert list(BeneficialOwnership.objects.values_list("company_id", flat=True)) == [ONE]


def test_it_looks_for_new_filings_of_what_is_watched(distribution, watch):
    watch.append(FILER)
    distribution.files = {"2024.xml": instance()}
    distribution.publications = [
        {
            "cvrNummer": int(FILER),
            "offentliggoerelsestype": "regnskab",
            "offentliggoerelsesTidspunkt": "2025-05-01T10:00:00.000Z",
            "regnskab": {"regnskabsperiode": {"startDato": "2024-01-01", "slutDato": "2024-12-31"}},
            "dokumenter": [
                {
                    "dokumentUrl": distribution.url_of_file("2024.xml"),
                    "dokumentMimeType": "application/xml",
                    "dokumentType": "AARSRAPPORT",
                }
            ],
        }
    ]

    assert poll("filings").retrieved.changed == 1
    assert poll("filings").retrieved.asked == 0

    assert AnnualAccounts.objects.get().cvr == FILER


def test_owners_that_own_each_other_are_watched_once(watch):
    have(owned_by(ONE, MOTHER), owned_by(MOTHER, ONE))
    watch.append(ONE)

    assert watching.watched_with_owners(day=NOW.date()) == {ONE, MOTHER}


def test_former_owners_are_not_watched(watch):
    former = owner(participant_company(MOTHER), value("0.5", "2012-01-01", "2014-12-31"))
    coming = owner(participant_company(OTHER), value("0.5", "2030-01-01"))
    have(company(ONE, deltagerRelation=[former, coming]))
    watch.append(ONE)

    assert watching.watched_with_owners(day=NOW.date()) == {ONE, OTHER}


# --- The register's own feed ------------------------------------------------------------------------------------------


def test_it_reads_again_what_the_feed_has_touched_and_the_register_has(distribution):
    have(touched(NOW - timedelta(days=9)))
    with time_machine.travel(NOW, tick=False) as clock:
        assert poll("feed").retrieved.asked == 0
        distribution.companies = [touched(NOW + timedelta(seconds=5), reklamebeskyttet=True), touched(NOW, OTHER)]
        clock.shift(60)

        done = poll("feed")

    assert (done.retrieved.asked, done.retrieved.changed) == (1, 1)
    assert stored() == [ONE]
    assert Company.objects.get().is_protected
    assert distribution.asked_for() == [[int(ONE)]]


def test_it_fetches_nothing_that_it_has_as_it_is(distribution):
    have(touched(NOW))
    distribution.companies = [touched(NOW)]

    with time_machine.travel(NOW, tick=False):
        for _ in range(3):
            assert poll("feed").retrieved.asked == 0

    assert distribution.asked_for() == []


def test_it_looks_back_a_little_for_what_the_register_shows_late(distribution):
    distribution.companies = [touched(NOW + timedelta(minutes=30), OTHER)]
    have(touched(NOW - timedelta(days=9)))
    with time_machine.travel(NOW, tick=False) as clock:
        poll("feed")
        clock.shift(1900)
        distribution.companies.append(touched(NOW + timedelta(minutes=1)))

        assert poll("feed").retrieved.asked == 1


def test_it_takes_every_company_when_told_to(distribution, settings, monkeypatch):
    settings.REGISTER_FULL = True
    monkeypatch.setattr(feed.touched_since, "__kwdefaults__", {"page": 2})
    distribution.companies = [touched(NOW - timedelta(days=day), cvr) for day, cvr in enumerate([ONE, MOTHER, OTHER])]
    have(company(GRANDMOTHER), source="sample")
    distribution.companies.append(touched(NOW, GRANDMOTHER))

    with time_machine.travel(NOW, tick=False):
        assert run_poll(BY_NAME["feed"], is_over=lambda: True).is_done is False
        assert stored() == sorted([MOTHER, OTHER, GRANDMOTHER])
        after = cursor_of(BY_NAME["feed"]).position["after"]
        searched = len(distribution.searches)
        assert poll("feed").is_done
        assert stored() == sorted([ONE, MOTHER, OTHER, GRANDMOTHER])
        assert distribution.searches[searched]["search_after"] == after
        asked = len(distribution.asked_for())
        assert poll("feed").is_done

    assert len(distribution.asked_for()) == asked
    # Not from the beginning again.
    assert "range" in distribution.searches[-1]["query"]


def test_it_goes_on_behind_the_last_page_even_when_that_ended_the_feed(distribution, settings, monkeypatch):
    settings.REGISTER_FULL = True
    monkeypatch.setattr(feed.touched_since, "__kwdefaults__", {"page": 1})
    distribution.companies = [touched(NOW)]

    with time_machine.travel(NOW, tick=False):
        assert run_poll(BY_NAME["feed"], is_over=lambda: True).is_done is False
        assert poll("feed").is_done

    assert cursor_of(BY_NAME["feed"]).position == {"since": (NOW - polling.OVERLAP).isoformat()}


def test_the_cursor_stays_where_it_was_when_a_page_was_not_stored(distribution):
    have(touched(NOW - timedelta(days=9)))
    with time_machine.travel(NOW, tick=False) as clock:
        poll("feed")
        before = cursor_of(BY_NAME["feed"]).position
        distribution.companies = [touched(NOW + timedelta(seconds=5))]
        distribution.faults = [distribution._serve, answer(500)]
        with pytest.raises(SourceUnreachable):
            poll("feed")
        assert cursor_of(BY_NAME["feed"]).position == before

        clock.shift(60)
        assert poll("feed").retrieved.changed == 1


def test_a_moment_that_lies_ahead_holds_nothing_up(distribution):
    have(touched(NOW - timedelta(days=9)), touched(NOW - timedelta(days=9), OTHER))
    with time_machine.travel(NOW, tick=False) as clock:
        poll("feed")
        distribution.companies = [touched(datetime(2099, 1, 1, tzinfo=UTC), OTHER)]
        assert poll("feed").retrieved.asked == 1
        clock.shift(60)
        distribution.companies.append(touched(NOW + timedelta(seconds=5)))

        assert poll("feed").retrieved.asked == 1

    assert cursor_of(BY_NAME["feed"]).position == {"since": (NOW + timedelta(minutes=1) - polling.OVERLAP).isoformat()}


def test_a_company_without_a_number_holds_nothing_up(distribution, settings):
    settings.REGISTER_FULL = True
    distribution.companies = [touched(NOW, OTHER) | {"cvrNummer": None}, touched(NOW)]

    assert poll("feed").retrieved.changed == 1
    assert stored() == [ONE]


# --- Failures ---------------------------------------------------------------------------------------------------------


def test_a_poll_that_fails_goes_on_later_and_later(distribution, watch):
    watch.append(ONE)
    distribution.permanent_fault = reply(200, {})
    pauses = []
    with time_machine.travel(NOW, tick=False) as clock:
        for _ in range(7):
            SourceRest.objects.all().delete()
            with pytest.raises(SourceUnreachable):
                poll("watched")
            cursor = cursor_of(BY_NAME["watched"])
            pauses.append((cursor.due_at - timezone.now()).total_seconds())
            assert BY_NAME["watched"] not in list(due_polls())
            clock.move_to(cursor.due_at)
        assert BY_NAME["watched"] in list(due_polls())

    assert pauses == [30, 60, 120, 240, 480, 900, 900]


def test_a_fault_of_ours_does_not_make_it_spin(distribution, watch, monkeypatch):
    def break_down(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(polling, "retrieve_companies", break_down)
    watch.append(ONE)

    with pytest.raises(ZeroDivisionError):
        poll("watched")

    assert cursor_of(BY_NAME["watched"]).failure_count == 1
    assert BY_NAME["watched"] not in list(due_polls())


def test_a_poll_that_ran_out_of_time_has_not_failed(distribution, watch, monkeypatch):
    monkeypatch.setattr(polling, "STEP", timedelta(seconds=0.1))
    watch.append(ONE)

    assert poll("watched").is_done is False

    assert cursor_of(BY_NAME["watched"]).failure_count == 0
    assert BY_NAME["watched"] in list(due_polls())


@pytest.mark.django_db(transaction=True)
def test_two_processes_do_not_poll_the_same(distribution, watch):
    watch.append(ONE)
    has_it, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with locked_poll("watched") as is_ours:
            assert is_ours
            has_it.set()
            may_end.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert has_it.wait(10)
    try:
        assert poll("watched").is_ours is False
    finally:
        may_end.set()
        holder.join(10)

    assert distribution.calls.all() == []


# --- Lanes and the command --------------------------------------------------------------------------------------------


def test_the_sweep_wakes_a_lane_for_each_poll_that_is_on_and_due(distribution, settings):
    settings.BENEFICIAL_REGISTER_USER = ""
    cursor = cursor_of(BY_NAME["filings"])
    SourceCursor.objects.filter(pk=cursor.pk).update(due_at=timezone.now() + timedelta(minutes=1))

    woken = list(kind_of("register").due())

    assert woken == [(poll_lanes.subject_of(BY_NAME[name]), 1) for name in ("feed", "watched")]


def test_no_lane_is_woken_for_a_source_that_is_off():
    assert list(kind_of("register").due()) == []


def test_a_lane_polls_and_is_gone(distribution, watch, monkeypatch):
    tickets: list[uuid.UUID] = []
    monkeypatch.setattr("lanes.waking.publish", lambda **message: tickets.append(message["ticket"]))
    watch.append(ONE)
    distribution.companies = [company(ONE)]
    subject = poll_lanes.subject_of(BY_NAME["watched"])
    wake(queue="register", subject=subject)

    assert run(queue="register", subject=subject, number=0, ticket=tickets[0])

    assert stored() == [ONE]
    assert BY_NAME["watched"] not in list(due_polls())


def test_a_lane_ends_quietly_when_the_source_is_away(distribution, watch, monkeypatch):
    tickets: list[uuid.UUID] = []
    monkeypatch.setattr("lanes.waking.publish", lambda **message: tickets.append(message["ticket"]))
    watch.append(ONE)
    distribution.permanent_fault = answer(503)
    subject = poll_lanes.subject_of(BY_NAME["watched"])
    wake(queue="register", subject=subject)

    assert run(queue="register", subject=subject, number=0, ticket=tickets[0])

    assert len(tickets) == 1
    assert cursor_of(BY_NAME["watched"]).failure_count == 1


def command(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("poll_changes", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_command_says_what_is_off_and_does_nothing():
    out, _ = command()

    assert out == (
        "feed: off, because REGISTER_USER and REGISTER_PASSWORD not set.\n"
        "watched: off, because REGISTER_USER and REGISTER_PASSWORD not set.\n"
        "beneficial: off, because BENEFICIAL_REGISTER_USER and BENEFICIAL_REGISTER_PASSWORD not set.\n"
        "filings: off, because neither REGISTER_USER and REGISTER_PASSWORD nor a FILINGS_URL of its own is set.\n"
    )
    assert not SourceCursor.objects.exists()


def test_the_command_polls_everything_once(distribution: Distribution, watch):
    watch.extend([ONE, MOTHER])
    distribution.companies = [company(ONE), company(MOTHER, navne=[])]

    out, err = command("--once")

    assert "watched: 2 asked for, 2 found, 1 new or changed, 1 refused.\n" in out
    assert err == f"watched: CVR {MOTHER} refused: Vrvirksomhed.navne: expected at least one name\n"
    assert stored() == [ONE]


def test_the_command_fails_when_a_source_does(distribution, watch):
    watch.append(ONE)
    distribution.permanent_fault = answer(503)
    out, err = StringIO(), StringIO()

    with pytest.raises(CommandError, match="Not everything could be asked"):
        call_command("poll_changes", "--once", stdout=out, stderr=err)

    assert "feed: CVR (Erhvervsstyrelsen) failed: answered with status 503\n" in err.getvalue()


def test_metrics_tell_of_failures(distribution, watch):
    watch.append(ONE)
    distribution.permanent_fault = answer(503)
    with pytest.raises(SourceUnreachable):
        poll("watched")

    lines = [line for gauge in GAUGES for line in written(read(gauge)).splitlines()]

    assert 'lasso_source_failures{source="cvr"} 1.0' in lines
    assert 'lasso_poll_failures{poll="watched"} 1.0' in lines


def test_every_poll_is_known_by_a_name_of_its_own():
    assert [one.name for one in POLLS] == ["feed", "watched", "beneficial", "filings"]
    assert len({poll_lanes.subject_of(one) for one in POLLS}) == len(POLLS)
