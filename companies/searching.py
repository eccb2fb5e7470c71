"""Finding companies by number or name, fast however large the register is.

Names are found by their beginning (a B-tree over `lower(name)`) and by the beginnings of their words in any order (a
GIN index over their words). Both are PostgreSQL's own, so that no extension is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction

DIGITS = re.compile(r"\d+")
WORDS = re.compile(r"[^\W_]+")
# Shorter beginnings of words stand in too many names for the index: what longer words find is looked through for them.
SHORTEST_WORD = 3
# Beside a longer one, neither is one of three letters looked up: "ApS" stands in a quarter of all names.
SHORTEST_BESIDE_LONGER = 4
MOST_WORDS = 8
LONGEST_TEXT = 200
LIKE_SPECIAL = re.compile(r"([\\%_])")

NAMES = "SELECT cvr, name FROM companies_company WHERE cvr = ANY(%s)"
BY_NUMBER = """
SELECT cvr, name, form, is_active, is_protected FROM companies_company
WHERE cvr >= %(low)s AND cvr <= %(high)s ORDER BY cvr LIMIT %(limit)s
"""
BY_BEGINNING = """
SELECT cvr, name, form, is_active, is_protected FROM companies_company
WHERE lower(name) COLLATE "C" LIKE lower(%(text)s) ORDER BY lower(name) COLLATE "C" LIMIT %(limit)s
"""
BY_WORDS = """
SELECT cvr, name, form, is_active, is_protected FROM companies_company
WHERE to_tsvector('simple'::regconfig, COALESCE(name, '')) @@ to_tsquery('simple'::regconfig, %(words)s)
  AND lower(name) ~ ALL (%(short_words)s::text[])
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class FoundCompany:
    """A company as lists show it."""

    cvr: str
    name: str
    form: str
    is_active: bool
    is_protected: bool  # reklamebeskyttet: said wherever the company is shown


def names_of(cvrs: Iterable[str]) -> dict[str, str]:
    """The names of those of the companies that the register knows, by CVR number; one query, however many."""
    with connection.cursor() as cursor:
        # One array: a parameter for each number would be more than PostgreSQL takes.
        cursor.execute(NAMES, [sorted(cvrs)])
        return dict(cursor.fetchall())


def search_companies(text: str, *, limit: int) -> list[FoundCompany]:
    """Companies whose number, name or words of the name begin with the text; names that begin with it come first.

    Letter case does not matter. Empty for an empty text.
    """
    text = " ".join(text.replace("\0", "").split())[:LONGEST_TEXT]
    number = re.sub(r"(?i)^(cvr-1-|dk)|[\s.]", "", text)
    if DIGITS.fullmatch(number) and len(number) <= 8 and number.isascii():
        found = _found(BY_NUMBER, low=number.ljust(8, "0"), high=number.ljust(8, "9"), limit=limit)
        if found:
            return found
    if not text:
        return []
    found = _found(BY_BEGINNING, text=f"{_literally(text)}%", limit=limit)
    words = WORDS.findall(text)[:MOST_WORDS]
    has_longer = any(len(word) >= SHORTEST_BESIDE_LONGER for word in words)
    shortest = SHORTEST_BESIDE_LONGER if has_longer else SHORTEST_WORD
    long_words = [word for word in words if len(word) >= shortest]
    if long_words and len(found) < limit:
        with transaction.atomic():
            _use_the_index()
            others = _found(
                BY_WORDS,
                # Only what is word characters goes into the query, so nothing in it has a meaning of its own.
                words=" & ".join(f"'{word}':*" for word in long_words),
                short_words=[rf"\m{word.lower()}" for word in words if len(word) < shortest],
                limit=limit,
            )
        known = {one.cvr for one in found}
        found += sorted((one for one in others if one.cvr not in known), key=_by_name)
    return found[:limit]


def _use_the_index() -> None:
    """For the rest of the transaction.

    How many names have a word that begins so is not known to the planner. It hopes to come upon enough of them by
    reading the whole table, which takes seconds where there are few.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")


def _literally(text: str) -> str:
    """The text as a pattern that matches itself alone."""
    return LIKE_SPECIAL.sub(r"\\\1", text)


def _by_name(company: FoundCompany) -> tuple[str, str]:
    return company.name.casefold(), company.cvr


def _found(query: str, **parameters: str | int | list[str]) -> list[FoundCompany]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        rows: Sequence[tuple[str, str, str, bool, bool]] = cursor.fetchall()
    return [FoundCompany(*row) for row in rows]
