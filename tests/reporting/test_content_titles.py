"""What a fully liable participant is called follows the company's form, not the register's one name for all."""

from __future__ import annotations

from datetime import date

import pytest

from companies.sources.cvr import read_profile
from reporting.contents.names import function_text
from tests.companies.builders import company, participant_company, spell
from tests.companies.replies import partner


@pytest.mark.parametrize(
    ("form", "title"),
    [
        ("I/S", "Interessent"),
        ("K/S", "Komplementar"),
        ("P/S", "Komplementar"),
        ("ENK", "Indehaver"),
        ("XYZ", "Fuldt ansvarlig deltager"),
    ],
)
def test_it_names_partners_by_the_form(form, title):
    document = company(
        virksomhedsform=[spell("2010-01-01", kortBeskrivelse=form)],
        deltagerRelation=[partner(participant_company("99900121"), "2010-01-01")],
    )
    [role] = read_profile(document, day=date(2024, 6, 1)).fully_liable
    assert function_text(role) == title
