"""What the reports say equals the data."""

from __future__ import annotations

from decimal import Decimal

import pytest

from reporting.contents.formats import number
from reporting.contents.statements import LABELS
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.pdf_text import page_texts, plain, printed, reader, said


def test_it_prints_every_figure_of_five_years():
    years = makers.five_years()
    text = " ".join(page_texts(printed(makers.material(ReportType.FINANS))))

    for name, label in LABELS.items():
        values = " ".join(number(accounts.value(name)) for accounts in years)
        shown = "Gennemsnitligt antal ansatte" if name == "employees" else label
        assert f"{shown} {values}" in text


def test_it_prints_the_ratios_with_their_definitions():
    text = said(makers.material(ReportType.FINANS))

    assert "Soliditetsgrad 46,4 %" in text.replace("Soliditetsgrad46,4", "Soliditetsgrad 46,4")
    assert "Egenkapital ÷ aktiver i alt, ultimo" in text
    assert "171,9 %" in text
    assert "Opfylder kreditpolitikken med 16,4 procentpoint." in text


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("equity", 5_000_000, "Opfylder ikke kreditpolitikken: grænsen er 17,4 procentpoint højere."),
        ("equity", -1, "Egenkapitalen er negativ."),
    ],
)
def test_it_judges_the_credit_policy(name: str, value: int, expected: str):
    accounts = makers.with_figure(makers.accounts(2025), name, value)

    assert expected in said(makers.material(ReportType.FINANS, accounts=(accounts,)))


def test_it_shows_every_value_of_a_contradictory_figure():
    accounts = makers.with_figure(makers.accounts(2025), "result", 588_224, -588_223)
    text = said(makers.material(ReportType.FINANS, accounts=(accounts,)))

    assert "588.224 / −588.223" in text
    assert "Årets resultat 31-12-2025: 588.224 / −588.223" in text


def test_it_prints_the_currency_of_the_accounts():
    text = said(makers.material(ReportType.FINANS, accounts=(makers.accounts(2025, currency="EUR"),)))

    assert "Beløb i hele EUR" in text
    assert "DKK" not in text


def test_it_tells_years_of_different_currencies_apart():
    years = (makers.accounts(2025, currency="EUR"), makers.accounts(2024))
    text = said(makers.material(ReportType.FINANS, accounts=years))

    assert "31-12-2025 EUR" in text
    assert "31-12-2024 DKK" in text
    assert "Beløb i hele enheder af årets valuta" in text


def test_it_prints_every_legal_owner_with_both_bands():
    text = " ".join(page_texts(printed(makers.material(ReportType.REELLE_EJERE))))

    assert f"Havnelys Holding ApS CVR {makers.cvr(2)} 66,67-89,99 % 66,67-89,99 % 01-06-2015 –" in text
    assert "Ole Brinkskov Ny 15-19,99 % 33,33-49,99 % 01-02-2026 03-02-2026" in text


def test_it_prints_registered_beneficial_owners_exactly():
    text = " ".join(page_texts(printed(makers.material(ReportType.REELLE_EJERE))))

    assert "Karen Vindfald Mostrup 41,25 % 45 % Har indirekte besiddelser 01-01-2019" in text
    assert "Ole Brinkskov Ny 21 % 38 % Ejerandel eller stemmer 01-02-2026" in text


def test_it_prints_computed_bounds_beside_the_registered_share():
    text = " ".join(page_texts(printed(makers.material(ReportType.REELLE_EJERE))))

    assert "Karen Vindfald Mostrup 30–59,98 % 33–60 % 41,25 % / 45 % Over 25 %" in text
    assert "Nordljus Kapital AB Udenlandsk · Sverige 22,22–44,99 % 22,22–44,99 % –" in text


def test_it_names_no_beneficial_owner_without_access():
    material = makers.material(ReportType.REELLE_EJERE, beneficial=None)
    text = said(material)

    assert "41,25 %" not in text
    assert "Ikke vist" in text


def test_it_prints_management_and_marks_who_is_new():
    text = " ".join(page_texts(printed(makers.material())))

    assert "Karen Vindfald Mostrup Administrerende direktør 01-01-2019" in text
    assert "Aksel Rugholm Ny Direktør 01-04-2026" in text
    assert "31-03-2026 Direktion: fratrådt Per Aaskov, Direktør –" in text


def test_it_prints_identity_articles_and_auditors():
    text = said(makers.material())

    for words in (
        "Tangmarksvej 12A, 2. tv",
        "9999 Fjordlev",
        "264000 Fremstilling af elektronik til forbrugere",
        "Selskabet tegnes af bestyrelsens formand i forening med en direktør.",
        "500.000 DKK",
        "1. januar – 31. december",
        "Revisorgården Østerlund ApS",
    ):
        assert words in text


def test_it_shortens_no_amount_in_the_tables():
    accounts = makers.with_figure(makers.accounts(2025), "assets", 123_456_789_012)

    assert "123.456.789.012" in plain(said(makers.material(ReportType.FINANS, accounts=(accounts,))))
    assert number(Decimal(123_456_789_012)) == "123.456.789.012"


def test_it_draws_two_charts_side_by_side():
    places: dict[str, tuple[float, float]] = {}

    def note(text: str, _matrix: list[float], text_matrix: list[float], *_: object) -> None:
        for title in ("Egenkapital,", "Aktiver i alt,"):
            if title in text:
                places[title] = (text_matrix[4], text_matrix[5])

    for page in reader(printed(makers.material(ReportType.FINANS))).pages:
        page.extract_text(visitor_text=note)

    (left, upper), (right, lower) = places.values()
    assert upper == lower
    assert left < right
