"""On demand: what a report needs is fetched when the register lacks it or has it too long."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Organisation
from companies.beneficial import read_beneficial_owners
from companies.errors import CompanyRefused, CompanyUnknown, SourceBusy, SourceUnreachable
from companies.fetching import Needs, Outage, fetch_for_report
from companies.importing import import_documents
from companies.locking import locked_companies
from companies.models import BeneficialOwnership, Change, Company, SourceCheck, SourceRest
from companies.register import find_profile
from tests.companies.builders import (
    CVR,
    attribute,
    beneficial_owner,
    company,
    owner,
    participant_company,
    person,
    relation,
    value,
)
from tests.companies.distribution import Distribution, cut_off, reply
from tests.receivers import answer

pytestmark = pytest.mark.django_db
MOTHER, GRANDMOTHER, GREAT = "99000007", "99000015", "99000023"
NOTHING, ALL = Needs(), Needs(owners=True, accounts=True, beneficial_owners=True)
LABEL = "CVR (Erhvervsstyrelsen)"
ANNA = person(4_000_000_001, "Anna Prøvesen")
SHARE = attribute("EJERANDEL_PROCENT", value("0.5", "2018-01-01"))


def fetch(needs: Needs = NOTHING, *, cvr: str = CVR, now: datetime | None = None) -> tuple[Outage, ...]:
    return fetch_for_report(cvr=cvr, needs=needs, now=now or timezone.now())


def later() -> datetime:
    """When what is fetched now is stale."""
    return timezone.now() + timedelta(hours=25)


def told_at() -> tuple[datetime | None, datetime | None]:
    """When the register is said to have told of the company, and of its beneficial owners."""
    alice = Organisation.objects.create(name="Alice Revision", has_beneficial_owner_access=True)
    day = date(2026, 6, 1)
    profile = find_profile(cvr=CVR, day=day)
    owners = read_beneficial_owners(cvr=CVR, day=day, organisation=alice, purpose="test")
    return profile.retrieved_at, owners.retrieved_at


def stored() -> list[str]:
    return sorted(Company.objects.values_list("cvr", flat=True))


def owned_by(cvr: str, owner_cvr: str, **fields):
    return company(
        cvr, deltagerRelation=[owner(participant_company(owner_cvr), value("0.6667", "2015-01-01"))], **fields
    )


def test_it_fetches_a_company_that_the_register_lacks(distribution):
    distribution.companies = [company(CVR), company(MOTHER)]

    assert fetch() == ()

    assert Company.objects.get().name == f"Prøvested {CVR} ApS"
    assert Company.objects.get().source == "cvr"
    assert distribution.asked_for() == [[int(CVR)]]
    assert distribution.calls.all()[0].headers["accept-encoding"] == "gzip"


def test_it_asks_once_while_what_it_has_is_fresh(distribution):
    distribution.companies = [company(CVR)]
    fetch()

    fetch()
    assert len(distribution.calls.all()) == 1

    distribution.companies = [company(CVR, sidstOpdateret="2026-05-01T00:00:00.000Z", formål="x")]
    fetch(now=later())
    assert len(distribution.calls.all()) == 2
    assert Company.objects.get().version == 2


def test_it_says_that_nobody_has_the_company(distribution):
    with pytest.raises(CompanyUnknown):
        fetch()

    assert stored() == []
    assert SourceCheck.objects.get().is_found is False


def test_it_asks_again_for_a_company_that_was_not_there_a_moment_ago(distribution):
    with pytest.raises(CompanyUnknown):
        fetch()
    distribution.companies = [company(CVR)]

    fetch()

    assert stored() == [CVR]


def test_it_keeps_a_company_that_the_register_no_longer_has(distribution):
    distribution.companies = [company(CVR)]
    fetch()
    distribution.companies = []

    assert fetch(now=later()) == ()
    assert stored() == [CVR]


def test_it_does_nothing_when_the_source_is_off(distribution, settings):
    settings.REGISTER_PASSWORD = ""
    settings.BENEFICIAL_REGISTER_USER = ""

    assert fetch(ALL) == ()
    assert distribution.calls.all() == []


def test_it_leaves_made_up_companies_alone(distribution):
    import_documents([company(CVR)], now=datetime(2020, 1, 1, tzinfo=UTC), source="sample")

    assert fetch(ALL) == ()
    assert distribution.calls.all() == []


def test_it_refuses_to_hold_a_transaction_open(distribution):
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a transaction"):
        fetch()
    assert distribution.calls.all() == []


# --- Owners -----------------------------------------------------------------------------------------------------------


def test_it_fetches_the_owners_up_the_chain(distribution):
    distribution.companies = [
        owned_by(CVR, MOTHER),
        owned_by(MOTHER, GRANDMOTHER),
        owned_by(GRANDMOTHER, GREAT),
        company(GREAT),
    ]

    fetch(Needs(owners=True))

    assert stored() == sorted([CVR, MOTHER, GRANDMOTHER, GREAT])
    assert distribution.asked_for() == [[int(cvr)] for cvr in (CVR, MOTHER, GRANDMOTHER, GREAT)]


def test_it_ends_where_owners_own_each_other(distribution):
    distribution.companies = [owned_by(CVR, MOTHER), owned_by(MOTHER, CVR)]

    fetch(Needs(owners=True))

    assert stored() == sorted([CVR, MOTHER])


def test_it_asks_for_all_owners_of_a_level_at_once(distribution):
    relations = [owner(participant_company(cvr), value("0.25", "2015-01-01")) for cvr in (MOTHER, GRANDMOTHER)]
    former = owner(participant_company(GREAT), value("0.5", "2012-01-01", "2014-12-31"))
    distribution.companies = [
        company(CVR, deltagerRelation=[*relations, former]),
        company(MOTHER),
        company(GRANDMOTHER),
        company(GREAT),
    ]

    fetch(Needs(owners=True))

    assert distribution.asked_for() == [[int(CVR)], [int(MOTHER), int(GRANDMOTHER)]]
    assert stored() == sorted([CVR, MOTHER, GRANDMOTHER])


def test_an_owner_that_nobody_has_is_not_asked_for_at_every_report(distribution):
    distribution.companies = [owned_by(CVR, MOTHER)]
    fetch(Needs(owners=True))
    asked = len(distribution.calls.all())

    fetch(Needs(owners=True))

    assert len(distribution.calls.all()) == asked == 2


def test_what_it_has_of_a_chain_is_kept_when_the_source_goes_away(distribution):
    distribution.companies = [owned_by(CVR, MOTHER), company(MOTHER)]
    distribution.faults = [distribution._serve, answer(503)]

    with pytest.raises(SourceUnreachable):
        fetch(Needs(owners=True))
    assert stored() == [CVR]

    SourceRest.objects.all().delete()
    fetch(Needs(owners=True))
    assert stored() == sorted([CVR, MOTHER])
    assert distribution.asked_for()[-1] == [int(MOTHER)]


# --- Out of reach -----------------------------------------------------------------------------------------------------


def test_it_says_that_the_source_is_out_of_reach(distribution):
    distribution.permanent_fault = answer(503)

    with pytest.raises(SourceUnreachable, match="answered with status 503") as caught:
        fetch()

    assert caught.value.source == LABEL
    assert timedelta(0) < caught.value.retry_after <= timedelta(seconds=5)
    assert stored() == []
    assert not SourceCheck.objects.exists()


def test_it_uses_what_is_stored_while_the_source_is_out_of_reach(distribution):
    distribution.companies = [company(CVR)]
    asked_at = timezone.now() - timedelta(days=3)
    fetch(now=asked_at)
    distribution.permanent_fault = cut_off

    assert fetch() == (Outage(LABEL, asked_at),)
    assert Company.objects.get().version == 1


def test_it_uses_stored_owners_while_the_source_is_out_of_reach(distribution):
    distribution.companies = [owned_by(CVR, MOTHER), company(MOTHER)]
    asked_at = timezone.now() - timedelta(days=3)
    fetch(Needs(owners=True), now=asked_at)
    fetch()
    distribution.permanent_fault = cut_off

    assert fetch(Needs(owners=True)) == (Outage(LABEL, asked_at),)


def test_a_source_that_failed_is_left_alone_by_all(distribution):
    distribution.companies = [company(CVR)]
    distribution.faults = [answer(429, headers={"Retry-After": "120"})]
    with pytest.raises(SourceUnreachable):
        fetch()

    with pytest.raises(SourceUnreachable, match="answered with status 429") as caught:
        fetch(cvr=MOTHER)

    assert len(distribution.calls.all()) == 1
    assert timedelta(seconds=100) < caught.value.retry_after <= timedelta(seconds=120)


def test_what_is_told_again_is_as_of_then_and_writes_nothing(distribution):
    distribution.companies = [company(CVR)]
    distribution.beneficial = [company(CVR, deltagerRelation=[beneficial_owner(ANNA, SHARE)])]
    fetch(Needs(beneficial_owners=True))
    stored_at = Company.objects.get().retrieved_at

    fetch(Needs(beneficial_owners=True), now=later())

    confirmed = {check.source: check.checked_at for check in SourceCheck.objects.all()}
    assert confirmed["cvr"] > stored_at
    assert told_at() == (confirmed["cvr"], confirmed["cvr-re"])
    assert Company.objects.get().retrieved_at == stored_at

    distribution.companies, distribution.beneficial = [company(CVR, navne=[])], []
    fetch(Needs(beneficial_owners=True), now=later() + timedelta(days=2))

    assert told_at() == (stored_at, BeneficialOwnership.objects.get().retrieved_at)


# --- Bad documents ----------------------------------------------------------------------------------------------------


def test_it_says_why_a_document_cannot_be_taken(distribution):
    distribution.companies = [company(CVR, navne=[])]

    for _ in range(2):
        with pytest.raises(CompanyRefused) as caught:
            fetch()
        assert caught.value.reason == "Vrvirksomhed.navne: expected at least one name"

    assert stored() == []


def test_it_uses_what_is_stored_when_the_new_document_cannot_be_taken(distribution):
    distribution.companies = [company(CVR)]
    fetch()
    retrieved_at = Company.objects.get().retrieved_at
    distribution.companies = [company(CVR, navne=[])]

    outages = fetch(now=later())

    assert outages == (Outage(LABEL, retrieved_at, "Vrvirksomhed.navne: expected at least one name"),)
    assert Company.objects.get().version == 1


# --- Beneficial owners ------------------------------------------------------------------------------------------------


def test_it_takes_only_the_beneficial_owners_from_their_index(distribution):
    distribution.companies = [company(CVR, penheder=[])]
    distribution.beneficial = [
        company(CVR, navne=[], deltagerRelation=[beneficial_owner(ANNA, SHARE)])
        | {"navne": company(CVR)["navne"], "reklamebeskyttet": True}
    ]

    fetch(Needs(beneficial_owners=True))

    row = BeneficialOwnership.objects.get()
    assert [one["deltager"]["enhedsNummer"] for one in row.relations] == [4_000_000_001]
    assert row.source == "cvr-re"
    assert Company.objects.get().is_protected is False
    assert Company.objects.get().version == 1
    assert not Change.objects.exists()


def test_a_change_of_the_beneficial_owners_is_a_change_that_tells_nothing_of_them(distribution):
    distribution.companies = [company(CVR)]
    distribution.beneficial = [company(CVR, deltagerRelation=[beneficial_owner(ANNA, SHARE)])]
    fetch(Needs(beneficial_owners=True))
    bent = beneficial_owner(person(4_000_000_002, "Bent Prøvesen"), SHARE)
    distribution.beneficial = [company(CVR, deltagerRelation=[bent])]

    fetch(Needs(beneficial_owners=True), now=later())

    change = Change.objects.get()
    assert (change.cvr, change.version) == (CVR, 2)
    assert change.fields == {"beneficialOwners": {"before": None, "after": None}}
    assert Company.objects.get().version == 2


def test_a_document_without_beneficial_owners_does_not_take_them_away(distribution):
    distribution.companies = [company(CVR)]
    distribution.beneficial = [company(CVR, deltagerRelation=[beneficial_owner(ANNA, SHARE)])]
    fetch(Needs(beneficial_owners=True))
    distribution.companies = [company(CVR, deltagerRelation=[relation(ANNA)], reklamebeskyttet=True)]

    fetch(now=later())

    assert Company.objects.get().is_protected is True
    assert len(BeneficialOwnership.objects.get().relations) == 1


def test_a_company_that_the_index_lacks_is_not_said_to_have_no_beneficial_owners(distribution):
    distribution.companies = [company(CVR)]

    assert fetch(Needs(beneficial_owners=True)) == ()

    assert not BeneficialOwnership.objects.exists()


def test_it_does_not_ask_for_beneficial_owners_without_a_credential_of_their_own(distribution, settings):
    settings.BENEFICIAL_REGISTER_USER = settings.BENEFICIAL_REGISTER_PASSWORD = ""
    distribution.companies = [company(CVR)]

    fetch(Needs(beneficial_owners=True))

    assert {call.path for call in distribution.calls.all()} == {"/cvr-permanent/virksomhed/_search"}


# --- Several at once --------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_workers_that_need_the_same_company_ask_for_it_once(distribution):
    distribution.companies = [company(CVR)]
    together = threading.Barrier(4)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            together.wait(10)
            fetch()
        except BaseException as error:  # noqa: BLE001 - told below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failures == []
    assert len(distribution.calls.all()) == 1


@pytest.mark.django_db(transaction=True)
def test_it_waits_no_longer_than_it_must_for_a_worker_that_hangs(distribution, monkeypatch):
    monkeypatch.setattr("companies.refreshing.PATIENCE", timedelta(0))
    has_it, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with locked_companies(source="cvr", cvrs=[CVR]) as held:
            assert held == [CVR]
            has_it.set()
            may_end.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    assert has_it.wait(10)
    try:
        with pytest.raises(SourceBusy):
            fetch()
        # Nor does it use what is stored, which nobody said cannot be renewed.
        import_documents([company(CVR)], now=timezone.now(), source="cvr")
        with pytest.raises(SourceBusy):
            fetch()
    finally:
        may_end.set()
        holder.join(10)

    assert distribution.calls.all() == []


def test_it_asks_in_halves_when_the_answer_is_too_long(distribution: Distribution, monkeypatch):
    monkeypatch.setattr("companies.sources.distribution.calling.MOST_UNPACKED", 3000)
    relations = [owner(participant_company(cvr), value("0.25", "2015-01-01")) for cvr in (MOTHER, GRANDMOTHER)]
    distribution.companies = [
        company(CVR, deltagerRelation=relations),
        company(MOTHER, beskrivelse="x" * 1500),
        company(GRANDMOTHER, beskrivelse="x" * 1500),
    ]

    fetch(Needs(owners=True))

    assert stored() == sorted([CVR, MOTHER, GRANDMOTHER])
    assert distribution.asked_for()[1:] == [[int(MOTHER), int(GRANDMOTHER)], [int(GRANDMOTHER)], [int(MOTHER)]]


def test_a_document_that_is_too_long_is_refused_alone(distribution: Distribution, monkeypatch):
    monkeypatch.setattr("companies.sources.distribution.calling.MOST_UNPACKED", 3000)
    distribution.companies = [company(CVR, beskrivelse="x" * 5000)]

    with pytest.raises(CompanyRefused, match="unpacks to more than"):
        fetch()

    assert stored() == []
    assert not SourceRest.objects.exists()


def test_a_broken_answer_stores_nothing(distribution):
    distribution.permanent_fault = reply(200, {"hits": {"hits": "none"}})

    with pytest.raises(SourceUnreachable, match="no search reply"):
        fetch()
    assert stored() == []
