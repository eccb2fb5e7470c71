"""The font of the reports: Inter, from the Debian package fonts-inter (named in `Aptfile`), with its table figures.

Inter draws figures of equal width only when a feature asks for them, and then a PDF of the fast engine says nothing
where they stand: PlutoPrint hands Cairo glyphs without their text, and those glyphs belong to no character. So the
reports are set in a font made from Inter here, once a machine, in which these figures are the figures, and nothing is
ever substituted. Both engines draw it alike and need not be asked.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

SOURCE_FAMILY = "Inter"
FAMILY = "Lasso Sans"
# The weights that report.css uses, by their names in the source's files.
WEIGHTS = {"Regular": 400, "SemiBold": 600, "Bold": 700}
FILE_NAME = f"{SOURCE_FAMILY}-Regular.*"
ADVICE = "Install the system package fonts-inter; on Heroku, keep it in Aptfile and use the apt buildpack."
# Part of the folder's name, so that a font made by an older program is made again.
RECIPE = "1"
TABULAR_FIGURES = "tnum"
# Where the source names its alternative glyphs: an engine that asks what a glyph stands for must not be told these.
PRIVATE_CHARACTERS = range(0xE000, 0xF900)

FONTCONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{own}</dir>
  {others}
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


class FontMissingError(ImproperlyConfigured):
    """The font of the reports is not installed."""


def font_directories() -> tuple[Path, ...]:
    """Where fonts are looked for: system packages, and those of Heroku's apt buildpack."""
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        Path.home() / ".apt/usr/share/fonts",
        Path("/app/.apt/usr/share/fonts"),
    )


def find_font(directories: Sequence[Path] | None = None) -> Path | None:
    """The file of the font's regular weight, or None when it is nowhere below the directories."""
    for directory in font_directories() if directories is None else directories:
        found = next(directory.rglob(FILE_NAME), None)
        if found:
            return found
    return None


def require_fonts(directories: Sequence[Path] | None = None) -> Path:
    """The file of the font's regular weight; its other weights lie beside it.

    Raises:
        FontMissingError: it is not there, and another font would be taken without a word.
    """
    found = find_font(directories)
    if found is None:
        places = ", ".join(str(directory) for directory in directories or font_directories())
        raise FontMissingError(f"The font {SOURCE_FAMILY} was not found below {places}. {ADVICE}")
    return found


def check_fonts(**_options: Any) -> list[CheckMessage]:
    """System check `reporting.E001`: the font of the reports is installed."""
    if find_font() is not None:
        return []
    return [Error(f"The font {SOURCE_FAMILY} is not installed.", hint=ADVICE, id="reporting.E001")]


@cache
def use_report_fonts() -> Path:
    """Have fontconfig find the font of the reports in this process, made now if it never was; the folder it lies in.

    To be called before the first engine is loaded. An operator's own `FONTCONFIG_FILE` says where other fonts are.

    Raises:
        FontMissingError: what it is made from is not installed.
    """
    regular = require_fonts()
    sources = [regular.with_name(f"{SOURCE_FAMILY}-{weight}{regular.suffix}") for weight in WEIGHTS]
    missing = [source for source in sources if not source.exists()]
    if missing:
        raise FontMissingError(f"A weight of the font {SOURCE_FAMILY} is missing: {missing[0]}. {ADVICE}")
    folder = Path(settings.FONT_CACHE_DIR).resolve() / _fingerprint(sources)
    if not folder.exists():
        _make_folder(folder, sources)
    _configure(folder)
    return folder


def _fingerprint(sources: Sequence[Path]) -> str:
    seen = hashlib.sha256(RECIPE.encode())
    for source in sources:
        seen.update(source.read_bytes())
    return seen.hexdigest()[:16]


def _make_folder(folder: Path, sources: Sequence[Path]) -> None:
    """All or nothing, so that no process sees half of it; whoever is second throws its own away."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as making:
        made = Path(making) / folder.name
        made.mkdir(mode=0o755)
        for weight, source in zip(WEIGHTS, sources, strict=True):
            _make_font(source, made / f"LassoSans-{weight}{source.suffix}", weight)
        try:
            made.rename(folder)
        except OSError:
            if not folder.exists():
                raise


def _make_font(source: Path, target: Path, weight: str) -> None:
    # Only here: making the font is rare, and the library is heavy.
    from fontTools.ttLib import TTFont

    # The moment of making stays out of the file: the same font on every machine.
    with TTFont(source, recalcTimestamp=False) as font:
        figures = dict(_tabular_figures(font))
        for table in font["cmap"].tables:
            if table.isUnicode():
                table.cmap = {
                    character: figures.get(glyph, glyph)
                    for character, glyph in table.cmap.items()
                    if character not in PRIVATE_CHARACTERS
                }
        del font["GSUB"]
        _rename(font, weight)
        font.save(target)


def _tabular_figures(font: Any) -> Iterator[tuple[str, str]]:
    """Glyphs with those that are of equal width in their place: figures and the signs between them."""
    substitutions = font["GSUB"].table
    wanted = {
        place
        for record in substitutions.FeatureList.FeatureRecord
        if record.FeatureTag == TABULAR_FIGURES
        for place in record.Feature.LookupListIndex
    }
    for place in sorted(wanted):
        for table in substitutions.LookupList.Lookup[place].SubTable:
            yield from getattr(table, "ExtSubTable", table).mapping.items()


def _rename(font: Any, weight: str) -> None:
    """Names of its own, as the licence of the source wants; which style of the family it is says the OS/2 table."""
    postscript = f"LassoSans-{weight}"
    names = {1: FAMILY if weight in {"Regular", "Bold"} else f"{FAMILY} {weight}", 2: "Regular", 3: postscript}
    names |= {4: f"{FAMILY} {weight}", 6: postscript, 16: FAMILY, 17: weight}
    if weight == "Bold":
        names[2] = "Bold"
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in {0, 13, 14}]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = WEIGHTS[weight]
    if "CFF " in font:
        outlines = font["CFF "].cff
        outlines.fontNames = [postscript]
        outlines[0].FamilyName, outlines[0].FullName, outlines[0].Weight = FAMILY, f"{FAMILY} {weight}", weight


def _configure(folder: Path) -> None:
    """Nothing of the user's own configuration: hinting and substitutions would make reports differ between machines."""
    operators = os.environ.get("FONTCONFIG_FILE")
    if operators and Path(operators).is_relative_to(folder.parent):
        operators = None  # inherited from a process of ours
    others = (
        f'<include ignore_missing="yes">{escape(operators)}</include>'
        if operators
        else "".join(f"<dir>{escape(str(directory))}</dir>" for directory in font_directories() if directory.exists())
    )
    text = FONTCONFIG.format(own=escape(str(folder)), others=others, cache=escape(str(folder / "cache")))
    file = folder / f"fonts-{hashlib.sha256(text.encode()).hexdigest()[:16]}.conf"
    if not file.exists():
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as writing:
            writing.write(text)
        Path(writing.name).replace(file)
    os.environ["FONTCONFIG_FILE"] = str(file)
