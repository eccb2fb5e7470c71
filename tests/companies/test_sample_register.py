"""The fictional register: the same everywhere, whole, and with every company of the cast as it is told."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation
from companies.beneficial import AbsenceReason, read_beneficial_owners
from companies.cvr import is_valid_cvr
from companies.facts import Fact
from companies.figures import Accounts
from companies.graph import ChainEnd, Verdict
from companies.models import AnnualAccounts, Change, Company
from companies.ownership import indirect_shares, owners_upwards
from companies.register import find_accounts, find_profile
from companies.sources.accounts import read_accounts
from companies.sources.cvr import read_profile
from companies.sources.past_facts import read_past_facts
from companies.sources.sample import cast
from companies.sources.sample.generator import build_town, sample_documents, sample_filings
from companies.sources.sample.loading import load_sample_register
from companies.sources.sample.plans import ANCHOR
from tests.standing_rows import standing_rows

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)


def pairs():
    return {name: cvrs for name, cvrs in vars(cast).items() if isinstance(cvrs, tuple) and name != "LACKING"}


@pytest.fixture(scope="module")
def profiles():
    return {profile.cvr: profile for profile in (read_profile(one, day=ANCHOR) for one in sample_documents())}


@pytest.fixture(scope="module")
def accounts():
    found: dict[str, list[tuple[Accounts, datetime]]] = {}
    for filing in sample_filings():
        found.setdefault(filing.cvr, []).insert(0, (read_accounts(filing.data), filing.published_at))
    return found


def digest():
    build_town.cache_clear()
    text = json.dumps([list(sample_documents()), [(one.file_name, one.data.decode()) for one in sample_filings()]])
    return hashlib.sha256(text.encode()).hexdigest()


def test_it_is_the_same_every_time():
    assert digest() == digest()


def test_it_is_fictional_and_big_enough(profiles):
    assert len(profiles) >= 200
    for cvr in profiles.keys() - {cast.LASSO_X}:
        assert cvr.startswith("99")
        assert is_valid_cvr(cvr)
    assert len({profile.name for profile in profiles.values()}) == len(profiles)


def test_it_has_every_form(profiles):
    forms = Counter(profile.form.short for profile in profiles.values() if profile.form)
    partnerships, capital_companies = {"I/S", "K/S", "P/S", "ENK"}, {"A/S", "ApS", "IVS"}
    nobodys = {"FON", "EFO", "FOR", "FFO", "A.M.B.A.", "F.M.B.A.", "S.M.B.A."}
    assert set(forms) == {*partnerships, *capital_companies, *nobodys, "FAS"}


def test_its_histories_are_out_of_order():
    names = next(one for one in sample_documents() if str(one["cvrNummer"]) == cast.RENAMED[1])["navne"]
    starts = [name["periode"]["gyldigFra"] for name in names]
    assert starts != sorted(starts)


def test_lasso_x_is_in_it_with_nothing_else_known(profiles, accounts):
    lasso = profiles[cast.LASSO_X]
    assert (lasso.name, lasso.telephone) == ("LASSO X A/S", "71747812")
    assert (lasso.form, lasso.address, lasso.email, lasso.roles, lasso.legal_owners) == (None, None, "", (), ())
    assert cast.LASSO_X not in accounts


@pytest.mark.parametrize("name", sorted(pairs()))
def test_it_has_two_of_each_kind(profiles, name):
    assert len(set(pairs()[name])) == 2
    assert set(pairs()[name]) <= profiles.keys()


def test_names_and_people_are_as_told(profiles):
    year_ago = ANCHOR - timedelta(days=365)
    for cvr in cast.RENAMED:
        assert len(profiles[cvr].names) == 3
        assert profiles[cvr].names[0].period.start_date > year_ago
    for cvr in cast.CHANGED_MANAGEMENT:
        profile = profiles[cvr]
        for roles in (
            profile.management,
            profile.current_auditors,
            [one for one in profile.board if one.function == "FORMAND"],
        ):
            assert max(role.period.start_date for role in roles) > year_ago
    for cvr in cast.LONG_NAME:
        assert len(profiles[cvr].name) > 100
    many = profiles[cast.MANY_SEATS]
    assert len(many.management) + len(many.board) == 40
    assert len({one.participant.unit_number for one in profiles[cast.MANY_OWNERS].legal_owners}) == 60


def test_changes_and_participants_are_as_told(profiles):
    changed = next(one for one in sample_documents() if str(one["cvrNummer"]) == cast.CHANGED_EVERYTHING[0])
    day = ANCHOR - timedelta(days=100)
    recent = {one.fact for one in read_past_facts(changed, day=ANCHOR) if one.period.start_date == day}
    assert recent == {
        Fact.NAME,
        Fact.FORM,
        Fact.ADDRESS,
        Fact.CAPITAL,
        Fact.SIGNING_RULE,
        Fact.PURPOSE,
    }
    for cvr in cast.ESTATE_OWNED:
        assert sum(one.participant.name.startswith("Boet efter ") for one in profiles[cvr].current_owners) == 1
    for cvr in cast.NAMELESS:
        assert "" in {one.participant.name for one in profiles[cvr].management}
        assert "" in {one.participant.name for one in profiles[cvr].current_owners}
    for cvr in cast.MERGED:
        assert [one.effective_date for one in profiles[cvr].restructurings] == [day]


def test_protection_is_as_told(profiles):
    assert all(profiles[cvr].is_protected for cvr in (*cast.PROTECTED, *cast.SOLE_PROPRIETORSHIP))
    for cvr in cast.HIDDEN_CONTACTS:
        assert (profiles[cvr].telephone, profiles[cvr].email) == ("", "")


def test_lives_are_as_told(profiles):
    assert [profiles[cvr].is_active for cvr in cast.DISSOLVED] == [False, False]
    assert profiles[cast.DISSOLVED[1]].status == "OPLØST EFTER KONKURS"
    for cvr in cast.BANKRUPT:
        assert (profiles[cvr].status, profiles[cvr].credit_events[0].text) == ("UNDER KONKURS", "Konkurs")
    for cvr in cast.COMPULSORY_DISSOLUTION:
        assert (profiles[cvr].status, profiles[cvr].credit_events[0].text) == (
            "UNDER TVANGSOPLØSNING",
            "Tvangsopløsning",
        )
    for cvr in cast.INTERVAL_ONLY:
        assert (profiles[cvr].employees[0].count, profiles[cvr].employees[0].interval) == (None, "10-19")


def test_accounts_hold_together(accounts):
    for years in accounts.values():
        for one, published_at in years:
            value = one.value
            assert value("assets") == value("equityAndLiabilities")
            assert value("assets") == value("noncurrentAssets") + value("currentAssets")
            debts = value("provisions") + value("longTermLiabilities") + value("shortTermLiabilities")
            assert value("assets") == value("equity") + debts
            assert value("equity") == value("contributedCapital") + value("retainedEarnings") + value("dividend")
            assert published_at.date() <= ANCHOR
            if not one.figures["result"].conflict:
                assert value("result") == value("resultBeforeTax") - value("tax")


def test_most_companies_that_must_have_filed(accounts, profiles):
    capital_companies = [cvr for cvr, one in profiles.items() if one.form and one.form.short in {"A/S", "ApS"}]
    with_five = [cvr for cvr in capital_companies if len(accounts.get(cvr, ())) == 5]
    assert len(with_five) > 0.7 * len(capital_companies)


def test_accounts_are_as_told(accounts):
    for cvr in cast.NO_ACCOUNTS:
        assert cvr not in accounts
    for cvr in cast.CONFLICTING_ACCOUNTS:
        assert len(accounts[cvr][0][0].figures["result"].conflict) == 2
        assert accounts[cvr][1][0].value("result") is not None
    for cvr in cast.NEGATIVE_EQUITY:
        assert accounts[cvr][0][0].value("equity") < 0
    for cvr in cast.EURO:
        assert accounts[cvr][0][0].currency == "EUR"
    for cvr in cast.LATE:
        newest, published_at = accounts[cvr][0]
        assert published_at.date() > newest.end_date + timedelta(days=184)
    for cvr in cast.MODIFIED_OPINION:
        assert "forbehold" in accounts[cvr][0][0].opinion
    for cvr in cast.GROUP_ACCOUNTS:
        assert accounts[cvr][0][0].accounting_class.startswith("Regnskabsklasse C")
    data = next(one.data for one in sample_filings() if one.cvr == cast.GROUP_ACCOUNTS[0])
    assert b"cmn:ConsolidatedMember" in data
    assistance = {one.assistance for years in accounts.values() for one, _ in years}
    assert len(assistance) >= 3


def filed(accounts, cvrs):
    return [[one for one, _ in accounts[cvr]] for cvr in cvrs]


def test_periods_that_readers_stumble_on_are_as_told(accounts):
    for (only,) in filed(accounts, cast.FIRST_YEAR):
        assert (only.start_date, only.end_date) == (date(2024, 9, 1), date(2025, 12, 31))
    for newest, moved, oldest, *_ in filed(accounts, cast.MOVED_YEAR):
        assert (newest.start_date, newest.end_date) == (date(2024, 7, 1), date(2025, 6, 30))
        assert (moved.start_date, moved.end_date, oldest.end_date) == (
            date(2024, 1, 1),
            date(2024, 6, 30),
            date(2023, 12, 31),
        )
    for years in filed(accounts, cast.YEAR_MISSING):
        assert [one.end_date.year for one in years] == [2025, 2024, 2022, 2021]


def test_figures_that_readers_stumble_on_are_as_told(accounts):
    for newest, before, *_ in filed(accounts, cast.RESTATED):
        assert before.value("equity") - newest.comparative_value("equity") == 640_000
        assert before.value("result") - newest.comparative_value("result") == 640_000
    for newest, *_ in filed(accounts, cast.LARGE):
        assert newest.value("assets") > 2_000_000_000
        assert all(one.value % 1000 == 0 for name, one in newest.figures.items() if name != "employees")
    for newest, before, *_ in filed(accounts, cast.IMPLAUSIBLE_EMPLOYEES):
        assert (newest.value("employees"), before.value("employees")) == (110_000, 110)


def test_groups_and_auditors_that_readers_stumble_on_are_as_told(accounts):
    for years in filed(accounts, cast.GROUP_ONLY):
        assert all(one.is_group and one.value("assets") and not one.group_figures for one in years)
    for newest, before, *_ in filed(accounts, cast.NEW_AUDIT_FIRM):
        assert newest.audit_firm_cvr != before.audit_firm_cvr
    for newest, before, *_ in filed(accounts, cast.GOING_CONCERN):
        assert (bool(newest.going_concern), before.going_concern) == (True, "")


def test_audits_agree_in_register_and_accounts(accounts, profiles):
    audited = {"Revisionspåtegning", "Erklæring om udvidet gennemgang"}
    without = set()
    for cvr, years in accounts.items():
        profile = profiles[cvr]
        for one, _ in years:
            if one.accounting_class != "Regnskabsklasse B":
                assert one.assistance == "Revisionspåtegning"
            if profile.is_audit_waived:
                assert (one.assistance in audited, profile.current_auditors) == (False, ())
            elif one.assistance not in audited:
                without.add(cvr)
    assert without == set(cast.UNAUDITED_WITHOUT_WAIVER)
    assert sum(profiles[cvr].is_audit_waived for cvr in accounts) > 20
    newest = [accounts[cvr][0][0] for cvr in cast.UNAUDITED_WITHOUT_WAIVER]
    assert [one.assistance for one in newest] == ["Andre erklæringer uden sikkerhed", "Ingen bistand"]


def test_filed_shares_leave_room_for_each_other(profiles):
    """The floors of several owners' bands may reach 100 % only as two halves."""
    for profile in profiles.values():
        for filed in ([one.share for one in profile.current_owners], [one.votes for one in profile.current_owners]):
            floors = [str(band.low) for band in filed if band]
            if len(floors) > 1 and floors != ["0.5", "0.5"]:
                assert sum(Decimal(floor) for floor in floors) < 1


@pytest.fixture(scope="class")
def loaded(django_db_setup, django_db_blocker):
    with standing_rows(django_db_blocker):
        load_sample_register(now=NOW)
        yield


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
class TestLoaded:
    def test_a_second_time_writes_nothing(self):
        versions = set(Company.objects.values_list("cvr", "version"))
        with CaptureQueriesContext(connection) as queries:
            companies, filings = load_sample_register(now=NOW)
        assert companies.unchanged == companies.total == len(versions)
        assert filings.unchanged == filings.total == AnnualAccounts.objects.count()
        assert not [one for one in queries.captured_queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
        assert not Change.objects.exists()

    def test_owners_are_as_told(self):
        def graph(cvr):
            return owners_upwards(cvr=cvr, day=ANCHOR)

        def chain_ends(cvr):
            return {node.end for node in graph(cvr).nodes.values()}

        assert all(graph(cvr).has_cycle for cvr in (*cast.CYCLE, *cast.OWN_SHARES))
        assert all(ChainEnd.FOREIGN in chain_ends(cvr) for cvr in cast.FOREIGN_OWNED)
        assert all(ChainEnd.UNKNOWN in chain_ends(cvr) for cvr in cast.UNKNOWN_OWNER)
        assert all(ChainEnd.FOUNDATION in chain_ends(cvr) for cvr in cast.FOUNDATION_OWNED)
        assert all(any(edge.share is None for edge in graph(cvr).edges) for cvr in cast.NO_PERCENTAGE)
        for cvr in cast.POSSIBLY_ABOVE:
            assert [one.verdict for one in indirect_shares(graph(cvr))] == [Verdict.CERTAIN, Verdict.POSSIBLE]
        for cvr in cast.FOUR_LEVELS:
            assert len(owners_upwards(cvr=cvr, day=ANCHOR, depth=3).edges) < len(graph(cvr).edges) == 8
            assert len(indirect_shares(graph(cvr))) == 2
        assert len(graph(cast.MANY_OWNERS).edges) == 18

    def test_beneficial_owners_are_as_told(self):
        organisation = Organisation.objects.create(name="Alice", email="a@a.example", has_beneficial_owner_access=True)

        def absence(cvr):
            return read_beneficial_owners(cvr=cvr, day=ANCHOR, organisation=organisation, purpose="test").absence

        expected = {
            cast.FOUR_LEVELS: AbsenceReason.NONE,
            cast.DISCREPANCY: AbsenceReason.NONE,
            cast.LISTED: AbsenceReason.EXEMPT,
            cast.VIA_ROLE: AbsenceReason.MANAGEMENT,
            cast.NONE_REGISTERED: AbsenceReason.NONE_REGISTERED,
        }
        assert {cvrs: absence(cvrs[0]) for cvrs in expected} == expected
        assert {cvrs: absence(cvrs[1]) for cvrs in expected} == expected

    def test_what_is_stored_has_no_private_address_and_no_hidden_contact(self):
        for document in Company.objects.values_list("document", flat=True):
            text = json.dumps(document, ensure_ascii=False)
            assert "Fuglsangskrænten" not in text
            assert "digitalpost@" not in text
            assert "Reelle ejere" not in text

    def test_the_profile_is_read_on_any_day(self):
        assert (
            find_profile(cvr=cast.RENAMED[0], day=date(2020, 1, 1)).name
            != find_profile(cvr=cast.RENAMED[0], day=ANCHOR).name
        )
        assert len(find_accounts(cvr=cast.RENAMED[0])) == 5


@pytest.mark.django_db
def test_its_files_import_as_they_are(tmp_path, capsys):
    call_command("load_sample_register", write=tmp_path)
    call_command("import_companies", tmp_path / "companies.jsonl", beneficial_owners=True)
    call_command(
        "import_accounts", *sorted((tmp_path / "accounts").iterdir()), publications=tmp_path / "publications.jsonl"
    )
    assert " 0 refused." in capsys.readouterr().out
    companies, filings = load_sample_register(now=NOW)
    assert companies.unchanged == companies.total
    assert filings.unchanged == filings.total


def test_larger_companies_file_inline(accounts):
    filings = list(sample_filings())
    inline = [filing for filing in filings if filing.is_inline]
    assert {filing.cvr for filing in inline} >= set(cast.GROUP_ACCOUNTS)
    assert 0 < len(inline) < len(filings)
    for filing in inline:
        assert filing.file_name.endswith(".xhtml")
        assert read_accounts(filing.data).accounting_class != "Regnskabsklasse B"
    for cvr in cast.GROUP_ACCOUNTS:
        newest, _ = accounts[cvr][0]
        assert newest.group_figures["assets"].value == newest.value("assets") * 3
        assert newest.comparative_value("equity") == accounts[cvr][1][0].value("equity")
