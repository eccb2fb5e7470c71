"""Annual accounts on demand: the newest publication of each year, the file that says most, each fetched once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from companies.errors import DocumentError, SourceUnreachable
from companies.fetching import Needs, Outage, fetch_for_report
from companies.models import AnnualAccounts, FetchedFiling, SourceCheck, SourceRest
from companies.sources.distribution.filings import MOST_YEARS, read_publication
from tests.companies.builders import company
from tests.companies.distribution import Distribution
from tests.companies.filings import CVR, fact, instance
from tests.receivers import answer

pytestmark = pytest.mark.django_db
XML, XHTML, PDF = "application/xml", "application/xhtml+xml", "application/pdf"


@pytest.fixture
def service(distribution: Distribution) -> Distribution:
    """The register has the company, and one file."""
    distribution.companies = [company(CVR)]
    distribution.files = {"2024.xml": instance()}
    return distribution


def publication(*files: tuple[str, str, str], end: str = "2024-12-31", at: str = "2025-05-01", **fields: Any) -> Any:
    """A document of the index; a file is (name or URL, mime type, type)."""
    return {
        "cvrNummer": int(CVR),
        "offentliggoerelsestype": "regnskab",
        "omgoerelse": False,
        "offentliggoerelsesTidspunkt": f"{at}T10:00:00.000Z",
        "regnskab": {"regnskabsperiode": {"startDato": f"{end[:4]}-01-01", "slutDato": end}},
        "dokumenter": [
            {"dokumentUrl": url, "dokumentMimeType": mime, "dokumentType": kind} for url, mime, kind in files
        ],
        **fields,
    }


def fetch(*, now: datetime | None = None) -> tuple[Outage, ...]:
    return fetch_for_report(cvr=CVR, needs=Needs(accounts=True), now=now or timezone.now())


def later() -> datetime:
    return timezone.now() + timedelta(hours=25)


def fetched(service: Distribution) -> list[str]:
    """The files that were fetched, in order."""
    paths = [call.path for call in service.calls.all()]
    return [path.removeprefix("/files/") for path in paths if path.startswith("/files/")]


def test_it_fetches_the_accounts_and_sends_the_archive_no_credentials(service):
    service.publications = [publication((service.url_of_file("2024.xml"), XML, "AARSRAPPORT"))]

    assert fetch() == ()

    row = AnnualAccounts.objects.get()
    assert (row.cvr, row.end_date, row.source) == (CVR, date(2024, 12, 31), "filings")
    assert row.published_at == datetime(2025, 5, 1, 10, tzinfo=UTC)
    assert "authorization" not in service.calls.all()[-1].headers


def test_it_fetches_no_file_twice(service):
    service.publications = [publication((service.url_of_file("2024.xml"), XML, "AARSRAPPORT"))]
    fetch()

    fetch(now=later())

    assert fetched(service) == ["2024.xml"]
    assert sum(call.path == "/offentliggoerelser/_search" for call in service.calls.all()) == 2


def test_it_takes_the_newest_publication_of_a_year(service):
    service.files["corrected.xml"] = instance(fact("ProfitLoss", 200))
    service.publications = [
        publication((service.url_of_file("corrected.xml"), XML, "AARSRAPPORT"), at="2025-09-01"),
        publication((service.url_of_file("2024.xml"), XML, "AARSRAPPORT")),
    ]

    fetch()

    assert fetched(service) == ["corrected.xml"]
    assert AnnualAccounts.objects.get().figures["result"] == "200"


def test_it_takes_a_correction_that_comes_later(service):
    service.publications = [publication((service.url_of_file("2024.xml"), XML, "AARSRAPPORT"))]
    fetch()
    service.files["corrected.xml"] = instance(fact("ProfitLoss", 200))
    service.publications.append(
        publication((service.url_of_file("corrected.xml"), XML, "AARSRAPPORT"), at="2025-09-01")
    )

    fetch(now=later())

    assert AnnualAccounts.objects.get().figures["result"] == "200"


def test_it_prefers_the_instance_and_leaves_the_pdf(service):
    service.publications = [
        publication(
            (service.url_of_file("2024.pdf"), PDF, "AARSRAPPORT"),
            (service.url_of_file("2024.xhtml"), XHTML, "AARSRAPPORT"),
            (service.url_of_file("2024.xml"), XML, "AARSRAPPORT"),
        )
    ]

    fetch()

    assert fetched(service) == ["2024.xml"]


def test_it_prefers_the_european_file_to_the_stub_beside_it_and_falls_back_on_that(service):
    service.files["esef.xhtml"] = b"<html xmlns='http://www.w3.org/1999/xhtml'>no facts</html>"
    service.publications = [
        publication(
            (service.url_of_file("2024.xml"), XML, "AARSRAPPORT"),
            (service.url_of_file("esef.xhtml"), XHTML, "AARSRAPPORT_ESEF"),
        )
    ]

    fetch()
    fetch(now=later())

    assert fetched(service) == ["esef.xhtml", "2024.xml"]
    assert FetchedFiling.objects.get(url__endswith="esef.xhtml").refusal != ""
    assert FetchedFiling.objects.get(url__endswith="2024.xml").refusal == ""
    assert AnnualAccounts.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("gone.xml", "status 404: "),
        ("broken.xml", "The filing is not XML"),
        ("other.xml", "The filing"),
    ],
)
def test_a_file_that_cannot_be_read_is_noted_and_the_rest_is_kept(service, name, refusal):
    service.files |= {"broken.xml": b"<xbrl", "other.xml": instance().replace(CVR.encode(), b"99000007")}
    service.publications = [
        publication((service.url_of_file(name), XML, "AARSRAPPORT"), end="2023-12-31"),
        publication((service.url_of_file("2024.xml"), XML, "AARSRAPPORT")),
    ]

    assert fetch() == ()

    assert AnnualAccounts.objects.get().end_date == date(2024, 12, 31)
    assert FetchedFiling.objects.get(url__endswith=name).refusal.startswith(refusal)
    assert not SourceRest.objects.exists()


def test_a_file_that_the_archive_gets_later_than_the_index_is_taken_a_day_later(service):
    service.publications = [publication((service.url_of_file("late.xml"), XML, "AARSRAPPORT"))]
    fetch()
    service.files["late.xml"] = instance()
    SourceCheck.objects.filter(source="filings").update(checked_at=timezone.now() - timedelta(hours=25))
    fetch()
    assert fetched(service) == ["late.xml"]

    fetch(now=later())
    assert fetched(service) == ["late.xml", "late.xml"]
    assert AnnualAccounts.objects.get().end_date == date(2024, 12, 31)
    assert FetchedFiling.objects.get().refusal == ""


def test_a_file_that_was_read_and_refused_is_not_asked_for_again(service):
    service.files["broken.xml"] = b"<xbrl"
    service.publications = [publication((service.url_of_file("broken.xml"), XML, "AARSRAPPORT"))]
    fetch()

    fetch(now=later())

    assert fetched(service) == ["broken.xml"]


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "ftp://example.com/x.xml", "file:///etc/passwd"])
def test_it_calls_nobody_where_the_index_names_a_place_inside(service, url):
    service.publications = [publication((url, XML, "AARSRAPPORT"))]

    assert fetch() == ()

    assert FetchedFiling.objects.get().refusal != ""
    assert not SourceRest.objects.exists()
    assert not AnnualAccounts.objects.exists()


def test_it_fetches_no_more_years_than_reports_show(service):
    for year in range(2010, 2025):
        service.publications.append(publication((f"http://127.0.0.1:1/{year}.xml", PDF, "AARSRAPPORT")))
        service.publications.append(
            publication((service.url_of_file(f"{year}.xml"), XML, "AARSRAPPORT"), end=f"{year}-12-31")
        )

    fetch()

    assert fetched(service) == [f"{year}.xml" for year in range(2024, 2024 - MOST_YEARS, -1)]


def test_what_came_before_the_archive_went_away_is_kept(service):
    service.publications = [
        publication((service.url_of_file("2024.xml"), XML, "AARSRAPPORT")),
        publication((service.url_of_file("2023.xml"), XML, "AARSRAPPORT"), end="2023-12-31"),
    ]
    service.faults = [service._serve, service._serve, service._serve, answer(503)]

    # One year is stored, so the report is made with what there is.
    assert fetch() == (Outage("registret over årsrapporter (Erhvervsstyrelsen)", None),)

    assert AnnualAccounts.objects.count() == 1
    assert not SourceCheck.objects.filter(source="filings").exists()
    assert SourceRest.objects.get().source == "filing-files"


def test_nothing_at_all_is_no_answer(service):
    service.publications = [publication((service.url_of_file("2024.xml"), XML, "AARSRAPPORT"))]
    service.faults = [service._serve, service._serve, answer(503)]

    with pytest.raises(SourceUnreachable, match="503"):
        fetch()


def test_a_company_without_filings_is_not_asked_for_again_at_once(service):
    fetch()
    asked = len(service.calls.all())

    fetch()

    assert len(service.calls.all()) == asked == 2
    assert SourceCheck.objects.get(source="filings").is_found is False


@pytest.mark.parametrize(
    "fields",
    [
        {"offentliggoerelsestype": "kapitalforhold"},
        {"dokumenter": []},
        {
            "dokumenter": [
                {"dokumentUrl": "http://x.example/\x00a", "dokumentMimeType": XML, "dokumentType": "AARSRAPPORT"}
            ]
        },
        {
            "dokumenter": [
                {"dokumentUrl": "http://x.example/1", "dokumentMimeType": XML, "dokumentType": "ESEF_EXTENSION"}
            ]
        },
    ],
)
def test_what_is_no_annual_accounts_is_passed_over(fields):
    files = ("http://x.example/", XML, "AARSRAPPORT")

    assert read_publication(publication(files) | fields) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"regnskab": None},
        {"regnskab": {"regnskabsperiode": {}}},
        {"offentliggoerelsesTidspunkt": None},
        {"dokumenter": 1},
    ],
)
def test_a_publication_that_breaks_the_format_is_refused_alone(service, fields):
    good = publication((service.url_of_file("2024.xml"), XML, "AARSRAPPORT"))
    service.publications = [good | fields, good]
    with pytest.raises(DocumentError):
        read_publication(good | fields)

    fetch()

    assert AnnualAccounts.objects.count() == 1
