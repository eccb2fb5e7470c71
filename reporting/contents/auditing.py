"""What the auditor said of each year's accounts: the kind of statement, the conclusion, going concern, the firm."""

from __future__ import annotations

from companies.auditing import Assistance
from companies.figures import Accounts
from lasso.language import translate as _
from reporting.contents.blocks import Block, Cell, Column, Heading, Paragraph, Row, Section, Table, row
from reporting.contents.filings import is_modified
from reporting.contents.formats import DASH, long_date, short_date
from reporting.contents.register_words import register_word
from reporting.contents.written import Written
from reporting.contents.years import figures_source

# An auditor's words on an older year are cut behind so many characters: the newest are printed whole with the filings.
LONGEST_WORDS = 1_200


def auditor_section(years: tuple[Accounts, ...]) -> Section:
    """The auditor's statement on each of the years, and the words of reservations on the older ones."""
    table = Table(
        columns=(
            Column(_("Balancedag"), 14),
            Column(_("Revisors erklæring"), 24),
            Column(_("Konklusion"), 22),
            Column(_("Revisionsfirma og revisor"), 40),
        ),
        rows=tuple(_row(accounts, _older(years, place)) for place, accounts in enumerate(years)),
    )
    blocks: list[Block] = [table]
    for accounts in years[1:]:
        blocks += _words(accounts)
    return Section(_("Revisors erklæringer"), tuple(blocks), figures_source(years))


def has_changed_auditor(newer: Accounts, older: Accounts | None) -> bool:
    """Whether two filings name different audit firms; not known where one names none with a CVR number."""
    if older is None or not newer.audit_firm_cvr or not older.audit_firm_cvr:
        return False
    return newer.audit_firm_cvr != older.audit_firm_cvr


def conclusion_text(accounts: Accounts) -> str:
    """The conclusion in a few words: how it is modified, that no reservation is named, or that none can be read."""
    if accounts.modified_opinion:
        return register_word(accounts.modified_opinion)
    if is_modified(accounts):
        return _("Modificeret")
    if accounts.opinion:
        return _("Nævner ingen forbehold")
    if accounts.assistance in {Assistance.NONE, Assistance.NO_ASSURANCE}:
        return _("Ingen konklusion med sikkerhed")
    return DASH


def _older(years: tuple[Accounts, ...], place: int) -> Accounts | None:
    return years[place + 1] if place + 1 < len(years) else None


def _row(accounts: Accounts, older: Accounts | None) -> Row:
    names = (accounts.auditor_name, accounts.auditor_number)
    return row(
        short_date(accounts.end_date),
        register_word(accounts.assistance) or DASH,
        Cell(
            conclusion_text(accounts),
            detail=_("Væsentlig usikkerhed om fortsat drift") if accounts.going_concern else "",
            mark=_("Forbehold") if is_modified(accounts) else "",
        ),
        Cell(
            accounts.audit_firm or DASH,
            detail=", ".join(filter(None, names)),
            mark=_("Skiftet") if has_changed_auditor(accounts, older) else "",
        ),
    )


def _words(accounts: Accounts) -> tuple[Block, ...]:
    """What the auditor wrote of an older year, where it is a reservation or doubt about going concern."""
    day = long_date(accounts.end_date)
    blocks: list[Block] = []
    if is_modified(accounts) and accounts.opinion:
        title = _("Revisors konklusion, regnskabsåret til {day}").format(day=day)
        blocks += [Heading(title), Paragraph(Written(_cut(accounts.opinion)))]
    if accounts.going_concern:
        title = _("Usikkerhed om fortsat drift, regnskabsåret til {day}").format(day=day)
        blocks += [Heading(title), Paragraph(Written(_cut(accounts.going_concern)))]
    return tuple(blocks)


def _cut(words: str) -> str:
    if len(words) <= LONGEST_WORDS:
        return words
    return _("{words}… (forkortet)").format(words=words[:LONGEST_WORDS].rstrip())
