"""The register in Django admin: searched, read, never written, and no beneficial owner to be seen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts.models import User
from companies.importing import import_documents
from companies.models import AnnualAccounts, BeneficialOwnerRead, BeneficialOwnership, Change, Company
from tests.companies.builders import attribute, beneficial_owner, company, person, value

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def administrator(client, db):
    client.force_login(User.objects.create_superuser("root", password="a-long-password"))
    owner = beneficial_owner(person(4_000_000_001, "Anna Skjultsen"), attribute("EJERANDEL_PROCENT", value("0.5")))
    import_documents([company("99900011", deltagerRelation=[owner]), company("99900022")], now=NOW, source="test")
    Change.objects.create(
        cvr="99900011", version=2, fields={"telephone": {"before": "1", "after": "2"}}, created_at=NOW
    )
    AnnualAccounts.objects.create(
        cvr="99900011", start_date=date(2024, 1, 1), end_date=date(2024, 12, 31), currency="DKK", retrieved_at=NOW
    )
    return client


@pytest.mark.parametrize("model", ["company", "annualaccounts", "change"])
def test_it_finds_by_cvr(administrator, model):
    answer = administrator.get(reverse(f"admin:companies_{model}_changelist"), {"q": "99900011"})
    assert answer.status_code == 200
    assert "99900011" in answer.content.decode()
    assert "99900022" not in answer.content.decode()


@pytest.mark.parametrize("model", ["company", "annualaccounts", "change", "beneficialownerread"])
def test_it_writes_nothing(administrator, model):
    assert administrator.get(reverse(f"admin:companies_{model}_add")).status_code == 403


def test_it_shows_a_company_without_its_beneficial_owners(administrator):
    url = reverse("admin:companies_company_change", args=["99900011"])
    answer = administrator.get(url)
    assert answer.status_code == 200
    assert "Prøvested 99900011 ApS" in answer.content.decode()
    assert "Skjultsen" not in answer.content.decode()
    assert administrator.post(url, {"name": "Andet"}).status_code == 403
    assert Company.objects.get(cvr="99900011").name == "Prøvested 99900011 ApS"
    assert BeneficialOwnership not in admin.site._registry


def test_it_names_the_changed_fields(administrator):
    assert "telephone" in administrator.get(reverse("admin:companies_change_changelist")).content.decode()


def test_it_filters_the_looks_at_beneficial_owners(administrator):
    for name, purpose, day in (("Alice Revision", "report ReelleEjere", 1), ("Bob Bank", "report RevisionUdvidet", 2)):
        BeneficialOwnerRead.objects.create(
            organisation_id=uuid4(),
            organisation_name=name,
            cvr="99900011",
            purpose=purpose,
            read_at=NOW.replace(day=day),
        )
    url = reverse("admin:companies_beneficialownerread_changelist")
    for query in ({"organisation_name": "Bob Bank"}, {"purpose": "report RevisionUdvidet"}, {"read_at__day": "2"}):
        shown = administrator.get(url, query).context["cl"].result_list
        assert [look.organisation_name for look in shown] == ["Bob Bank"]
    assert administrator.get(url, {"q": "99900022"}).context["cl"].result_count == 0
