"""Text from outside, made harmless to the page. (HTML is escaped by the templates; this is about single signs.)"""

from __future__ import annotations

import re

# Drawn as something harmless that means the same. Font look-up is known to hang over the non-breaking hyphen.
_REPLACED = {"\u2011": "-", "\u2028": "\n", "\u2029": "\n"}

# Signs that could turn, hide or break the text around them.
_DANGEROUS = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for tab and line feed
    "\u00ad\u061c\u115f\u1160\u180e\u3164\uffa0"  # soft hyphen, Arabic mark, fillers that show nothing
    "\u200b-\u200f\u2011\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"  # zero widths, bidirectional marks and overrides
    "\ud800-\udfff\ue000-\uf8ff"  # unpaired surrogates, private use
    "\U000e0000-\U0010ffff"  # tags, private use
    "]"
)


def neutralise(text: str) -> str:
    """The text without signs that could turn, hide or break what stands around them."""
    return _DANGEROUS.sub(lambda match: _REPLACED.get(match.group(), ""), text)
