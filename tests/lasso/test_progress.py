"""How far a command has come."""

from __future__ import annotations

import io
from datetime import timedelta

from django.core.management.base import OutputWrapper

from lasso.progress import Progress


class Terminal(io.StringIO):
    """What is written to it is seen at once."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def told(stream: io.StringIO, *, interval: timedelta) -> str:
    """What is written of three steps."""
    progress = Progress(OutputWrapper(stream), "documents", interval=interval)
    for number in (1, 2, 3):
        progress.tell(number)
    return stream.getvalue()


def test_it_writes_over_its_line_on_a_terminal():
    assert told(Terminal(), interval=timedelta(hours=1)) == "1 documents…\r2 documents…\r3 documents…\r"


def test_it_writes_whole_lines_to_a_log_and_not_one_for_each_step():
    assert told(io.StringIO(), interval=timedelta(hours=1)) == "1 documents…\n"


def test_it_goes_on_in_a_log_when_it_is_time():
    assert told(io.StringIO(), interval=timedelta(0)) == "1 documents…\n2 documents…\n3 documents…\n"
