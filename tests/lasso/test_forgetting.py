"""Forgetting in small steps: every table is accounted for, and what is forgotten holds nobody up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import connections, transaction
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from accounts.models import Invitation, Organisation, User
from companies.models import BeneficialOwnerRead
from lanes.models import Lane, Pulse, Worker
from lasso import forgetting
from lasso.forgetting import all_forgettings, forget, in_steps
from lasso.tasks import forget_kind
from reporting.beat_schedule import TASK

DAY = timedelta(days=1)

# Tables that grow with something else than time, and why that is no harm. docs/operations.md says it for people.
STAYS = {
    "accounts.User": "members; gone with their last organisation",
    "accounts.Organisation": "customers; deleted by a person",
    "accounts.Membership": "members",
    "accounts.APIKey": "made by people",
    "companies.Company": "as many as the register has, or were asked for",
    "companies.BeneficialOwnership": "one a company",
    "companies.OwnershipEdge": "the owners of a company, written anew with each version",
    "companies.AnnualAccounts": "one a company and year",
    "companies.ChangeCursor": "one a reader",
    "companies.SourceCheck": "one a company and source",
    "companies.SourceCursor": "one a poll",
    "companies.SourceRest": "one a source",
    "companies.FetchedFiling": "one a filing of a company",
    "integrations.Integration": "made by people",
    "integrations.MappedField": "of an integration",
    "integrations.MonitoredCompany": "one a company that a customer monitors",
    "reporting.StorageWalk": "one",
    "auth.Permission": "of Django",
    "auth.Group": "of Django",
    "contenttypes.ContentType": "of Django",
    "rest_framework_api_key.APIKey": "unused",
    "django_celery_beat.PeriodicTasks": "one",
    "django_celery_beat.IntervalSchedule": "one a time in the settings",
    "django_celery_beat.SolarSchedule": "made by administrators",
    "django_celery_beat.ClockedSchedule": "made by administrators",
}


def test_every_table_is_forgotten_or_grows_with_something_else_than_time() -> None:
    forgotten = {table for kind in all_forgettings() for table in kind.tables}
    tables = {model._meta.label for model in apps.get_models()}

    assert tables - forgotten == set(STAYS)
    assert forgotten - tables == {"files of reports"}


def test_every_kind_has_a_setting_or_knows_by_itself_what_is_over() -> None:
    named = {kind.setting for kind in all_forgettings() if kind.setting}

    assert {name for name in named if not isinstance(getattr(django_settings, name), timedelta)} == set()
    assert {kind.name for kind in all_forgettings() if not kind.setting} == {
        "leftovers of beat",
        "leases on sources",
        "access tokens",
        "beat's rows of batches that recur no more",
        "files without a report",
    }
    assert "lasso.tasks.forget" in {entry["task"] for entry in django_settings.CELERY_BEAT_SCHEDULE.values()}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", all_forgettings(), ids=lambda kind: kind.name)
def test_every_kind_has_nothing_to_do_in_an_empty_database(kind) -> None:
    forget_kind(name=kind.name)


def test_a_turn_ends_after_its_time_and_the_next_goes_on(monkeypatch) -> None:
    left = [3, 3, 2]
    monkeypatch.setattr(forgetting, "LONGEST_TURN", timedelta())

    assert in_steps(lambda: left.pop(0) if left else 0, name="test") == 3
    assert left == [3, 2]
    monkeypatch.setattr(forgetting, "LONGEST_TURN", timedelta(minutes=1))
    assert in_steps(lambda: left.pop(0) if left else 0, name="test") == 5


@pytest.mark.django_db(transaction=True)
def test_what_somebody_holds_is_passed_over() -> None:
    now = timezone.now()
    for number in range(3):
        Pulse.objects.create(queue=f"gone {number}", passed_at=now - 40 * DAY, seen_at=now - 40 * DAY)
    other = connections.create_connection("default")
    try:
        with transaction.atomic():
            Pulse.objects.select_for_update().get(queue="gone 1")
            before, connections["default"] = connections["default"], other
            try:
                assert forget("leftovers of lanes", now=now) == 2
            finally:
                connections["default"] = before
    finally:
        other.close()
    assert [pulse.queue for pulse in Pulse.objects.all()] == ["gone 1"]


@pytest.mark.django_db
def test_it_forgets_what_is_old_in_every_table_and_nothing_that_is_younger() -> None:
    now = timezone.now()
    organisation = Organisation.objects.create(name="Ahorn", email="a@ahorn.example")
    user = User.objects.create_user(username="a@ahorn.example", password=None)
    kind = ContentType.objects.get_for_model(User)
    for days, name in ((31, "old"), (29, "young")):
        then = now - days * DAY
        Invitation.objects.create(
            organisation=organisation, email=f"{name}@ahorn.example", created_at=then, expires_at=then
        )
        Lane.objects.create(queue="x", subject=user.pk, number=days, state="queued", ticket=user.pk, queued_at=then)
        Worker.objects.create(id=organisation.pk if days > 30 else user.pk, seen_at=then, beating_since=then)
    for days in (5 * 365 + 1, 5 * 365 - 1):
        read = BeneficialOwnerRead.objects.create(
            organisation_id=organisation.pk, organisation_name="Ahorn", cvr="99000007", purpose="x", read_at=now
        )
        BeneficialOwnerRead.objects.filter(pk=read.pk).update(read_at=now - days * DAY)
        entry = LogEntry.objects.create(user=user, content_type=kind, object_repr="x", action_flag=2)
        LogEntry.objects.filter(pk=entry.pk).update(action_time=now - days * DAY)
    Session.objects.create(session_key="over", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="open", session_data="", expire_date=now + timedelta(seconds=60))

    counts = {each.name: forget(each.name, now=now) for each in all_forgettings()}

    assert {name: count for name, count in counts.items() if count} == {
        "sessions": 1,
        "the admin's log": 1,
        "leftovers of lanes": 2,
        "invitations": 1,
        "reads of beneficial owners": 1,
    }
    assert [session.session_key for session in Session.objects.all()] == ["open"]
    assert [invitation.email for invitation in Invitation.objects.all()] == ["young@ahorn.example"]
    assert Lane.objects.get().number == 29


@pytest.mark.django_db
def test_it_drops_what_beat_would_start_in_vain_and_leaves_what_administrators_made() -> None:
    often = IntervalSchedule.objects.create(every=1, period="hours")
    monthly = CrontabSchedule.objects.create(minute="0", hour="6")
    CrontabSchedule.objects.create(minute="1", hour="6")  # nothing runs by it
    for name, task in (
        ("before", "delivery.tasks.forget_old_deliveries"),
        ("still", "lanes.tasks.sweep"),
        ("theirs", "monitoring.tasks.ping"),
        ("celery.backend_cleanup", "celery.backend_cleanup"),
    ):
        PeriodicTask.objects.create(name=name, task=task, interval=often)
    PeriodicTask.objects.create(name="recurring batch 0", task=TASK, crontab=monthly)

    assert forget("leftovers of beat", now=timezone.now()) == 1
    assert forget("beat's rows of batches that recur no more", now=timezone.now()) == 1

    assert set(PeriodicTask.objects.values_list("name", flat=True)) == {"still", "theirs", "celery.backend_cleanup"}
    assert list(CrontabSchedule.objects.all()) == [monthly]
