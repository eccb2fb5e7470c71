"""What the fields of the catalogue are read from, and the fictional companies that its examples show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from companies.figures import Accounts, Figure
from companies.profile import (
    FULLY_LIABLE,
    Address,
    Capital,
    CreditEvent,
    DatedText,
    Employees,
    Form,
    Industry,
    LegalOwner,
    Participant,
    ParticipantKind,
    Period,
    Profile,
    Restructuring,
    RestructuringKind,
    Role,
    ShareBand,
)


@dataclass(frozen=True, slots=True)
class Subject:
    """A company on its profile's day, and its newest annual accounts; the fields of a missing part are absent."""

    profile: Profile | None = None
    accounts: Accounts | None = None


SINCE = Period(date(2021, 4, 1))
INGA = Participant(4009900101, ParticipantKind.PERSON, "Inga Sivbjerg")
ODD = Participant(4009900102, ParticipantKind.PERSON, "Odd Sivbjerg")
HOLDING = Participant(4009900103, ParticipantKind.COMPANY, "Sivbjerg Beholdning ApS", cvr="99771011")
AUDIT_FIRM = Participant(4009900104, ParticipantKind.COMPANY, "Tallebjerg Godkendt Revision P/S", cvr="99771038")

A_COMPANY = Subject(
    Profile(
        cvr="99771003",
        unit_number=4009900100,
        name="Sivbjerg Vævestole A/S",
        as_of_date=date(2026, 6, 1),
        alternate_names=("Sivbjerg Skytter A/S",),
        status="UNDER REKONSTRUKTION",
        overall_status="UNDERREKONSTRUKTION",
        credit_events=(CreditEvent("8", "Rekonstruktion", Period(date(2026, 5, 4))),),
        registration_numbers=("A/S997710",),
        founded_date=date(2009, 8, 12),
        effective_date=date(2009, 8, 1),
        form=Form("60", "A/S", "Aktieselskab"),
        address=Address(
            street_name="Skyttelstræde",
            house_number="12B",
            floor="2",
            door="tv",
            care_of="Inga Sivbjerg",
            city_name="Nedre Siv",
            postal_code="9999",
            postal_district="Sivkøbing",
            municipality_code="0999",
            municipality_name="SIVBJERG",
        ),
        postal_address=Address(postal_box="77", postal_code="9998", postal_district="Sivkøbing Havn"),
        # The number of the API's documentation, and two that are kept free for fiction.
        telephone="71747812",
        secondary_telephone="+46846500401",
        fax="0046 8 465 004 02",
        email="post@sivbjerg.example",
        website="www.sivbjerg.example",
        industry=Industry("289400", "Fremstilling af maskiner til væverier"),
        secondary_industries=(
            Industry("331200", "Reparation af maskiner"),
            Industry("466400", "Engroshandel med væve"),
            Industry("722000", "Forskning i vævning"),
        ),
        purpose="Selskabets formål er at bygge og sælge vævestole.",
        capital=Capital(
            Decimal("500000.00"), "DKK", is_partly_paid=True, paid_amount=Decimal("125000.00"), has_classes=True
        ),
        signing_rule="Selskabet tegnes af direktionen i forening med bestyrelsesformanden.",
        articles_date=date(2021, 4, 1),
        financial_year_start="--01-01",
        financial_year_end="--12-31",
        first_period=Period(date(2009, 8, 12), date(2010, 12, 31)),
        changed_period=Period(date(2020, 7, 1), date(2020, 12, 31)),
        is_audit_waived=False,
        is_listed=False,
        is_covered_by_money_laundering_act=False,
        is_social_enterprise=False,
        is_state_owned=False,
        has_public_owner_book=False,
        employees=(Employees(2026, 4, 7, Decimal("6.45"), "5-9", "5-9"),),
        roles=(
            Role(INGA, "Direktion", "ADM. DIR.", SINCE, organ_type="LEDELSESORGAN"),
            Role(ODD, "Bestyrelse", "FORMAND", SINCE, organ_type="LEDELSESORGAN"),
            Role(INGA, "Stiftere", "STIFTERE", Period(date(2009, 8, 12)), organ_type="STIFTERE"),
        ),
        auditors=(Role(AUDIT_FIRM, "Revision", "REVISION", SINCE, organ_type="REVISION"),),
        legal_owners=(
            LegalOwner(
                HOLDING,
                ShareBand(Decimal("0.6667"), Decimal("0.8999")),
                ShareBand(Decimal("0.9"), Decimal("0.9999")),
                SINCE,
                capital_class="A",
            ),
        ),
        has_owners_under_five_percent=True,
        production_units=("1099771003", "1099771004"),
        restructurings=(
            Restructuring(
                RestructuringKind.MERGER,
                4009900105,
                "Sivbjerg Vævestole A/S",
                incoming=(DatedText("FUNKTION", "Fortsættende", Period(date(2021, 4, 1))),),
            ),
            Restructuring(
                RestructuringKind.SPLIT,
                4009900106,
                "Sivbjerg Væv ApS",
                outgoing=(DatedText("FUNKTION", "Modtagende", Period(date(2015, 1, 1))),),
            ),
        ),
    ),
    Accounts(
        cvr="99771003",
        start_date=date(2025, 1, 1),
        end_date=date(2025, 12, 31),
        currency="DKK",
        published_at=datetime(2026, 5, 18, 22, 30, tzinfo=UTC),
        approved_date=date(2026, 5, 12),
        accounting_class="Regnskabsklasse B",
        general_meeting_date=date(2026, 5, 15),
        audit_firm="Tallebjerg Godkendt Revision P/S",
        audit_firm_cvr="99771038",
        auditor_name="Siri Tallebjerg",
        auditor_number="mne99771",
        assistance="Revisionspåtegning",
        opinion="Det er vores opfattelse, at årsregnskabet giver et retvisende billede.",
        figures={
            name: Figure(Decimal(value))
            for name, value in {
                "revenue": "12400000",
                "grossProfit": "6200000",
                "staffCost": "4100000",
                "depreciation": "310000",
                "ebit": "1790000",
                "financeIncome": "12500.5",
                "financeExpenses": "152500.5",
                "resultBeforeTax": "1650000",
                "tax": "363000",
                "result": "1287000",
                "dividend": "500000",
                "noncurrentAssets": "3200000",
                "inventories": "1900000",
                "shortTermReceivables": "1450000",
                "cash": "1650000",
                "currentAssets": "5000000",
                "assets": "8200000",
                "contributedCapital": "500000",
                "retainedEarnings": "2985000",
                "equity": "3485000",
                "provisions": "215000",
                "longTermLiabilities": "1500000",
                "shortTermLiabilities": "3000000",
                "equityAndLiabilities": "8200000",
                "employees": "7",
            }.items()
        },
    ),
)

AN_ENDED_PARTNERSHIP = Subject(
    Profile(
        cvr="99771046",
        unit_number=4009900110,
        name="Nedre Siv Udlejning K/S",
        as_of_date=date(2026, 6, 1),
        status="OPLØST EFTER ERKLÆRING",
        is_active=False,
        is_registered_in_error=False,
        ended_date=date(2024, 3, 31),
        form=Form("110", "K/S", "Kommanditselskab"),
        address=Address(postal_box="77", postal_code="9999", postal_district="Sivkøbing"),
        postal_address=Address(street_name="Skyttelstræde", house_number="14", care_of="Odd Sivbjerg"),
        roles=(
            Role(
                HOLDING,
                "Interessenter",
                "INTERESSENTER",
                SINCE,
                organ_type=FULLY_LIABLE,
                title="Komplementar",
            ),
        ),
        dissolution_threat="Manglende revisor",
        dissolution_reversal="Genoptaget efter tvangsopløsning",
    ),
    Accounts(
        cvr="99771046",
        start_date=date(2022, 1, 1),
        end_date=date(2022, 12, 31),
        modified_opinion="Konklusion med forbehold",
        going_concern="Selskabets fortsatte drift afhænger af, at kreditterne forlænges.",
        figures={"result": Figure(None, (Decimal(-4000), Decimal(4000)))},
    ),
)

EXAMPLES = (A_COMPANY, AN_ENDED_PARTNERSHIP)
