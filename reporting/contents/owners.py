"""The legal owners in the public register, in force and former, with their bands."""

from __future__ import annotations

from companies.profile import LegalOwner, Profile
from lasso.language import translate as _
from reporting.contents.blocks import Block, Change, Column, Notice, Row, Section, Table, Tone, row
from reporting.contents.changes import change_of, is_recent
from reporting.contents.formats import band, enumeration, long_date, short_date
from reporting.contents.names import has_proprietor, name_of, participant_cell
from reporting.contents.sources import owners_source
from reporting.material import Material

# Whose owners of at least 5 % are registered: selskabsloven §§ 55 and 58 are about capital companies.
CAPITAL_COMPANIES = frozenset({"A/S", "APS", "IVS", "P/S", "SE"})


def registers_owners(profile: Profile) -> bool:
    """Whether a company of this form must register its owners of at least 5 %; taken so where the form is not known."""
    return profile.form is None or profile.form.short.upper() in CAPITAL_COMPANIES


def legal_owners_section(material: Material) -> Section:
    """The owners in the public register, in force and former, with their bands."""
    profile = material.profile
    current = sorted(profile.current_owners, key=_size, reverse=True)
    former = sorted(
        (owner for owner in profile.legal_owners if owner not in profile.current_owners and owner.period.end_date),
        key=lambda owner: owner.period.end_date or material.day,
        reverse=True,
    )
    blocks: list[Block] = [
        Table(
            columns=(*_columns(), Column(_("Siden"), 14), Column(_("Meddelt"), 14)),
            rows=tuple(_owner_row(owner, material) for owner in current),
            empty=_no_owners(profile),
            note=_small_owners(profile),
        )
    ]
    if profile.coming_owners:
        blocks.append(_coming_notice(profile))
    if former:
        blocks.append(
            Table(
                title=_("Tidligere legale ejere og andele"),
                columns=(*_columns(), Column(_("Fra"), 14), Column(_("Til"), 14)),
                rows=tuple(_former_row(owner, material) for owner in former),
            )
        )
    return Section(_("Legale ejere"), tuple(blocks), owners_source(material))


def _columns() -> tuple[Column, ...]:
    return (Column(_("Ejer"), 40), Column(_("Ejerandel"), 16), Column(_("Stemmer"), 16))


def _owner_row(owner: LegalOwner, material: Material) -> Row:
    change = change_of(owner.period, material.day)
    if change is Change.NEW and _had_another_share(owner, material.profile):
        change = Change.CHANGED
    return row(
        participant_cell(owner.participant, also=_which(owner, material.profile)),
        band(owner.share),
        band(owner.votes),
        short_date(owner.period.start_date),
        short_date(owner.notified_date),
        change=change,
    )


def _former_row(owner: LegalOwner, material: Material) -> Row:
    is_owner_still = any(one.participant == owner.participant for one in material.profile.current_owners)
    has_left = is_recent(owner.period.end_date, material.day) and not is_owner_still
    return row(
        participant_cell(owner.participant, also=_which(owner, material.profile), mark=_("Udgået") if has_left else ""),
        band(owner.share),
        band(owner.votes),
        short_date(owner.period.start_date),
        short_date(owner.period.end_date),
        kind="former",
        change=Change.ENDED if has_left else Change.NONE,
    )


def _had_another_share(owner: LegalOwner, profile: Profile) -> bool:
    return any(
        one.participant.lasso_id == owner.participant.lasso_id
        and one.capital_class == owner.capital_class
        and one.period.end_date is not None
        and owner.period.start_date is not None
        and abs((owner.period.start_date - one.period.end_date).days) <= 1
        for one in profile.legal_owners
        if one is not owner
    )


def _which(owner: LegalOwner, profile: Profile) -> str:
    """The class of the shares, and whether they are the company's own."""
    words = (
        _("egne andele") if owner.participant.cvr == profile.cvr else "",
        _("kapitalklasse {name}").format(name=owner.capital_class) if owner.capital_class else "",
    )
    return ", ".join(word for word in words if word)


def _size(owner: LegalOwner) -> tuple[float, float]:
    return (float(owner.share.low) if owner.share else 0.0, float(owner.votes.low) if owner.votes else 0.0)


def _no_owners(profile: Profile) -> str:
    if has_proprietor(profile):
        return _("Virksomheden tilhører indehaveren, som står under Ledelse; ejerandele registreres ikke.")
    if profile.fully_liable:
        return _("Ingen ejerandele er registreret; de fuldt ansvarlige deltagere står under Ledelse.")
    if not registers_owners(profile):
        return _("Der er ikke registreret legale ejere.")
    return _("Der er ikke registreret legale ejere på 5 % eller mere.")


def _coming_notice(profile: Profile) -> Notice:
    names = [name_of(owner.participant) for owner in profile.coming_owners]
    days = [owner.period.start_date for owner in profile.coming_owners if owner.period.start_date]
    text = _("Anmeldt med virkning fra {day}: {names}. De er ikke regnet med nogen steder i rapporten.")
    return Notice(Tone.NOTE, text.format(day=long_date(min(days, default=None)), names=enumeration(names)))


def _small_owners(profile: Profile) -> str:
    """How to read the shares, and whether there are owners that are not in the list."""
    if not registers_owners(profile):
        return _("Andele vises i registrets intervaller.") if profile.current_owners else ""
    known = {True: _("Der findes også ejere under 5 %."), False: _("Der findes ingen ejere under 5 %."), None: ""}
    bands = _("Andele vises i registrets intervaller; kun ejere på mindst 5 % registreres (selskabsloven §§ 55 og 58).")
    return f"{bands} {known[profile.has_owners_under_five_percent]}".strip()
