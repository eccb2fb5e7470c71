"""The start page, the explanation of the error codes, and the error pages: HTML for people, JSON for programs."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from lasso import __version__, error_codes
from lasso.error_codes import ERROR_CODES, ErrorCode
from lasso.errors import Unavailable, as_refusal, current_request_id, error_body
from lasso.language import mark, spoken
from lasso.language import translate as _

# Everything under these is read by programs alone.
API_PATHS = ("/apps/", "/companies/", "/schema", "/healthz", "/readyz", "/metrics")

TITLES = {
    400: mark("Ugyldig forespørgsel"),
    403: mark("Ingen adgang"),
    404: mark("Siden findes ikke"),
    500: mark("Noget gik galt"),
    503: mark("Ikke tilgængeligt lige nu"),
}
EXPLANATIONS = {
    400: mark("Forespørgslen kunne ikke læses."),
    403: mark("Du har ikke adgang til denne side, eller formularen er udløbet. Hent siden igen, og prøv en gang til."),
    404: mark("Adressen er forkert, eller det, den pegede på, er flyttet eller slettet."),
    500: mark("Fejlen ligger hos os og er registreret. Prøv igen om lidt."),
    503: mark("Det, siden skal bruge, kan ikke nås i øjeblikket. Intet er gået tabt. Prøv igen om lidt."),
}


def is_for_programs(request: HttpRequest) -> bool:
    """Whether the address belongs to the API."""
    return request.path.startswith(API_PATHS)


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """What this is, and where to go from here."""
    return render(request, "start.html", {"version": __version__})


@require_safe
@cache_control(public=True, max_age=3600)
def errors(request: HttpRequest) -> HttpResponse:
    """What each error code means: where every error body's `helpLink` leads."""
    return render(request, "docs/errors.html", {"codes": ERROR_CODES})


def handle_400(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The answer to a request that Django itself refuses."""
    refusal = as_refusal(exception)
    if refusal is None:
        return _answer(request, error_codes.BAD_REQUEST, "The request could not be understood.")
    return _answer(request, refusal.code, refusal.message)


def handle_403(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The answer to what is not allowed."""
    return _answer(request, error_codes.FORBIDDEN, "This is not allowed.")


def handle_404(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The answer at an address where nothing is."""
    hint = ""
    if request.path.endswith("/"):
        hint = f" No address of the API ends in a slash: try {request.path.rstrip('/')}"
    return _answer(request, error_codes.NOT_FOUND, f"There is nothing at {request.path}.{hint}")


def handle_500(request: HttpRequest) -> HttpResponse:
    """The answer when something broke; the logs have the rest under the same request id."""
    broken = sys.exception()
    refusal = as_refusal(broken) if isinstance(broken, Exception) else None
    if isinstance(refusal, Unavailable):
        answer = unavailable(request, refusal.message)
        for name, value in refusal.headers.items():
            answer.headers[name] = value
        return answer
    return _answer(request, error_codes.UNEXPECTED, "Something went wrong on our side; it was recorded.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The answer to a form that did not come from our own page, or came too late."""
    return _answer(request, error_codes.FORBIDDEN, "The form has expired or came from another site.")


def unavailable(request: HttpRequest, message: str) -> HttpResponse:
    """The answer when something that the page needs is out of reach for now."""
    return _answer(request, error_codes.UNAVAILABLE, message)


def _answer(request: HttpRequest, code: ErrorCode, message: str) -> HttpResponse:
    request_id = current_request_id() if code.status >= 500 else None
    # Browsers name HTML in Accept; curl and most programs do not.
    if is_for_programs(request) or "html" not in request.headers.get("accept", ""):
        return JsonResponse(error_body(code, message, request_id=request_id), status=code.status)
    context = {
        "status": code.status,
        "title": _(TITLES.get(code.status, TITLES[400])),
        "explanation": _(EXPLANATIONS.get(code.status, EXPLANATIONS[400])),
        "language": spoken().value,
        "request_id": request_id,
    }
    # Without the request: what broke may be what a context processor needs.
    return render(None, "error.html", context, status=code.status)
