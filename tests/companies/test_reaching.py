"""Which companies are below and above others, at any distance."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.importing import import_documents
from companies.ownership import companies_above, companies_below
from tests.companies.builders import company, foreigner, owner, participant_company, person, value

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)
A, B, C, D = "99900011", "99900022", "99900030", "99900049"
UNKNOWN = "99900065"
ANNA = person(4_000_000_001, "Anna Prøvesen")


def load(**owners):
    """Companies by their letter, each with its owners: letters, participants, or (either, start, end)."""
    numbers = {"A": A, "B": B, "C": C, "D": D}
    documents = [
        company(numbers[letter], deltagerRelation=[_relation(one, numbers) for one in its])
        for letter, its in owners.items()
    ]
    assert import_documents(documents, now=datetime(2026, 6, 1, tzinfo=UTC), source="test").refused == 0


def _relation(given, numbers):
    who, start, end = given if isinstance(given, tuple) else (given, "2020-01-01", None)
    return owner(participant_company(numbers[who]) if isinstance(who, str) else who, value("0.5", start, end))


def test_it_finds_what_is_below_at_any_depth():
    load(A=["B"], B=["C"], C=["D"], D=[ANNA])
    assert companies_below(cvrs=[D], day=DAY) == {(D, D), (D, C), (D, B), (D, A)}


def test_it_tells_which_change_reaches_whom():
    load(A=["B", "C"], B=["D"], C=[], D=[])
    assert companies_below(cvrs=[B, C, C], day=DAY) == {(B, B), (B, A), (C, C), (C, A)}


def test_it_ends_in_a_circle_and_on_own_shares():
    load(A=["A", "B"], B=["A", "C"], C=[])
    assert companies_below(cvrs=[A, C], day=DAY) == {(A, A), (A, B), (C, C), (C, A), (C, B)}
    assert companies_above(cvrs=[A], day=DAY) == {A, B, C}


def test_it_follows_the_edges_of_the_day():
    load(A=[("B", "2020-01-01", "2022-12-31"), ("C", "2026-06-02", None)], B=[], C=[])
    assert companies_below(cvrs=[B, C], day=date(2022, 12, 31)) == {(B, B), (B, A), (C, C)}
    assert companies_below(cvrs=[B, C], day=DAY) == {(B, B), (C, C)}
    assert companies_below(cvrs=[B, C], day=date(2026, 6, 2)) == {(B, B), (C, C), (C, A)}
    assert companies_above(cvrs=[A], day=date(2026, 6, 2)) == {A, C}


def test_it_finds_what_is_above_even_where_the_register_has_no_document():
    load(A=["B", ANNA], B=[participant_company(UNKNOWN), foreigner(4_000_000_003, "Prøva AB", "SE")], C=["A"])
    assert companies_above(cvrs=[A], day=DAY) == {A, B, UNKNOWN}
    assert companies_below(cvrs=[UNKNOWN], day=DAY) == {(UNKNOWN, value) for value in (UNKNOWN, A, B, C)}


def test_it_asks_once_however_long_the_chain():
    load(A=["B"], B=["C"], C=["D"])
    with CaptureQueriesContext(connection) as queries:
        companies_below(cvrs=[D], day=DAY)
        companies_above(cvrs=[A], day=DAY)
    assert len(queries) == 2


def test_nothing_is_around_no_company():
    assert companies_below(cvrs=[], day=DAY) == set()
    assert companies_above(cvrs=[], day=DAY) == set()
