"""The annual reports that were filed, their deadlines, and whether the company must file at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from companies.figures import Accounts
from companies.profile import Profile
from lasso.language import mark
from lasso.language import translate as _
from lasso.language import translate_count as _n
from reporting.contents.blocks import Block, Cell, Column, Heading, Paragraph, Row, Section, Table, Tile, Tone, row
from reporting.contents.deadlines import last_day
from reporting.contents.formats import DASH, local_date, long_date, months_after, short_date
from reporting.contents.register_words import register_word, short_class
from reporting.contents.sources import accounts_source
from reporting.contents.written import Written
from reporting.material import Material

SHOWN = 5
# Months from the end of the year to the last day of filing: årsregnskabsloven § 138, stk. 1.
FILING_MONTHS, LISTED_FILING_MONTHS = 6, 4
# Publication follows filing by up to some days, and the register tells the day of publication only.
PUBLICATION_DELAY = timedelta(days=14)
DEADLINE = mark(
    "Fristen er seks måneder efter regnskabsårets slutning, fire måneder for børsnoterede selskaber og klasse "
    "D (årsregnskabsloven § 138); slutter den på en fridag, gælder den næste hverdag. CVR oplyser dagen for "
    "offentliggørelse, som kan ligge efter indsendelsen."
)
# Forms that must file whatever they are like: årsregnskabsloven § 3 (limited liability, business foundations).
FILING_FORMS = frozenset(
    {"A/S", "APS", "IVS", "P/S", "SE", "AMBA", "FMBA", "SMBA", "SCE", "EFO", "ERHVERVSDRIVENDE FOND", "KAS"}
)
IN_COURT = ("KONKURS", "REKONSTRUKTION")
# ISA 705 in Danish and English; "med forbehold" alone also occurs in "uden … forbehold".
MODIFIED_OPINIONS = (
    "konklusion med forbehold",
    "afkræftende konklusion",
    "manglende konklusion",
    "konklusion afgives ikke",
    "bortset fra",
    "qualified opinion",
    "adverse opinion",
    "disclaimer of opinion",
)


@dataclass(frozen=True, slots=True)
class Filing:
    """One annual report against its deadline."""

    accounts: Accounts
    deadline: date
    published_date: date | None

    @property
    def days_late(self) -> int | None:
        """Days from the deadline to publication, negative before it; None when publication is not known."""
        return (self.published_date - self.deadline).days if self.published_date else None

    @property
    def tone(self) -> Tone:
        """In time; perhaps late, since filing comes before publication; late."""
        if self.days_late is None:
            return Tone.OPEN
        if self.days_late <= 0:
            return Tone.GOOD
        return Tone.NOTE if self.days_late <= PUBLICATION_DELAY.days else Tone.BAD


def is_modified(accounts: Accounts) -> bool:
    """Whether the auditor's opinion is qualified, adverse or disclaimed: as stated, or by the standards' words."""
    words = accounts.opinion.lower()
    return bool(accounts.modified_opinion) or any(phrase in words for phrase in MODIFIED_OPINIONS)


def must_file(profile: Profile) -> bool:
    """Whether the company's form alone makes it file annual reports (årsregnskabsloven § 3)."""
    form = profile.form
    if form is None:
        return False
    words = {form.short.upper().replace(".", "").replace(" ", ""), form.long.upper()}
    return bool(words & FILING_FORMS)


def filing_months(profile: Profile, accounts: Accounts | None) -> int:
    """Months allowed for filing: four for listed companies and class D, six for others."""
    is_class_d = accounts is not None and accounts.accounting_class.strip().upper().endswith(" D")
    return LISTED_FILING_MONTHS if profile.is_listed or is_class_d else FILING_MONTHS


def filing_of(profile: Profile, accounts: Accounts) -> Filing:
    """An annual report with its deadline."""
    return Filing(
        accounts,
        last_day(months_after(accounts.end_date, filing_months(profile, accounts))),
        local_date(accounts.published_at),
    )


def missing_year_end(material: Material) -> date | None:
    """The end of the newest year that should have been filed by now and was not; None when nothing is missing."""
    profile, latest = material.profile, material.latest_accounts
    if not profile.is_active or not must_file(profile) or _is_in_court(profile):
        return None
    expected = _next_year_end(profile, latest)
    if expected is None:
        return None
    deadline = last_day(months_after(expected, filing_months(profile, latest)))
    return expected if material.day > deadline + PUBLICATION_DELAY else None


def _is_in_court(profile: Profile) -> bool:
    """Whether it is bankrupt or being restructured: it need not file then, as Erhvervsstyrelsen says."""
    return any(word in f"{profile.status} {profile.overall_status}".upper() for word in IN_COURT)


def filings_section(material: Material) -> Section:
    """The newest annual reports: period, deadline, publication, class, assistance, opinion."""
    filings = [filing_of(material.profile, accounts) for accounts in material.accounts[:SHOWN]]
    table = Table(
        columns=(
            Column(_("Regnskabsperiode"), 18),
            Column(_("Frist"), 13),
            Column(_("Offentliggjort"), 18),
            Column(_("Klasse"), 17),
            Column(_("Revisors bistand"), 34),
        ),
        rows=tuple(_filing_row(filing) for filing in filings),
        empty=no_accounts_text(material),
        note=_(DEADLINE) if filings else "",
    )
    blocks: list[Block] = [table]
    latest = material.latest_accounts
    if latest and latest.opinion:
        blocks += [Heading(_("Revisors konklusion i den seneste årsrapport")), Paragraph(Written(latest.opinion))]
    if latest and latest.going_concern:
        blocks += [Heading(_("Væsentlig usikkerhed om fortsat drift")), Paragraph(Written(latest.going_concern))]
    return Section(_("Årsrapporter"), tuple(blocks), accounts_source(material))


def no_accounts_text(material: Material) -> str:
    """Why no annual report is shown."""
    if (deadline := _first_deadline(material)) is not None:
        text = _("Registret har ingen årsrapport for virksomheden: den første skal indsendes senest {day}.")
        return text.format(day=long_date(deadline))
    if must_file(material.profile):
        return _("Registret har ingen offentliggjort årsrapport for virksomheden.")
    if material.profile.form is None:
        return _("Registret har ingen årsrapport for virksomheden.")
    return _("Registret har ingen årsrapport for virksomheden. Formen alene giver ikke pligt til at offentliggøre en.")


def _first_deadline(material: Material) -> date | None:
    """The last day of filing of a company whose first annual report is still to come; None where it is due, or not."""
    profile = material.profile
    year_end = _next_year_end(profile, None)
    if year_end is None or not profile.is_active or not must_file(profile) or _is_in_court(profile):
        return None
    deadline = last_day(months_after(year_end, filing_months(profile, None)))
    return deadline if deadline >= material.day else None


def accounts_tile(material: Material) -> Tile:
    """The newest accounts as one of the summary's facts."""
    label, latest = _("Seneste årsrapport"), material.latest_accounts
    if latest is None:
        return Tile(label, _("Ingen"), _("Ikke offentliggjort"))
    published = local_date(latest.published_at)
    detail = _("Offentliggjort {day}").format(day=short_date(published)) if published else ""
    return Tile(label, long_date(latest.end_date), detail)


def _filing_row(filing: Filing) -> Row:
    accounts = filing.accounts
    late_mark = _("Efter frist") if filing.tone is Tone.BAD else ""
    number = f"({accounts.auditor_number})" if accounts.auditor_number else ""
    auditor = " ".join(part for part in (accounts.auditor_name, number) if part)
    who = ", ".join(part for part in (accounts.audit_firm, auditor) if part)
    return row(
        Cell(short_date(accounts.end_date), detail=_("fra {day}").format(day=short_date(accounts.start_date))),
        short_date(filing.deadline),
        Cell(short_date(filing.published_date), detail=_when(filing), mark=late_mark),
        short_class(accounts.accounting_class) or DASH,
        Cell(
            register_word(accounts.assistance) or DASH,
            detail=who,
            mark=_("Modificeret") if is_modified(accounts) else "",
        ),
    )


def _when(filing: Filing) -> str:
    """How late the report was, and when it was approved."""
    days, approved = filing.days_late, filing.accounts.approved_date
    late = _n("{n} dag efter fristen", "{n} dage efter fristen", days).format(n=days) if days and days > 0 else ""
    signed = _("godkendt {day}").format(day=short_date(approved)) if approved else ""
    return "; ".join(part for part in (late, signed) if part)


def _next_year_end(profile: Profile, latest: Accounts | None) -> date | None:
    """When the first year that is not filed yet ended or ends."""
    if latest is not None:
        return months_after(latest.end_date, 12)
    if profile.first_period and profile.first_period.end_date:
        return profile.first_period.end_date
    return _last_end_of_first_year(profile)


def _last_end_of_first_year(profile: Profile) -> date | None:
    """The first period may last 18 months (årsregnskabsloven § 15), and ends as the financial years do, where known."""
    founded = profile.founded_date
    if founded is None:
        return None
    latest = months_after(founded, 18)
    ends = (_day_of_year(profile.financial_year_end, year) for year in (latest.year, latest.year - 1))
    return next((end for end in ends if end and founded < end <= latest), latest)


def _day_of_year(month_day: str, year: int) -> date | None:
    """`--12-31` in the year; the last of February may be written `--02-29` in any. None where it is no day."""
    try:
        return date.fromisoformat(f"{year}{month_day[1:]}")
    except ValueError:
        return date(year, 2, 28) if month_day == "--02-29" else None
