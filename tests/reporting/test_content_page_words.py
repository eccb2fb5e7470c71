"""The words of the page number, which stand in a style."""

from __future__ import annotations

import pytest

from lasso.language import Language, speaking
from reporting.contents.page_words import page_number_style


@pytest.mark.parametrize(
    ("language", "content"),
    [
        (Language.DANISH, '"Side " counter(page) " af " counter(pages)'),
        (Language.ENGLISH, '"Page " counter(page) " of " counter(pages)'),
    ],
)
def test_it_counts_pages_in_the_language_of_the_report(language: Language, content: str):
    assert page_number_style(language) == f"@page {{ @bottom-right {{ content: {content} }} }}"


def test_it_does_not_follow_the_language_that_is_spoken():
    with speaking(Language.ENGLISH):
        assert "Side " in page_number_style(Language.DANISH)
