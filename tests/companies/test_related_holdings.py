"""What the people around a company own elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from companies.importing import import_documents
from companies.profile import ShareBand
from companies.related import find_holdings
from tests.companies.builders import company, owner, person, value

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)
THIS, OTHER, THIRD = "99900011", "99900022", "99900030"
ANNA, BENT = person(4_000_000_001, "Anna Prøvesen"), person(4_000_000_002, "Bent Prøvesen")
WHOLE = ShareBand(Decimal(1), Decimal(1))


@pytest.fixture(autouse=True)
def register():
    summary = import_documents(
        [
            company(THIS, deltagerRelation=[owner(ANNA, value("1.0", "2015-01-01"))]),
            company(
                OTHER,
                deltagerRelation=[
                    owner(BENT, value("0.5", "2015-01-01")),
                    owner(ANNA, value("0.25", "2015-01-01", "2019-12-31"), value("0.5", "2020-01-01")),
                ],
            ),
            company(THIRD, deltagerRelation=[owner(BENT, value("1.0", "2015-01-01", "2026-05-31"))]),
        ],
        now=datetime(2026, 6, 1, 12, tzinfo=UTC),
        source="test",
    )
    assert summary.refused == 0


def told(*owners, day=DAY):
    found = find_holdings(owners=owners, without=THIS, day=day)
    return [(one.owner, one.company.name, one.share and str(one.share.low)) for one in found]


def test_it_finds_what_each_owns_elsewhere_on_the_day():
    assert told("CVR-3-4000000002", "CVR-3-4000000001") == [
        ("CVR-3-4000000002", f"Prøvested {OTHER} ApS", "0.500000"),
        ("CVR-3-4000000001", f"Prøvested {OTHER} ApS", "0.500000"),
    ]
    assert told("CVR-3-4000000002", day=date(2026, 5, 31))[1] == (
        "CVR-3-4000000002",
        f"Prøvested {THIRD} ApS",
        "1.000000",
    )


def test_it_leaves_out_the_company_itself_and_strangers():
    assert told("CVR-3-4000000009") == []
    assert told() == []
    assert find_holdings(owners=["CVR-3-4000000001"], without=OTHER, day=DAY)[0].share == WHOLE
