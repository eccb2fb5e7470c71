"""One integration: how its endpoints are doing, its companies and their states, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from integrations.counting import counts_of
from integrations.finding import companies_of, find_company, find_integration, names_of
from integrations.mapping import check_mapping, mapping_of
from integrations.models import Integration, MonitoredCompany
from integrations.trying import trials_of
from lasso.paging import Listing
from portal.deliveries.wording import State, answer_words
from portal.integrations.listing import endpoint_lines
from portal.integrations.numbers import number_in
from portal.integrations.wording import COMPANY_STATES, company_state
from portal.pages import MemberRequest, member_page
from portal.pagination import Slice, next_query, position_asked_for
from portal.refusals import in_words

PAGE_SIZE = 50
Company = MonitoredCompany.State


@dataclass(frozen=True, slots=True)
class CompanyLine:
    """One company in the list."""

    cvr: str
    name: str
    state: State
    is_monitored: bool
    status_code: int | None
    answer: str  # what went wrong, in words; empty when all went well
    answered_at: datetime | None
    next_attempt_at: datetime | None


@dataclass(frozen=True, slots=True)
class StateFilter:
    """A state as the list's tabs show it."""

    value: str
    word: str
    count: int


def integration_or_404(request: MemberRequest, integration_id: UUID) -> Integration:
    """The organisation's integration.

    Raises:
        Http404: there is none, it was deleted, or it belongs to somebody else.
    """
    found = find_integration(request.organisation, integration_id)
    if found is None:
        raise Http404
    return found


@require_safe
@member_page
def integration(request: MemberRequest, integration_id: UUID) -> HttpResponse:
    """The integration's page; as a part of it when htmx asks for news."""
    shown = integration_or_404(request, integration_id)
    now = timezone.now()
    counts = counts_of([shown.pk])[shown.pk]
    state = request.GET.get("state", "")
    state = state if state in Company.values else ""
    asked_cvr = request.GET.get("cvr", "").strip()
    update_url = shown.update_endpoint.url if shown.update_endpoint else None
    mapping = mapping_of(shown)
    context = {
        "integration": shown,
        "endpoints": endpoint_lines([shown], now=now)[shown],
        "mapped": mapping.entries,
        "update_count": len(mapping.update_entries),
        "warnings": [in_words(one) for one in check_mapping(mapping=mapping, update_url=update_url).warnings],
        "filters": [StateFilter(key.value, company_state(key).word, counts[key]) for key in COMPANY_STATES],
        "company_count": sum(counts.values()),
        "failed_count": counts[Company.EXPORT_FAILED],
        "state": state,
        "asked_cvr": asked_cvr,
        "found": _companies(request, shown, state=state, asked_cvr=asked_cvr),
        "is_moving": bool(counts[Company.EXPORTING]),
    }
    is_part = getattr(request, "htmx", None) and request.headers.get("hx-target") == "integration"
    return render(request, "portal/integrations/parts.html" if is_part else "portal/integrations/page.html", context)


def _companies(request: MemberRequest, shown: Integration, *, state: str, asked_cvr: str) -> Slice[CompanyLine]:
    if asked_cvr:
        number = number_in(asked_cvr)
        one = find_company(shown, number) if number else None
        return Slice(_lines([one] if one else []), "", is_first=True)
    listing = Listing(scope=("portal.integration", str(shown.pk), state), shape=(str,))
    position = position_asked_for(request, listing)
    after = cast("tuple[str]", position)[0] if position else ""
    rows = list(companies_of(shown, state=Company(state) if state else None, after=after)[: PAGE_SIZE + 1])
    query = next_query(request, listing.token_at(rows[PAGE_SIZE - 1].cvr)) if len(rows) > PAGE_SIZE else ""
    return Slice(_lines(rows[:PAGE_SIZE]), query, position is None)


def _lines(companies: Sequence[MonitoredCompany]) -> list[CompanyLine]:
    names, trials = names_of(company.cvr for company in companies), trials_of(companies)
    return [
        CompanyLine(
            cvr=company.cvr,
            name=names.get(company.cvr, ""),
            state=company_state(company.state),
            is_monitored=company.state != Company.GONE,
            # A message that is still being tried tells more than the last one that settled.
            status_code=trial.status_code if trial else company.last_status_code,
            answer=answer_words(
                status_code=trial.status_code if trial else company.last_status_code,
                sentence=trial.sentence if trial else company.last_answer,
            ),
            answered_at=trial.answered_at if trial else company.last_answer_at,
            next_attempt_at=trial.next_attempt_at if trial else None,
        )
        for company in companies
        for trial in (trials.get(company.pk),)
    ]
