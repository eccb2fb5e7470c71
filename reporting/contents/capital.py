"""Working capital, debt, and how equity came from one balance day to the next."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from companies.derived import DERIVED_AMOUNTS, EBITDA, TOTAL_DEBT, WORKING_CAPITAL
from companies.equity_movement import EquityMovement, equity_movement
from companies.figures import Accounts
from lasso.language import mark
from lasso.language import translate as _
from reporting.contents.blocks import Block, Cell, Definitions, Notice, Section, Table, Tone, row
from reporting.contents.formats import DASH, percent
from reporting.contents.ratios import definitions_of, label
from reporting.contents.statements import label_of
from reporting.contents.years import figures_source, unit_of, year_before, year_columns

MOVEMENT_LINES: tuple[tuple[str, Callable[[EquityMovement], Decimal | None], str], ...] = (
    (mark("Egenkapital primo"), lambda movement: movement.opening, ""),
    (mark("Årets resultat"), lambda movement: movement.result, ""),
    (mark("Udbytte foreslået året før"), lambda movement: -movement.dividend if movement.dividend else None, ""),
    (mark("Øvrige bevægelser (beregnet rest)"), lambda movement: movement.other, ""),
    (mark("Egenkapital ultimo"), lambda movement: movement.closing, "total"),
)


def capital_section(years: tuple[Accounts, ...]) -> Section:
    """EBITDA, working capital and debt, and the movement of equity."""
    meanings = Definitions(definitions_of(DERIVED_AMOUNTS))
    blocks: tuple[Block, ...] = (_capital_table(years), meanings, _movement_block(years))
    return Section(_("Arbejdskapital, gæld og egenkapital"), blocks, figures_source(years))


def _capital_table(years: tuple[Accounts, ...]) -> Table:
    unit = unit_of(years)
    shares = (_debt_share(accounts) for accounts in years)
    amounts = tuple(
        row(title, *(unit.text(compute(accounts)) for accounts in years), kind=kind)
        for title, compute, kind in (
            (label(EBITDA), EBITDA.compute, "total"),
            (label_of("currentAssets"), _figure("currentAssets"), ""),
            (label_of("shortTermLiabilities"), _figure("shortTermLiabilities"), ""),
            (label(WORKING_CAPITAL), WORKING_CAPITAL.compute, "total"),
            (label_of("cash"), _figure("cash"), ""),
            (label(TOTAL_DEBT), TOTAL_DEBT.compute, "total"),
        )
    )
    return Table(
        columns=year_columns(years),
        rows=(*amounts, row(_("Forpligtelser i procent af aktiver"), *(percent(share) for share in shares))),
        title=unit.label,
        note=_(
            "Nettorentebærende gæld er ikke vist: årsrapporternes felter skiller ikke rentebærende gæld fra anden gæld."
        ),
        is_dense=True,
    )


def _figure(name: str) -> Callable[[Accounts], Decimal | None]:
    return lambda accounts: accounts.value(name)


def _debt_share(accounts: Accounts) -> Decimal | None:
    debt, assets = TOTAL_DEBT.compute(accounts), accounts.value("assets")
    return None if debt is None or assets is None or assets <= 0 else debt / assets


def _movement_block(years: tuple[Accounts, ...]) -> Block:
    movements = tuple(equity_movement(accounts, year_before(years, accounts)) for accounts in years)
    shown = tuple(accounts for accounts, movement in zip(years, movements, strict=True) if movement)
    found = tuple(movement for movement in movements if movement)
    if not found:
        text = _(
            "Egenkapitalens bevægelser kan ikke vises: egenkapital primo, resultat eller egenkapital ultimo mangler."
        )
        return Notice(Tone.OPEN, text)
    unit = unit_of(years)
    rows = tuple(
        row(_(title), *(Cell(unit.text(amount(movement))) for movement in found), kind=kind)
        for title, amount, kind in MOVEMENT_LINES
    )
    return Table(
        columns=year_columns(shown),
        rows=rows,
        title=_("Egenkapitalens bevægelser. {unit}").format(unit=unit.label),
        note=_(
            "Øvrige bevægelser er det, som resultat og foreslået udbytte ikke forklarer: kapitalændringer, "
            "opskrivninger, ekstraordinært udbytte, rettelser. {dash}: intet udbytte foreslået eller ikke oplyst."
        ).format(dash=DASH),
        is_dense=True,
    )
