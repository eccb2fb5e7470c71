"""What the company does, with how many people, on what capital and by which rules."""

from __future__ import annotations

from collections.abc import Callable

from companies.catalogue.field import Field, FieldType, Json, of_company
from companies.catalogue.formats import plain_date, plain_number
from companies.facts import EMPLOYEE_INTERVALS, employee_interval
from companies.profile import Employees, Industry, Profile, RestructuringKind


def employees_interval(employees: Employees) -> str:
    """The register's interval, "5-9"; where it gives only the number, the interval that the number is in."""
    if employees.interval or employees.count is None:
        return employees.interval
    low, high = employee_interval(employees.count)
    if (low, high) == EMPLOYEE_INTERVALS[-1]:
        return f"{low}+"
    return str(low) if low == high else f"{low}-{high}"


def _joint(company: Profile, kind: RestructuringKind) -> Json:
    """Mergers or splits that the company has taken part in by the profile's day, newest first."""
    return [
        {
            "name": one.name,
            "date": plain_date(one.effective_date),
            "incoming": sorted({text.text for text in one.incoming}),
            "outgoing": sorted({text.text for text in one.outgoing}),
        }
        for one in company.restructurings
        if one.kind is kind and (one.effective_date is None or one.effective_date <= company.as_of_date)
    ]


def _newest(read: Callable[[Employees], Json]) -> Callable[[Profile], Json]:
    return lambda company: read(company.employees[0]) if company.employees else None


def _industry(place: int, read: Callable[[Industry], str]) -> Callable[[Profile], Json]:
    """Of the main industry (0) or one of the others (1 to 3)."""

    def value(company: Profile) -> Json:
        industries = (company.industry, *company.secondary_industries)
        industry = industries[place] if place < len(industries) else None
        return read(industry) if industry else ""

    return value


def _industry_fields(place: int, name: str, label_da: str, label_en: str) -> tuple[Field, Field]:
    return (
        of_company(name, label_da, label_en, FieldType.TEXT, _industry(place, lambda industry: industry.text)),
        of_company(
            f"{name}Code",
            f"{label_da}, kode",
            f"{label_en}, code",
            FieldType.TEXT,
            _industry(place, lambda industry: industry.code),
        ),
    )


FIELDS: tuple[Field, ...] = (
    *_industry_fields(0, "primaryIndustry", "Branche", "Primary industry"),
    *_industry_fields(1, "secondaryIndustry", "Bibranche", "Secondary industry"),
    *_industry_fields(2, "secondaryIndustry2", "Bibranche 2", "Secondary industry 2"),
    *_industry_fields(3, "secondaryIndustry3", "Bibranche 3", "Secondary industry 3"),
    of_company("employees", "Ansatte, interval", "Employees, interval", FieldType.TEXT, _newest(employees_interval)),
    of_company(
        "employeeCount", "Ansatte, antal", "Employees, number", FieldType.NUMBER, _newest(lambda newest: newest.count)
    ),
    of_company(
        "fullTimeEquivalents",
        "Årsværk",
        "Full-time equivalents",
        FieldType.NUMBER,
        _newest(lambda newest: plain_number(newest.full_time_equivalents)),
    ),
    of_company(
        "fullTimeEquivalentsInterval",
        "Årsværk, interval",
        "Full-time equivalents, interval",
        FieldType.TEXT,
        _newest(lambda newest: newest.full_time_interval),
    ),
    of_company(
        "employeesMonth",
        "Ansatte, måned",
        "Employees, month",
        FieldType.MONTH,
        _newest(lambda newest: f"{newest.year}-{newest.month:02d}"),
    ),
    of_company("purpose", "Formål", "Purpose", FieldType.TEXT, lambda company: company.purpose),
    of_company(
        "capital",
        "Registreret kapital",
        "Registered capital",
        FieldType.MONEY,
        lambda company: plain_number(company.capital.amount) if company.capital else None,
    ),
    of_company(
        "capitalCurrency",
        "Kapital, valuta",
        "Capital, currency",
        FieldType.TEXT,
        lambda company: company.capital.currency if company.capital else "",
    ),
    of_company(
        "capitalPartlyPaid",
        "Kapital, delvist indbetalt",
        "Capital, partly paid",
        FieldType.BOOLEAN,
        lambda company: company.capital.is_partly_paid if company.capital else None,
    ),
    of_company(
        "capitalPaid",
        "Kapital, indbetalt",
        "Capital, paid in",
        FieldType.MONEY,
        lambda company: plain_number(company.capital.paid_amount) if company.capital else None,
    ),
    of_company(
        "hasShareClasses",
        "Kapitalklasser",
        "Share classes",
        FieldType.BOOLEAN,
        lambda company: company.capital.has_classes if company.capital else None,
    ),
    of_company("signingRule", "Tegningsregel", "Signing rule", FieldType.TEXT, lambda company: company.signing_rule),
    of_company(
        "articlesDate",
        "Seneste vedtægter",
        "Date of the articles",
        FieldType.DATE,
        lambda company: plain_date(company.articles_date),
    ),
    of_company(
        "financialYearStart",
        "Regnskabsår, første dag",
        "Financial year, first day",
        FieldType.MONTH_DAY,
        lambda company: company.financial_year_start,
    ),
    of_company(
        "financialYearEnd",
        "Regnskabsår, sidste dag",
        "Financial year, last day",
        FieldType.MONTH_DAY,
        lambda company: company.financial_year_end,
    ),
    of_company(
        "firstPeriodStartDate",
        "Første regnskabsperiode, første dag",
        "First accounting period, first day",
        FieldType.DATE,
        lambda company: plain_date(company.first_period.start_date) if company.first_period else None,
    ),
    of_company(
        "firstPeriodEndDate",
        "Første regnskabsperiode, sidste dag",
        "First accounting period, last day",
        FieldType.DATE,
        lambda company: plain_date(company.first_period.end_date) if company.first_period else None,
    ),
    of_company(
        "changedPeriodStartDate",
        "Omlægningsperiode, første dag",
        "Changed accounting period, first day",
        FieldType.DATE,
        lambda company: plain_date(company.changed_period.start_date) if company.changed_period else None,
    ),
    of_company(
        "changedPeriodEndDate",
        "Omlægningsperiode, sidste dag",
        "Changed accounting period, last day",
        FieldType.DATE,
        lambda company: plain_date(company.changed_period.end_date) if company.changed_period else None,
    ),
    of_company(
        "auditWaived", "Revision fravalgt", "Audit waived", FieldType.BOOLEAN, lambda company: company.is_audit_waived
    ),
    of_company("isListed", "Børsnoteret", "Listed", FieldType.BOOLEAN, lambda company: company.is_listed),
    of_company(
        "coveredByMoneyLaunderingAct",
        "Omfattet af hvidvaskloven",
        "Covered by the money laundering act",
        FieldType.BOOLEAN,
        lambda company: company.is_covered_by_money_laundering_act,
    ),
    of_company(
        "socialEnterprise",
        "Socialøkonomisk virksomhed",
        "Social enterprise",
        FieldType.BOOLEAN,
        lambda company: company.is_social_enterprise,
    ),
    of_company(
        "stateOwned",
        "Statslig virksomhed",
        "State-owned company",
        FieldType.BOOLEAN,
        lambda company: company.is_state_owned,
    ),
    of_company(
        "publicOwnerBook",
        "Offentlig ejerbog",
        "Public book of owners",
        FieldType.BOOLEAN,
        lambda company: company.has_public_owner_book,
    ),
    of_company(
        "mergers", "Fusioner", "Mergers", FieldType.OBJECTS, lambda company: _joint(company, RestructuringKind.MERGER)
    ),
    of_company(
        "splits", "Spaltninger", "Splits", FieldType.OBJECTS, lambda company: _joint(company, RestructuringKind.SPLIT)
    ),
    of_company(
        "productionUnits",
        "Produktionsenheder",
        "Production units",
        FieldType.LIST,
        lambda company: list(company.production_units),
    ),
    of_company(
        "productionUnitCount",
        "Produktionsenheder, antal",
        "Production units, number",
        FieldType.NUMBER,
        lambda company: len(company.production_units),
    ),
)
