"""Sentences on earnings: turnover, result, losses, interest. Each rule gives one sentence, or "" where it has none."""

from __future__ import annotations

from decimal import Decimal

from companies.ratios import interest_cover
from lasso.language import translate as _
from reporting.contents.formats import number, percent
from reporting.contents.story import Story

# A change below this part of the year before is called none.
FLAT = Decimal("0.01")
# With so many losses among the years shown they are counted.
LOSSES_TOLD = 2
# Interest cover below this is told.
LEAST_COVER = Decimal(2)


def turnover(story: Story) -> str:
    """Revenue, or gross profit where there is none, against the year before."""
    name = "revenue" if story.value("revenue") is not None else "grossProfit"
    now, before = story.value(name), story.before(name)
    if now is None:
        return ""
    figure = {"revenue": _("Nettoomsætningen"), "grossProfit": _("Bruttofortjenesten")}[name]
    if before is None or not story.are_flows_comparable:
        return _("{figure} var {now}.").format(figure=figure, now=story.amount(now))
    return movement(story, figure, now, before)


def movement(story: Story, figure: str, now: Decimal, before: Decimal) -> str:
    """A figure against the year before, with the percentage where the old one was positive."""
    said = {"figure": figure, "now": story.amount(now), "before": story.amount(before)}
    if now == before:
        return _("{figure} var {now}, som året før.").format(**said)
    if before > 0 and abs(now - before) < before * FLAT:
        return _("{figure} var næsten uændret: {now} mod {before} året før.").format(**said)
    if before <= 0:
        return _("{figure} var {now} mod {before} året før.").format(**said)
    said["share"] = percent(abs(now - before) / before)
    if now > before:
        return _("{figure} steg med {share} fra {before} til {now}.").format(**said)
    return _("{figure} faldt med {share} fra {before} til {now}.").format(**said)


def result(story: Story) -> str:
    """The year's result after tax, against the year before where both are twelve months."""
    now, before = story.value("result"), story.before("result")
    if now is None:
        return ""
    if before is None or not story.are_flows_comparable:
        return _("Årets resultat efter skat blev {now}.").format(now=_outcome(story, now))
    return _("Årets resultat efter skat blev {now} mod {before} året før.").format(
        now=_outcome(story, now), before=_outcome(story, before)
    )


def losses(story: Story) -> str:
    """How many of the years shown ended with a loss; told from two on."""
    results = [value for value in (accounts.value("result") for accounts in story.years) if value is not None]
    count = sum(value < 0 for value in results)
    if count < LOSSES_TOLD:
        return ""
    if count == len(story.years):
        return _("Alle {years} regnskabsår gav underskud.").format(years=count)
    if count == len(results):
        return _("Alle {years} regnskabsår, hvis resultat er kendt, gav underskud.").format(years=count)
    return _("{count} af {years} regnskabsår gav underskud.").format(count=count, years=len(results))


def interest(story: Story) -> str:
    """Whether the operating result pays the financial expenses; told where it does not do so twice."""
    cover, ebit, expenses = interest_cover(story.newest), story.value("ebit"), story.value("financeExpenses")
    if cover is None or ebit is None or expenses is None or cover >= LEAST_COVER:
        return ""
    said = {"ebit": story.amount(abs(ebit)), "expenses": story.amount(abs(expenses))}
    if ebit < 0:
        return _("Den primære drift gav et underskud på {ebit} før finansielle poster.").format(**said)
    if cover < 1:
        return _(
            "Resultatet af den primære drift på {ebit} dækker ikke de finansielle omkostninger på {expenses}."
        ).format(**said)
    return _(
        "Resultatet af den primære drift på {ebit} dækker kun de finansielle omkostninger på {expenses} {times} gange."
    ).format(**said, times=number(cover, 1))


def _outcome(story: Story, value: Decimal) -> str:
    if value == 0:
        return _("nul")
    if value > 0:
        return _("et overskud på {amount}").format(amount=story.amount(value))
    return _("et underskud på {amount}").format(amount=story.amount(-value))
