"""The language of the pages: chosen by the reader, kept in a cookie."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from lasso.language import Language
from portal.reader import LANGUAGE_COOKIE

YEAR = timedelta(days=365)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Show the page that the reader is on in another language; an unknown one changes nothing."""
    back = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=settings.SECURE)
    response = redirect(back if back and is_ours else "portal:home")
    chosen = request.POST.get("language", "")
    if chosen in tuple(Language):
        response.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=YEAR, secure=settings.SECURE, httponly=True, samesite="Lax", path="/"
        )
    return response
