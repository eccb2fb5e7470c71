"""Finding a company by number or name, as it is typed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from companies.searching import LONGEST_TEXT, search_companies
from portal.pages import MemberRequest, member_page

MOST_FOUND = 25


@require_safe
@member_page
def companies(request: MemberRequest) -> HttpResponse:
    """The search and what it finds; the found ones alone when htmx asks for them."""
    text = request.GET.get("text", "").strip()[:LONGEST_TEXT]
    found = search_companies(text, limit=MOST_FOUND + 1)
    context = {"text": text, "found": found[:MOST_FOUND], "has_more": len(found) > MOST_FOUND}
    is_part = getattr(request, "htmx", None) and request.headers.get("hx-target") == "companies"
    return render(request, "portal/companies/found.html" if is_part else "portal/companies/search.html", context)
