"""A company's own facts as texts: form, status, capital, place, financial year, and any of them as it was before."""

from __future__ import annotations

from datetime import date

from companies.facts import Address, Capital, Employees, Fact, FactValue, Form, Industry
from companies.profile import Profile
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.formats import DASH, long_date, money, month_day, number, short_month
from reporting.contents.register_words import country_name, register_word
from reporting.contents.written import Written

FACTS = {
    Fact.NAME: mark("Navn"),
    Fact.ALTERNATE_NAMES: mark("Binavne"),
    Fact.FORM: mark("Virksomhedsform"),
    Fact.STATUS: mark("Status"),
    Fact.ADDRESS: mark("Adresse"),
    Fact.INDUSTRY: mark("Branche"),
    Fact.PURPOSE: mark("Formål"),
    Fact.CAPITAL: mark("Registreret kapital"),
    Fact.SIGNING_RULE: mark("Tegningsregel"),
    Fact.ARTICLES_DATE: mark("Seneste vedtægter"),
    Fact.FINANCIAL_YEAR: mark("Regnskabsår"),
    Fact.AUDIT_WAIVED: mark("Revision fravalgt"),
    Fact.LISTED: mark("Børsnoteret"),
    Fact.MONEY_LAUNDERING_ACT: mark("Omfattet af hvidvaskloven"),
}
# What the company said in its own words.
WRITTEN = frozenset({Fact.PURPOSE, Fact.SIGNING_RULE})
# What somebody wrote, in whatever language.
WRITTEN = frozenset({Fact.PURPOSE, Fact.SIGNING_RULE})
IN_FORCE = frozenset({"NORMAL", "AKTIV"})


def fact_text(fact: Fact, value: FactValue) -> str:
    """A fact's value in one text, `DASH` where nothing was on file."""
    if fact is Fact.STATUS and isinstance(value, str):
        return _status_words(value) or DASH
    if fact in WRITTEN and isinstance(value, str):
        return Written(value) if value else DASH
    if fact is Fact.FINANCIAL_YEAR and isinstance(value, tuple):
        return f"{month_day(value[0])} – {month_day(value[1])}"
    return _plain_text(value) or DASH


def written_text(fact: Fact, value: FactValue) -> str:
    """The same, said to be in its writer's own words where it is."""
    text = fact_text(fact, value)
    return Written(text) if fact in WRITTEN else text


def _plain_text(value: FactValue) -> str:
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, date):
        return long_date(value)
    if isinstance(value, Address | Capital | tuple):
        return ", ".join(_lines(value))
    if isinstance(value, Form):
        return form_words(value)
    return industry_text(value) if isinstance(value, Industry) else value or ""


def _lines(value: Address | Capital | tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(value, Address):
        return address_lines(value)
    return capital_words(value) if isinstance(value, Capital) else value


def _status_words(status: str) -> str:
    return _("Aktiv") if status.upper() in IN_FORCE else register_word(status.capitalize())


def form_text(profile: Profile) -> str:
    """`Anpartsselskab (ApS)`."""
    return form_words(profile.form) if profile.form else ""


def form_words(form: Form) -> str:
    """The form's name, and how it is abbreviated."""
    long = register_word(form.long)
    return f"{long} ({form.short})" if long and form.short and form.long != form.short else long or form.short


def status_text(profile: Profile) -> str:
    """The register's status in words; the dated one where it says more than NORMAL."""
    for status in (profile.status, profile.overall_status):
        if status and status.upper() not in IN_FORCE:
            return _status_words(status)
    if not profile.status and not profile.overall_status and profile.form is None:
        return _("Ikke oplyst") if profile.is_active else _("Ophørt")
    return _("Aktiv") if profile.is_active else _("Ophørt")


def is_in_force(profile: Profile) -> bool:
    """Whether the company lives and neither status says anything else, such as bankruptcy."""
    statuses = (profile.status, profile.overall_status)
    return profile.is_active and all(not status or status.upper() in IN_FORCE for status in statuses)


def capital_lines(profile: Profile) -> tuple[str, ...]:
    """`500.000 DKK`, and what else is registered of it."""
    return capital_words(profile.capital) if profile.capital else ()


def capital_words(capital: Capital) -> tuple[str, ...]:
    """`500.000 DKK`, whether it is paid in, whether there are classes of shares."""
    paid = ""
    if capital.is_partly_paid:
        paid = _("ikke fuldt indbetalt")
        if capital.paid_amount is not None:
            paid = _("heraf indbetalt {amount}").format(amount=money(capital.paid_amount, capital.currency))
    classes = _("opdelt i kapitalklasser") if capital.has_classes else ""
    return tuple(line for line in (money(capital.amount, capital.currency), paid, classes) if line)


def financial_year_text(profile: Profile) -> str:
    """`1. januar – 31. december`."""
    if not profile.financial_year_start and not profile.financial_year_end:
        return ""
    return f"{month_day(profile.financial_year_start)} – {month_day(profile.financial_year_end)}"


def address_lines(address: Address | None) -> tuple[str, ...]:
    """An address as on an envelope."""
    if address is None:
        return ()
    street = " ".join(part for part in (address.street_name, address.house_number) if part)
    place = ", ".join(part for part in (street, _floor(address)) if part)
    town = " ".join(part for part in (address.postal_code, address.postal_district) if part)
    lines = (
        f"c/o {address.care_of}" if address.care_of else "",
        place,
        _("Postboks {number}").format(number=address.postal_box) if address.postal_box else "",
        address.city_name,
        town,
        *address.free_text.splitlines(),
        country_name(address.country_code) if address.country_code not in {"", "DK"} else "",
    )
    return tuple(line for line in lines if line)


def employees_text(employees: tuple[Employees, ...]) -> str:
    """The newest month's number of employees, or its interval."""
    if not employees:
        return ""
    newest = employees[0]
    amount = number(newest.count) if newest.count is not None else newest.interval or DASH
    return f"{amount} ({short_month(date(newest.year, newest.month, 1))})"


def industry_text(industry: Industry | None) -> str:
    """`412000 Opførelse af bygninger`; the text is the register's own."""
    return Written(f"{industry.code} {industry.text}".strip()) if industry else ""


def yes_or_no(answer: bool | None) -> str:  # noqa: FBT001 - the answer itself
    """The register's answer; empty where it has none."""
    return {True: _("Ja"), False: _("Nej"), None: ""}[answer]


def _floor(address: Address) -> str:
    floor = f"{address.floor}." if address.floor.isdecimal() else address.floor
    return " ".join(part for part in (floor, address.door) if part)
