"""Who reads a page: a member, of which organisation at the moment, and in which language.

A member of several organisations works for one at a time; which one stands in the session and is checked at every
request, so that a membership that ends takes effect at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation
from django.utils.translation import get_language_from_request

from accounts.models import Organisation, User
from lasso.language import Language, speaking

PORTAL = "/portal"
ORGANISATION = "organisation"  # in the session
LANGUAGE_COOKIE = "lasso-language"
Answer = Callable[[HttpRequest], HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Reader:
    """The user, if signed in; the organisations that they are a member of, by name; and the one they work for now."""

    user: User | None = None
    organisations: tuple[Organisation, ...] = ()
    organisation: Organisation | None = None
    language: Language = Language.DANISH


class ReaderRequest(HttpRequest):
    """A request below PORTAL."""

    reader: Reader


def know_reader(get_response: Answer) -> Answer:
    """Middleware: finds out who reads the pages of the portal, and answers in their language."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path != PORTAL and not request.path.startswith(f"{PORTAL}/"):
            return get_response(request)
        reader = _reader(request)
        request.reader = reader  # type: ignore[attr-defined] # what ReaderRequest says
        with speaking(reader.language), translation.override(reader.language.value):
            response = get_response(request)
        # What a person sees is nobody else's: no cache in between may keep it.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer


def begin_work(request: HttpRequest, user: User) -> None:
    """Somebody has signed in: they work for the first of their organisations until they choose another.

    It is kept, so that one that they are made a member of meanwhile does not take its place.
    """
    first = user.organisations.filter(closed_at__isnull=True).order_by("name", "pk").first()
    if first is not None:
        request.session[ORGANISATION] = str(first.pk)


def work_for(request: HttpRequest, *, organisation_id: str) -> bool:
    """Go on as a member of this organisation; False, and nothing changes, when the reader is none, or it is no id."""
    reader: Reader = request.reader  # type: ignore[attr-defined] # as above
    if all(str(organisation.pk) != organisation_id for organisation in reader.organisations):
        return False
    request.session[ORGANISATION] = organisation_id
    return True


def _reader(request: HttpRequest) -> Reader:
    user = request.user
    if isinstance(user, AnonymousUser):
        return Reader(language=_language(request, None))
    organisations = tuple(user.organisations.filter(closed_at__isnull=True).order_by("name", "pk"))
    chosen = request.session.get(ORGANISATION)
    organisation = next((one for one in organisations if str(one.pk) == chosen), next(iter(organisations), None))
    return Reader(user, organisations, organisation, _language(request, organisation))


def _language(request: HttpRequest, organisation: Organisation | None) -> Language:
    """What the reader chose; else their organisation's; else what the browser asks for."""
    chosen = request.COOKIES.get(LANGUAGE_COOKIE, "")
    if chosen in tuple(Language):
        return Language(chosen)
    return Language(organisation.language if organisation else get_language_from_request(request))
