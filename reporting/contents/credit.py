"""The credit policy judged on the newest accounts, and the development in plain words."""

from __future__ import annotations

from companies.figures import Accounts
from companies.ratios import RATIOS_BY_NAME, Ratio, follows
from reporting.contents.blocks import Check, Checks, Paragraph, Section, Tile, Tone
from reporting.contents.filings import ACCOUNTS_SOURCE
from reporting.contents.formats import DASH, long_date, money, percent
from reporting.contents.key_figures import LABELS, years_of
from reporting.contents.ratios import LIMITED_RATIOS, THRESHOLDS, ratio_values
from reporting.material import Material


def credit_checks(material: Material) -> tuple[Check, ...]:
    """Each ratio that the credit policy limits, judged on the newest accounts; none without accounts."""
    years = years_of(material)
    if not years:
        return ()
    return (*(_ratio_check(ratio, years) for ratio in LIMITED_RATIOS), _equity_check(years[0]))


def credit_section(material: Material, checks: tuple[Check, ...]) -> Section:
    """The verdicts, and what the figures say in words."""
    sentences = development(years_of(material))
    blocks = (Checks(checks), *((Paragraph(" ".join(sentences)),) if sentences else ()))
    return Section("Kreditpolitik og udvikling", blocks, ACCOUNTS_SOURCE, is_kept=True)


def ratio_tile(material: Material, name: str) -> Tile:
    """A ratio of the newest accounts as one of the summary's facts."""
    ratio = RATIOS_BY_NAME[name]
    years = years_of(material)
    value = ratio_values(ratio, years)[0] if years else None
    threshold = THRESHOLDS.get(name)
    detail = f"Kreditpolitik: over {percent(threshold, 0)}" if threshold else ""
    return Tile(ratio.label, percent(value), detail)


def development(years: tuple[Accounts, ...]) -> list[str]:
    """The newest year against the one before, in sentences made from the figures alone."""
    if not years:
        return []
    newest, previous = years[0], years[1] if len(years) > 1 and follows(years[0], years[1]) else None
    result = newest.value("result")
    sentences = []
    if result is not None:
        kind = "overskud" if result >= 0 else "underskud"
        sentences.append(
            f"Regnskabsåret til {long_date(newest.end_date)} gav et {kind} efter skat på "
            f"{money(abs(result), newest.currency)}."
        )
    if previous:
        sentences += [
            sentence for name in ("revenue", "grossProfit", "equity") if (sentence := _movement(name, newest, previous))
        ]
    return sentences


def _ratio_check(ratio: Ratio, years: tuple[Accounts, ...]) -> Check:
    value = ratio_values(ratio, years)[0]
    threshold = THRESHOLDS[ratio.name]
    sides = (("Krav", f"over {percent(threshold, 0)}"), ("Beregnet", percent(value)))
    if value is None:
        reason = "Kan ikke beregnes: et tal mangler, er selvmodsigende, eller nævneren er ikke positiv."
        return Check(ratio.label, Tone.OPEN, reason, sides)
    if value > threshold:
        return Check(ratio.label, Tone.GOOD, "Opfylder kreditpolitikken.", sides)
    return Check(ratio.label, Tone.BAD, "Opfylder ikke kreditpolitikken.", sides)


def _equity_check(newest: Accounts) -> Check:
    equity, capital = newest.value("equity"), newest.value("contributedCapital")
    subject = "Kapitaltab"
    sides = (("Egenkapital", money(equity, newest.currency)), ("Selskabskapital", money(capital, newest.currency)))
    if equity is None:
        return Check(subject, Tone.OPEN, "Egenkapitalen er ikke entydigt oplyst.", sides)
    if equity < 0:
        return Check(subject, Tone.BAD, "Egenkapitalen er negativ.", sides)
    if capital is None:
        return Check(subject, Tone.OPEN, "Selskabskapitalen er ikke entydigt oplyst.", sides)
    if equity < capital / 2:
        reason = "Egenkapitalen er under halvdelen af selskabskapitalen (selskabsloven § 119)."
        return Check(subject, Tone.BAD, reason, sides)
    return Check(subject, Tone.GOOD, "Egenkapitalen er mindst halvdelen af selskabskapitalen.", sides)


def _movement(name: str, newest: Accounts, previous: Accounts) -> str:
    now, before = newest.value(name), previous.value(name)
    if now is None or before is None:
        return ""
    label = {"equity": "Egenkapitalen", "revenue": "Nettoomsætningen", "grossProfit": "Bruttofortjenesten"}.get(
        name, LABELS[name]
    )
    if now == before:
        return f"{label} var uændret."
    share = f" ({percent(abs(now - before) / before)})" if before > 0 else ""
    verb = "steg" if now > before else "faldt"
    text = f"{label} {verb} med {money(abs(now - before), newest.currency)}{share} til {money(now, newest.currency)}."
    return "" if DASH in text else text
