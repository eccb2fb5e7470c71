"""Whole companies, imported from whole replies: everything of them is right on, before and after each day of change."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from companies.importing import import_documents
from companies.models import Company, OwnershipEdge
from companies.profile import Profile
from companies.register import find_profile
from companies.sources.files import entries_in_value
from tests.companies.registered import CASES, TODAY, many_owners, merged, protected_people
from tests.companies.replies import reply_2019, reply_2024

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def told(profile: Profile) -> dict[str, Any]:
    """What a reader of the profile sees first."""
    place = profile.address
    return {
        "name": profile.name,
        "place": (f"{place.street_name} {place.house_number}".strip() or place.free_text) if place else "",
        "status": profile.status,
        "overall": profile.overall_status,
        "active": profile.is_active,
        "directors": sorted(f"{one.participant.name} {one.function}" for one in profile.management),
        "board": sorted(f"{one.participant.name} {one.function}" for one in profile.board),
        "owners": sorted(f"{one.participant.name} {one.share.label}" for one in profile.current_owners if one.share),
        "auditors": [one.participant.name for one in profile.current_auditors],
        "partners": sorted(f"{one.participant.name} {one.title}" for one in profile.fully_liable),
    }


@pytest.mark.parametrize("reply", [reply_2019, reply_2024])
@pytest.mark.parametrize("case", CASES)
def test_it_is_right_at_any_date(case, reply):
    document, steps = case()
    assert import_documents([json.dumps(reply(document))], now=NOW, source="test").created == 1
    cvr = str(document["cvrNummer"])
    expected: dict[str, Any] = {}
    for text, facts in steps:
        day = date.fromisoformat(text)
        if expected:
            assert told(find_profile(cvr=cvr, day=day - timedelta(days=1))) == expected
        expected = expected | facts
        assert told(find_profile(cvr=cvr, day=day)) == expected
    assert told(find_profile(cvr=cvr, day=TODAY)) == expected


def test_it_takes_all_of_them_in_one_reply():
    reply = reply_2024(*(case()[0] for case in CASES))
    summary = import_documents([json.dumps(reply)], now=NOW, source="test")
    assert (summary.created, summary.refusals) == (len(CASES), [])
    assert import_documents([json.dumps(reply)], now=NOW, source="test").unchanged == len(CASES)


def test_it_keeps_the_good_hits_of_an_answer_that_lacks_shards_and_says_so():
    documents = [case()[0] for case in CASES[:2]]
    summary = import_documents([json.dumps(reply_2024(*documents, failed=2))], now=NOW, source="test")
    assert (summary.created, summary.refused) == (2, 1)
    assert "2 shards failed" in summary.refusals[0].reason


def test_it_knows_every_owner_of_a_holding_with_many():
    document, _ = many_owners()
    import_documents([document], now=NOW, source="test")
    assert OwnershipEdge.objects.count() == 200
    assert len(find_profile(cvr="99900199", day=TODAY).legal_owners) == 200


def test_it_tells_of_the_merger_from_its_day_on():
    document, _ = merged()
    import_documents([document], now=NOW, source="test")
    assert find_profile(cvr="99900237", day=date(2022, 6, 30)).restructurings == ()
    [merger] = find_profile(cvr="99900237", day=date(2022, 7, 1)).restructurings
    assert (merger.kind.value, merger.name, merger.effective_date) == ("merger", "Fusion", date(2022, 7, 1))
    assert ([one.text for one in merger.outgoing], merger.incoming) == (["Ophørt ved fusion"], ())


def test_it_stores_nothing_of_what_is_protected():
    document, _ = protected_people()
    import_documents([document], now=NOW, source="test")
    stored = json.dumps(Company.objects.get().document, ensure_ascii=False)
    assert "Hemmelig Prøvesen" in stored
    for secret in ("Skjulevej", "10666666", "STIFTELSESINFORMATION"):
        assert secret not in stored
    assert find_profile(cvr="99900253", day=TODAY).is_protected


def test_its_replies_are_of_the_shape_that_the_register_sends():
    reply = reply_2019(merged()[0])
    assert [entry.document["cvrNummer"] for entry in entries_in_value(reply, "x") if entry.document] == [99900237]
