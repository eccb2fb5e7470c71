"""What holds for every request: no page loads anything from elsewhere, and programs are answered in English."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from lasso.observing import counter, timing
from lasso.pages import is_for_programs

Answer = Callable[[HttpRequest], HttpResponseBase]

# No inline script, no inline style, nothing from another host. The API console inlines small pictures (data:).
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# The address as it is written in the URL configuration, so that there are as many as there are views.
requests = counter("lasso_http_requests_total", "Requests answered.", "method", "route", "status")
request_seconds = timing("lasso_http_request_seconds", "Until a request's answer began.", "route")
ADMIN = "/admin/"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count_requests(get_response: Answer) -> Answer:
    """Counts requests for `/metrics`, and how long their answers took to begin."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        started = perf_counter()
        response = get_response(request)
        match = request.resolver_match
        route = match.route if match else "none"
        method = request.method if request.method in METHODS else "other"
        requests.add(method or "other", route, str(response.status_code))
        request_seconds.observe(perf_counter() - started, route)
        return response

    return answer


def content_security_policy(get_response: Answer) -> Answer:
    """Sends the policy with every answer that does not bring its own."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        return response

    return answer


def speak_english(get_response: Answer) -> Answer:
    """Speaks English under the API's addresses, and in the administration, which shows the program's own names.

    There it is British English, whose days come before months and whose clock has 24 hours. Other pages are Danish
    (LANGUAGE_CODE), or in the language of who reads the portal.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        language = "en" if is_for_programs(request) else "en-gb" if request.path.startswith(ADMIN) else None
        if language is None:
            return get_response(request)
        with translation.override(language):
            return get_response(request)

    return answer
