"""What makes a function a page of the portal: for members only, and what every page's template knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.models import Organisation, User
from lasso.language import Language
from portal.navigation import navigation
from portal.reader import Reader, ReaderRequest

Parameters = ParamSpec("Parameters")


class MemberRequest(ReaderRequest):
    """A member's request: `organisation` is the one that they work for now. All that a page reads belongs to it."""

    member: User
    organisation: Organisation


Page = Callable[Concatenate[MemberRequest, Parameters], HttpResponseBase]


def member_page(page: Page[Parameters]) -> Callable[Concatenate[HttpRequest, Parameters], HttpResponseBase]:
    """Let members see the page; others sign in first, and who is a member of no organisation is told so (403)."""

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponseBase:
        reader = cast("ReaderRequest", request).reader
        if reader.user is None:
            return _sign_in_first(request)
        if reader.organisation is None:
            return render(request, "portal/no_organisation.html", status=403)
        mine = cast("MemberRequest", request)
        mine.member, mine.organisation = reader.user, reader.organisation
        return page(mine, *args, **kwargs)

    # For the test that walks all addresses.
    guarded.is_member_page = True  # type: ignore[attr-defined]
    return guarded


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the reader, and the languages to choose from."""
    reader: Reader | None = getattr(request, "reader", None)
    if reader is None:
        return {}
    return {
        "reader": reader,
        "language": reader.language,
        "languages": LANGUAGE_NAMES,
        "navigation": navigation(request) if reader.organisation else (),
    }


LANGUAGE_NAMES = {Language.DANISH: "Dansk", Language.ENGLISH: "English"}


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if getattr(request, "htmx", False):
        # The session ended while a page was open: the whole page goes to the sign-in, not the part that asked.
        response = HttpResponse(status=204)
        response.headers["HX-Refresh"] = "true"
        return response
    return redirect_to_login(request.get_full_path())
