"""Beneficial owners: only with access, every look logged, and why there are none."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import transaction

from accounts.models import Organisation
from companies.beneficial import AbsenceReason, read_beneficial_owners
from companies.errors import BeneficialAccessDenied, CompanyUnknown, DocumentError
from companies.importing import import_documents
from companies.models import BeneficialOwnerRead, BeneficialOwnership
from tests.companies.builders import CVR, attribute, beneficial_owner, company, participant_company, person, value
from tests.companies.builders import owner as held_by

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = date(2026, 6, 1)
ANNA = person(4_000_000_001, "Anna Prøvesen")
BENT = person(4_000_000_002, "Bent Prøvesen")
SINCE = "2018-01-01"


@pytest.fixture
def alice():
    return Organisation.objects.create(
        name="Alice Revision", email="alice@alice.example", has_beneficial_owner_access=True
    )


@pytest.fixture
def charlie():
    return Organisation.objects.create(name="Charlie Marketing", email="charlie@charlie.example")


def load(*relations, source="test", **fields):
    import_documents([company(deltagerRelation=list(relations), **fields)], now=NOW, source=source)


def read(organisation, day=DAY, cvr=CVR):
    return read_beneficial_owners(cvr=cvr, day=day, organisation=organisation, purpose="ReelleEjere report", now=NOW)


def share(text, start=SINCE, end=None):
    return attribute("EJERANDEL_PROCENT", value(text, start, end), sort="decimal")


def votes(text, start=SINCE, end=None):
    return attribute("EJERANDEL_STEMMERET_PROCENT", value(text, start, end), sort="decimal")


def test_it_shows_exact_shares_and_special_conditions(alice):
    conditions = [
        attribute("SÆRLIGE_EJERFORHOLD", value("Har indirekte besiddelser", SINCE)),
        attribute("SÆRLIGE_EJERFORHOLD", value("Ret til at udpege ledelsesmedlemmer", SINCE)),
        attribute("SÆRLIGE_EJERFORHOLD", value("Andre vedtægtsbestemte rettigheder", SINCE, "2020-01-01")),
    ]
    load(beneficial_owner(ANNA, share("0.2637"), votes("0.1186"), *conditions))
    found = read(alice)
    (owner,) = found.owners
    assert (owner.participant.name, owner.share, owner.votes) == ("Anna Prøvesen", Decimal("0.2637"), Decimal("0.1186"))
    assert owner.special_conditions == ("Har indirekte besiddelser", "Ret til at udpege ledelsesmedlemmer")
    assert (owner.via_role, found.absence, found.retrieved_at) == ("", AbsenceReason.NONE, NOW)


def test_it_tells_present_from_former(alice):
    load(
        beneficial_owner(ANNA, share("0.5", "2020-01-01")),
        beneficial_owner(BENT, share("0.5", "2015-01-01", "2019-12-31")),
    )
    found = read(alice)
    assert [owner.participant.name for owner in found.owners] == ["Anna Prøvesen"]
    assert [owner.participant.name for owner in found.former] == ["Bent Prøvesen"]
    assert [owner.participant.name for owner in read(alice, date(2019, 12, 31)).owners] == ["Bent Prøvesen"]


def test_it_refuses_who_has_no_access_and_reads_nothing(charlie):
    load(beneficial_owner(ANNA, share("0.5")))
    with pytest.raises(BeneficialAccessDenied, match="Charlie Marketing may not see beneficial owners"):
        read(charlie)
    assert not BeneficialOwnerRead.objects.exists()


def test_it_logs_every_look(alice):
    load(beneficial_owner(ANNA, share("0.5")))
    read(alice)
    read(alice)
    rows = BeneficialOwnerRead.objects.values_list("organisation_id", "organisation_name", "cvr", "purpose", "read_at")
    assert list(rows) == [(alice.id, "Alice Revision", CVR, "ReelleEjere report", NOW)] * 2


def test_the_log_outlives_the_organisation(alice):
    load(beneficial_owner(ANNA, share("0.5")))
    read(alice)
    alice.delete()
    assert BeneficialOwnerRead.objects.get().organisation_name == "Alice Revision"


def test_it_says_that_a_company_is_unknown(alice):
    with pytest.raises(CompanyUnknown):
        read(alice, cvr="34580821")
    assert not BeneficialOwnerRead.objects.exists()


def test_it_labels_management_that_was_put_in(alice):
    role = attribute("BETYDELIG_INDFLYDELSE_VIA_ROLLE", value("Er reel ejer som udpeget daglig ledelse", SINCE))
    load(beneficial_owner(ANNA, role))
    found = read(alice)
    assert found.absence is AbsenceReason.MANAGEMENT
    assert [(owner.share, owner.votes, owner.via_role) for owner in found.owners] == [
        (None, None, "Er reel ejer som udpeget daglig ledelse")
    ]


@pytest.mark.parametrize(
    ("source", "fields", "reason"),
    [
        ("cvr-permanent", {}, AbsenceReason.NOT_RECEIVED),
        ("cvr-re", {}, AbsenceReason.NONE_REGISTERED),
        ("cvr-re", {"attributter": [attribute("BØRSNOTERET", value("true", SINCE))]}, AbsenceReason.EXEMPT),
    ],
)
def test_it_says_why_there_are_none(alice, source, fields, reason):
    load(source=source, **fields)
    found = read(alice)
    assert (found.owners, found.absence) == ((), reason)
    assert BeneficialOwnerRead.objects.count() == 1


def test_an_owner_whose_shares_ended_may_stay_one_by_something_else(alice):
    load(
        beneficial_owner(
            ANNA,
            share("0.5", SINCE, "2020-12-31"),
            attribute("SÆRLIGE_EJERFORHOLD", value("Ret til at udpege ledelsesmedlemmer", "2021-01-01")),
        )
    )
    found = read(alice)
    assert [(owner.share, owner.special_conditions) for owner in found.owners] == [
        (None, ("Ret til at udpege ledelsesmedlemmer",))
    ]
    assert [(owner.share, owner.period.end_date) for owner in found.former] == [(Decimal("0.5"), date(2020, 12, 31))]


def test_it_keeps_every_condition_and_description_by_its_number(alice):
    conditions = [
        {**attribute("SÆRLIGE_EJERFORHOLD", value(text, SINCE)), "sekvensnr": number}
        for number, text in enumerate(["Har indirekte besiddelser", "Andre vedtægtsbestemte rettigheder"])
    ]
    description = attribute("SÆRLIGE_EJERFORHOLD_BESKRIVELSE", value("Vetoret efter § 7", SINCE))
    load(beneficial_owner(ANNA, share("0.3"), *conditions, description))
    (owner,) = read(alice).owners
    assert owner.special_conditions == (
        "Har indirekte besiddelser",
        "Andre vedtægtsbestemte rettigheder",
        "Vetoret efter § 7",
    )


LISTED, BETWEEN = "99900022", "99900030"


def load_below_listed(*relations, source="cvr-re", share_of_between="1.0"):
    """The company wholly owned by another, which a listed company owns."""
    import_documents(
        [
            company(deltagerRelation=[held_by(participant_company(BETWEEN), value("1.0", SINCE)), *relations]),
            company(BETWEEN, deltagerRelation=[held_by(participant_company(LISTED), value(share_of_between, SINCE))]),
            company(LISTED, attributter=[attribute("BØRSNOTERET", value("true", SINCE))]),
        ],
        now=NOW,
        source=source,
    )


def test_a_company_wholly_owned_by_a_listed_one_is_exempt(alice):
    load_below_listed()
    found = read(alice)
    assert (found.absence, found.listed_owner) == (AbsenceReason.EXEMPT, f"Prøvested {LISTED} ApS")


def test_management_put_in_below_a_listed_company_is_told_as_such(alice):
    role = attribute("BETYDELIG_INDFLYDELSE_VIA_ROLLE", value("Er reel ejer som udpeget daglig ledelse", SINCE))
    load_below_listed(beneficial_owner(ANNA, role))
    found = read(alice)
    assert (found.absence, found.listed_owner) == (AbsenceReason.MANAGEMENT, f"Prøvested {LISTED} ApS")


def test_a_company_partly_owned_by_a_listed_one_is_not_exempt(alice):
    load_below_listed(share_of_between="0.9")
    found = read(alice)
    assert (found.absence, found.listed_owner) == (AbsenceReason.NONE_REGISTERED, "")


def test_whole_owners_in_a_circle_end(alice):
    import_documents(
        [
            company(deltagerRelation=[held_by(participant_company(BETWEEN), value("1.0", SINCE))]),
            company(BETWEEN, deltagerRelation=[held_by(participant_company(CVR), value("1.0", SINCE))]),
        ],
        now=NOW,
        source="cvr-re",
    )
    assert read(alice).listed_owner == ""


@pytest.mark.django_db(transaction=True)
def test_the_log_stands_when_the_look_fails_afterwards(alice):
    load(beneficial_owner(ANNA, share("0.5")))
    stored = BeneficialOwnership.objects.get()
    stored.relations[0]["deltager"]["enhedsNummer"] = "broken"
    stored.save()
    with pytest.raises(DocumentError, match="enhedsNummer"):
        read(alice)
    assert BeneficialOwnerRead.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_it_refuses_a_transaction_that_could_undo_the_log(alice):
    load(beneficial_owner(ANNA, share("0.5")))
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        read(alice)
    assert not BeneficialOwnerRead.objects.exists()
