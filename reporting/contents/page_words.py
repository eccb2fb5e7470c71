"""The page number's words as a style sheet: they stand in a margin box, which takes its text from styles alone.

They differ by language and the print stylesheet is parsed once a process, so they come with each document.
"""

from __future__ import annotations

import re
from functools import cache

from django.utils.safestring import SafeString, mark_safe

from lasso.language import Language, speaking
from lasso.language import translate as _

COUNTERS = {"page": "counter(page)", "pages": "counter(pages)"}


@cache
def page_number_style(language: Language) -> SafeString:
    """`@page { @bottom-right { content: "Side " counter(page) " af " counter(pages) } }`, in the language."""
    with speaking(language):
        sentence = _("Side {page} af {pages}")
    parts = re.split(r"\{(pages?)\}", sentence)
    # Every second part is the name of a counter.
    content = " ".join(
        COUNTERS[part] if place % 2 else _quoted(part) for place, part in enumerate(parts) if part or place % 2
    )
    return mark_safe(f"@page {{ @bottom-right {{ content: {content} }} }}")  # noqa: S308 - our own words, quoted


def _quoted(words: str) -> str:
    """A CSS string that neither ends early nor ends the element it stands in."""
    return '"' + re.sub(r'["\\<>&]', lambda sign: f"\\{ord(sign.group()):x} ", words) + '"'
