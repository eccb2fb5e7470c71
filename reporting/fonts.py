"""The font of the reports: Inter, from the Debian package fonts-inter (named in `Aptfile`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

FONTCONFIG_FILE = Path(__file__).with_name("fonts.conf")
FAMILY = "Inter"
FILE_NAME = "Inter-Regular.*"
ADVICE = "Install the system package fonts-inter; on Heroku, keep it in Aptfile and use the apt buildpack."


class FontMissingError(ImproperlyConfigured):
    """The font of the reports is not installed."""


def font_directories() -> tuple[Path, ...]:
    """Where fonts are looked for: the same places that `fonts.conf` names."""
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


def require_fonts(directories: Sequence[Path] | None = None) -> None:
    """Make sure that the font is there.

    Raises:
        FontMissingError: it is not, and another font would be taken without a word.
    """
    if find_font(directories) is None:
        places = ", ".join(str(directory) for directory in directories or font_directories())
        raise FontMissingError(f"The font {FAMILY} was not found below {places}. {ADVICE}")


def check_fonts(**_options: Any) -> list[CheckMessage]:
    """System check `reporting.E001`: the font of the reports is installed."""
    if find_font() is not None:
        return []
    return [Error(f"The font {FAMILY} is not installed.", hint=ADVICE, id="reporting.E001")]
