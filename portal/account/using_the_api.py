"""How to use the API, with this site's own address in every line."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.pages import MemberRequest, member_page


@require_safe
@member_page
def using_the_api(request: MemberRequest) -> HttpResponse:
    """Lines to copy into a terminal."""
    return render(request, "portal/account/using_the_api.html", {"address": settings.PUBLIC_URL})
