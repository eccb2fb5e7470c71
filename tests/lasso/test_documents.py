"""README and docs name only what exists: links, commands, files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

pytestmark = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def anchors(document: Path) -> set[str]:
    """Where a link into a document may lead: its headings, and what it marks itself."""
    text = document.read_text(encoding="utf-8")
    headings = re.findall(r"(?m)^#+ (.+)$", text)
    slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="([^"]+)"', text))


def test_its_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r'\]\(([^)]+)\)|(?:src|href)="([^"]+)"', text)
    local = [target for pair in targets for target in pair if target and not target.startswith("http")]
    split = [target.partition("#") for target in local]

    assert [path for path, _, _ in split if path and not (document.parent / path).exists()] == []
    assert [
        f"{path}#{anchor}"
        for path, _, anchor in split
        if anchor and anchor not in anchors(document.parent / path if path else document)
    ] == []


def test_its_commands_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    programs = set(re.findall(r"(?<![\w/])bin/[a-z]+", text))
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text))

    assert sorted(name for name in programs if not (ROOT / name).exists()) == []
    assert sorted(commands - set(get_commands())) == []


def test_the_files_of_ours_that_it_names_exist(document: Path) -> None:
    named = set(
        re.findall(
            r"`((?:accounts|bench|companies|delivery|docs|lanes|lasso|local|reporting|templates|tests)/[\w./-]+)`",
            document.read_text(encoding="utf-8"),
        )
    )

    assert sorted(name for name in named if not (ROOT / name).exists()) == []
