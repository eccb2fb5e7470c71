"""Whatever is wrong with a document: it is taken whole, or refused with path and reason, and never in part."""

from __future__ import annotations

import contextlib
import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companies.errors import DocumentError
from companies.importing import import_documents, read_document
from companies.models import BeneficialOwnership, Company, OwnershipEdge
from companies.sources.files import Entry
from tests.companies.builders import attribute, beneficial_owner, company, owner, person, spell, value
from tests.companies.registered import ANNA, CASES
from tests.companies.replies import place

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
GOOD = company("99900022")


def rich() -> dict[str, Any]:
    """A document with something in every list that is read."""
    document: dict[str, Any] = {}
    for case in CASES:
        for key, found in case()[0].items():
            if isinstance(found, list) and key != "deltagerRelation":
                document[key] = [*document.get(key, []), *found[:2]]
            else:
                document.setdefault(key, found)
    months = {"aar": 2019, "antalAnsatte": 3, "antalAarsvaerk": 2.5, "intervalKodeAntalAnsatte": "ANTAL_2_4"}
    restructuring = {"enhedsNummerOrganisation": 1, "organisationsNavn": [spell(navn="x")], "indgaaende": []}
    document |= {
        "regNummer": [spell(regnummer="ApS12345")],
        "binavne": [spell("2010-01-01", navn="Binavn")],
        "postadresse": [place("2010-01-01", None, "Postvej", 1)],
        "hovedbranche": [spell("2010-01-01", branchekode="620100", branchetekst=None)],
        "elektroniskPost": [spell("2010-01-01", kontaktoplysning="post@prøve.example", hemmelig=False)],
        "penheder": [spell("2010-01-01", pNummer=1_099_000_001)],
        "spaltninger": [restructuring | {"udgaaende": [attribute("FUNKTION", value("x", "2020-01-01"))]}],
        "aarsbeskaeftigelse": [months],
        "kvartalsbeskaeftigelse": [months | {"kvartal": 2}],
        "erstMaanedsbeskaeftigelse": [months | {"maaned": 12, "aar": 2024}],
        "attributter": [
            attribute(kind, value(text, "2010-01-01"))
            for kind, text in (("KAPITAL", "500000.00"), ("VEDTÆGT_SENESTE", "2019-01-01"), ("BØRSNOTERET", "false"))
        ],
        "deltagerRelation": [
            *CASES[0]()[0]["deltagerRelation"],
            owner(person(4_000_000_009, "Dorte Prøvesen"), value("0.25", "2020-01-01")),
            beneficial_owner(ANNA, attribute("EJERANDEL_PROCENT", value("0.2637", "2018-01-01"))),
        ],
    }
    return document


def paths_in(found: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where something stands, the innermost too."""
    keys = found if isinstance(found, dict) else range(len(found)) if isinstance(found, list) else ()
    return [path] * bool(path) + [below for key in keys for below in paths_in(found[key], (*path, key))]


RICH = rich()
PATHS = paths_in(RICH)
TEXTS = (
    "",
    "x",
    "ja",
    "2024-99-99",
    "2024-W01-1",
    "٣",
    "1e999999999",
    "NaN",
    "-1",
    "0.5",
    "9" * 5000,
    "a\x00b",
    "a\ud800b",
)
WRONG: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from([None, True, False, [], {}, [None], [[]], [1], ["x"], {"x": 1}, [{}], [{"periode": 3}]]),
    st.sampled_from([0, -1, 13, 10**14, 2**63, -(2**63), 10**40, 0.5, -0.0, 1e308]),
    st.sampled_from(TEXTS),
    st.text(max_size=600),
)


def put(document: Any, path: tuple[Any, ...], wrong: Any) -> None:
    """Set what stands at the path; nothing when another change has taken the way there away."""
    with contextlib.suppress(KeyError, IndexError, TypeError):
        for key in path[:-1]:
            document = document[key]
        document[path[-1]] = wrong


def test_what_is_broken_below_is_good_before():
    summary = import_documents([json.dumps(RICH)], now=NOW, source="cvr-re")
    assert (summary.created, summary.refusals) == (1, [])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.sampled_from(PATHS), WRONG), min_size=1, max_size=3), as_text=st.booleans())
def test_it_is_taken_whole_or_refused_with_its_path(changes, as_text):
    Company.objects.all().delete()
    document = copy.deepcopy(RICH)
    for path, wrong in changes:
        put(document, path, wrong)
    summary = import_documents([json.dumps(document) if as_text else document, GOOD], now=NOW, source="cvr-re")
    assert (summary.created, summary.refused) in {(2, 0), (1, 1)}
    assert Company.objects.filter(cvr="99900022").exists()
    if summary.refused:
        [refusal] = summary.refusals
        assert refusal.reason
        assert refusal.path.startswith("Vrvirksomhed") or "deltagerRelation" in refusal.path or not refusal.path
        assert Company.objects.count() == BeneficialOwnership.objects.count() == 1
        assert not OwnershipEdge.objects.exists()


@pytest.mark.parametrize("wrong", [["x"], {"x": 1}, 1.5, True], ids=str)
def test_nothing_else_is_raised_for_any_type_anywhere(wrong):
    refusals = []
    # One of each kind of path is enough.
    for path in {tuple(key if isinstance(key, str) else 0 for key in path): path for path in PATHS}.values():
        document = copy.deepcopy(RICH)
        put(document, path, wrong)
        try:
            read_document(Entry("here", document), day=NOW.date(), now=NOW, tells_owners=True)
        except DocumentError as error:
            refusals.append(str(error))
    assert len(refusals) > 50
    assert all(": expected" in refusal for refusal in refusals)


def test_it_keeps_what_is_known_when_the_next_version_is_broken():
    import_documents([RICH], now=NOW, source="cvr-re")
    before = Company.objects.values().get()
    summary = import_documents([RICH | {"navne": 3}], now=NOW, source="cvr-re")
    assert summary.refused == 1
    assert Company.objects.values().get() == before


def test_it_takes_the_last_of_two_members_with_one_name():
    text = json.dumps(company()).replace('"navne"', '"navne": [{"navn": "Hemmeligt Først ApS"}], "navne"')
    assert import_documents([text], now=NOW, source="test").created == 1
    assert "Hemmeligt" not in json.dumps(Company.objects.get().document)


def test_it_refuses_more_values_of_one_attribute_than_anybody_registers():
    many = owner(ANNA, *(value("0.5", "2020-01-01") for _ in range(5_001)))
    [refusal] = import_documents([company(deltagerRelation=[many])], now=NOW, source="test").refusals
    assert refusal.reason == "EJERANDEL_PROCENT has more than 5000 values"
    assert not Company.objects.exists()
