"""Read a filing of annual accounts. Only the filing itself is read; taxonomies are never fetched."""

from __future__ import annotations

from dataclasses import asdict

from companies.errors import AccountsError
from companies.figures import Accounts
from companies.sources.accounts.amounts import currency_of, figures_of, has_statement
from companies.sources.accounts.contexts import Scope
from companies.sources.accounts.facts import Fact, read_facts
from companies.sources.accounts.markup import parse_markup
from companies.sources.accounts.packing import unpacked
from companies.sources.accounts.periods import Period, comparative_period, reporting_period
from companies.sources.accounts.statements import company_of, read_statements, refuse_interim


def read_accounts(data: bytes, *, cvr: str = "") -> Accounts:
    """The accounts of the financial year that the filing reports; `data` is XBRL or inline XBRL and may be gzip.

    `cvr` is whose filing it is by the index of publications, if known: report packages (ESEF) name their company by
    LEI alone.

    The figures are the company's own. Where a filing has none (IFRS knows the group's unless told otherwise), they
    are the group's, and `is_group` says so. Amounts come in whole units of `currency`.

    Raises:
        AccountsError: it cannot be read, or says too little to be of use; the message says why, and in which line.
    """
    facts = read_facts(parse_markup(unpacked(data)))
    refuse_interim(facts)
    cvr = company_of(facts, expected=cvr)
    year = reporting_period(facts)
    scope = _scope(facts, year)
    own = [fact for fact in facts if fact.scope is scope]
    currency = currency_of(own, *year)
    figures = figures_of(facts, *year, scope, currency)
    group = figures_of(facts, *year, Scope.GROUP, currency)
    is_group = scope is Scope.GROUP
    if is_group:
        # A count of employees, say, that is marked as the company's in a filing whose statements are the group's.
        figures = figures_of(facts, *year, Scope.COMPANY, currency) | figures
    before = comparative_period(facts, year[0])
    comparatives = figures_of(facts, *before, scope, currency)
    return Accounts(
        cvr=cvr,
        start_date=year[0],
        end_date=year[1],
        currency=currency,
        is_group=is_group,
        figures=figures,
        group_figures={} if is_group else group,
        comparative_start_date=before[0] if comparatives else None,
        comparative_end_date=before[1] if comparatives else None,
        comparative_figures=comparatives,
        **asdict(read_statements(facts)),
    )


def _scope(facts: list[Fact], year: Period) -> Scope:
    """Whose statements the filing holds: the company's, or else only the group's."""
    for scope in (Scope.COMPANY, Scope.GROUP):
        own = [fact for fact in facts if fact.scope is scope]
        if has_statement(figures_of(own, *year, scope, currency_of(own, *year))):
            return scope
    raise AccountsError(
        f"The filing gives neither result, equity nor assets for the year {year[0]} to {year[1]}. It may hold general "
        "data only (IFRS accounts have their figures in a report package of their own), or be a supplement."
    )
