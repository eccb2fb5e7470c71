"""An organisation is deleted: the door is shut at once, nothing of it is left, and nothing of others is touched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DataError, transaction
from django.db.models import ForeignKey, Model, OneToOneField
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask
from rest_framework.test import APIClient

from accounts import erasing
from accounts.closing import close_organisation
from accounts.erasing import erase, erase_organisations, remaining
from accounts.models import IdempotentRequest, Organisation, User
from accounts.organisations import add_member, create_organisation
from delivery.endpoints import find_or_create_endpoint
from delivery.models import Attempt, Delivery
from delivery.queueing import queue_delivery
from reporting.finishing import ClaimLostError, Outcome, finish_report
from reporting.models import Batch, BatchItem, Report
from reporting.recurring import run_due
from reporting.rendering import render_report
from reporting.storing import store_pdf
from tests.portal.world import build_world
from tests.reporting.conftest import claimed, place

pytestmark = pytest.mark.django_db


def stored_files() -> list[Path]:
    root = Path(django_settings.MEDIA_ROOT)
    return sorted(path for path in root.rglob("*") if path.is_file()) if root.exists() else []


def ways_to_organisation(model: type[Model], seen: tuple[type[Model], ...] = ()) -> Iterator[str]:
    """The look-ups that lead from a model to Organisation, such as "item__batch__organisation"."""
    for field in model._meta.get_fields():
        if not isinstance(field, ForeignKey | OneToOneField) or field.related_model in (*seen, model):
            continue
        if field.related_model is Organisation:
            yield field.name
        else:
            for way in ways_to_organisation(field.related_model, (*seen, model)):
                yield f"{field.name}__{way}"


def rows_of(organisation_id: Any) -> dict[str, int]:
    """How many rows of each model lead to the organisation by any way."""
    found = {}
    for model in apps.get_models():
        for way in ways_to_organisation(model):
            found[f"{model._meta.label}.{way}"] = model._default_manager.filter(**{way: organisation_id}).count()
    return found


def tables_of(organisation_id: Any) -> set[str]:
    """The models that have rows of the organisation."""
    return {name.rpartition(".")[0] for name, count in rows_of(organisation_id).items() if count}


def furnish(organisation: Organisation) -> Batch:
    """A batch with a PDF, a delivery with an attempt, one that recurs with a run, a listener, a repeated request."""
    batch = place(organisation, 99000007, notificationWebhookUrl="https://webhook.example/x")
    report = batch.reports.get()
    key = store_pdf(report, attempt=1, pdf=b"%PDF")
    Report.objects.filter(pk=report.pk).update(
        status="Completed", pdf=key, finished_at=timezone.now(), finished_number=1, file_name="x"
    )
    Batch.objects.filter(pk=batch.pk).update(status="Finished", finished_at=timezone.now(), covered_count=1)
    # What a killed worker stored.
    default_storage.save(f"reports/{batch.pk}/{report.pk}-2.pdf", ContentFile(b"%PDF"))
    assert batch.webhook_endpoint is not None
    delivery = queue_delivery(
        endpoint=batch.webhook_endpoint, purpose="report_webhook", body={"x": 1}, now=timezone.now(), batch_id=batch.pk
    )
    Attempt.objects.create(delivery=delivery, number=1, started_at=timezone.now())
    place(organisation, 99000007, recurrence="0 6 * * *", triggerNow=True)
    run_due(now=timezone.now())
    place(organisation, 99000007, type="ReelleEjere", isListener=True, triggerNow=True)
    place(organisation, 99000007, scheduledTime="2999-01-01 01:00:00")
    IdempotentRequest.objects.create(
        organisation=organisation, key="k", fingerprint="f", locked_until=timezone.now(), created_at=timezone.now()
    )
    return batch


@pytest.fixture
def small(organisation: Organisation, member: User, monkeypatch) -> Organisation:
    """One that is furnished, and erased in the smallest steps."""
    furnish(organisation)
    for module in ("reporting.erasing.CHUNK", "delivery.erasing.CHUNK", "lasso.forgetting.CHUNK"):
        monkeypatch.setattr(module, 1)
    monkeypatch.setattr("reporting.erasing.MOST_BATCHES", 1)
    return organisation


def test_nothing_is_left_of_it_and_nothing_of_another_is_touched(other_organisation: Organisation) -> None:
    world = build_world()
    furnish(world.organisation)
    furnish(other_organisation)
    outsider = User.objects.create_user(username="begge@revision.example", password=None)
    add_member(organisation=world.organisation, user=outsider)
    add_member(organisation=other_organisation, user=outsider)
    theirs, their_files = (
        rows_of(other_organisation.pk),
        [path for path in stored_files() if _is_of(path, other_organisation)],
    )
    # It has a row in every table that leads to it, but for the feed, of which no message was composed.
    assert tables_of(world.organisation.pk) == {
        model._meta.label for model in apps.get_models() if any(ways_to_organisation(model))
    } - {"integrations.UpdateMessage"}
    under_way = Delivery.objects.filter(organisation=world.organisation, status="Waiting").first()
    assert under_way is not None
    Delivery.objects.filter(pk=under_way.pk).update(status="Sending")

    close_organisation(organisation=world.organisation, now=timezone.now())
    # A call that is under way is not pulled from under whoever makes it.
    assert erase(world.organisation, now=timezone.now()) is False
    assert remaining(world.organisation.pk)["deliveries"] == 2
    Delivery.objects.filter(pk=under_way.pk).update(status="Delivered", settled_at=timezone.now())
    assert erase(world.organisation, now=timezone.now()) is True

    assert {name: count for name, count in rows_of(world.organisation.pk).items() if count} == {}
    assert rows_of(other_organisation.pk) == theirs
    assert stored_files() == their_files
    assert sorted(User.objects.values_list("username", "is_active")) == [("begge@revision.example", True)]
    assert PeriodicTask.objects.filter(name__startswith="recurring").count() == 1


def _is_of(path: Path, organisation: Organisation) -> bool:
    return Batch.objects.filter(pk=path.parent.name, organisation=organisation).exists()


class KilledError(Exception):
    """As if the process were."""


def test_a_kill_after_any_step_is_only_an_interruption(small: Organisation) -> None:
    close_organisation(organisation=small, now=timezone.now())

    def kill(name: str, count: int) -> None:
        raise KilledError

    kills = 0
    while True:
        try:
            is_gone = erase(small, now=timezone.now(), tell=kill)
            break
        except KilledError:
            kills += 1
            assert kills < 200

    assert (is_gone, kills > 15) == (True, True)
    assert (stored_files(), Organisation.objects.count(), User.objects.count()) == ([], 0, 0)


def test_a_kill_between_file_and_row_leaves_no_file(small: Organisation, monkeypatch) -> None:
    close_organisation(organisation=small, now=timezone.now())
    monkeypatch.setattr("reporting.erasing.DELETE_REPORTS", "SELECT 1/0 WHERE %(reports)s IS NOT NULL")
    with pytest.raises(DataError, match="division by zero"), transaction.atomic():
        erase(small, now=timezone.now())
    monkeypatch.undo()
    assert Report.objects.exclude(pdf="").count() == 1

    assert erase(small, now=timezone.now()) is True
    assert stored_files() == []


def test_a_worker_with_a_report_in_hand_finishes_nothing_and_leaves_no_file(small: Organisation) -> None:
    batch = place(small, 99000007, 99000015)
    claim, later = claimed(batch.pk), claimed(batch.pk)
    held = Report.objects.select_related("batch", "item").get(pk=later.report_id)
    close_organisation(organisation=small, now=timezone.now())
    assert erase(small, now=timezone.now()) is True

    render_report(claim, now=timezone.now())
    with pytest.raises(ClaimLostError):
        finish_report(held, claim=later, outcome=Outcome(file_name="x", pdf="x"), now=timezone.now())

    assert (stored_files(), Report.objects.count(), Delivery.objects.count()) == ([], 0, 0)
    assert claim.extend() is False


def test_what_came_in_since_is_found(small: Organisation, monkeypatch) -> None:
    close_organisation(organisation=small, now=timezone.now())
    assert erase(small, now=timezone.now(), at_most=timedelta()) is False
    look = erasing._erase_itself
    monkeypatch.setattr(erasing, "_erase_itself", lambda gone: (place(gone, 99000007), look(gone))[1])
    assert erase(small, now=timezone.now()) is False
    monkeypatch.undo()
    assert Batch.objects.count() == 1

    assert erase(small, now=timezone.now()) is True
    assert (Batch.objects.count(), BatchItem.objects.count()) == (0, 0)


def test_the_door_is_shut_at_once(portal: Client, organisation: Organisation, other_organisation: Organisation) -> None:
    key = create_organisation(name="Tredje", email="t@t.example")[1].text
    third = Organisation.objects.get(name="Tredje")
    both = User.objects.create_user(username="begge@revision.example", password=None)
    boss = User.objects.create_superuser(username="boss", password=None)
    for user in (both, boss):
        add_member(organisation=organisation, user=user)
    add_member(organisation=other_organisation, user=both)
    client = Client()
    client.force_login(both)
    place(organisation, 99000007, recurrence="0 6 * * *", triggerNow=True)

    assert close_organisation(organisation=organisation, now=timezone.now()) is True
    assert close_organisation(organisation=organisation, now=timezone.now()) is False
    close_organisation(organisation=third, now=timezone.now())

    assert portal.get("/portal/batches")["location"].startswith("/portal/sign-in")
    assert "Advokaterne Andetsteds" in client.get("/portal").content.decode()
    assert "Revisionshuset Prøve" not in client.get("/portal").content.decode()
    api = APIClient()
    api.credentials(HTTP_LASSO_API_KEY=key)
    answer = api.get("/apps/reporting/batches")
    assert (answer.status_code, "was deleted" in answer.json()["errorMessage"]) == (401, True)
    assert run_due(now=timezone.now()) == 0
    with pytest.raises(CommandError, match="No organisation has the id or the name"):
        call_command("create_api_key", organisation.name)
    assert User.objects.get(username="boss").is_active


def test_the_clock_goes_on_with_all_of_them(small: Organisation, other_organisation: Organisation) -> None:
    for each in (small, other_organisation):
        close_organisation(organisation=each, now=timezone.now())
    open_one = create_organisation(name="Åben", email="a@a.example")[0]

    assert erase_organisations(now=timezone.now()) == 2
    assert list(Organisation.objects.all()) == [open_one]
    assert erase(open_one, now=timezone.now()) is False


def test_the_command_asks_for_the_name_and_tells_its_progress(small: Organisation) -> None:
    with pytest.raises(CommandError, match="Nothing was done"):
        call_command("delete_organisation", small.name, "--confirm", "Revisionshuset")
    small.refresh_from_db()
    assert small.closed_at is None

    out = StringIO()
    call_command("delete_organisation", small.name, "--confirm", small.name, "--no-wait", stdout=out)
    assert Organisation.objects.exists()
    call_command("delete_organisation", str(small.pk), "--confirm", small.name, stdout=out)

    assert "Revisionshuset Prøve is closed: no key opens it" in out.getvalue()
    assert out.getvalue().endswith("Revisionshuset Prøve is gone, with everything that it had.\n")
    assert (Organisation.objects.count(), stored_files()) == (0, [])


def test_the_administration_asks_for_the_name_first(small: Organisation, other_organisation: Organisation) -> None:
    admin = Client()
    admin.force_login(User.objects.create_superuser(username="boss", password=None))
    path, chosen = "/admin/accounts/organisation/", {"action": "delete_with_everything", "_selected_action": [small.pk]}

    page = admin.post(path, chosen).content.decode()
    assert ("Delete Revisionshuset Prøve?" in page, "<li>9 reports</li>" in page) == (True, True)
    assert "is not its name; nothing was done" in admin.post(path, {**chosen, "confirm": "x"}).content.decode()
    both = {**chosen, "_selected_action": [small.pk, other_organisation.pk], "confirm": small.name}
    assert "Choose one organisation" in admin.post(path, both, follow=True).content.decode()
    small.refresh_from_db()
    assert small.closed_at is None

    listed = admin.post(path, {**chosen, "confirm": small.name}, follow=True).content.decode()

    small.refresh_from_db()
    assert small.closed_at is not None
    assert "left: 9 reports, 2 deliveries, 2 members and keys" in listed
    assert admin.post(f"{path}{small.pk}/delete/", {"post": "yes"}).status_code == 403


def test_an_endpoint_somebody_else_has_too_is_his_alone(organisation: Organisation, other_organisation) -> None:
    for each in (organisation, other_organisation):
        find_or_create_endpoint(organisation=each, url="https://webhook.example/x")
    close_organisation(organisation=organisation, now=timezone.now())

    assert erase(organisation, now=timezone.now()) is True
    [left] = other_organisation.endpoints.all()
    assert (left.is_enabled, left.closed_at) == (True, None)
