"""Companies on pages: found as one types, shown with all that is known, reported on and exported."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation
from companies.importing import import_documents
from companies.models import AnnualAccounts, Change
from integrations.mapping import Entry, FieldMapping
from integrations.models import Integration, MonitoredCompany
from integrations.setting_up import NewEndpoint, create_integration
from portal.companies import change_log
from portal.reader import LANGUAGE_COOKIE
from tests.companies.builders import attribute, organ, owner, participant_company, person, relation, value
from tests.reporting.conftest import HAVGRUS, NORDLYS, company_document, register

__all__ = ["register"]
pytestmark = pytest.mark.django_db

PATH = f"/portal/companies/{NORDLYS}"
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def known(**fields: Any) -> None:
    """The register knows the company, its director and its owner."""
    document = company_document(
        NORDLYS,
        "Nordlys Testværft ApS",
        deltagerRelation=[
            relation(
                person(4_009_900_201, "Inga Prøvesen"),
                organ("LEDELSESORGAN", "Direktion", [attribute("FUNKTION", value("ADM. DIR.", "2020-01-01"))]),
            ),
            owner(participant_company(str(HAVGRUS), "Havgrus Prøveanlæg ApS"), value("0.6667", "2020-01-01")),
        ],
        **fields,
    )
    others = [company_document(HAVGRUS, "Havgrus Prøveanlæg ApS")]
    assert import_documents([document, *others], now=timezone.now(), source="test").total == 2


def accounts(end_date: date, **figures: str) -> None:
    AnnualAccounts.objects.create(
        cvr=str(NORDLYS),
        start_date=end_date.replace(month=1, day=1),
        end_date=end_date,
        currency="DKK",
        figures=figures,
        document_hash="0" * 64,
        source="test",
        retrieved_at=timezone.now(),
    )


def text_of(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def integrated(organisation: Organisation, name: str) -> Integration:
    return create_integration(
        organisation=organisation,
        name=name,
        export=NewEndpoint(url="https://crm.revision.example/companies"),
        mapping=FieldMapping((Entry(field="cvr", is_update=True),)),
        now=timezone.now(),
    ).integration


@pytest.mark.usefixtures("register")
def test_it_finds_companies_with_and_without_htmx(portal: Client):
    for headers in ({}, {"hx-request": "true", "hx-target": "companies"}):
        page = text_of(portal, "/portal/companies?text=nord", **headers)
        assert f'<a href="{PATH}">Nordlys Testværft ApS</a>' in page
        assert "Havgrus" not in page
        assert ("<html" in page) is not bool(headers)


@pytest.mark.usefixtures("register")
def test_it_says_what_to_do_when_nothing_is_found_or_asked(portal: Client):
    assert "ingen virksomhed" in text_of(portal, "/portal/companies?text=Findes+ikke")
    assert "Skriv et CVR-nummer" in text_of(portal, "/portal/companies")


def test_it_shows_what_is_known(portal: Client):
    known()
    page = text_of(portal, PATH)
    for text in ("Anpartsselskab", "Inga Prøvesen", "Direktion", "Legale ejere", "66,67", "Ejerdiagram"):
        assert text in page
    assert f'<a href="/portal/companies/{HAVGRUS}">Havgrus Prøveanlæg ApS</a>' in page
    assert "Havgrus Prøveanlæg ApS ejer 66,67-89,99\xa0% af Nordlys Testværft ApS" in page
    assert re.search(r"<svg[^>]*>\s*<title>Diagram over ejerne af Nordlys", page)
    assert "Der er ingen regnskaber her." in page


def test_it_is_shown_in_english(portal: Client):
    known()
    portal.cookies[LANGUAGE_COOKIE] = "en"
    page = text_of(portal, PATH)
    for text in ("Private limited company", "Active", "66.67-89.99%", "No owners disclosed"):
        assert text in page
    assert 'lang="en"' in page


def test_it_has_no_inline_style_or_script(portal: Client):
    known()
    page = portal.get(PATH).content.decode()
    assert " style=" not in page
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)


def test_it_shows_the_newest_key_figures_side_by_side(portal: Client):
    known()
    accounts(date(2025, 12, 31), equity="3485000", assets="8200000")
    accounts(date(2024, 12, 31), equity="-12500", assets="7000000")
    page = text_of(portal, PATH)
    assert re.findall(r'<th scope="col" class="numeric">\s*(.*?)\s*</th>', page) == [
        "31-12-2025 (DKK)",
        "31-12-2024 (DKK)",
    ]
    row = re.search(r'<th scope="row">Egenkapital</th>(.*?)</tr>', page, re.DOTALL)
    assert row is not None
    assert re.findall(r"<td[^>]*>(.*?)</td>", row[1]) == ["3.485.000", "−12.500"]


def test_it_marks_a_company_that_wants_no_advertising(portal: Client):
    known(reklamebeskyttet=True)
    assert "Reklamebeskyttet" in text_of(portal, PATH)
    assert "Reklamebeskyttet" in text_of(portal, "/portal/companies?text=nordlys")


def test_it_shows_changes_newest_first_and_page_by_page(portal: Client, monkeypatch: pytest.MonkeyPatch):
    known()
    Change.objects.all().delete()
    now = timezone.now()
    for version in range(2, 9):
        Change.objects.create(
            cvr=str(NORDLYS),
            version=version,
            fields={"name": {"before": f"Navn {version - 1}", "after": f"Navn {version}"}},
            created_at=now + timedelta(days=version),
        )
    page = text_of(portal, PATH)
    assert re.findall(r'data-label="Efter">(.*?)</td>', page) == [f"Navn {n}" for n in (8, 7, 6, 5, 4)]
    monkeypatch.setattr(change_log, "PAGE_SIZE", 4)
    first = text_of(portal, f"{PATH}/changes")
    assert re.findall(r'data-label="Før">(.*?)</td>', first) == [f"Navn {n}" for n in (7, 6, 5, 4)]
    following = re.search(r'href="(\?[^"]*)"[^>]*rel="next"', first)
    assert following is not None
    last = text_of(portal, f"{PATH}/changes{following[1]}")
    assert re.findall(r'data-label="Før">(.*?)</td>', last) == [f"Navn {n}" for n in (3, 2, 1)]
    assert 'rel="next"' not in last
    assert portal.get(f"{PATH}/changes?page=nonsense").status_code == 404


def test_a_change_of_beneficial_owners_is_named_and_not_told(portal: Client):
    known()
    fields = {"beneficialOwners": {"before": None, "after": None}}
    Change.objects.create(cvr=str(NORDLYS), version=9, fields=fields, created_at=timezone.now())
    page = text_of(portal, f"{PATH}/changes")
    assert "Reelle ejere" in page
    assert page.count("Vises ikke her") == 2


def test_it_leads_to_an_order_of_a_report(portal: Client):
    known()
    assert f'href="/portal/batches/new?cvr={NORDLYS}&type=Finans"' in text_of(portal, PATH)


def test_it_exports_to_an_integration(portal: Client, organisation: Organisation):
    known()
    ours = integrated(organisation, "CRM")
    assert f'<option value="{ours.pk}">CRM</option>' in text_of(portal, PATH)
    for said in ("bliver eksporteret til CRM", "CRM har virksomheden i forvejen"):
        assert portal.post(f"{PATH}/export", {"integration": ours.pk})["location"] == PATH
        assert said in text_of(portal, PATH)
    assert list(MonitoredCompany.objects.values_list("cvr", flat=True)) == [str(NORDLYS)]


def test_it_exports_to_nobody_elses_integration(portal: Client, other_organisation: Organisation):
    known()
    theirs = integrated(other_organisation, "Deres")
    assert "Deres" not in text_of(portal, PATH)
    assert portal.post(f"{PATH}/export", {"integration": theirs.pk}).status_code == 404
    for asked in ("nonsense", ""):
        assert portal.post(f"{PATH}/export", {"integration": asked})["location"] == PATH
        assert "Vælg en integration." in text_of(portal, PATH)
    assert portal.get(f"{PATH}/export").status_code == 405
    assert not MonitoredCompany.objects.exists()


@pytest.mark.parametrize("path", ["99999999", "nonsense", "99000007'--", "99000007/changes", "99000007/export"])
def test_it_does_not_know_what_the_register_lacks(portal: Client, path: str):
    answer = (
        portal.post(f"/portal/companies/{path}") if path.endswith("export") else portal.get(f"/portal/companies/{path}")
    )
    assert answer.status_code == 404


def test_it_is_for_members_only(stranger: Client):
    known()
    for path in ("/portal/companies?text=nordlys", PATH, f"{PATH}/changes"):
        assert stranger.get(path)["location"].startswith("/portal/sign-in?next=")


def test_it_escapes_what_the_register_holds(portal: Client):
    import_documents(
        [
            company_document(
                NORDLYS,
                HOSTILE,
                deltagerRelation=[
                    owner(person(4_009_900_202, f"Ejer {HOSTILE}"), value("0.6667", "2020-01-01")),
                ],
            )
        ],
        now=timezone.now(),
        source="test",
    )
    Change.objects.create(
        cvr=str(NORDLYS),
        version=9,
        fields={HOSTILE: {"before": HOSTILE, "after": [HOSTILE, {"name": HOSTILE}]}},
        created_at=timezone.now(),
    )
    for path in (PATH, f"{PATH}/changes", "/portal/companies?text=%3Cscript", f"/portal/batches/new?cvr={NORDLYS}"):
        page = portal.get(path).content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page


def test_its_queries_do_not_grow_with_owners_and_changes(portal: Client, django_assert_max_num_queries):
    known()
    with django_assert_max_num_queries(17):
        portal.get(PATH)
    now = timezone.now()
    Change.objects.bulk_create(
        Change(cvr=str(NORDLYS), version=100 + n, fields={"name": {"before": "A", "after": "B"}}, created_at=now)
        for n in range(200)
    )
    owners = [owner(person(4_009_900_300 + n, f"Ejer {n}"), value("0.05", "2020-01-01")) for n in range(15)]
    import_documents(
        [company_document(NORDLYS, "Nordlys Testværft ApS", deltagerRelation=owners)], now=now, source="test"
    )
    with django_assert_max_num_queries(17):
        portal.get(PATH)
    with django_assert_max_num_queries(6):
        portal.get(f"{PATH}/changes")
