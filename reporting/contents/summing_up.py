"""The short text in plain words: rules of which each gives one sentence, the weightiest kept, by topic.

The same figures give the same sentences. docs/reports.md lists the rules with their thresholds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from lasso.language import mark
from lasso.language import translate as _
from reporting.contents import story_balance, story_earnings, story_scope
from reporting.contents.blocks import Fact, Facts, Note, Section
from reporting.contents.story import Story, story_of
from reporting.contents.years import figures_source
from reporting.material import Material

MOST_SENTENCES, MOST_IN_LEAD = 9, 4


class Weight(IntEnum):
    """Which sentences go first when there are too many; of one weight those that stand first."""

    MUST = 1  # whoever does not read it is misled
    CORE = 2  # result, equity, liquidity
    GOOD = 3
    EXTRA = 4


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: what its sentence is about, how weighty it is, and the sentence that it gives ("" for none)."""

    topic: str
    weight: Weight
    sentence: Callable[[Story], str]


EARNINGS, CAPITAL, LIQUIDITY = mark("Indtjening"), mark("Kapital og gæld"), mark("Likviditet")
PEOPLE, RESERVATIONS = mark("Ansatte og revisor"), mark("Forbehold")
TOPICS = (EARNINGS, CAPITAL, LIQUIDITY, PEOPLE, RESERVATIONS)
RULES = (
    Rule(EARNINGS, Weight.CORE, story_earnings.turnover),
    Rule(EARNINGS, Weight.CORE, story_earnings.result),
    Rule(EARNINGS, Weight.GOOD, story_earnings.losses),
    Rule(EARNINGS, Weight.GOOD, story_earnings.interest),
    Rule(CAPITAL, Weight.CORE, story_balance.equity),
    Rule(CAPITAL, Weight.MUST, story_balance.capital_loss),
    Rule(CAPITAL, Weight.EXTRA, story_balance.debt),
    Rule(CAPITAL, Weight.GOOD, story_balance.standing_out),
    Rule(LIQUIDITY, Weight.CORE, story_balance.liquidity),
    Rule(LIQUIDITY, Weight.EXTRA, story_balance.cash),
    Rule(PEOPLE, Weight.EXTRA, story_scope.staff),
    Rule(PEOPLE, Weight.CORE, story_scope.auditor),
    Rule(PEOPLE, Weight.MUST, story_scope.going_concern),
    Rule(PEOPLE, Weight.GOOD, story_scope.changed_auditor),
    Rule(RESERVATIONS, Weight.MUST, story_scope.contradictions),
    Rule(RESERVATIONS, Weight.MUST, story_scope.group_only),
    Rule(RESERVATIONS, Weight.MUST, story_scope.period),
    Rule(RESERVATIONS, Weight.MUST, story_scope.currency),
    Rule(RESERVATIONS, Weight.GOOD, story_scope.gap),
    Rule(RESERVATIONS, Weight.GOOD, story_scope.only_year),
    Rule(RESERVATIONS, Weight.GOOD, story_scope.missing_figures),
    Rule(RESERVATIONS, Weight.EXTRA, story_scope.missing_revenue),
)


def sentences(story: Story, most: int = MOST_SENTENCES) -> tuple[tuple[str, str], ...]:
    """The topic and the words of at most so many sentences, the weightiest, in the order of the rules."""
    said = [(rule, sentence) for rule in RULES if (sentence := rule.sentence(story))]
    kept = sorted(said, key=lambda one: one[0].weight)[:most]
    return tuple((rule.topic, sentence) for rule, sentence in said if (rule, sentence) in kept)


def lead_text(material: Material) -> str:
    """The sentences that the summary opens with, as running text; empty without accounts."""
    if not material.accounts:
        return ""
    return " ".join(words for _topic, words in sentences(story_of(material), MOST_IN_LEAD))


def summing_up_section(material: Material) -> Section:
    """The sentences by topic."""
    story = story_of(material)
    said = sentences(story)
    facts = tuple(
        Fact(_(topic), lines) for topic in TOPICS if (lines := tuple(words for about, words in said if about == topic))
    )
    note = Note(_("Teksten er dannet af tallene efter faste regler; beløb er afrundet. Det er ikke en vurdering."))
    return Section(_("I korte træk"), (Facts(facts), note), figures_source(story.years), is_kept=True)
