"""What people registered or filed in their own words: it is shown as it stands, whatever the report's language."""

from __future__ import annotations

import re
from typing import Self

from lasso.language import Language, mark

# Enough of each language's commonest words to tell one from the other; none of them is common in both ("at", "by").
DANISH_WORD = re.compile(r"\b(?:af|den|der|det|efter|eller|er|et|fra|har|ikke|med|og|om|på|samt|som|til|ved)\b")
ENGLISH_WORD = re.compile(r"\b(?:and|from|not|of|our|that|the|these|this|which|with)\b")
NOTES = {
    Language.DANISH: mark("(som registreret, på dansk)"),
    Language.ENGLISH: mark("(som registreret, på engelsk)"),
}


class Written(str):
    """A text in its writer's own words, with the language that it is written in."""

    language: Language

    def __new__(cls, text: str) -> Self:
        """The text; Danish unless it has more English words, because nearly all of the register is Danish."""
        self = super().__new__(cls, text)
        danish, english = (len(common.findall(text.lower())) for common in (DANISH_WORD, ENGLISH_WORD))
        self.language = Language.ENGLISH if english > danish else Language.DANISH
        return self
