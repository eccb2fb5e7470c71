"""Companies found by number or name, by indexes that PostgreSQL has by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from companies import searching
from companies.models import Company
from companies.searching import names_of, search_companies

pytestmark = pytest.mark.django_db

NAMES = {
    "99000007": "Nordlys Testværft ApS",
    "99000015": "NORDLYS Ærø Holding A/S",
    "99000023": "Værftet ved Nordlys I/S",
    "99000031": "100% Prøve_Saft\\Most ApS",
    "99000104": "Østersøens Prøvehandel",
}


@pytest.fixture
def companies() -> None:
    """A register with a few names."""
    fill(NAMES)


def fill(names: dict[str, str], **fields: Any) -> None:
    now = timezone.now()
    Company.objects.bulk_create(
        Company(
            cvr=cvr,
            unit_number=int(cvr),
            name=name,
            is_active=True,
            is_protected=cvr == "99000015",
            document={},
            document_hash="",
            as_of_date=date(2026, 1, 1),
            source="test",
            retrieved_at=now,
            **fields,
        )
        for cvr, name in names.items()
    )


def found(text: str, limit: int = 10) -> list[str]:
    return [one.cvr for one in search_companies(text, limit=limit)]


@pytest.mark.usefixtures("companies")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("99000007", ["99000007"]),
        ("DK 99 00 00 07", ["99000007"]),
        ("CVR-1-99000007", ["99000007"]),
        ("990000", ["99000007", "99000015", "99000023", "99000031"]),
        ("nordlys", ["99000007", "99000015", "99000023"]),
        ("NORDLYS t", ["99000007"]),
        ("holding nord", ["99000015"]),
        ("ved væ", ["99000023"]),
        ("nordlys i", ["99000023"]),
        ("ærø", ["99000015"]),
        ("ØSTERSØ", ["99000104"]),
        ("100%", ["99000031"]),
        ("prøve_saft\\m", ["99000031"]),
        ("prøvesaft", []),
        ("holding A/S", ["99000015"]),
        ("n", ["99000007", "99000015"]),
        ("ordlys", []),
        ("%", []),
        ("_", []),
        ("99999999", []),
        ("", []),
        ("  ", []),
        ("\0", []),
        ("' & ! | :* <->", []),
    ],
)
def test_it_finds_numbers_beginnings_and_words(text: str, expected: list[str]):
    assert found(text) == expected


@pytest.mark.usefixtures("companies")
def test_it_finds_no_more_than_asked_for():
    assert found("nordlys", limit=1) == ["99000007"]
    assert found("9900", limit=2) == ["99000007", "99000015"]


@pytest.mark.usefixtures("companies")
def test_it_says_what_lists_show():
    one = search_companies("99000015", limit=1)[0]
    assert (one.name, one.is_active, one.is_protected) == ("NORDLYS Ærø Holding A/S", True, True)


@pytest.mark.usefixtures("companies")
def test_it_gives_the_names_of_those_that_are_known(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert names_of(["99000007", "99000090", *map(str, range(10_000_000, 10_070_000))]) == {
            "99000007": "Nordlys Testværft ApS"
        }


@pytest.mark.parametrize(
    ("query", "parameters", "index"),
    [
        (searching.BY_BEGINNING, {"text": "nord%", "limit": 10}, "company_name_beginning"),
        (searching.BY_WORDS, {"words": "'nord':*", "short_words": [], "limit": 10}, "company_name_words"),
        (searching.BY_NUMBER, {"low": "99000000", "high": "99009999", "limit": 10}, "companies_company_"),
    ],
)
def test_it_is_answered_from_an_index(query: str, parameters: dict[str, Any], index: str):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {query}", parameters)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan
    assert "Seq Scan" not in plan


class TestAnyText(TestCase):
    """Whatever people type."""

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(max_size=40))
    def test_it_takes_any_text(self, text: str) -> None:
        """No text breaks the query."""
        assert search_companies(text.replace("\ud800", ""), limit=3) == []
