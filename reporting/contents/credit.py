"""The credit policy judged on the newest accounts with its margin, and year by year; loss of capital."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from companies.figures import Accounts
from companies.profile import Profile
from companies.ratios import RATIOS_BY_NAME, Ratio
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.blocks import Cell, Check, Checks, Row, Section, Table, Tile, Tone, row
from reporting.contents.formats import DASH, money, number, percent
from reporting.contents.marks import SIGNS
from reporting.contents.ratios import LIMITED_RATIOS, THRESHOLDS, label, ratio_values
from reporting.contents.years import figures_source, year_columns, years_of
from reporting.material import Material

# Selskabsloven is about these; of other forms nothing is said on loss of capital by law.
CAPITAL_COMPANIES = frozenset({"A/S", "APS", "IVS", "P/S"})
# A loss of capital: equity below this part of the registered capital.
LOSS_OF_CAPITAL = Decimal("0.5")
RULE_OF_LOSS = mark("selskabsloven § 119")


def credit_checks(material: Material) -> tuple[Check, ...]:
    """Each ratio that the credit policy limits, judged on the newest accounts; none without accounts."""
    years = years_of(material)
    if not years:
        return ()
    return (*(_ratio_check(ratio, years) for ratio in LIMITED_RATIOS), capital_loss_check(material.profile, years[0]))


def credit_section(material: Material, checks: tuple[Check, ...]) -> Section:
    """The verdicts on the newest accounts, and the policy held against each of the years."""
    years = years_of(material)
    table = Table(
        columns=year_columns(years),
        rows=tuple(_policy_row(ratio, years) for ratio in LIMITED_RATIOS),
        title=_("Kreditpolitikken år for år"),
        note=_("{good}: over grænsen. {bad}: ikke over grænsen. {dash}: kan ikke beregnes.").format(
            good=SIGNS[Tone.GOOD], bad=SIGNS[Tone.BAD], dash=DASH
        ),
        is_dense=True,
    )
    return Section(_("Kreditpolitik"), (Checks(checks), table), figures_source(years), is_kept=True)


def ratio_tile(material: Material, name: str) -> Tile:
    """A ratio of the newest accounts as one of the summary's facts."""
    ratio = RATIOS_BY_NAME[name]
    years = years_of(material)
    value = ratio_values(ratio, years)[0] if years else None
    detail = _("Kreditpolitik: over {limit}").format(limit=percent(THRESHOLDS[name], 0)) if name in THRESHOLDS else ""
    return Tile(label(ratio), percent(value), detail)


def is_capital_company(profile: Profile) -> bool:
    """Whether selskabsloven's rules on loss of capital are about a company of this form."""
    return profile.form is not None and profile.form.short.upper() in CAPITAL_COMPANIES


def has_lost_capital(accounts: Accounts) -> bool | None:
    """Whether equity is below half of the capital; None where one of them is unknown and equity is not negative."""
    equity, capital = accounts.value("equity"), accounts.value("contributedCapital")
    if equity is not None and equity < 0:
        return True
    return None if equity is None or capital is None else equity < capital * LOSS_OF_CAPITAL


def _policy_row(ratio: Ratio, years: tuple[Accounts, ...]) -> Row:
    limit = THRESHOLDS[ratio.name]
    title = _("{ratio} over {limit}").format(ratio=label(ratio), limit=percent(limit, 0))
    return row(title, *(_policy_cell(value, limit) for value in ratio_values(ratio, years)))


def _policy_cell(value: Decimal | None, limit: Decimal) -> Cell:
    if value is None:
        return Cell(DASH)
    return Cell(f"{percent(value)} {SIGNS[Tone.GOOD if value > limit else Tone.BAD]}")


def _ratio_check(ratio: Ratio, years: tuple[Accounts, ...]) -> Check:
    value = ratio_values(ratio, years)[0]
    limit = THRESHOLDS[ratio.name]
    sides = ((_("Krav"), _("over {limit}").format(limit=percent(limit, 0))), (_("Beregnet"), percent(value)))
    if value is None:
        reason = _("Kan ikke beregnes: et tal mangler, er selvmodsigende, eller nævneren er ikke positiv.")
        return Check(label(ratio), Tone.OPEN, reason, sides)
    points = number(abs(value - limit) * 100, 1)
    if value > limit:
        verdict = _("Opfylder kreditpolitikken med {points} procentpoint.").format(points=points)
        return Check(label(ratio), Tone.GOOD, f"{verdict} {_margin(ratio, years[0])}", sides)
    verdict = _("Opfylder ikke kreditpolitikken: grænsen er {points} procentpoint højere.").format(points=points)
    return Check(label(ratio), Tone.BAD, f"{verdict} {_margin(ratio, years[0])}", sides)


def _margin(ratio: Ratio, newest: Accounts) -> str:
    """What the margin, or the lack of one, is in money, by the ratio's own definition."""
    if ratio.name == "solvency":
        return _solvency_margin(newest, THRESHOLDS["solvency"])
    return _liquidity_margin(newest, THRESHOLDS["liquidity"])


def _solvency_margin(newest: Accounts, limit: Decimal) -> str:
    """A loss takes the same from equity and assets: (E − L) / (A − L) = limit gives L; new capital adds to both."""
    equity, assets = newest.value("equity") or Decimal(0), newest.value("assets") or Decimal(0)
    loss = (equity - limit * assets) / (1 - limit)
    amount = money(abs(loss).to_integral_value(ROUND_HALF_UP), newest.currency)
    if loss > 0:
        return _("Et tab på {amount} fører ned til grænsen.").format(amount=amount)
    return _("Ny egenkapital på {amount} fører op til grænsen.").format(amount=amount)


def _liquidity_margin(newest: Accounts, limit: Decimal) -> str:
    """How far the current assets are from what the limit asks of them."""
    current, owed = newest.value("currentAssets") or Decimal(0), newest.value("shortTermLiabilities") or Decimal(0)
    excess = current - limit * owed
    amount = money(abs(excess).to_integral_value(ROUND_HALF_UP), newest.currency)
    if excess > 0:
        return _("Omsætningsaktiverne er {amount} over kravet.").format(amount=amount)
    return _("Omsætningsaktiverne er {amount} under kravet.").format(amount=amount)


def capital_loss_check(profile: Profile, newest: Accounts) -> Check:
    """Whether half of the capital is lost, at which the owners must be called together."""
    equity, capital = newest.value("equity"), newest.value("contributedCapital")
    subject = _("Kapitaltab")
    sides = (
        (_("Egenkapital"), money(equity, newest.currency)),
        (_("Selskabskapital"), money(capital, newest.currency)),
    )
    rule = _(RULE_OF_LOSS) if is_capital_company(profile) else ""
    if equity is None:
        return Check(subject, Tone.OPEN, _("Egenkapitalen er ikke entydigt oplyst."), sides, rule)
    if equity < 0:
        return Check(subject, Tone.BAD, _("Egenkapitalen er negativ."), sides, rule)
    has_lost = has_lost_capital(newest)
    if has_lost is None:
        return Check(subject, Tone.OPEN, _("Selskabskapitalen er ikke entydigt oplyst."), sides, rule)
    if has_lost:
        return Check(subject, Tone.BAD, _("Egenkapitalen er under halvdelen af selskabskapitalen."), sides, rule)
    return Check(subject, Tone.GOOD, _("Egenkapitalen er mindst halvdelen af selskabskapitalen."), sides, rule)
