"""What cannot be taken at face value in the figures shown, in words."""

from __future__ import annotations

from companies.doubts import Doubt, DoubtKind, doubts_about
from companies.figures import Accounts
from reporting.contents.formats import money, number, short_date
from reporting.contents.key_figures import LABELS


def doubt_sentences(accounts: Accounts) -> list[str]:
    """A sentence for each doubt about a year's figures; the length of the period is told where ratios are."""
    return [sentence for doubt in doubts_about(accounts) if (sentence := _sentence(doubt, accounts))]


def contradiction_sentences(accounts: Accounts) -> list[str]:
    """Those of figures that one annual report gives several values of."""
    return [_sentence(doubt, accounts) for doubt in doubts_about(accounts) if doubt.kind is DoubtKind.CONTRADICTION]


def _sentence(doubt: Doubt, accounts: Accounts) -> str:
    day = short_date(accounts.end_date)
    label = LABELS.get(doubt.figures[0], doubt.figures[0]) if doubt.figures else ""
    values = " / ".join(map(number, doubt.values))
    match doubt.kind:
        case DoubtKind.CONTRADICTION:
            return f"Årsrapporten modsiger sig selv. {label} {day}: {values}."
        case DoubtKind.UNBALANCED:
            assets, liabilities = doubt.values
            return f"Aktiver og passiver {day} afviger med {money(abs(assets - liabilities), accounts.currency)}."
        case DoubtKind.NEGATIVE:
            return f"{label} {day} er negativ: {values}."
        case DoubtKind.IMPLAUSIBLE:
            return f"{label} {day} er oplyst til {values}, hvilket ikke passer med personaleomkostningerne."
        case DoubtKind.GROUP_ONLY:
            return f"Tallene {day} er koncernens: årsrapporten har ingen tal for selskabet alene."
        case DoubtKind.NOT_TWELVE_MONTHS:
            return ""
