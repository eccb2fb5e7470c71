"""What an auditor does and concludes, in one vocabulary: filings write it in two languages and in changing words."""

from __future__ import annotations

from enum import StrEnum


class Assistance(StrEnum):
    """How far an auditor vouches for annual accounts, most to none; valued as the Danish taxonomy of 2022 has it."""

    AUDIT = "Revisionspåtegning"
    EXTENDED_REVIEW = "Erklæring om udvidet gennemgang"
    REVIEW = "Den uafhængige revisors erklæringer (review)"
    OTHER_ASSURANCE = "Andre erklæringer med sikkerhed"
    NO_ASSURANCE = "Andre erklæringer uden sikkerhed"
    NONE = "Ingen bistand"

    @property
    def meets_audit_duty(self) -> bool:
        """Whether it is what a company must have that has not waived audit (årsregnskabsloven § 135, stk. 1)."""
        return self in {Assistance.AUDIT, Assistance.EXTENDED_REVIEW}


class ModifiedOpinion(StrEnum):
    """Why an auditor's opinion is not a clean one (ISA 705)."""

    QUALIFIED = "Konklusion med forbehold"
    ADVERSE = "Afkræftende konklusion"
    DISCLAIMER = "Manglende konklusion"


# Words in small letters that tell a kind of assistance; the first that a text has counts, so that what has a narrower
# meaning stands before what its words also occur in.
ASSISTANCE_WORDS = (
    ("udvidet gennemgang", Assistance.EXTENDED_REVIEW),
    ("extended review", Assistance.EXTENDED_REVIEW),
    ("uden sikkerhed", Assistance.NO_ASSURANCE),
    ("non-assurance", Assistance.NO_ASSURANCE),
    ("opstilling", Assistance.NO_ASSURANCE),
    ("compilation", Assistance.NO_ASSURANCE),
    ("med sikkerhed", Assistance.OTHER_ASSURANCE),
    ("other assurance", Assistance.OTHER_ASSURANCE),
    ("review", Assistance.REVIEW),
    ("ingen bistand", Assistance.NONE),
    ("ingen revisor", Assistance.NONE),
    ("no assistance", Assistance.NONE),
    ("no auditor assistance", Assistance.NONE),
    ("no audit assistance", Assistance.NONE),
    ("revisionspåtegning", Assistance.AUDIT),
    ("revisors påtegning", Assistance.AUDIT),
    ("audited financial statements", Assistance.AUDIT),
    # From the taxonomy of 2025.
    ("den uafhængige revisors erklæring", Assistance.AUDIT),
    ("independent auditor's report", Assistance.AUDIT),
)
OPINION_WORDS = (
    ("afkræftende", ModifiedOpinion.ADVERSE),
    ("adverse", ModifiedOpinion.ADVERSE),
    ("manglende konklusion", ModifiedOpinion.DISCLAIMER),
    ("konklusion afgives ikke", ModifiedOpinion.DISCLAIMER),
    ("disclaimer", ModifiedOpinion.DISCLAIMER),
    ("unqualified", None),
    ("uden forbehold", None),
    ("forbehold", ModifiedOpinion.QUALIFIED),
    ("qualified", ModifiedOpinion.QUALIFIED),
)


def assistance_of(text: str) -> str:
    """The kind of assistance that a filing names, as a value of `Assistance`; as it stands if it is not known."""
    words = " ".join(text.replace("’", "'").lower().split())
    return next((kind.value for phrase, kind in ASSISTANCE_WORDS if phrase in words), text)


def modified_opinion_of(text: str) -> ModifiedOpinion | None:
    """How an opinion is modified, by the heading or the type that a filing gives it; None for a clean one."""
    words = text.lower()
    return next((kind for phrase, kind in OPINION_WORDS if phrase in words), None)
