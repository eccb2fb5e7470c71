"""Sentences on staff and auditor, and on what the figures do not say: periods, gaps, currency, what is missing."""

from __future__ import annotations

from itertools import pairwise

from companies.auditing import Assistance, ModifiedOpinion
from companies.doubts import is_employees_plausible
from companies.ratios import adjoins, is_whole_year
from lasso.language import translate as _
from reporting.contents.auditing import has_changed_auditor
from reporting.contents.filings import is_modified
from reporting.contents.formats import enumeration, long_date
from reporting.contents.statements import employees_text, label_of
from reporting.contents.story import Story, small
from reporting.contents.years import period_length

CLASS_B = "Regnskabsklasse B"
# What a sentence above is made from; what of it is missing is named in one sentence.
EXPECTED = ("result", "equity", "assets", "currentAssets", "shortTermLiabilities", "cash")


def staff(story: Story) -> str:
    """The average number of employees against the year before, or why it is not used."""
    now, before = story.value("employees"), story.before("employees")
    if now is None:
        return ""
    if not is_employees_plausible(story.newest):
        return _("Det oplyste antal ansatte, {now}, passer ikke med personaleomkostningerne og er ikke brugt.").format(
            now=employees_text(now)
        )
    is_before_plausible = story.previous is None or is_employees_plausible(story.previous)
    if before is None or not is_before_plausible:
        return _("Det gennemsnitlige antal ansatte var {now}.").format(now=employees_text(now))
    if now == before:
        return _("Det gennemsnitlige antal ansatte var {now} som året før.").format(now=employees_text(now))
    return _("Det gennemsnitlige antal ansatte var {now} mod {before} året før.").format(
        now=employees_text(now), before=employees_text(before)
    )


def auditor(story: Story) -> str:
    """How far an auditor vouches for the newest accounts, and with which reservation."""
    newest = story.newest
    if is_modified(newest):
        return {
            ModifiedOpinion.ADVERSE.value: _("Revisor konkluderer, at årsregnskabet ikke er retvisende."),
            ModifiedOpinion.DISCLAIMER.value: _("Revisor har ikke kunnet afgive en konklusion om årsregnskabet."),
        }.get(newest.modified_opinion, _("Revisors konklusion er afgivet med forbehold."))
    sentences = {
        Assistance.AUDIT.value: _("Årsregnskabet er revideret, og konklusionen nævner ingen forbehold."),
        Assistance.EXTENDED_REVIEW.value: _(
            "Årsregnskabet har fået udvidet gennemgang, og konklusionen nævner ingen forbehold."
        ),
    }
    if newest.assistance in sentences and newest.opinion:
        return sentences[newest.assistance]
    return {
        Assistance.AUDIT.value: _("Årsregnskabet er revideret; konklusionen kan ikke læses maskinelt."),
        Assistance.EXTENDED_REVIEW.value: _(
            "Årsregnskabet har fået udvidet gennemgang; konklusionen kan ikke læses maskinelt."
        ),
        Assistance.REVIEW.value: _("Årsregnskabet er gennemgået af en revisor (review), men ikke revideret."),
        Assistance.OTHER_ASSURANCE.value: _("En revisor har afgivet en anden erklæring med sikkerhed end revision."),
        Assistance.NO_ASSURANCE.value: _("En revisor har medvirket uden at afgive en erklæring med sikkerhed."),
        Assistance.NONE.value: _("Årsregnskabet er aflagt uden bistand fra en revisor."),
    }.get(newest.assistance, "")


def going_concern(story: Story) -> str:
    """The auditor's doubt about going concern."""
    if not story.newest.going_concern:
        return ""
    return _("Revisor oplyser om væsentlig usikkerhed om selskabets fortsatte drift.")


def changed_auditor(story: Story) -> str:
    """Another audit firm than in the filing before."""
    older = story.years[1] if len(story.years) > 1 else None
    if older is None or not has_changed_auditor(story.newest, older):
        return ""
    return _("Revisionsfirmaet er skiftet fra {old} til {new} siden den foregående årsrapport.").format(
        old=older.audit_firm or older.audit_firm_cvr, new=story.newest.audit_firm or story.newest.audit_firm_cvr
    )


def period(story: Story) -> str:
    """A newest period that is not twelve months, or such a one before it."""
    if is_whole_year(story.newest):
        return _period_before(story)
    return _(
        "Det seneste regnskabsår dækker {length}; beløbene er ikke omregnet til et helt år og sammenlignes ikke."
    ).format(length=period_length(story.newest))


def _period_before(story: Story) -> str:
    previous = story.previous
    if previous is None or is_whole_year(previous):
        return ""
    return _("Det foregående regnskabsår dækkede {length}, så årets indtjening er ikke sammenlignet med det.").format(
        length=period_length(previous)
    )


def only_year(story: Story) -> str:
    """A single filing: the company's first, or the only one that the register has."""
    if len(story.years) > 1:
        return ""
    founded = story.profile.founded_date
    if founded is not None and story.newest.start_date <= founded:
        return _("Det er selskabets første regnskabsår, så der er ingen tidligere tal.")
    if story.newest.comparative_figures:
        return _("Der er kun én årsrapport; året før er dens egne sammenligningstal.")
    return _("Der er kun én årsrapport, så udviklingen kan ikke beskrives.")


def gap(story: Story) -> str:
    """Periods between the years shown that no filing covers, or two filings that overlap."""
    for newer, older in pairwise(story.years):
        if not adjoins(newer, older):
            return _(
                "Årsrapporterne hænger ikke sammen mellem {older} og {newer}; tal på hver sin side sammenlignes ikke."
            ).format(older=long_date(older.end_date), newer=long_date(newer.start_date))
    return ""


def currency(story: Story) -> str:
    """Amounts in another currency than kroner, or in another one than the year before."""
    newest = story.newest
    older = story.years[1] if len(story.years) > 1 else None
    if older is not None and older.currency != newest.currency:
        return _("Regnskabet er skiftet fra {old} til {new}; tal i to valutaer sammenlignes ikke.").format(
            old=older.currency, new=newest.currency
        )
    if newest.currency == "DKK":
        return ""
    return _("Beløbene er i {currency} og er ikke omregnet til danske kroner.").format(currency=newest.currency)


def group_only(story: Story) -> str:
    """Figures that are the group's, as the filing has none of the company's own."""
    return _("Tallene er koncernens, ikke selskabets egne.") if story.newest.is_group else ""


def contradictions(story: Story) -> str:
    """Figures of the newest filing that it gives several values of."""
    names = [small(label_of(name)) for name, figure in story.newest.figures.items() if figure.conflict]
    if not names:
        return ""
    return _("Årsrapporten giver flere værdier for {figures}; ingen af dem er brugt.").format(
        figures=enumeration(names)
    )


def missing_revenue(story: Story) -> str:
    """No revenue: small companies may leave it out."""
    if "revenue" in story.newest.figures:
        return ""
    if story.newest.accounting_class.startswith(CLASS_B):
        return _("Nettoomsætningen er ikke oplyst; i regnskabsklasse B må den udelades (årsregnskabsloven § 32).")
    return _("Nettoomsætningen er ikke oplyst, så overskudsgraden kan ikke beregnes.")


def missing_figures(story: Story) -> str:
    """What else nothing can be said of, because the filing lacks it."""
    names = [small(label_of(name)) for name in EXPECTED if name not in story.newest.figures]
    if not names:
        return ""
    return _("Årsrapporten mangler {figures}; om det siger rapporten intet.").format(
        figures=enumeration(names, most=len(EXPECTED))
    )
