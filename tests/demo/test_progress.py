"""Progress is readable on a terminal and in a log."""

from __future__ import annotations

import io

from demo.progress import Progress, bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_it_draws_a_share_as_a_bar() -> None:
    assert [bar(0, 4), bar(0.5, 4), bar(1, 4)] == ["[....]", "[##..]", "[####]"]


def test_it_draws_over_what_it_drew_on_a_terminal() -> None:
    screen = Terminal()
    progress = Progress(screen)
    progress.show({"reports": (1, 2), "mails": (0, 2)})
    progress.show({"reports": (2, 2), "mails": (1, 2)})

    assert screen.getvalue().count("\x1b[2A") == 1
    assert screen.getvalue().splitlines()[-2] == f"\x1b[2A\x1b[2K  {'reports':<24} [{'#' * 30}]   2/2"


def test_it_writes_a_line_now_and_then_and_the_last_one_elsewhere() -> None:
    log = io.StringIO()
    progress = Progress(log)
    for done in range(100):
        progress.show({"reports": (done, 100)})
    progress.show({"reports": (100, 100)}, is_last=True)

    assert [line.split("  ")[-1] for line in log.getvalue().splitlines()] == ["reports 0/100", "reports 100/100"]
