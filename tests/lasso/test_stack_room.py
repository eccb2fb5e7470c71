"""Room on the interpreter's stack: no loop has memory mapped for each of its calls, wherever on the stack it stands."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings
from django.urls import path

from lasso.stack_room import with_stack_room
from lasso.wsgi import application

TURNS = 1000


def leaf() -> None:
    """What a loop calls."""


# As large a frame as a real function's, so that some depth is found where it does not fit.
leaf.__code__ = leaf.__code__.replace(co_stacksize=100)


def loop_at(depth: int) -> None:
    """A loop so many calls deep."""
    if depth:
        return loop_at(depth - 1)
    for _ in range(TURNS):
        leaf()
    return None


def most_faults(call: Callable[[int], None]) -> int:
    """How many pages of memory the worst of the depths has filled."""
    worst = 0
    for depth in range(400):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        call(depth)
        worst = max(worst, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    return worst


def test_no_loop_has_memory_mapped_in_each_turn() -> None:
    assert most_faults(with_stack_room(loop_at)) < TURNS / 2


def answer(_request: HttpRequest) -> HttpResponse:
    """How many pages of memory the worst of the depths has filled, during a request."""
    return HttpResponse(str(most_faults(loop_at)))


urlpatterns = [path("faults", answer)]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
def test_a_request_has_room() -> None:
    environ = RequestFactory().get("/faults").environ
    body = b"".join(application(environ, lambda *_: lambda _data: None))
    assert int(body) < TURNS / 2


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="not known of newer Pythons")
def test_without_it_some_loop_has() -> None:
    # Else the others could not fail.
    assert most_faults(loop_at) >= TURNS


def test_the_function_stays_what_it_was() -> None:
    @with_stack_room
    def divide(number: int, *, by: int) -> float:
        """A quotient."""
        return number / by

    assert divide(6, by=3) == 2
    assert (divide.__name__, divide.__doc__) == ("divide", "A quotient.")
    with pytest.raises(ZeroDivisionError):
        divide(1, by=0)
