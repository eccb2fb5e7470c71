"""A POST with an Idempotency-Key is carried out once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.forgetting import forget_some_requests
from accounts.idempotency import LOCK, claim_key
from accounts.keys import create_api_key
from accounts.models import IdempotentRequest, User
from lasso.error_codes import STILL_RUNNING
from lasso.errors import Refusal
from lasso.tasks import forget, forget_kind
from tests.accounts.example_api import Calls, Gate, Orders
from tests.waiting import wait_until

ORDERS = "/apps/example/orders"


def post(client: Client, body: Any = None, *, path: str = ORDERS, key: str | None = "order-1", query: str = "") -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(path + query, body or {"cvr": 1}, content_type="application/json", headers=headers)


def test_it_gives_the_first_answer_again(client_of_ahorn) -> None:
    first = post(client_of_ahorn)
    again = post(client_of_ahorn)

    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert User.objects.count() == 1


def test_it_carries_out_every_request_without_a_key(client_of_ahorn) -> None:
    post(client_of_ahorn, key=None)
    post(client_of_ahorn, key=None)

    assert User.objects.count() == 2
    assert not IdempotentRequest.objects.exists()


@pytest.mark.parametrize("different", [{"body": {"cvr": 2}}, {"path": "/apps/example/others"}, {"query": "?a=b"}])
def test_it_refuses_the_key_for_another_request(client_of_ahorn, different) -> None:
    post(client_of_ahorn)

    answer = post(client_of_ahorn, **different)

    assert answer.status_code == 422
    assert answer.json()["errorCode"] == 20
    assert answer.json()["errorMessage"] == "This Idempotency-Key was used for another request."
    assert User.objects.count() == 1


def test_it_knows_the_request_again_when_the_api_key_moves_into_the_query(client_of_ahorn, key) -> None:
    post(client_of_ahorn)

    assert post(Client(), query=f"?accessKey={key.text}").headers["Idempotent-Replayed"] == "true"


def test_it_keeps_each_organisations_keys_apart(client_of_ahorn, birk) -> None:
    other = create_api_key(organisation=birk, name="other")
    post(client_of_ahorn)

    answer = post(Client(headers={"lasso-api-key": other.text}))

    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers
    assert User.objects.count() == 2


@pytest.mark.parametrize("text", ["", "with space", "æ", "x" * 256, "tab\there"])
def test_it_refuses_a_key_that_is_not_visible_ascii(client_of_ahorn, text) -> None:
    answer = post(client_of_ahorn, key=text)

    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"path": "Idempotency-Key", "message": f"the key has {len(text)} characters; use 1 to 255 visible ASCII ones."}
    ]
    assert not User.objects.exists()


def test_it_takes_a_key_of_255_characters(client_of_ahorn) -> None:
    assert post(client_of_ahorn, key="~" * 255).status_code == 201


@pytest.mark.parametrize(("do", "status"), [("refuse", 400), ("answer 422", 422)])
def test_it_gives_a_refusal_again_and_stores_nothing_else(client_of_ahorn, do, status) -> None:
    first = post(client_of_ahorn, {"do": do})
    again = post(client_of_ahorn, {"do": do})

    assert first.status_code == again.status_code == status
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert not User.objects.exists()


@pytest.mark.parametrize(("do", "status"), [("conflict", 409), ("break", 500)])
def test_it_tries_again_what_is_meant_to_be_tried_again(client_of_ahorn, do, status) -> None:
    first = post(client_of_ahorn, {"do": do})
    again = post(client_of_ahorn, {"do": do})

    assert first.status_code == again.status_code == status
    assert "Idempotent-Replayed" not in again.headers
    assert not User.objects.exists()
    assert not IdempotentRequest.objects.exists()


def test_it_records_the_answer_of_a_view_outside_a_transaction(client_of_ahorn) -> None:
    answers = [post(client_of_ahorn, path="/apps/example/calls").json() for _ in range(2)]

    assert answers == [{"made": 1}, {"made": 1}]
    assert Calls.made == 1


def test_it_forgets_a_key_after_a_day(client_of_ahorn) -> None:
    post(client_of_ahorn)
    day_ago = timezone.now() - timedelta(hours=24, seconds=1)
    IdempotentRequest.objects.update(created_at=day_ago)

    answer = post(client_of_ahorn, {"cvr": 2})

    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers
    assert User.objects.count() == 2


def test_it_deletes_only_old_keys(client_of_ahorn) -> None:
    post(client_of_ahorn, key="old")
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=24, seconds=1))
    post(client_of_ahorn, key="new")

    assert forget_some_requests(timezone.now()) == 1
    assert [row.key for row in IdempotentRequest.objects.all()] == ["new"]


def test_it_lets_a_repeat_take_over_from_a_worker_that_died(client_of_ahorn, ahorn) -> None:
    post(client_of_ahorn)
    User.objects.all().delete()
    IdempotentRequest.objects.update(status_code=None, answer=None, locked_until=timezone.now() - timedelta(seconds=1))

    answer = post(client_of_ahorn)

    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers
    assert User.objects.count() == 1


def in_threads(*works: Any) -> list[threading.Thread]:
    def run(work: Any) -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    return threads


@pytest.mark.django_db(transaction=True)
def test_it_carries_out_one_of_many_that_arrive_at_once(key) -> None:
    barrier = threading.Barrier(8)
    statuses: list[int] = []

    def send() -> None:
        client = Client(headers={"lasso-api-key": key.text})
        barrier.wait(20)
        statuses.append(post(client).status_code)

    for thread in in_threads(*[send] * 8):
        thread.join(30)

    assert User.objects.count() == 1
    assert len(statuses) == 8
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert post(Client(headers={"lasso-api-key": key.text})).headers["Idempotent-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_it_tells_a_repeat_to_wait_while_the_first_runs(key) -> None:
    gate = Gate()
    Orders.during = staticmethod(gate)
    answers: list[Any] = []
    (thread,) = in_threads(lambda: answers.append(post(Client(headers={"lasso-api-key": key.text}))))
    assert gate.entered.wait(20)

    repeat = post(Client(headers={"lasso-api-key": key.text}))
    gate.open.set()
    thread.join(20)

    assert repeat.status_code == 409
    assert repeat.headers["retry-after"] == "2"
    assert repeat.json()["errorCode"] == 16
    assert [answer.status_code for answer in answers] == [201]
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_rolls_back_a_first_request_that_a_repeat_took_over_from(key) -> None:
    gate = Gate()
    Orders.during = staticmethod(gate)
    slow: list[Any] = []
    (thread,) = in_threads(lambda: slow.append(post(Client(headers={"lasso-api-key": key.text}))))
    assert gate.entered.wait(20)
    # The first is thought to be dead: its lock has ended.
    IdempotentRequest.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    Orders.during = staticmethod(lambda: None)

    taken_over = post(Client(headers={"lasso-api-key": key.text}))
    gate.open.set()
    thread.join(20)

    assert taken_over.status_code == 201
    assert [answer.status_code for answer in slow] == [409]
    assert [user.pk for user in User.objects.all()] == [UUID(taken_over.json()["id"])]
    assert post(Client(headers={"lasso-api-key": key.text})).content == taken_over.content


@pytest.mark.django_db(transaction=True)
def test_it_gives_an_ended_lock_to_one_of_many(ahorn) -> None:
    now = timezone.now()
    arguments: dict[str, Any] = {"organisation": ahorn, "key": "k", "fingerprint": "f"}
    claim_key(**arguments, now=now - LOCK - timedelta(seconds=1))
    barrier = threading.Barrier(6)
    won: list[bool] = []

    def take() -> None:
        barrier.wait(20)
        try:
            claim_key(**arguments, now=now)
        except Refusal as refusal:
            won.append(refusal.code is not STILL_RUNNING)
        else:
            won.append(True)

    for thread in in_threads(*[take] * 6):
        thread.join(30)

    wait_until(lambda: len(won) == 6, seconds=20)
    assert won.count(True) == 1


def test_it_is_forgotten_by_the_clock(client_of_ahorn, settings) -> None:
    post(client_of_ahorn)
    IdempotentRequest.objects.update(created_at=timezone.now() - timedelta(hours=25))
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    forget_kind.apply(kwargs={"name": "repeated requests"}, throw=True)

    assert forget.name in scheduled
    assert not IdempotentRequest.objects.exists()
