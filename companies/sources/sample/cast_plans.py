"""Makes the companies of the cast what they are known for."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from companies.sources.sample import cast
from companies.sources.sample import vocabulary as words
from companies.sources.sample.plans import ANCHOR, ASSISTED, AUDITED, CLASS_B, UNASSISTED, Plan, RegisteredOwner, Seat
from companies.sources.sample.town import Town

LONG_NAMES = (
    "Selskabet til Forvaltning af Ejendomme, Skove og Øvrige Herligheder under det Forhenværende Grevskab Skarnvig ApS",
    "Interesseorganisationen for Afprøvning og Udbredelse af Vindrosetvedske Måleinstrumenter til Søs og til Lands A/S",
)
OWNED_BY_NOBODY = (
    *zip(cast.FOUNDATION, ("EFO", "FON"), strict=True),
    *zip(cast.ASSOCIATION, ("FOR", "FFO"), strict=True),
    *zip(cast.COOPERATIVE, ("A.M.B.A.", "F.M.B.A."), strict=True),
    *zip(cast.BRANCH, ("FAS", "FAS"), strict=True),
)
ANCIENT = 6000  # days


def add_cast(town: Town) -> None:
    """Add LASSO X A/S and every company of `cast`."""
    lasso = town.company("A/S", cvr=cast.LASSO_X, name="LASSO X A/S", telephone="71747812", is_bare=True)
    lasso.email, lasso.website, lasso.accounts, lasso.seats = "", "", None, []
    town.audit_firms = [
        _company(town, "A/S" if index else "P/S", cvr, industry=words.AUDIT_INDUSTRY, age=ANCIENT)
        for index, cvr in enumerate(cast.AUDIT_FIRM)
    ]
    _add_names_and_people(town)
    _add_owners(town)
    _add_beneficial_owners(town)
    _add_lives(town)
    _add_accounts(town)
    _add_forms(town)


def add_unaudited(town: Town) -> None:
    """The companies whose accounts lack the audit that they have not waived; after the others' audits are settled."""
    for cvr, assistance in zip(cast.UNAUDITED_WITHOUT_WAIVER, (ASSISTED, UNASSISTED), strict=True):
        plan = _company(town, "ApS", cvr, staff=4)
        _accounts_of(plan, accounting_class=CLASS_B, assistance=assistance, revenue=3_400_000)
        if assistance == UNASSISTED:
            plan.seats = [seat for seat in plan.seats if seat.organ != "revision"]


def add_partners(town: Town, plan: Plan) -> None:
    """The fully liable persons of an I/S or a sole proprietorship, which have no percentages."""
    number = 1 if plan.form == "ENK" else 3
    plan.seats.extend(Seat(person, "interessenter", "INTERESSENTER", plan.founded) for person in town.people(number))


def _company(town: Town, form: str, cvr: str, *, owner: bool = True, age: int = 3000, **facts: Any) -> Plan:
    """A company of the cast, owned by one person unless its owners are what it is known for."""
    plan = town.company(form, cvr=cvr, age=age, **facts)
    if owner:
        town.owns(town.person(), plan, "1")
    return plan


def _keep_audited(plan: Plan) -> None:
    if plan.accounts:
        plan.accounts.assistance = AUDITED


def _add_names_and_people(town: Town) -> None:
    for index, cvr in enumerate(cast.RENAMED):
        plan = _company(town, "ApS", cvr)
        first, second = ANCHOR - timedelta(days=1500), ANCHOR - timedelta(days=90 + 60 * index)
        plan.former_names = [
            (town.company_name("ApS", "Handel"), plan.founded, first),
            (town.company_name("ApS", "Trading"), first + timedelta(days=1), second),
        ]
        plan.alternate_names = [town.company_name("ApS", "Import")]
    for index, cvr in enumerate(cast.CHANGED_MANAGEMENT):
        plan = _company(town, "A/S", cvr)
        day = ANCHOR - timedelta(days=120 + 40 * index)
        town.replace_director(plan, day=day)
        town.replace_auditor(plan, day=day)
        _keep_audited(plan)
        chair = next(seat for seat in plan.seats if seat.function == "FORMAND")
        chair.end = day
        plan.seats.append(Seat(town.person(), "bestyrelse", "FORMAND", day + timedelta(days=1)))
    for cvr in cast.PROTECTED:
        _company(town, "ApS", cvr, is_protected=True)
    for cvr in cast.HIDDEN_CONTACTS:
        plan = _company(town, "ApS", cvr, hidden_contacts=True)
        plan.seats.append(Seat(town.person(is_hidden=True), "direktion", "DIREKTØR", plan.founded))
    for cvr, name in zip(cast.LONG_NAME, LONG_NAMES, strict=True):
        _company(town, name.rpartition(" ")[2], cvr, name=name)
    many = _company(town, "A/S", cast.MANY_SEATS)
    many.seats = [Seat(person, "direktion", "DIREKTØR", many.founded) for person in town.people(12)]
    many.seats[0].function = "ADM. DIR."
    board = [Seat(person, "bestyrelse", "BESTYRELSESMEDLEM", many.founded) for person in town.people(28)]
    board[0].function = "FORMAND"
    many.seats += board


def _add_owners(town: Town) -> None:
    first, second = (_company(town, "ApS", cvr, owner=False, is_holding=True) for cvr in cast.CYCLE)
    town.owns(second, first, "0.4")
    town.owns(first, second, "0.3")
    town.owns(town.person(), first, "0.6")
    town.owns(town.person(), second, "0.7")
    for cvr in cast.OWN_SHARES:
        plan = _company(town, "A/S", cvr, owner=False)
        town.owns(plan, plan, "0.1")
        town.owns(town.person(), plan, "0.54")
        town.owns(town.person(), plan, "0.36")
    for index, cvr in enumerate(cast.FOREIGN_OWNED):
        plan = _company(town, "A/S", cvr, owner=False)
        town.owns(town.foreigner(index), plan, "0.8")
        town.owns(town.person(country_code="SE"), plan, "0.2")
    for cvr, lacking in zip(cast.UNKNOWN_OWNER, cast.LACKING, strict=True):
        plan = _company(town, "ApS", cvr, owner=False)
        # A company of Denmark that is no part of this register: it stands only as an owner.
        absent = town.company("ApS", cvr=lacking, is_holding=True)
        town.plans.remove(absent)
        town.owns(absent, plan, "1")
    for cvr in cast.FOUR_LEVELS:
        _add_four_levels(town, cvr)
    for index, cvr in enumerate(cast.FOUNDATION_OWNED):
        plan = _company(town, "A/S", cvr, owner=False)
        foundation = town.company("EFO" if index else "FON", industry=words.FOUNDATION_INDUSTRY)
        # The foundation's shares have ten votes each.
        town.owns(foundation, plan, "0.3", "0.81")
        town.owns(town.person(), plan, "0.7", "0.19")
    for cvr in cast.NO_PERCENTAGE:
        plan = _company(town, "ApS", cvr, owner=False)
        town.owns(town.person(), plan, None)
        town.owns(town.person(), plan, "0.5")
    many = _company(town, "A/S", cast.MANY_OWNERS, owner=False, owners_under_five_percent=True)
    for index in range(60):
        # Eighteen have five percent now; the rest had them once.
        holding = town.owns(town.person(), many, "0.05")
        holding.end = None if index < 18 else many.founded + timedelta(days=365 + 30 * index)


def _add_four_levels(town: Town, cvr: str) -> None:
    """Two persons, each with a holding, over two more levels; one of them by a second way."""
    plan = _company(town, "A/S", cvr, owner=False)
    upper, lower = town.company("ApS", is_holding=True), town.company("ApS", is_holding=True)
    founder, partner = town.people(2)
    holdings = [town.company("ApS", is_holding=True) for _ in range(2)]
    town.owns(founder, holdings[0], "1")
    town.owns(partner, holdings[1], "1")
    town.owns(holdings[0], upper, "0.6", "0.92")
    town.owns(holdings[1], upper, "0.4", "0.08")
    town.owns(upper, lower, "0.75")
    town.owns(partner, lower, "0.25")
    town.owns(lower, plan, "0.92")
    town.owns(founder, plan, "0.08")


def _add_beneficial_owners(town: Town) -> None:
    for cvr in cast.LISTED:
        plan = _company(town, "A/S", cvr, owner=False, is_listed=True, owners_under_five_percent=True)
        town.owns(town.person(), plan, "0.12")
    for cvr in cast.VIA_ROLE:
        plan = _company(town, "A/S", cvr, owner=False)
        for _ in range(8):
            town.owns(town.person(), plan, "0.125")
    for cvr in cast.NONE_REGISTERED:
        _company(town, "ApS", cvr, beneficial=[])
    for cvr in cast.DISCREPANCY:
        plan = _company(town, "ApS", cvr, owner=False)
        owner, other = town.people(2)
        town.owns(owner, plan, "0.7")
        town.owns(other, plan, "0.3")
        # The second is missing, and somebody stands there whom no chain leads to.
        plan.beneficial = [
            RegisteredOwner(owner, Decimal("0.7"), Decimal("0.7"), plan.founded),
            RegisteredOwner(town.person(), Decimal("0.2637"), Decimal("0.2637"), plan.founded),
        ]


def _add_lives(town: Town) -> None:
    ended = date(2024, 10, 15)
    _company(town, "ApS", cast.DISSOLVED[0], ended=ended, status="OPLØST EFTER ERKLÆRING")
    second = _company(town, "ApS", cast.DISSOLVED[1], ended=ended, status="OPLØST EFTER KONKURS")
    second.credit_events = [(2, "Konkurs", date(2023, 5, 2)), (4, "Konkurs sluttet", ended)]
    for index, cvr in enumerate(cast.BANKRUPT):
        opened = ANCHOR - timedelta(days=150 + index)
        _company(town, "ApS", cvr, status="UNDER KONKURS", credit_events=[(2, "Konkurs", opened)])
    for index, cvr in enumerate(cast.COMPULSORY_DISSOLUTION):
        opened = ANCHOR - timedelta(days=45 + index)
        plan = _company(town, "ApS", cvr, status="UNDER TVANGSOPLØSNING")
        plan.credit_events = [(5, "Tvangsopløsning", opened)]
    for cvr in cast.NO_ACCOUNTS:
        _company(town, "ApS", cvr, age=200, accounts=None)
    for cvr in cast.INTERVAL_ONLY:
        _company(town, "ApS", cvr, staff=14, interval_only=True)


def _add_accounts(town: Town) -> None:
    for cvr in cast.CONFLICTING_ACCOUNTS:
        _accounts_of(_company(town, "ApS", cvr), has_conflict=True)
    for cvr in cast.NEGATIVE_EQUITY:
        _accounts_of(_company(town, "ApS", cvr), solidity=0.05, margin=-0.14)
    for cvr in cast.EURO:
        _accounts_of(_company(town, "A/S", cvr, currency="EUR"), currency="EUR", shows_revenue=True)
    for cvr in cast.LATE:
        _accounts_of(_company(town, "ApS", cvr), is_late=True)
    for cvr in cast.GROUP_ACCOUNTS:
        plan = _company(town, "A/S", cvr, staff=180, is_covered_by_money_laundering_act=True)
        _accounts_of(
            plan,
            has_group=True,
            accounting_class="Regnskabsklasse C, stor virksomhed",
            assistance=AUDITED,
            shows_revenue=True,
            revenue=240_000_000,
        )
    for cvr in cast.MODIFIED_OPINION:
        _accounts_of(_company(town, "ApS", cvr), is_modified=True, assistance=AUDITED)


def _accounts_of(plan: Plan, **facts: object) -> None:
    plan.year_end = (12, 31)
    for name, value in facts.items():
        setattr(plan.accounts, name, value)


def _add_forms(town: Town) -> None:
    for cvr in cast.PARTNERSHIP:
        add_partners(town, _company(town, "I/S", cvr, owner=False))
    for cvr in cast.SOLE_PROPRIETORSHIP:
        add_partners(town, _company(town, "ENK", cvr, owner=False, is_protected=True))
    for cvr in cast.LIMITED_PARTNERSHIP:
        _add_limited_partnership(town, cvr)
    for cvr in cast.PARTNER_COMPANY:
        _company(town, "P/S", cvr)
    for cvr in cast.ENTREPRENEUR_COMPANY:
        plan = _company(town, "IVS", cvr, is_audit_waived=True, staff=2)
        _accounts_of(plan, accounting_class=CLASS_B, revenue=1_900_000)
    for cvr, form in OWNED_BY_NOBODY:
        industry = words.FOUNDATION_INDUSTRY if form in {"EFO", "FON", "FOR", "FFO"} else words.INDUSTRIES[3]
        _company(town, form, cvr, owner=False, industry=industry)
    town.company("S.M.B.A.")


def _add_limited_partnership(town: Town, cvr: str) -> None:
    plan = _company(town, "K/S", cvr, owner=False)
    general_partner = _company(town, "ApS", "", is_holding=True)
    plan.seats.append(Seat(general_partner, "interessenter", "INTERESSENTER", plan.founded))
    for share in ("0.45", "0.35", "0.2"):
        town.owns(town.person(), plan, share)
