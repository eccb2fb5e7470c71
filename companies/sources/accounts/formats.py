"""Inline XBRL's formats, from what is printed to what is meant: XBRL International's Transformation Registries 1 to 5.

Names differ in hyphens only between registries (`numdotdecimal`, `num-dot-decimal`), and no name means two things.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
SCALE = re.compile(r"[+-]?[0-9]{1,2}")
LONGEST = 60  # characters of a number or a day
BLANKS = re.compile(r"[\s\u00a0\u2009\u202f]+")
# What a format takes as the decimal sign; everything else that may stand in a number is a separator of thousands.
DECIMAL_SIGNS = {
    "numdotdecimal": ".",
    "numdotdecimalapos": ".",
    "numcommadot": ".",
    "numspacedot": ".",
    "numcommadecimal": ",",
    "numcommadecimalapos": ",",
    "numdotcomma": ",",
    "numcomma": ",",
    "numspacecomma": ",",
}
SEPARATORS = str.maketrans("", "", ",.'’`´ ")
ZEROS = frozenset({"fixedzero", "zerodash", "numdash"})
EMPTY = frozenset({"fixedempty", "nocontent"})
FIXED = {"fixedtrue": "true", "fixedfalse": "false", "booleantrue": "true", "booleanfalse": "false"}
# Which of three groups holds year, month and day.
NUMERIC_DAYS = {
    "dateslasheu": "dmy",
    "datedoteu": "dmy",
    "datedaymonthyear": "dmy",
    "dateslashus": "mdy",
    "datedotus": "mdy",
    "datemonthdayyear": "mdy",
    "dateyearmonthday": "ymd",
}
NAMED_DAYS = {
    "datelonguk": "dmy",
    "dateshortuk": "dmy",
    "datedaymonthyeardk": "dmy",
    "datedaymonthyearen": "dmy",
    "datedaymonthnameyearda": "dmy",
    "datedaymonthnameyearen": "dmy",
    "datelongus": "mdy",
    "dateshortus": "mdy",
    "datemonthdayyearen": "mdy",
    "datemonthnamedayyearen": "mdy",
}
GROUP = re.compile(r"[0-9]+|[A-Za-zÀ-ÿ]+")
DANISH = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for names in (DANISH, ENGLISH) for number, name in enumerate(names, 1)}


class FormatError(Exception):
    """What is printed does not fit its format; the message says what was found."""


def number_of(shown: str, name: str, *, scale: str, sign: str) -> str:
    """A number in whole units as XBRL writes it; `name` is the format's, empty for none.

    Raises:
        FormatError: it is no number in that format, or scale or sign are none.
    """
    text = BLANKS.sub("", shown)
    key = _key(name)
    if key in ZEROS:
        return "0"
    if key in DECIMAL_SIGNS:
        whole, found, part = text.partition(DECIMAL_SIGNS[key])
        # A second decimal sign would go unseen among the separators.
        part = part if DECIMAL_SIGNS[key] not in part else "?"
        text = whole.translate(SEPARATORS) + ("." if found else "") + part
    elif key:
        raise FormatError(f"is in the format {name[:40]!r}, which is not known for numbers")
    if len(text) > LONGEST or not NUMBER.fullmatch(text):
        raise FormatError(f"is {shown.strip()[:40]!r}, which is no number" + (f" in the format {name}" if name else ""))
    if not SCALE.fullmatch(scale.strip()) or sign not in {"", "-"}:
        raise FormatError(f"has the scale {scale[:10]!r} and the sign {sign[:10]!r}, which mean nothing")
    value = Decimal(text).scaleb(int(scale))
    return format(-value if sign else value, "f")


def value_of(shown: str, name: str) -> str:
    """A text or a day as XBRL has it; `name` is the format's, empty for none.

    Raises:
        FormatError: it is no day in that format, or the format is not known.
    """
    key = _key(name)
    if not key:
        return shown.strip()
    if key in EMPTY:
        return ""
    if key in FIXED:
        return FIXED[key]
    order = NUMERIC_DAYS.get(key) or NAMED_DAYS.get(key)
    if order is None:
        raise FormatError(f"is in the format {name[:40]!r}, which is not known")
    groups = GROUP.findall(shown[: LONGEST * 2])
    try:
        return _day(groups, order, is_named=key in NAMED_DAYS).isoformat()
    except (ValueError, KeyError):
        raise FormatError(f"is {shown.strip()[:40]!r}, which is no day in the format {name}") from None


def _day(groups: list[str], order: str, *, is_named: bool) -> date:
    if len(groups) != 3:
        raise ValueError(groups)
    parts = dict(zip(order, groups, strict=True))
    month = MONTHS[parts["m"][:3].lower()] if is_named else int(parts["m"])
    year = int(parts["y"])
    return date(year + 2000 if len(parts["y"]) == 2 else year, month, int(parts["d"]))


def _key(name: str) -> str:
    return name.replace("-", "").lower()
