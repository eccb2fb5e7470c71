"""Who the company is: identity, articles of association, status."""

from __future__ import annotations

from companies.profile import Address, Employees, Industry, Profile
from reporting.contents.blocks import Block, Check, Column, Fact, Facts, Notice, Section, Table, Tile, Tone, row
from reporting.contents.formats import DASH, long_date, money, month_day, number, short_date
from reporting.material import Material

CVR_SOURCE = "CVR, Erhvervsstyrelsen"


def identity_section(material: Material) -> Section:
    """Names, form, status, place, contacts, industry, employees."""
    profile = material.profile
    blocks: list[Block] = [
        Facts(
            _known(
                ("Navn", profile.name),
                ("Binavne", *profile.alternate_names),
                ("CVR-nummer", profile.cvr),
                ("Virksomhedsform", form_text(profile)),
                ("Status", status_text(profile)),
                ("Stiftet", long_date(profile.founded_date)),
                ("Ophørt", long_date(profile.ended_date) if profile.ended_date else ""),
                ("Adresse", *address_lines(profile.address)),
                ("Kommune", profile.address.municipality_name if profile.address else ""),
                ("Telefon", profile.telephone, profile.secondary_telephone),
                ("E-mail", profile.email),
                ("Hjemmeside", profile.website),
                ("Branche", _industry(profile.industry)),
                ("Bibrancher", *(_industry(industry) for industry in profile.secondary_industries)),
                ("Ansatte", employees_text(profile.employees)),
                ("Produktionsenheder", number(len(profile.production_units)) if profile.production_units else ""),
                always=("Virksomhedsform", "Status", "Adresse", "Stiftet", "Branche", "Ansatte"),
            )
        )
    ]
    former = [span for span in profile.names if span.period.end_date]
    if former:
        former.sort(key=lambda span: span.period.end_date or material.day, reverse=True)
        blocks.append(
            Table(
                title="Tidligere navne",
                columns=(Column("Navn", 60), Column("Fra", 20), Column("Til", 20)),
                rows=tuple(
                    row(span.name, short_date(span.period.start_date), short_date(span.period.end_date))
                    for span in former
                ),
            )
        )
    return Section("Virksomheden", tuple(blocks), CVR_SOURCE)


def articles_section(material: Material) -> Section:
    """Purpose, signing rule, capital, financial year and what else the articles say."""
    profile = material.profile
    facts = _known(
        ("Formål", profile.purpose),
        ("Tegningsregel", profile.signing_rule),
        ("Registreret kapital", *capital_lines(profile)),
        ("Regnskabsår", financial_year_text(profile)),
        ("Første regnskabsperiode", first_period_text(profile)),
        ("Seneste vedtægter", long_date(profile.articles_date)),
        ("Revision fravalgt", _yes_or_no(profile.is_audit_waived)),
        ("Børsnoteret", _yes_or_no(profile.is_listed)),
        ("Omfattet af hvidvaskloven", _yes_or_no(profile.is_covered_by_money_laundering_act)),
        always=("Formål", "Tegningsregel", "Registreret kapital", "Regnskabsår", "Revision fravalgt"),
    )
    return Section("Vedtægter og kapital", (Facts(facts),), CVR_SOURCE)


def status_section(material: Material) -> Section:
    """Status and registered credit events."""
    profile = material.profile
    blocks: list[Block] = []
    if profile.credit_events:
        blocks.append(
            Table(
                columns=(Column("Hændelse", 60), Column("Fra", 20), Column("Til", 20)),
                rows=tuple(
                    row(event.text, short_date(event.period.start_date), short_date(event.period.end_date))
                    for event in profile.credit_events
                ),
            )
        )
    elif not profile.status and not profile.overall_status:
        blocks.append(Notice(Tone.OPEN, "Registret oplyser ingen status for virksomheden."))
    elif profile.is_active:
        blocks.append(Notice(Tone.GOOD, "Der er ikke registreret konkurs, tvangsopløsning eller andre hændelser."))
    else:
        blocks.append(Notice(Tone.BAD, f"{status_text(profile)}. Der er ingen nærmere hændelser registreret."))
    return Section("Status og kreditoplysninger", tuple(blocks), CVR_SOURCE)


def status_check(profile: Profile) -> Check:
    """The company's status as a verdict: in force, or not, or on its way out."""
    subject = "Virksomhedens status"
    if not profile.status and not profile.overall_status:
        return Check(subject, Tone.OPEN, "Registret oplyser ingen status for virksomheden.")
    text = status_text(profile)
    if not profile.is_active or text != "Aktiv":
        return Check(subject, Tone.BAD, f"{text}.")
    events = [event.text for event in profile.credit_events if event.period.covers(profile.as_of_date)]
    if events:
        return Check(subject, Tone.NOTE, f"Aktiv, men med registreret hændelse: {', '.join(events)}.")
    return Check(subject, Tone.GOOD, "Aktiv, uden registreret konkurs eller tvangsopløsning.")


def status_tile(profile: Profile) -> Tile:
    """The company's status as the first of the summary's facts."""
    if profile.founded_date and profile.is_active:
        return Tile("Status", status_text(profile), f"Stiftet {long_date(profile.founded_date)}")
    ended = f"Ophørt {long_date(profile.ended_date)}" if profile.ended_date else ""
    return Tile("Status", status_text(profile), ended)


def form_tile(profile: Profile) -> Tile:
    """Legal form and capital."""
    lines = capital_lines(profile)
    detail = f"Kapital {lines[0]}" if lines else ""
    return Tile("Virksomhedsform", profile.form.long or profile.form.short if profile.form else DASH, detail)


def form_text(profile: Profile) -> str:
    """`Anpartsselskab (ApS)`."""
    if profile.form is None:
        return ""
    if profile.form.long and profile.form.short and profile.form.long != profile.form.short:
        return f"{profile.form.long} ({profile.form.short})"
    return profile.form.long or profile.form.short


def status_text(profile: Profile) -> str:
    """The register's status in words; the dated one where it says more than NORMAL."""
    if profile.status and profile.status.upper() not in {"NORMAL", "AKTIV"}:
        return profile.status.capitalize()
    if profile.overall_status and profile.overall_status.upper() not in {"NORMAL", "AKTIV"}:
        return profile.overall_status.capitalize()
    if not profile.status and not profile.overall_status and profile.form is None:
        return "Ikke oplyst" if profile.is_active else "Ophørt"
    return "Aktiv" if profile.is_active else "Ophørt"


def capital_lines(profile: Profile) -> tuple[str, ...]:
    """`500.000 DKK`, and whether it is paid in."""
    if profile.capital is None:
        return ()
    paid = "ikke fuldt indbetalt" if profile.capital.is_partly_paid else ""
    return tuple(line for line in (money(profile.capital.amount, profile.capital.currency), paid) if line)


def financial_year_text(profile: Profile) -> str:
    """`1. januar – 31. december`."""
    if not profile.financial_year_start and not profile.financial_year_end:
        return ""
    return f"{month_day(profile.financial_year_start)} – {month_day(profile.financial_year_end)}"


def first_period_text(profile: Profile) -> str:
    """The first financial period's days."""
    if profile.first_period is None:
        return ""
    return f"{long_date(profile.first_period.start_date)} – {long_date(profile.first_period.end_date)}"


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
        f"Postboks {address.postal_box}" if address.postal_box else "",
        address.city_name,
        town,
        *address.free_text.splitlines(),
        address.country_code if address.country_code not in {"", "DK"} else "",
    )
    return tuple(line for line in lines if line)


def employees_text(employees: tuple[Employees, ...]) -> str:
    """The newest month's number of employees, or its interval."""
    if not employees:
        return ""
    newest = employees[0]
    amount = number(newest.count) if newest.count is not None else newest.interval or DASH
    return f"{amount} ({newest.month:02d}-{newest.year})"


def _floor(address: Address) -> str:
    floor = f"{address.floor}." if address.floor.isdecimal() else address.floor
    return " ".join(part for part in (floor, address.door) if part)


def _industry(industry: Industry | None) -> str:
    return f"{industry.code} {industry.text}".strip() if industry else ""


def _yes_or_no(answer: bool | None) -> str:  # noqa: FBT001 - the answer itself
    return {True: "Ja", False: "Nej", None: ""}[answer]


def _known(*facts: tuple[str, ...], always: tuple[str, ...]) -> tuple[Fact, ...]:
    """Facts from (label, line, …); one without any line is left out, or dashed when it is `always` shown."""
    made = []
    for label, *lines in facts:
        said = tuple(line for line in lines if line and line != DASH)
        if said or label in always:
            made.append(Fact(label, said or (DASH,)))
    return tuple(made)
