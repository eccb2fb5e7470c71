"""CVR numbers and the ids that the API makes of them."""

from __future__ import annotations

import re

# Erhvervsstyrelsen: the sum of the digits times these weights is a multiple of eleven.
WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)
EIGHT_DIGITS = re.compile(r"[0-9]{8}")
COMPANY_ID = re.compile(r"cvr-1-([0-9]{1,8})", re.IGNORECASE)


def is_valid_cvr(text: str) -> bool:
    """Whether the text is eight digits, not starting with 0, whose check digit is right."""
    if not EIGHT_DIGITS.fullmatch(text) or text.startswith("0"):
        return False
    return sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=True)) % 11 == 0


def lasso_id(cvr: str) -> str:
    """A company's id in the API: `CVR-1-34580820`."""
    return f"CVR-1-{cvr}"


def parse_lasso_id(text: str) -> str:
    """The CVR number in a company's id, in any letter case.

    Raises:
        ValueError: the id is none, or not a company's.
    """
    match = COMPANY_ID.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text[:60]!r} is not the id of a company; write it as CVR-1-34580820.")
    return match[1].zfill(8)
