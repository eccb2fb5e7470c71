"""Companies that the register may have, though hardly anybody expects them: no dates, three currencies, brand new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from companies.facts import CreditEvent, NameSpan, Restructuring, RestructuringKind
from companies.profile import BeneficialOwner, Period
from reporting.material import Material
from reporting.models import ReportType
from tests.reporting import makers

Data = TypeVar("Data")
HUGE_WORD = "Å" * 10_000
FROM_FAR = "شركة النور للتجارة חברת האור 灯光公司 🏭👩‍👩‍👧 Θάλασσα Ðorđević"
# Words that are chosen from a list, not written by anybody, and keys.
NOT_WRITTEN = frozenset(
    {"cvr", "currency", "country_code", "status", "overall_status", "financial_year_start", "financial_year_end"}
    | {
        "organ_type",
        "kind",
        "key",
        "owner",
        "owned",
        "root",
        "municipality_code",
        "short",
        "code",
        "owner_key",
        "company",
    }
)


def undated(report_type: ReportType) -> Material:
    """Nothing has a day but the extraction."""
    profile = makers.profile(names=(NameSpan("Gammel A/S", Period()),))
    bare = replace(
        profile,
        retrieved_at=None,
        source_updated_at=None,
        founded_date=None,
        articles_date=None,
        financial_year_start="",
        financial_year_end="",
        roles=tuple(replace(one, period=Period()) for one in profile.roles),
        auditors=tuple(replace(one, period=Period()) for one in profile.auditors),
        legal_owners=tuple(replace(one, period=Period(), notified_date=None) for one in profile.legal_owners),
        credit_events=(CreditEvent("", "Konkurs", Period()),),
        restructurings=(Restructuring(RestructuringKind.MERGER, None, "", (), ()),),
    )
    years = tuple(replace(one, published_at=None, approved_date=None) for one in makers.five_years())
    beneficial = makers.beneficial(BeneficialOwner(makers.KAREN, Decimal("0.3"), None, Period()))
    return makers.material(report_type, profile=bare, accounts=years, beneficial=beneficial)


def in_three_currencies(report_type: ReportType) -> Material:
    """Kroner, then euros, then dollars, over five years."""
    currencies = ("DKK", "EUR", "EUR", "USD", "USD")
    years = tuple(
        replace(one, currency=currency) for one, currency in zip(makers.five_years(), currencies, strict=True)
    )
    return makers.material(report_type, accounts=years)


def founded_this_week(report_type: ReportType) -> Material:
    """No accounts, nothing before, all of one day."""
    day = makers.TODAY - timedelta(days=3)
    profile = makers.profile()
    new = replace(
        profile,
        founded_date=day,
        articles_date=day,
        first_period=Period(day, date(day.year + 1, 12, 31)),
        employees=(),
        roles=tuple(replace(one, period=Period(day)) for one in profile.roles if one.period.end_date is None),
        auditors=tuple(replace(one, period=Period(day)) for one in profile.auditors if one.period.end_date is None),
        legal_owners=tuple(replace(one, period=Period(day)) for one in profile.legal_owners if not one.period.end_date),
    )
    return makers.material(report_type, profile=new, accounts=())


def dissolved(report_type: ReportType) -> Material:
    """Ended last year: nobody in office, no owner in force."""
    ended = date(2025, 9, 30)
    profile = makers.profile()
    gone = replace(
        profile,
        status="OPLØST EFTER KONKURS",
        overall_status="Ophørt",
        is_active=False,
        ended_date=ended,
        roles=tuple(replace(one, period=Period(one.period.start_date, ended)) for one in profile.roles),
        auditors=tuple(replace(one, period=Period(one.period.start_date, ended)) for one in profile.auditors),
        legal_owners=tuple(replace(one, period=Period(one.period.start_date, ended)) for one in profile.legal_owners),
    )
    return makers.material(report_type, profile=gone)


def with_nobody_and_nothing(report_type: ReportType) -> Material:
    """No employees, and less than nothing of its own."""
    years = tuple(
        makers.with_figure(
            makers.with_figure(makers.with_figure(one, "employees", 0), "equity", -9_000_000), "revenue", 0
        )
        for one in makers.five_years()
    )
    return makers.material(report_type, accounts=years)


def saying(report_type: ReportType, words: str) -> Material:
    """Every text that somebody outside of us wrote is `words`."""
    material = makers.material(report_type)
    latest = replace(material.accounts[0], going_concern=words, modified_opinion=words, opinion=words)
    profile = replace(
        material.profile,
        names=(NameSpan(words, Period(None, date(2026, 1, 1))),),
        credit_events=(CreditEvent("1", words, Period(date(2026, 2, 1))),),
        restructurings=(Restructuring(RestructuringKind.SPLIT, None, words, (), ()),),
        dissolution_threat=words,
        registration_numbers=(words,),
        postal_address=material.profile.address,
        secondary_industries=(material.profile.industry,) if material.profile.industry else (),
    )
    filled = replace(material, profile=profile, accounts=(latest, *material.accounts[1:]))
    return _each(filled, lambda name, value: words if isinstance(value, str) and name not in NOT_WRITTEN else value)


def _each(value: Data, change: Any, name: str = "") -> Data:
    """The data with every leaf changed, by its field's name; enumerations and keys of mappings stay."""
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _each(getattr(value, one.name), change, one.name) for one in fields(value)})
    if isinstance(value, tuple):
        return tuple(_each(one, change, name) for one in value)  # type: ignore[return-value]
    if isinstance(value, Mapping):
        return {key: _each(one, change, name) for key, one in value.items()}  # type: ignore[return-value]
    return value if isinstance(value, Enum) else change(name, value)
