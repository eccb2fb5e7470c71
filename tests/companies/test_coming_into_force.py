"""What the register filed ahead: noticed on its day in Denmark, once, without a document."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.db import connection

from companies.coming_into_force import CHUNK, DatedChanges, bring_into_force
from companies.days import next_change_date
from companies.importing import import_documents
from companies.models import BeneficialOwnership, Change, Company, OwnershipEdge
from companies.storing_beneficial import import_beneficial_owners
from tests.companies.builders import (
    attribute,
    beneficial_owner,
    company,
    organ,
    owner,
    participant_company,
    person,
    relation,
    spell,
    value,
)

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = date(2026, 6, 1)
ANNA = person(4_000_000_001, "Anna Prøvesen")
BENT = person(4_000_000_002, "Bent Prøvesen")
CVR = "99900011"
# Before the tenth, and from the tenth on.
NAMES = [spell("2010-01-01", "2026-06-09", navn="Før ApS"), spell("2026-06-10", navn="Efter ApS")]
RENAMED = {"name": {"before": "Før ApS", "after": "Efter ApS"}}


def load(*documents, now=NOW, source="test"):
    summary = import_documents(documents, now=now, source=source)
    assert summary.refused == 0
    return summary


def on(day, hour=12):
    return datetime(2026, 6, day, hour, tzinfo=UTC)


def logged():
    return [(change.version, change.fields) for change in Change.objects.order_by("id")]


@pytest.mark.parametrize(
    ("document", "day"),
    [
        ('{"periode":{"gyldigFra":"2020-01-01","gyldigTil":null}}', None),
        ('{"periode":{"gyldigFra":"2026-06-01","gyldigTil":null}}', None),
        ('{"periode":{"gyldigFra":"2026-06-02","gyldigTil":null}}', date(2026, 6, 2)),
        ('{"periode": {"gyldigFra": "2020-01-01", "gyldigTil": "2026-06-01"}}', date(2026, 6, 2)),
        ('{"periode":{"gyldigFra":"2020-01-01","gyldigTil":"2026-05-31"}}', None),
        ('[{"gyldigFra":"2027-01-01"},{"gyldigTil":"2026-09-30"},{"gyldigFra":"2026-12-01"}]', date(2026, 10, 1)),
        ('{"naermesteFremtidigeDato":"2026-07-01"}', date(2026, 7, 1)),
        ('{"gyldigTil":"9999-12-31"}', None),
        ('{"gyldigFra":"2026-06-02T00:00:00.000+02:00"}', date(2026, 6, 2)),
        ('{"gyldigFra":"snart","gyldigTil":""}', None),
        (r'{"navn":"\"gyldigFra\":\"2026-06-02\""}', None),
    ],
)
def test_it_finds_the_next_day_on_which_a_document_says_something_else(document, day):
    assert next_change_date(document, day=DAY) == day


@pytest.mark.django_db
class TestComingIntoForce:
    def test_it_notes_the_day_at_import(self):
        load(company(navne=NAMES), company("99900022"))
        rows = Company.objects.order_by("cvr").values_list("name", "as_of_date", "next_change_date")
        assert list(rows) == [("Før ApS", DAY, date(2026, 6, 10)), ("Prøvested 99900022 ApS", DAY, None)]

    def test_it_notices_on_the_day_and_not_before(self):
        load(company(navne=NAMES))
        assert bring_into_force(now=on(9)) == DatedChanges(0, 0)
        assert logged() == []
        assert bring_into_force(now=on(10)) == DatedChanges(1, 1)
        assert logged() == [(2, RENAMED)]
        row = Company.objects.get()
        assert (row.name, row.version, row.as_of_date, row.next_change_date) == (
            "Efter ApS",
            2,
            date(2026, 6, 10),
            None,
        )

    def test_its_days_begin_at_midnight_in_denmark(self):
        load(company(navne=NAMES))
        assert bring_into_force(now=on(9, 21)).changed == 0
        assert bring_into_force(now=on(9, 22)).changed == 1

    def test_it_tells_once(self):
        load(company(navne=NAMES))
        bring_into_force(now=on(10))
        assert bring_into_force(now=on(10)) == DatedChanges(0, 0)
        assert bring_into_force(now=on(11)) == DatedChanges(0, 0)
        assert len(logged()) == 1

    def test_it_makes_one_change_of_all_days_on_which_nobody_looked(self):
        names = [*NAMES[:1], spell("2026-06-10", "2026-06-12", navn="Midt ApS"), spell("2026-06-13", navn="Efter ApS")]
        load(company(navne=names))
        assert bring_into_force(now=on(20)) == DatedChanges(1, 1)
        assert logged() == [(2, RENAMED)]

    def test_it_goes_on_to_the_next_day_where_nothing_reads_differently(self):
        names = [spell("2010-01-01", "2026-06-09", navn="Ens ApS"), spell("2026-06-10", "2026-06-19", navn="Ens ApS")]
        load(company(navne=[*names, spell("2026-06-20", navn="Anden ApS")]))
        assert bring_into_force(now=on(10)) == DatedChanges(1, 0)
        row = Company.objects.get()
        assert (row.version, row.as_of_date, row.next_change_date) == (1, date(2026, 6, 10), date(2026, 6, 20))
        assert bring_into_force(now=on(20)) == DatedChanges(1, 1)

    def test_it_writes_what_lists_and_graphs_need(self):
        partners = organ(
            "FULDT_ANSVARLIG_DELTAGERE", "Interessenter", [attribute("FUNKTION", value("I", "2026-06-10"))]
        )
        lives = [spell("2010-01-01", "2026-06-09")]
        load(company(livsforloeb=lives, deltagerRelation=[relation(BENT, partners)]))
        assert Company.objects.get().is_active
        bring_into_force(now=on(10))
        assert not Company.objects.get().is_active
        assert [edge.owner_name for edge in OwnershipEdge.objects.all()] == ["Bent Prøvesen"]

    def test_it_tells_of_owners_that_change_by_date(self):
        load(
            company(
                deltagerRelation=[
                    owner(ANNA, value("1.0", "2020-01-01", "2026-06-09")),
                    owner(participant_company("99900022"), value("1.0", "2026-06-10")),
                ]
            )
        )
        bring_into_force(now=on(10))
        [(_, fields)] = logged()
        assert list(fields) == ["legalOwners"]
        assert [one["lassoId"] for one in fields["legalOwners"]["before"]] == ["CVR-3-4000000001"]
        assert [one["lassoId"] for one in fields["legalOwners"]["after"]] == ["CVR-1-99900022"]

    def test_it_names_beneficial_owners_that_change_by_date_and_does_not_tell_them(self):
        share = attribute("EJERANDEL_PROCENT", value("1.0", "2020-01-01", "2026-06-09"), value("0.5", "2026-06-10"))
        load(company(deltagerRelation=[beneficial_owner(ANNA, share)]), source="cvr-re")
        assert Company.objects.get().next_change_date is None
        assert BeneficialOwnership.objects.get().next_change_date == date(2026, 6, 10)
        assert bring_into_force(now=on(10)) == DatedChanges(1, 1)
        assert logged() == [(2, {"beneficialOwners": {"before": None, "after": None}})]
        assert BeneficialOwnership.objects.get().next_change_date is None

    def test_owners_that_are_filed_ahead_are_no_change_yet(self):
        now, ahead = value("1.0", "2020-01-01", "2026-06-09"), value("0.5", "2026-06-10")
        load(
            company(
                deltagerRelation=[beneficial_owner(ANNA, attribute("EJERANDEL_PROCENT", value("1.0", "2020-01-01")))]
            ),
            source="cvr-re",
        )
        filed = company(deltagerRelation=[beneficial_owner(ANNA, attribute("EJERANDEL_PROCENT", now, ahead))])
        assert load(filed, source="cvr-re").changed == 1
        assert logged() == []
        bring_into_force(now=on(10))
        assert logged() == [(3, {"beneficialOwners": {"before": None, "after": None}})]

    def test_owners_from_an_index_of_their_own_change_by_date_as_well(self):
        def told(*shares):
            return company(deltagerRelation=[beneficial_owner(ANNA, attribute("EJERANDEL_PROCENT", *shares))])

        load(company(), source="cvr-permanent")
        import_beneficial_owners([told(value("1.0", "2020-01-01"))], now=on(2), source="cvr-re")
        filed = told(value("1.0", "2020-01-01", "2026-06-09"), value("0.5", "2026-06-10"))
        assert import_beneficial_owners([filed], now=on(3), source="cvr-re").changed == ()
        assert logged() == []
        assert bring_into_force(now=on(10)) == DatedChanges(1, 1)
        corrected = told(value("1.0", "2020-01-01", "2026-06-09"), value("0.6", "2026-06-10", "2026-06-19"))
        assert import_beneficial_owners([corrected], now=on(12), source="cvr-re").changed == (CVR,)
        assert bring_into_force(now=on(20)) == DatedChanges(1, 1)
        named = {"beneficialOwners": {"before": None, "after": None}}
        assert logged() == [(2, named), (3, named), (4, named)]

    def test_a_document_that_comes_first_brings_the_dated_change_with_it(self):
        load(company(navne=NAMES))
        load(company(navne=NAMES, reklamebeskyttet=True), now=on(10))
        assert logged() == [(2, {**RENAMED, "commerciallyProtected": {"before": False, "after": True}})]
        assert bring_into_force(now=on(10)) == DatedChanges(0, 0)

    def test_a_document_that_is_unchanged_leaves_the_dated_change_to_be_noticed(self):
        load(company(navne=NAMES))
        assert load(company(navne=NAMES), now=on(10)).unchanged == 1
        assert logged() == []
        assert bring_into_force(now=on(10)) == DatedChanges(1, 1)

    def test_a_document_that_is_read_anew_brings_the_dated_change_with_it(self):
        load(company(navne=NAMES))
        Company.objects.update(reader_version=0)
        assert load(company(navne=NAMES), now=on(10)).unchanged == 1
        assert logged() == [(2, RENAMED)]
        assert Company.objects.get().version == 2

    def test_what_the_stored_document_cannot_tell_is_told_whole(self):
        """Our reader has become stricter than it was when the document came."""
        load(company(navne=NAMES))
        Company.objects.update(document={"cvrNummer": "?"})
        load(company(navne=NAMES, reklamebeskyttet=True), now=on(10))
        [(_, fields)] = logged()
        assert fields["name"] == {"before": None, "after": "Efter ApS"}

    def test_a_document_that_cannot_be_read_waits_for_a_better_reader_and_holds_nobody_up(self):
        load(company(navne=NAMES), company("99900022", navne=NAMES))
        Company.objects.filter(cvr=CVR).update(document={"cvrNummer": "?"})
        assert bring_into_force(now=on(10)) == DatedChanges(2, 1)
        row = Company.objects.get(cvr=CVR)
        assert (row.name, row.version, row.as_of_date, row.next_change_date) == ("Før ApS", 1, DAY, None)

    def test_it_looks_at_no_more_than_it_may_and_goes_on(self):
        load(*(company(f"9990{number:04}", navne=NAMES) for number in range(5)))
        assert bring_into_force(now=on(10), most=2) == DatedChanges(2, 2)
        assert bring_into_force(now=on(10), most=2) == DatedChanges(2, 2)
        assert bring_into_force(now=on(10), most=2) == DatedChanges(1, 1)
        assert len({change.cvr for change in Change.objects.all()}) == 5

    def test_it_takes_more_than_a_chunk(self):
        many = CHUNK + 3
        load(*(company(f"9990{number:04}", navne=NAMES) for number in range(many)))
        assert bring_into_force(now=on(10)) == DatedChanges(many, many)

    def test_it_is_a_command(self, capsys):
        load(company(navne=[spell("2010-01-01", navn="Før ApS"), spell("2026-06-10", navn="Efter ApS")]))
        call_command("bring_into_force")
        assert capsys.readouterr().out == "1 companies looked at, 1 changed.\n"


@pytest.mark.django_db(transaction=True)
def test_two_that_look_at_once_tell_once():
    load(*(company(f"9990{number:04}", navne=NAMES) for number in range(20)))
    start = threading.Barrier(4, timeout=10)
    found = []

    def look():
        try:
            start.wait()
            found.append(bring_into_force(now=on(10), most=10))
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sum(one.changed for one in found) == 20
    assert Change.objects.count() == len({change.cvr for change in Change.objects.all()}) == 20
    assert set(Company.objects.values_list("version", flat=True)) == {2}


@pytest.mark.django_db
class TestImportsThatCrossMidnight:
    """What began on the day before comes in after the new day has been noticed."""

    @pytest.fixture(autouse=True)
    def the_new_day_was_noticed(self):
        load(company(navne=NAMES))
        assert bring_into_force(now=on(10)).changed == 1

    def test_a_document_does_not_turn_the_day_back(self):
        load(company(navne=NAMES, reklamebeskyttet=True), now=on(9))

        assert logged() == [(2, RENAMED), (3, {"commerciallyProtected": {"before": False, "after": True}})]
        row = Company.objects.get()
        assert (row.name, row.as_of_date, row.next_change_date) == ("Efter ApS", date(2026, 6, 10), None)

    def test_beneficial_owners_do_not_turn_it_back(self):
        owners = [
            beneficial_owner(ANNA, attribute("EJERANDEL_PROCENT", value("1.0", "2020-01-01", "2026-06-09"))),
            beneficial_owner(BENT, attribute("EJERANDEL_PROCENT", value("1.0", "2026-06-10"))),
        ]
        import_beneficial_owners([company(deltagerRelation=owners[1:])], now=on(10), source="cvr-re")
        import_beneficial_owners([company(deltagerRelation=owners)], now=on(9), source="cvr-re")

        assert logged() == [(2, RENAMED)]
        assert BeneficialOwnership.objects.get().next_change_date is None
