"""Documents in: what is new, what differs, what is refused."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies import importing
from companies.importing import import_documents
from companies.models import BeneficialOwnership, Change, Company, OwnershipEdge
from companies.register import CompanyUnknown, find_profile
from tests.companies.builders import (
    attribute,
    beneficial_owner,
    company,
    hit,
    organ,
    owner,
    participant_company,
    person,
    relation,
    spell,
    value,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = date(2026, 6, 1)
ANNA = person(4_000_000_001, "Anna Prøvesen")
BENT = person(4_000_000_002, "Bent Prøvesen")


def load(*documents, **options):
    return import_documents(documents, now=NOW, source=options.pop("source", "test"), **options)


def telephone(number):
    return [spell("2010-01-01", kontaktoplysning=number, hemmelig=False)]


def test_it_stores_a_new_company_without_telling_of_a_change():
    summary = load(company(telefonNummer=telephone("10203040"), sidstOpdateret="2026-05-01T10:00:00+02:00"))
    assert (summary.created, summary.total) == (1, 1)
    row = Company.objects.get()
    assert (row.cvr, row.name, row.version, row.source) == ("99900011", "Prøvested 99900011 ApS", 1, "test")
    assert (row.retrieved_at, row.source_updated_at) == (NOW, datetime(2026, 5, 1, 8, tzinfo=UTC))
    profile = find_profile(cvr="99900011", day=DAY)
    assert (profile.telephone, profile.retrieved_at) == ("10203040", NOW)
    assert not Change.objects.exists()


def test_it_pads_short_numbers():
    load(company("01234567"))
    assert find_profile(cvr="01234567", day=DAY).cvr == "01234567"


def test_it_says_that_a_company_is_unknown():
    with pytest.raises(CompanyUnknown, match="no company with CVR 34580821"):
        find_profile(cvr="34580821", day=DAY)


def test_it_writes_nothing_for_an_unchanged_document():
    document = company(deltagerRelation=[owner(ANNA, value("0.5", "2020-01-01"))], sidstIndlaest="2026-05-31T00:00:00Z")
    load(document)
    edge = OwnershipEdge.objects.get().id
    with CaptureQueriesContext(
        connection,
    ) as queries:
        summary = load(document | {"sidstIndlaest": "2026-06-01T00:00:00Z"})
    assert (summary.unchanged, summary.total) == (1, 1)
    assert not [one for one in queries.captured_queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert (Company.objects.get().version, OwnershipEdge.objects.get().id) == (1, edge)


def test_it_counts_a_version_and_names_what_differs():
    load(company(telefonNummer=telephone("20304050")))
    summary = load(company(telefonNummer=telephone("20304051"), reklamebeskyttet=True))
    assert summary.changed == 1
    assert Company.objects.get().version == 2
    change = Change.objects.get()
    assert (change.cvr, change.version, change.created_at) == ("99900011", 2, NOW)
    assert change.fields == {
        "telephone": {"before": "+45 20 30 40 50", "after": "+45 20 30 40 51"},
        "commerciallyProtected": {"before": False, "after": True},
    }


def test_it_tells_of_no_change_where_nothing_reads_differently_today():
    load(company(navne=[spell("2010-01-01", navn="Prøvested ApS")]))
    summary = load(
        company(navne=[spell("2010-01-01", navn="Prøvested ApS"), spell("2001-01-01", "2009-12-31", navn="Før ApS")])
    )
    assert summary.changed == 1
    assert Company.objects.get().version == 2
    assert not Change.objects.exists()


def test_it_writes_owners_anew():
    load(company(deltagerRelation=[owner(ANNA, value("0.5", "2020-01-01")), owner(BENT, value("0.5", "2020-01-01"))]))
    load(company(deltagerRelation=[owner(participant_company("99900022"), value("1.0", "2026-01-01"))]))
    edge = OwnershipEdge.objects.get()
    assert (edge.owner_key, edge.owned_id) == ("CVR-1-99900022", "99900011")
    assert [edge.share_low, edge.share_high] == [1, 1]
    fields = Change.objects.get().fields
    assert list(fields) == ["legalOwners"]
    assert [one["name"] for one in fields["legalOwners"]["before"]] == ["Anna Prøvesen", "Bent Prøvesen"]
    assert fields["legalOwners"]["after"] == [
        {
            "lassoId": "CVR-1-99900022",
            "cvr": 99900022,
            "name": "Prøvested 99900022 ApS",
            "type": "VIRKSOMHED",
            "ownership": {"from": 1, "to": 1},
            "voteRights": {"from": 1, "to": 1},
            "shareClass": None,
        }
    ]


def test_it_does_not_go_back_to_an_older_document():
    load(company(telefonNummer=telephone("10203041"), sidstOpdateret="2026-05-02T00:00:00Z"))
    summary = load(company(telefonNummer=telephone("10203040"), sidstOpdateret="2026-05-01T00:00:00Z"))
    assert (summary.outdated, summary.changed) == (1, 0)
    assert find_profile(cvr="99900011", day=DAY).telephone == "10203041"


def test_it_takes_two_versions_in_one_file_one_after_the_other():
    summary = load(*(company(telefonNummer=telephone(f"1020304{number}")) for number in range(3)))
    assert (summary.created, summary.changed) == (1, 2)
    assert [change.version for change in Change.objects.order_by("id")] == [2, 3]


def test_it_keeps_beneficial_owners_apart_and_names_their_change_without_telling_it():
    share = attribute("EJERANDEL_PROCENT", value("0.2637", "2018-01-01"))
    load(company(deltagerRelation=[beneficial_owner(ANNA, share)]))
    assert "Anna" not in json.dumps(Company.objects.get().document)
    assert BeneficialOwnership.objects.get().relations[0]["deltager"]["navne"][0]["navn"] == "Anna Prøvesen"
    summary = load(company(deltagerRelation=[beneficial_owner(BENT, share)]))
    assert summary.changed == 1
    assert Change.objects.get().fields == {"beneficialOwners": {"before": None, "after": None}}


def test_it_keeps_beneficial_owners_when_a_source_does_not_tell_of_them():
    document = company(deltagerRelation=[beneficial_owner(ANNA)])
    load(document)
    summary = load(company(deltagerRelation=[]), source="cvr-permanent")
    assert summary.unchanged == 1
    assert len(BeneficialOwnership.objects.get().relations) == 1


def test_it_takes_none_for_none_from_a_source_that_tells():
    load(company(deltagerRelation=[beneficial_owner(ANNA)]))
    load(company(deltagerRelation=[]), source="cvr-re")
    assert BeneficialOwnership.objects.get().relations == []
    load(company("99900022"))
    assert not BeneficialOwnership.objects.filter(company_id="99900022").exists()


def test_it_refuses_one_and_keeps_the_others():
    summary = load(
        company("99900011"), company("99900022", reklamebeskyttet="ja"), "{", hit(company("99900030")), b"[]"
    )
    assert (summary.created, summary.refused, summary.total) == (2, 3, 5)
    assert [str(one) for one in summary.refusals[:2]] == [
        "document 2: Vrvirksomhed.reklamebeskyttet: expected true or false, found 'ja'",
        "line 3: not JSON: unexpected end of data at character 2",
    ]
    assert set(Company.objects.values_list("cvr", flat=True)) == {"99900011", "99900030"}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (company(fyld="a\x00b"), "has a NUL character in a text"),
        (company(fyld="a\ud800b"), "not JSON: no low surrogate in string"),
        (company(fyld=float("inf")), "not JSON: unexpected character"),
    ],
)
def test_it_refuses_what_the_database_cannot_hold(document, reason):
    summary = load(document, company("99900022"))
    [refusal] = summary.refusals
    assert refusal.reason.startswith(reason)
    assert list(Company.objects.values_list("cvr", flat=True)) == ["99900022"]


def test_it_does_not_take_an_escaped_backslash_for_a_nul():
    assert load(company(fyld="\\u0000")).created == 1


def test_it_refuses_what_is_nested_too_deeply():
    deep: list[Any] = []
    for _ in range(5000):
        deep = [deep]
    summary = load(company(fyld=deep))
    assert [one.reason for one in summary.refusals] == ["nested too deeply"]
    assert not Company.objects.exists()


def test_it_asks_the_database_as_often_for_many_as_for_few():
    counts = []
    for size in (5, 50):
        with CaptureQueriesContext(connection) as queries:
            load(*(company(f"9{size:02d}0{number:04d}") for number in range(size)))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_nothing_that_is_dropped_at_import_gets_into_the_change_log_or_the_owners():
    """Hidden contacts, persons' addresses, founding texts, and attributes of members that are not kept."""

    def secret(word):
        hidden = person(
            4_000_000_003,
            "Hemming Prøvesen",
            adresseHemmelig=True,
            beliggenhedsadresse=[spell("2015-01-01", landekode="SE", vejnavn=word)],
        )
        member = [attribute("FUNKTION", value("DIREKTØR", "2020-01-01")), attribute("HEMMELIGT", value(word))]
        unkept = [attribute("HEMMELIGT", value(word, "2020-01-01"))]
        return company(
            telefonNummer=[spell("2010-01-01", kontaktoplysning=word, hemmelig=True)],
            elektroniskPost=[spell("2010-01-01", kontaktoplysning=word, hemmelig=True)],
            attributter=[attribute("STIFTELSESINFORMATION", value(word))],
            deltagerRelation=[
                owner(hidden, value("0.5", "2020-01-01")),
                relation(ANNA, organ("LEDELSESORGAN", "Direktion", member), organ("ANDRE", "Andet", unkept)),
                beneficial_owner(BENT, attribute("SÆRLIGE_EJERFORHOLD_BESKRIVELSE", value(word))),
            ],
            formål=word,
        )

    load(secret("kodeord"))
    assert load(secret("løsen") | {"reklamebeskyttet": True}).changed == 1
    fields = Change.objects.get().fields
    assert fields == {
        "commerciallyProtected": {"before": False, "after": True},
        "beneficialOwners": {"before": None, "after": None},
    }
    assert OwnershipEdge.objects.get().owner_country_code == ""


def test_a_company_that_was_deleted_and_comes_again_goes_on_behind_what_the_log_has_of_it():
    load(company())
    load(company(reklamebeskyttet=True))
    Company.objects.all().delete()
    load(company())
    load(company(reklamebeskyttet=True))

    assert list(Change.objects.order_by("id").values_list("version", flat=True)) == [2, 4]
    assert Company.objects.get().version == 4


def test_a_long_import_notes_when_each_chunk_is_recorded_and_reads_it_as_of_that_day(monkeypatch):
    monkeypatch.setattr(importing, "CHUNK", 1)
    cvrs = ("99900011", "99900022")
    load(*(company(cvr) for cvr in cvrs))
    clock = iter([NOW, NOW + timedelta(days=1)])
    protected = [company(cvr, reklamebeskyttet=True) for cvr in cvrs]

    import_documents(protected, now=lambda: next(clock), source="test")

    recorded = Change.objects.order_by("id").values_list("cvr", "created_at")
    assert list(recorded) == [(cvrs[0], NOW), (cvrs[1], NOW + timedelta(days=1))]
    days = Company.objects.order_by("cvr").values_list("as_of_date", flat=True)
    assert list(days) == [NOW.date(), NOW.date() + timedelta(days=1)]
