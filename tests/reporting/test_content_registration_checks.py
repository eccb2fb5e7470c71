"""The register held against the law: who must sit where, what a signing rule asks for, the capital, the owners."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from companies.profile import Capital, Form, LegalOwner
from reporting.contents.blocks import Check, Tone
from reporting.contents.registration_checks import registration_checks
from tests.reporting import makers
from tests.reporting.makers import KAREN, OLE, band, person, seat, since

ApS, AS = Form("80", "ApS", "Anpartsselskab"), Form("60", "A/S", "Aktieselskab")
DIRECTOR = seat(KAREN, "Direktion", "DIREKTØR", since("2019-01-01"))
CHAIR = seat(OLE, "Bestyrelse", "FORMAND", since("2015-06-01"))
MEMBERS = tuple(
    seat(person(40 + n, f"Medlem {n}"), "Bestyrelse", "BESTYRELSESMEDLEM", since("2015-06-01")) for n in range(3)
)


def checks(**changes: Any) -> dict[str, Check]:
    return {one.subject: one for one in registration_checks(makers.material(profile=makers.profile(**changes)))}


def owners(*shares: tuple[str, str] | None) -> tuple[LegalOwner, ...]:
    return tuple(
        LegalOwner(person(60 + n, f"Ejer {n}"), band(*share) if share else None, None, since("2015-06-01"))
        for n, share in enumerate(shares)
    )


def test_it_finds_nothing_wrong_with_a_company_in_order():
    found = checks()

    assert {subject: check.tone for subject, check in found.items()} == {
        "Ledelsens sammensætning": Tone.GOOD,
        "Tegningsregel": Tone.GOOD,
        "Kapitalkrav": Tone.GOOD,
        "Legale ejeres andele": Tone.GOOD,
    }
    assert {check.rule for check in found.values()} == {
        "selskabsloven § 111",
        "selskabsloven § 135",
        "selskabsloven § 4, stk. 2",
        "selskabsloven §§ 55 og 58",
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"form": None},
        {"is_active": False},
        {"status": "UNDER KONKURS"},
        {"form": Form("10", "ENK", "Enkeltmandsvirksomhed"), "signing_rule": ""},
    ],
)
def test_it_has_no_verdict_where_the_rules_do_not_reach(changes: dict[str, Any]):
    assert checks(**changes) == {}


@pytest.mark.parametrize(
    ("form", "roles", "tone", "reason"),
    [
        (AS, (DIRECTOR, CHAIR, *MEMBERS), Tone.GOOD, "Ledelsen er sammensat, som selskabsformen kræver."),
        (AS, (CHAIR, *MEMBERS), Tone.BAD, "Der er ingen direktion, som formen kræver."),
        (AS, (DIRECTOR, CHAIR), Tone.BAD, "Bestyrelse eller tilsynsråd skal have mindst tre medlemmer."),
        (
            AS,
            (DIRECTOR, seat(OLE, "Tilsynsråd", "FORMAND", since("2015-06-01"))),
            Tone.NOTE,
            "Bestyrelse eller tilsynsråd skal have mindst tre medlemmer.",
        ),
        (ApS, (DIRECTOR,), Tone.GOOD, "Ledelsen er sammensat, som selskabsformen kræver."),
        (
            ApS,
            (seat(KAREN, "Direktion", "DIREKTØR", since("2019-01-01", "2026-01-31")),),
            Tone.BAD,
            "Der er hverken direktion eller bestyrelse; uden ledelse kan selskabet opløses.",
        ),
    ],
)
def test_it_judges_who_sits_where(form: Form, roles: Any, tone: Tone, reason: str):
    found = checks(form=form, roles=roles)["Ledelsens sammensætning"]

    assert (found.tone, found.reason) == (tone, reason)


def test_it_names_no_law_of_companies_for_the_signing_rule_of_a_partnership():
    partnership = Form("30", "I/S", "Interessentskab")

    assert checks(form=partnership)["Tegningsregel"].rule == ""
    assert checks()["Tegningsregel"].rule == "selskabsloven § 135"


@pytest.mark.parametrize(
    ("rule", "roles", "missing"),
    [
        ("Selskabet tegnes af en direktør alene.", (DIRECTOR,), ""),
        ("Selskabet tegnes af en direktør alene.", (CHAIR,), "en direktion"),
        ("Selskabet tegnes af den samlede bestyrelse.", (DIRECTOR,), "en bestyrelse"),
        ("Tegnes af bestyrelsens formand.", (DIRECTOR, *MEMBERS), "en formand"),
        ("Tegnes af bestyrelsesformanden med en direktør.", (), "en formand, en bestyrelse og en direktion"),
    ],
)
def test_it_says_whom_a_signing_rule_names_who_is_not_there(rule: str, roles: Any, missing: str):
    found = checks(form=ApS, signing_rule=rule, roles=roles)["Tegningsregel"]

    if missing:
        assert found.tone is Tone.NOTE
        assert found.reason.startswith(f"Reglen nævner {missing}, men det er ikke registreret;")
    else:
        assert found.tone is Tone.GOOD


@pytest.mark.parametrize(
    ("form", "amount", "currency", "tone"),
    [
        (AS, "400000", "DKK", Tone.GOOD),
        (AS, "399999", "DKK", Tone.BAD),
        (ApS, "20000", "DKK", Tone.GOOD),
        (ApS, "19999.99", "DKK", Tone.BAD),
        (AS, "55000", "EUR", Tone.GOOD),
        (AS, "53600", "EUR", Tone.OPEN),
        (AS, "52000", "EUR", Tone.BAD),
        (AS, "9000000", "USD", Tone.OPEN),
        (AS, None, "", Tone.OPEN),
        (Form("81", "IVS", "Iværksætterselskab"), "1", "DKK", Tone.BAD),
    ],
)
def test_it_knows_the_least_capital(form: Form, amount: str | None, currency: str, tone: Tone):
    capital = Capital(Decimal(amount), currency) if amount else None

    assert checks(form=form, capital=capital)["Kapitalkrav"].tone is tone


def test_it_asks_no_capital_of_a_partnership():
    assert "Kapitalkrav" not in checks(form=Form("30", "I/S", "Interessentskab"), capital=None)


@pytest.mark.parametrize(
    ("shares", "has_small_owners", "tone", "side"),
    [
        ((("50", "66.66"), ("33.33", "49.99")), False, Tone.GOOD, "83,33–100 %"),
        ((("50", "66.66"), ("50", "66.66")), False, Tone.GOOD, "100 %"),
        ((("66.67", "89.99"), ("50", "66.66")), False, Tone.BAD, "116,67 %"),
        ((("25", "33.32"), ("5", "9.99")), False, Tone.NOTE, "30–43,31 %"),
        ((("25", "33.32"), ("5", "9.99")), True, Tone.GOOD, "30–43,31 %"),
        ((("25", "33.32"), None), False, Tone.OPEN, "25–33,32 %"),
        ((), False, Tone.NOTE, "0 %"),
    ],
)
def test_it_adds_up_the_legal_owners(shares: Any, has_small_owners: bool, tone: Tone, side: str):
    found = checks(legal_owners=owners(*shares), has_owners_under_five_percent=has_small_owners)
    check = found["Legale ejeres andele"]

    assert check.tone is tone
    assert check.sides[0][1].replace("\u00a0", " ") == side


def test_it_does_not_call_shares_of_classes_too_many():
    classes = tuple(
        LegalOwner(person(60, "Ejer"), band("66.67", "89.99"), None, since("2015-06-01"), capital_class=name)
        for name in ("A", "B")
    )

    assert checks(legal_owners=classes)["Legale ejeres andele"].tone is Tone.OPEN
