"""The sentences in which notices tell why something did not get through."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from accounts.models import Organisation
from delivery.models import Delivery, Endpoint
from delivery.outcomes import DeliveryErrorCode
from delivery.telling import tell_failures
from delivery.wording import SENTENCES
from lasso.http import ErrorCode
from tests import receivers
from tests.delivery.conftest import NOON

Status = Delivery.Status
pytestmark = pytest.mark.django_db


def test_every_code_has_a_sentence_in_each_language():
    assert SENTENCES.keys() == {*ErrorCode, *DeliveryErrorCode}
    assert all(sentences.keys() == {"da", "en"} for sentences in SENTENCES.values())


def told(endpoint: Endpoint) -> str:
    """The answer in the context of the one notice, which says it in two places."""
    notice = tell_failures(endpoint_id=endpoint.pk, now=timezone.now())
    assert notice is not None
    context = json.loads(notice.body)["context"]
    assert [example["answer"] for example in context["examples"]] == [context["last_answer"]]
    answer: str = context["last_answer"]
    return answer


@pytest.mark.parametrize("code", [*ErrorCode, *DeliveryErrorCode])
def test_it_tells_each_error_in_danish(endpoint, queue, code):
    Organisation.objects.update(language="da")
    delivery = queue(endpoint)
    delivery.attempts.create(
        number=1, started_at=NOON, error_code=code, error="In English.", status_code=550, answer_body="No such mailbox"
    )
    Delivery.objects.update(status=Status.FAILED, settled_at=NOON, attempt_count=1, last_error="In English.")
    expected = SENTENCES[code]["da"]
    assert told(endpoint) == expected.format(status=550, words="No such mailbox")


def test_it_tells_in_danish_that_the_time_ran_out(endpoint, queue, run_lane, receiver):
    Organisation.objects.update(language="da")
    receiver.behaviour = receivers.hang_up
    delivery = queue(endpoint)
    run_lane(endpoint)
    Delivery.objects.update(deadline_at=NOON, due_at=NOON)
    run_lane(endpoint)
    delivery.refresh_from_db()
    assert delivery.status == Status.FAILED
    notice = Delivery.objects.get(purpose="failure_notice")
    assert json.loads(notice.body)["context"]["last_answer"] == (
        "Tiden til at levere den løb ud; seneste svar: Modtageren lukkede forbindelsen, før hele svaret var kommet."
    )
