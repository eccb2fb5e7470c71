"""The portal's search for companies among 1,000,000 of them, beside `ILIKE '%…%'` over the same names."""

from __future__ import annotations

import argparse
import os
import statistics
import time
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import psycopg

from bench.measuring import report, running_system
from bench.portal import LIMIT_MS, bare, page, sign_in
from local.system import System

ROUNDS = 15
# Made of parts, as names are: 720 beginnings, 24 trades, 30 towns that exist nowhere, four forms.
COMPANIES = """
INSERT INTO companies_company
    (cvr, unit_number, name, form, is_active, is_protected, document, document_hash, fingerprint, reader_version,
     version, as_of_date, source, retrieved_at)
SELECT
    to_char(10000000 + number * 7, 'FM00000000'), 5000000000 + number,
    concat_ws(' ',
        (string_to_array(%(heads)s, ' '))[1 + number %% 24] || (string_to_array(%(tails)s, ' '))[1 + number / 24 %% 30],
        (string_to_array(%(trades)s, ' '))[1 + number / 7 %% 24],
        CASE WHEN number %% 3 = 0 THEN (string_to_array(%(heads)s, ' '))[1 + number / 11 %% 24] || 'købing' END,
        CASE WHEN number %% 5 = 0 THEN 'Holding' END,
        (string_to_array(%(forms)s, ' '))[1 + number %% 4]),
    (string_to_array(%(forms)s, ' '))[1 + number %% 4],
    number %% 6 > 0, number %% 10 = 0, '{}', '', '', 32767, 1, '2026-01-01', 'bench', now()
FROM generate_series(1, %(count)s) AS number
ON CONFLICT DO NOTHING
"""
PARTS = {
    "heads": "Nord Hav Brams Ulve Tjørn Lærke Sol Vester Øster Ege Birke Mos Lyng Rav Sten Grøn Kær Bak Ager Vind Sø "
    "Dyb Fir Elle",
    "tails": "lund dal gaard bjerg holm mose toft rup sted borg vig næs lyst eng haven kilde bro vang høj skov mark "
    "ager kær bæk sund klint stub spring fald ris",
    "trades": "Tømrer Murer VVS El Revision Rådgivning Ejendomme Transport Handel Bageri Frisør Auto Maskiner Byg "
    "Invest Consult IT Design Marketing Rengøring Service Produktion Fiskeri Gartneri",
    "forms": "ApS A/S I/S IVS",
}
BASELINE = """
SELECT cvr, name, form, is_active, is_protected FROM companies_company
WHERE cvr LIKE %(number)s OR name ILIKE ALL (%(words)s::text[]) ORDER BY name LIMIT 26
"""
QUERIES = {
    "a CVR number": "10700007",
    "the beginning of a number": "107000",
    "the beginning of many names": "nordlund",
    "a whole name": "Nordlund Tømrer Nordkøbing ApS",
    "a word in the middle": "gartneri",
    "the beginning of a word in the middle": "lyngkø",
    "two words, the last first": "holding bramsfald",
    "a rare pair": "fiskeri ravspring",
    "a word and two letters": "havklint a/s",
    "no such name": "zzyzx",
    "two words that never meet": "zzyzx holding",
}


def fill(count: int) -> None:
    """Bring the register to that many companies; the database is kept from run to run."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        found = connection.execute("SELECT count(*) FROM companies_company WHERE source = 'bench'").fetchone()
        assert found is not None
        if found[0] < count:
            connection.execute(COMPANIES, {**PARTS, "count": count})
        connection.execute("VACUUM ANALYZE companies_company")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure each search in turn, each beside the baseline."""
    parser = argparse.ArgumentParser(prog="bin/bench search", description=__doc__)
    parser.add_argument("--companies", type=int, default=1_000_000)
    count = parser.parse_args(arguments).companies
    with running_system("search", API_REQUESTS_PER_MINUTE="100000") as system:
        house, member = f"Bench {uuid.uuid4().hex[:8]}", f"bench-{uuid.uuid4().hex[:8]}@lasso.example"
        system.create_organisation(house, email=member).close()
        password = system.manage("add_member", house, member).split()[-1]
        fill(count)
        rows = measure(system, member, password)
    report(
        "search",
        rows=rows,
        companies=count,
        slowest_ms=max(row["ms (median)"] for row in rows),
        limit_ms=LIMIT_MS,
    )


def measure(system: System, member: str, password: str) -> list[dict[str, Any]]:
    """The median of each search's page, as htmx asks for it while somebody types, and of the baseline's SQL."""
    browser = sign_in(system, member, password)
    browser.headers.update({"hx-request": "true", "hx-target": "companies"})
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in QUERIES}
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        started = time.monotonic()
        for number in range(ROUNDS):
            for name, text in QUERIES.items():
                # The baseline takes seconds where it finds little; three of its runs tell enough.
                slow = bare(connection, BASELINE, baseline_of(text)) if number < 3 else times[name][0][1]
                url = f"{system.url}/portal/companies?{urlencode({'text': text})}"
                times[name].append((page(browser, url), slow))
        print(f"measured for {time.monotonic() - started:.0f} s")
    return [
        {
            "search": name,
            "ms (median)": statistics.median(took for took, _ in pairs),
            "ILIKE, SQL alone, ms": statistics.median(took for _, took in pairs[:3]),
        }
        for name, pairs in times.items()
    ]


def baseline_of(text: str) -> dict[str, object]:
    """The text as the baseline asks for it: the number's beginning, or each word anywhere."""
    return {"number": f"{text}%", "words": [f"%{word}%" for word in text.split()]}


if __name__ == "__main__":
    main()
