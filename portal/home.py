"""The first page after signing in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.pages import MemberRequest, member_page


@require_safe
@member_page
def home(request: MemberRequest) -> HttpResponse:
    """Where to go from here."""
    return render(request, "portal/home.html")
