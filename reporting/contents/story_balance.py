"""Sentences on the balance: equity, loss of capital, liquidity, cash, debt, and what moved most."""

from __future__ import annotations

from decimal import Decimal

from companies.derived import total_debt
from companies.figures import Accounts
from companies.ratios import liquidity as liquidity_of
from companies.ratios import solvency as solvency_of
from lasso.language import translate as _
from reporting.contents.credit import has_lost_capital, is_capital_company
from reporting.contents.formats import percent
from reporting.contents.statements import label_of
from reporting.contents.story import Story

# What moved most is told if it moved by this part of the assets, and by this part of itself.
LARGE_OF_ASSETS, LARGE_OF_ITSELF = Decimal("0.10"), Decimal("0.50")
MAY_STAND_OUT = (
    "noncurrentAssets",
    "inventories",
    "shortTermReceivables",
    "provisions",
    "longTermLiabilities",
    "shortTermLiabilities",
)


def equity(story: Story) -> str:
    """Equity and solvency against the year before; what a loss of capital means by law is another sentence."""
    now, before, ratio = story.value("equity"), story.before("equity"), solvency_of(story.newest)
    if now is None:
        return ""
    said = {"now": story.amount(now), "ratio": percent(ratio)}
    if now < 0:
        return _("Egenkapitalen er negativ: {now}, soliditetsgrad {ratio}.").format(**said)
    if before is None:
        return _("Egenkapitalen er {now} og soliditetsgraden {ratio}.").format(**said)
    said |= {"before": story.amount(before), "ratio_before": percent(_ratio_before(story))}
    return _("Egenkapitalen er {now} mod {before} året før; soliditetsgraden er {ratio} mod {ratio_before}.").format(
        **said
    )


def capital_loss(story: Story) -> str:
    """Equity below half of the capital of a capital company: what selskabsloven § 119 asks of the management."""
    capital = story.value("contributedCapital")
    if not has_lost_capital(story.newest) or not is_capital_company(story.profile):
        return ""
    equity_now = story.value("equity")
    if capital is None or (equity_now is not None and equity_now < 0):
        return _(
            "Kapitalen er tabt: ledelsen skal sørge for, at der holdes generalforsamling inden seks måneder efter, at "
            "tabet er konstateret, og redegøre for den økonomiske stilling (selskabsloven § 119)."
        )
    return _(
        "Egenkapitalen er under halvdelen af selskabskapitalen på {capital}: ledelsen skal sørge for, at der holdes "
        "generalforsamling inden seks måneder efter, at tabet er konstateret, og redegøre for den økonomiske stilling "
        "(selskabsloven § 119)."
    ).format(capital=story.amount(capital))


def liquidity(story: Story) -> str:
    """Whether the current assets cover the short-term liabilities."""
    current, owed, ratio = (
        story.value("currentAssets"),
        story.value("shortTermLiabilities"),
        liquidity_of(story.newest),
    )
    if current is None or owed is None or ratio is None:
        return ""
    said = {"current": story.amount(current), "owed": story.amount(owed), "ratio": percent(ratio)}
    if ratio < 1:
        return _(
            "Omsætningsaktiverne på {current} dækker ikke de kortfristede gældsforpligtelser på {owed}: "
            "likviditetsgraden er {ratio}."
        ).format(**said)
    return _(
        "Omsætningsaktiverne på {current} dækker de kortfristede gældsforpligtelser på {owed}: likviditetsgraden er "
        "{ratio}."
    ).format(**said)


def cash(story: Story) -> str:
    """Cash against the year before, and what it is of the short-term liabilities."""
    now, before, owed = story.value("cash"), story.before("cash"), story.value("shortTermLiabilities")
    if now is None:
        return ""
    said = {"now": story.amount(now)}
    if owed is not None and owed > 0:
        said["share"] = percent(now / owed)
        if before is None:
            return _("De likvide beholdninger er {now}, {share} af den kortfristede gæld.").format(**said)
        said["before"] = story.amount(before)
        return _(
            "De likvide beholdninger er {now} mod {before} året før; de svarer til {share} af den kortfristede gæld."
        ).format(**said)
    if before is None:
        return _("De likvide beholdninger er {now}.").format(**said)
    return _("De likvide beholdninger er {now} mod {before} året før.").format(**said, before=story.amount(before))


def debt(story: Story) -> str:
    """All that is not equity, as a part of the assets, and how much of it is short-term."""
    owed, assets, short = total_debt(story.newest), story.value("assets"), story.value("shortTermLiabilities")
    if owed is None or assets is None or assets <= 0:
        return ""
    said = {"owed": story.amount(owed), "share": percent(owed / assets)}
    if short is None:
        return _("Gæld og hensatte forpligtelser udgør {owed}, {share} af aktiverne.").format(**said)
    return _("Gæld og hensatte forpligtelser udgør {owed}, {share} af aktiverne; {short} er kortfristet.").format(
        **said, short=story.amount(short)
    )


def standing_out(story: Story) -> str:
    """The item of the balance that moved most, if it moved by much of the assets and of itself."""
    assets = story.value("assets")
    if assets is None or assets <= 0:
        return ""
    moves = [
        (abs(now - before), name, now, before)
        for name in MAY_STAND_OUT
        if (now := story.value(name)) is not None and (before := story.before(name)) is not None and before > 0
    ]
    large = [move for move in moves if move[0] >= assets * LARGE_OF_ASSETS and move[0] >= move[3] * LARGE_OF_ITSELF]
    if not large:
        return ""
    moved, name, now, before = max(large)
    said = {
        "figure": label_of(name),
        "before": story.amount(before),
        "now": story.amount(now),
        "share": percent(moved / before),
    }
    if now > before:
        return _("Størst udsving i balancen: {figure} steg med {share} fra {before} til {now}.").format(**said)
    return _("Størst udsving i balancen: {figure} faldt med {share} fra {before} til {now}.").format(**said)


def _ratio_before(story: Story) -> Decimal | None:
    """Solvency of the year before, by its own filing or by the newest one's comparative figures."""
    if story.previous is not None:
        return solvency_of(story.previous)
    newest = story.newest
    return solvency_of(Accounts(newest.cvr, newest.start_date, newest.end_date, figures=newest.comparative_figures))
