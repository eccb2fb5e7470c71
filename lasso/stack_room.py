"""Calls that have room on the interpreter's stack, so that no loop maps and unmaps memory with each of its calls.

CPython keeps the frames of Python's functions in chunks of 16 KB. The system gives it a chunk when a call does not fit
into the one before, and has it back as soon as that call returns (`push_chunk` and `_PyThreadState_PopFrame` in its
`Python/pystate.c`). A loop that stands at the end of a chunk has one mapped, filled with zeros and unmapped in each of
its turns, which costs many times as much as the call itself; where code calls as deep and as often as a layout engine,
some loop always stands there.

A chunk is never smaller than the frame that asks for it, rounded up to a power of two. So a function that claims to
need a little more than half of a large chunk leaves nearly the other half to all the calls that it makes.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

# Bytes for the calls inside: many times what printing a report needs. What is never used is never filled either.
ROOM = 256 * 1024
BYTES_OF_A_SLOT = 8

P = ParamSpec("P")
R = TypeVar("R")


def with_stack_room(function: Callable[P, R]) -> Callable[P, R]:
    """The same function with room for all that it calls; for the outermost calls of long work."""

    def call_with_room(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(*args, **kwargs)

    call_with_room.__code__ = call_with_room.__code__.replace(co_stacksize=ROOM // BYTES_OF_A_SLOT)
    return functools.update_wrapper(call_with_room, function)
