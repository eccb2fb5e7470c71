"""What cannot be taken at face value in the figures shown: each doubt in words, with its filing and what was used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from companies.doubts import Doubt, DoubtKind, doubts_about
from companies.doubts_between_years import doubts_between
from companies.figures import Accounts
from lasso.language import mark
from lasso.language import translate as _
from lasso.language import translate_count as _n
from reporting.contents.blocks import Block, Cell, Column, Notice, Row, Section, Table, Tone, row
from reporting.contents.formats import enumeration, local_date, money, number, short_date
from reporting.contents.restated import restated_block
from reporting.contents.statements import employees_text, label_of
from reporting.contents.years import figures_source, period_length, year_before

USED: Mapping[DoubtKind, str] = {
    DoubtKind.CONTRADICTION: mark("Ingen af værdierne; nøgletal, der bygger på tallet, er udeladt."),
    DoubtKind.UNBALANCED: mark("Begge tal, som de er indberettet."),
    DoubtKind.PARTS: mark("Tallene, som de er indberettet."),
    DoubtKind.TAX: mark("Tallene, som de er indberettet."),
    DoubtKind.IMPLAUSIBLE: mark("Vist som indberettet, men ikke brugt i teksten."),
    DoubtKind.NEGATIVE: mark("Tallet, som det er indberettet."),
    DoubtKind.NOT_TWELVE_MONTHS: mark("Tallene uden omregning; ikke sammenlignet med andre år."),
    DoubtKind.GROUP_ONLY: mark("Koncernens tal."),
    DoubtKind.SCALED: mark("Hvert års tal, som det er indberettet for året."),
    DoubtKind.SCALED_CAPITAL: mark("Hvert års tal, som det er indberettet for året."),
    DoubtKind.SIGN: mark("Tallene, som de er indberettet."),
}


def doubts_of(accounts: Accounts, years: tuple[Accounts, ...]) -> tuple[Doubt, ...]:
    """Every doubt about a year's figures: by themselves, and against the year before."""
    return (*doubts_about(accounts), *doubts_between(accounts, year_before(years, accounts)))


def doubt_sentences(years: tuple[Accounts, ...]) -> list[str]:
    """A sentence for each doubt about the years' figures that makes a report say less than it should.

    The length of a period is no such doubt: it is told where the figures are. Years of the group's figures share one.
    """
    found = [(doubt, accounts) for accounts in years for doubt in doubts_of(accounts, years)]
    sentences = [
        sentence_of(doubt, accounts)
        for doubt, accounts in found
        if doubt.kind not in {DoubtKind.NOT_TWELVE_MONTHS, DoubtKind.GROUP_ONLY}
    ]
    of_groups = [accounts for doubt, accounts in found if doubt.kind is DoubtKind.GROUP_ONLY]
    return [*sentences, _group_only_sentence(of_groups)] if of_groups else sentences


def contradiction_sentences(accounts: Accounts) -> list[str]:
    """Those of figures that one annual report gives several values of."""
    return [sentence_of(doubt, accounts) for doubt in doubts_about(accounts) if doubt.kind is DoubtKind.CONTRADICTION]


def doubts_section(years: tuple[Accounts, ...]) -> Section:
    """Every doubt with the filing that it is about and what was used, and what later filings restated."""
    nothing = Notice(Tone.GOOD, _("Ingen af de viste tal modsiger hinanden i samme årsrapport."))
    blocks: tuple[Block, ...] = (doubts_table(years) or nothing, *restated_block(years))
    return Section(_("Modsigelser, forbehold og rettelser"), blocks, figures_source(years))


def doubts_table(years: tuple[Accounts, ...]) -> Table | None:
    """Every doubt with the filing that it is about and what was used; None where there are none."""
    found = [(doubt, accounts) for accounts in years for doubt in doubts_of(accounts, years)]
    rows = [_doubt_row(doubt, accounts) for doubt, accounts in found if doubt.kind is not DoubtKind.GROUP_ONLY]
    rows += _group_only_row([accounts for doubt, accounts in found if doubt.kind is DoubtKind.GROUP_ONLY])
    if not rows:
        return None
    return Table(
        columns=(Column(_("Årsrapport"), 20), Column(_("Forhold"), 48), Column(_("Brugt i rapporten"), 32)),
        rows=tuple(rows),
        title=_("Modsigelser og forbehold"),
    )


def sentence_of(doubt: Doubt, accounts: Accounts) -> str:
    """The doubt in words, with its balance day and its values."""
    return SENTENCES[doubt.kind](doubt, accounts)


def _doubt_row(doubt: Doubt, accounts: Accounts) -> Row:
    published = short_date(local_date(accounts.published_at))
    filing = Cell(short_date(accounts.end_date), detail=_("offentliggjort {day}").format(day=published))
    return row(filing, sentence_of(doubt, accounts), _(USED[doubt.kind]))


def _group_only_row(years: Sequence[Accounts]) -> list[Row]:
    """One row for all years that have the group's figures alone."""
    if not years:
        return []
    filings = _n("{n} årsrapport", "{n} årsrapporter", len(years)).format(n=len(years))
    return [row(filings, _group_only_sentence(years), _(USED[DoubtKind.GROUP_ONLY]))]


def _contradiction(doubt: Doubt, accounts: Accounts) -> str:
    return _("Årsrapporten modsiger sig selv. {figure} {day}: {values}.").format(
        figure=label_of(doubt.figures[0]), day=short_date(accounts.end_date), values=_values(doubt)
    )


def _unbalanced(doubt: Doubt, accounts: Accounts) -> str:
    assets, liabilities = doubt.values
    return _("Aktiver og passiver {day} afviger med {amount}.").format(
        day=short_date(accounts.end_date), amount=money(abs(assets - liabilities), accounts.currency)
    )


def _parts(doubt: Doubt, accounts: Accounts) -> str:
    total, whole = doubt.values
    parts = [label_of(name) for name in doubt.figures[1:] if accounts.value(name) is not None]
    return _("{total} {day} er oplyst til {amount}, men {parts} udgør {sum}.").format(
        total=label_of(doubt.figures[0]),
        day=short_date(accounts.end_date),
        amount=money(total, accounts.currency),
        parts=enumeration([_small(part) for part in parts], most=4),
        sum=money(whole, accounts.currency),
    )


def _tax(doubt: Doubt, accounts: Accounts) -> str:
    result, before, tax = (money(value, accounts.currency) for value in doubt.values)
    return _(
        "Årets resultat {day} er oplyst til {result}, men resultat før skat er {before} og skat {tax}; forskellen kan "
        "være ophørte aktiviteter."
    ).format(day=short_date(accounts.end_date), result=result, before=before, tax=tax)


def _implausible(doubt: Doubt, accounts: Accounts) -> str:
    return _("Antal ansatte {day} er oplyst til {employees}, hvilket ikke passer med personaleomkostningerne.").format(
        day=short_date(accounts.end_date), employees=employees_text(doubt.values[0])
    )


def _negative(doubt: Doubt, accounts: Accounts) -> str:
    return _("{figure} {day} er negativ: {value}.").format(
        figure=label_of(doubt.figures[0]), day=short_date(accounts.end_date), value=_values(doubt)
    )


def _not_twelve_months(_doubt: Doubt, accounts: Accounts) -> str:
    return _("Perioden til {day} er på {length}, ikke 12 måneder; tallene er ikke omregnet.").format(
        day=short_date(accounts.end_date), length=period_length(accounts)
    )


def _group_only(_doubt: Doubt, accounts: Accounts) -> str:
    return _group_only_sentence([accounts])


def _group_only_sentence(years: Sequence[Accounts]) -> str:
    return _n(
        "Tallene {day} er koncernens: årsrapporten har ingen tal for selskabet alene.",
        "Tallene {day} er koncernens: årsrapporterne har ingen tal for selskabet alene.",
        len(years),
    ).format(day=enumeration([short_date(accounts.end_date) for accounts in years], most=len(years)))


def _scaled(doubt: Doubt, accounts: Accounts) -> str:
    here, there = (money(value, accounts.currency) for value in doubt.values)
    return _(
        "{figure} for året før er {here} i årsrapporten {day}, men {there} i årsrapporten for det år: den ene ser ud "
        "til at være i tusinder."
    ).format(figure=label_of(doubt.figures[0]), here=here, there=there, day=short_date(accounts.end_date))


def _scaled_capital(doubt: Doubt, accounts: Accounts) -> str:
    now, before = (money(value, accounts.currency) for value in doubt.values)
    return _(
        "Selskabskapitalen {day} er oplyst til {now} mod {before} året før: den ene ser ud til at være i tusinder."
    ).format(day=short_date(accounts.end_date), now=now, before=before)


def _sign(doubt: Doubt, accounts: Accounts) -> str:
    result, moved = (money(value, accounts.currency) for value in doubt.values)
    return _(
        "Årets resultat {day} er oplyst til {result}, men egenkapitalen har ændret sig med {moved} før udbytte: "
        "resultatets fortegn kan være vendt."
    ).format(day=short_date(accounts.end_date), result=result, moved=moved)


def _values(doubt: Doubt) -> str:
    say = employees_text if doubt.figures[0] == "employees" else number
    return " / ".join(say(value) for value in doubt.values)


def _small(words: str) -> str:
    return f"{words[:1].lower()}{words[1:]}"


SENTENCES: Mapping[DoubtKind, Callable[[Doubt, Accounts], str]] = {
    DoubtKind.CONTRADICTION: _contradiction,
    DoubtKind.UNBALANCED: _unbalanced,
    DoubtKind.PARTS: _parts,
    DoubtKind.TAX: _tax,
    DoubtKind.IMPLAUSIBLE: _implausible,
    DoubtKind.NEGATIVE: _negative,
    DoubtKind.NOT_TWELVE_MONTHS: _not_twelve_months,
    DoubtKind.GROUP_ONLY: _group_only,
    DoubtKind.SCALED: _scaled,
    DoubtKind.SCALED_CAPITAL: _scaled_capital,
    DoubtKind.SIGN: _sign,
}
