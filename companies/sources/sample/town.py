"""Makes up persons and companies, each only once, from one seeded source of chance."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from companies.cvr import is_valid_cvr
from companies.sources.sample import vocabulary as words
from companies.sources.sample.plans import (
    ANCHOR,
    ASSISTED,
    AUDITED,
    CLASS_B,
    REVIEWED,
    AccountsPlan,
    Foreigner,
    Holding,
    Person,
    Plan,
    Seat,
)

HAS_BOARD = frozenset({"A/S", "P/S", "EFO", "FON", "FOR", "FFO", "A.M.B.A.", "F.M.B.A.", "S.M.B.A."})
HAS_NO_DIRECTOR = frozenset({"I/S", "K/S", "ENK", "FOR", "FFO", "FON"})
CAPITALS = {
    "A/S": (400_000, 500_000, 1_000_000, 5_000_000),
    "P/S": (400_000, 600_000),
    "ApS": (40_000, 50_000, 125_000),
    "IVS": (1, 1000),
}
FILES_ACCOUNTS = frozenset({"A/S", "ApS", "P/S", "IVS", "EFO", "A.M.B.A."})
SUFFIXED = frozenset({"A/S", "ApS", "IVS", "I/S", "K/S", "P/S", "A.M.B.A.", "F.M.B.A.", "S.M.B.A."})


class Town:
    """Everybody and everything in the fictional register."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - the same fiction every time, no secret
        self.plans: list[Plan] = []
        self.audit_firms: list[Plan] = []
        self._units = iter(range(4_990_000_001, 5_000_000_000))
        self._cvrs = self._free_cvrs()
        self._names: set[str] = set()

    def person(self, *, country_code: str = "DK", is_hidden: bool = False) -> Person:
        """Somebody new."""
        given, middle = self.rng.choice(words.GIVEN_NAMES), self.rng.choice(words.SURNAME_BEGINNINGS)
        surname = self.rng.choice(words.SURNAME_BEGINNINGS) + self.rng.choice(words.SURNAME_ENDINGS)
        name = self._once(f"{given} {surname}", f"{given} {middle}vig {surname}", f"{given} {middle}rup {surname}")
        return Person(next(self._units), name, country_code, is_hidden)

    def people(self, number: int) -> list[Person]:
        """Several new persons."""
        return [self.person() for _ in range(number)]

    def foreigner(self, index: int) -> Foreigner:
        """A foreign company."""
        name, country_code = words.FOREIGN_OWNERS[index % len(words.FOREIGN_OWNERS)]
        return Foreigner(next(self._units), name, country_code)

    def company(
        self, form: str, *, cvr: str = "", age: int | None = None, is_holding: bool = False, **facts: Any
    ) -> Plan:
        """A new company of the form with everything that such a one has, but its owners; `age` in days."""
        industry = words.HOLDING_INDUSTRY if is_holding else self.rng.choice(words.INDUSTRIES)
        industry = facts.pop("industry", industry)
        founded = ANCHOR - timedelta(days=age or self.rng.randint(1200, 9000))
        if form == "IVS":
            founded = date(2015, 3, 1) + timedelta(days=self.rng.randint(0, 1200))
        plan = Plan(
            cvr=cvr or next(self._cvrs),
            unit_number=next(self._units),
            name=facts.pop("name", "") or self.company_name(form, industry[2]),
            form=form,
            founded=founded,
            industry=industry,
            address=(self._street(), self.rng.randint(1, 98), self.rng.choice(words.PLACES)),
            capital=self.rng.choice(CAPITALS.get(form, (0,))),
            signing_rule=self._signing_rule(form),
            staff=None if is_holding else self.rng.choice((1, 2, 4, 7, 12, 23, 48, 95)),
        )
        # Numbers that begin with 10 are given to nobody in Denmark.
        plan.telephone = f"10{self.rng.randint(0, 999_999):06d}"
        domain = f"{_ascii(plan.name.split()[0])}-{plan.cvr}.example"
        plan.email, plan.website = f"kontakt@{domain}", f"www.{domain}" if self.rng.random() < 0.7 else ""
        if form in FILES_ACCOUNTS:
            plan.accounts = self._accounts(plan, is_holding=is_holding)
        plan.year_end = self.rng.choice(((12, 31), (12, 31), (12, 31), (6, 30), (9, 30)))
        for name, value in facts.items():
            setattr(plan, name, value)
        self._seats(plan)
        self.plans.append(plan)
        return plan

    def owns(
        self, owner: Person | Foreigner | Plan, company: Plan, share: str | None, votes: str | None = None
    ) -> Holding:
        """Make the owner hold an exact share of the company since it was founded; votes as the share unless said."""
        exact = Decimal(share) if share is not None else None
        start = max(company.founded, owner.founded if isinstance(owner, Plan) else date.min)
        holding = Holding(owner, exact, Decimal(votes) if votes is not None else exact, start)
        company.holdings.append(holding)
        return holding

    def company_name(self, form: str, word: str) -> str:
        """A name that no other company here has."""
        beginnings, endings = words.COMPANY_BEGINNINGS, words.COMPANY_ENDINGS
        suffix = f" {form}" if form in SUFFIXED else ""
        stems = [self.rng.choice(beginnings) + self.rng.choice(endings) for _ in range(12)]
        return self._once(*(f"{stem} {word}{suffix}" for stem in stems))

    def replace_director(self, plan: Plan, *, day: date) -> None:
        """End the first director's seat the day before and give it to somebody new."""
        old = next(seat for seat in plan.seats if seat.organ == "direktion" and seat.end is None)
        old.end = day - timedelta(days=1)
        plan.seats.append(replace(old, holder=self.person(), start=day, end=None))

    def replace_auditor(self, plan: Plan, *, day: date) -> None:
        """End the auditor's election the day before and elect another firm."""
        old = next(seat for seat in plan.seats if seat.organ == "revision" and seat.end is None)
        old.end = day - timedelta(days=1)
        other = next(firm for firm in self.audit_firms if firm is not old.holder)
        plan.seats.append(Seat(other, "revision", "REVISION", day))

    def _signing_rule(self, form: str) -> str:
        """One that names nobody whom companies of the form do not have."""
        if form in {"ENK", "FAS"}:
            return ""
        rule = self.rng.choice(words.SIGNING_RULES)
        if form in HAS_NO_DIRECTOR:
            return words.SIGNED_BY_BOARD if form in HAS_BOARD else words.SIGNED_BY_PARTNERS
        return words.SIGNED_BY_MANAGEMENT if form not in HAS_BOARD and "bestyrelse" in rule else rule

    def _seats(self, plan: Plan) -> None:
        since = plan.founded
        if plan.form not in HAS_NO_DIRECTOR:
            plan.seats.append(Seat(self.person(), "direktion", "DIREKTØR", since))
            if (ANCHOR - since).days > 2500 and self.rng.random() < 0.5:
                self.replace_director(plan, day=since + timedelta(days=self.rng.randint(500, 2000)))
        if plan.form in HAS_BOARD:
            chair, *others = self.people(self.rng.choice((3, 3, 4, 5)))
            plan.seats.append(Seat(chair, "bestyrelse", "FORMAND", since))
            plan.seats.extend(Seat(other, "bestyrelse", "BESTYRELSESMEDLEM", since) for other in others)
        if plan.form in FILES_ACCOUNTS and self.audit_firms and not plan.is_audit_waived:
            plan.seats.append(Seat(self.rng.choice(self.audit_firms), "revision", "REVISION", since))
        if plan.form not in {"ENK", "FOR", "FFO", "FAS"}:
            plan.seats.append(Seat(self.person(), "stiftere", "STIFTERE", since))

    def _accounts(self, plan: Plan, *, is_holding: bool) -> AccountsPlan:
        revenue = (plan.staff or 1) * self.rng.randint(700_000, 1_600_000)
        big = (plan.staff or 0) > 80
        return AccountsPlan(
            revenue=revenue,
            margin=self.rng.uniform(0.01, 0.16),
            solidity=self.rng.uniform(0.18, 0.65),
            accounting_class="Regnskabsklasse C, mellemstor virksomhed" if big else CLASS_B,
            assistance=self.rng.choice((AUDITED, AUDITED, REVIEWED, ASSISTED)),
            shows_revenue=not is_holding and (big or self.rng.random() < 0.4),
        )

    def _street(self) -> str:
        return self.rng.choice(words.STREET_BEGINNINGS) + self.rng.choice(words.STREET_ENDINGS)

    def _once(self, *candidates: str) -> str:
        name = next((candidate for candidate in candidates if candidate not in self._names), "")
        if not name:
            raise RuntimeError(f"The vocabulary is too small: {candidates[0]} and its variants are all taken.")
        self._names.add(name)
        return name

    @staticmethod
    def _free_cvrs() -> Iterator[str]:
        """Numbers behind those of the cast, with a right check digit, some way apart."""
        return (text for number in range(99_100_007, 100_000_000, 97) if is_valid_cvr(text := str(number)))


def _ascii(word: str) -> str:
    return word.lower().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
