"""The register's change feed, page by page: behind the last row, or by scroll where that is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from companies.errors import SourceUnreachable
from companies.sources.distribution.access import REGISTER, Access, access_to
from companies.sources.distribution.calling import Conversation
from companies.sources.distribution.feed import Page, touched_since
from lasso.http.deadlines import Deadline
from tests.companies.builders import company
from tests.receivers import answer

pytestmark = pytest.mark.django_db
CVRS = ["99000007", "99000015", "99000023", "99000031", "99000058"]
DAY = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _touched(distribution):
    """Five companies; the second and third were touched in the same moment."""
    hours = [1, 2, 2, 3, 4]
    distribution.companies = [
        company(cvr, sidstOpdateret=(DAY + timedelta(hours=hour)).isoformat())
        for cvr, hour in reversed(list(zip(CVRS, hours, strict=True)))
    ]


def pages(*, since: datetime | None = DAY, after: tuple[int, int] | None = None, page: int = 2) -> list[Page]:
    access = access_to(REGISTER)
    assert isinstance(access, Access)
    with Conversation(access, until=Deadline(timedelta(seconds=30))) as conversation:
        return list(touched_since(conversation, since=since, after=after, page=page))


def cvrs(found: list[Page]) -> list[list[str]]:
    return [[one.cvr for one in page.companies] for page in found]


def test_it_gives_every_company_once_in_the_order_of_the_touch(distribution):
    found = pages()

    assert cvrs(found) == [CVRS[:2], CVRS[2:4], CVRS[4:]]
    assert [one.updated_at for one in found[0].companies] == [DAY + timedelta(hours=1), DAY + timedelta(hours=2)]
    assert "search_after" not in distribution.searches[0]
    assert distribution.searches[0]["_source"] == ["Vrvirksomhed.sidstOpdateret", "Vrvirksomhed.cvrNummer"]


def test_it_gives_only_what_was_touched_since():
    assert cvrs(pages(since=DAY + timedelta(hours=3))) == [CVRS[3:]]


def test_it_goes_on_behind_a_page_that_was_stored():
    first = pages()[0]

    assert cvrs(pages(after=first.after)) == [CVRS[2:4], CVRS[4:]]


def test_it_gives_the_whole_register_when_asked_without_a_moment(distribution):
    distribution.companies.append(company("99000066"))  # nobody knows when it was touched

    found = pages(since=None, page=10)

    assert cvrs(found) == [[*CVRS, "99000066"]]
    assert found[0].companies[-1].updated_at is None
    assert cvrs(pages(since=None, after=found[0].after)) == []


def test_it_scrolls_where_search_after_is_refused(distribution):
    distribution.takes_search_after = False

    found = pages()

    # From the moment of the last row on, so what was touched in that moment comes again.
    assert cvrs(found) == [CVRS[:2], CVRS[1:3], CVRS[3:]]
    assert distribution.scrolls == {}
    assert [call.method for call in distribution.calls.all()][-1] == "DELETE"


def test_a_scroll_is_let_go_when_nobody_reads_on(distribution):
    distribution.takes_search_after = False
    access = access_to(REGISTER)
    assert isinstance(access, Access)
    with Conversation(access, until=Deadline(timedelta(seconds=30))) as conversation:
        reading = touched_since(conversation, since=DAY, after=None, page=1)
        next(reading)
        next(reading)
        assert len(distribution.scrolls) == 1
        reading.close()

    assert distribution.scrolls == {}


def test_a_scroll_that_is_lost_is_a_failure(distribution):
    distribution.takes_search_after = False
    distribution.faults = [distribution._serve] * 3 + [answer(404, b"No search context found")]

    with pytest.raises(SourceUnreachable, match=r"does not take our scroll \(status 404"):
        pages(page=1)


def test_a_search_that_is_refused_from_the_start_is_a_failure(distribution):
    distribution.permanent_fault = answer(400, b"parsing_exception")

    with pytest.raises(SourceUnreachable, match="does not take our search"):
        pages()
