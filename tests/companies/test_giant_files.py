"""Files of 500 MB, bombs and depths: what is good in them is read, what is bad is named, and memory stays flat."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MOST_MB = 300


@pytest.mark.parametrize(
    ("giant", "seen"),
    [
        ("one_line", {"good": 2, "line 2: longer than 32 MB": 1}),
        ("many_lines", {"good": 2_800}),
        ("one_list", {"good": 2_801}),
        ("one_reply", {"good": 14_029}),
        ("one_hit", {"good": 2, "hit 2: longer than 32 MB": 1}),
        ("empty_lists", {"good": 1, **{f"line {number}: has more than 1000000 values": 1 for number in (1, 2, 3)}}),
        ("deep", {"good": 1, **{f"line {number}: nested too deeply": 1 for number in (1, 2, 3)}}),
        ("gzip_bomb", {"good": 1, "the file: unpacks to more than 200 times its size; the rest was not read": 1}),
        ("packed_lines", {"good": 2_800}),
    ],
)
def test_it_reads_a_giant_in_little_memory(giant, seen):
    ran = subprocess.run(
        [sys.executable, "-m", "tests.companies.giants", giant], cwd=ROOT, capture_output=True, text=True, check=True
    )
    told = json.loads(ran.stdout)
    assert told["seen"] == seen
    assert told["peak_mb"] < MOST_MB
