"""Ways of printing the same documents, each in a process that stays: `python -m bench.presses WAY`.

It reads the path of an HTML file, a line each, prints it, and answers with a line of JSON: milliseconds of CPU, pages,
bytes, and the memory it holds. The first line that it writes says that it is warm.
"""

from __future__ import annotations

import gc
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bench.measuring import resident_megabytes

Printing = Callable[[str], bytes]
CHROMIUM = "/usr/bin/chromium"
# As root there is no sandbox to be had; the rest keeps Chromium from calling home.
CHROMIUM_OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def standard() -> Iterator[tuple[Printing, Callable[[], float]]]:
    """Our standard engine as a worker has it."""
    from reporting.document import freeze_collector, render_pdf, warm_up

    warm_up()
    freeze_collector()
    yield render_pdf, time.process_time


@contextmanager
def fast() -> Iterator[tuple[Printing, Callable[[], float]]]:
    """Our fast engine as a worker has it."""
    from reporting.document import freeze_collector, render_pdf, warm_up
    from reporting.engines import Engine

    warm_up()
    freeze_collector()
    yield lambda html: render_pdf(html, engine=Engine.FAST), time.process_time


def _with_stylesheet(html: str) -> str:
    from reporting.document import STYLESHEET

    return html.replace("</head>", f"<style>{STYLESHEET.read_text(encoding='utf-8')}</style></head>")


@contextmanager
def plain(**options: Any) -> Iterator[tuple[Printing, Callable[[], float]]]:
    """WeasyPrint as its first page of documentation has it: the stylesheet in the page, everything made anew."""
    from reporting.fonts import use_report_fonts

    use_report_fonts()
    import weasyprint

    def printing(html: str) -> bytes:
        pdf: bytes = weasyprint.HTML(string=_with_stylesheet(html)).write_pdf(**options)
        return pdf

    yield printing, time.process_time


@contextmanager
def chromium(**options: Any) -> Iterator[tuple[Printing, Callable[[], float]]]:
    """Headless Chromium, kept running, with a new page for each document; the CPU of all its processes."""
    from playwright.sync_api import sync_playwright

    from reporting.fonts import use_report_fonts

    use_report_fonts()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_OPTIONS))

        def printing(html: str) -> bytes:
            page = browser.new_page()
            page.set_content(_with_stylesheet(html))
            pdf = page.pdf(prefer_css_page_size=True, print_background=True, **options)
            page.close()
            return pdf

        yield printing, _chromium_seconds
        browser.close()


def _chromium_seconds() -> float:
    """CPU of Chromium's processes, not of the program that drives it.

    A process that has ended counts with the one that waited for it, so nothing is lost when a page's process ends.
    """
    import psutil

    while True:
        try:
            processes = [child for child in psutil.Process().children(recursive=True) if "chrom" in child.name()]
            return sum(_ticks(process.pid) for process in processes) / TICKS
        except (FileNotFoundError, ProcessLookupError, psutil.NoSuchProcess):
            # One ended meanwhile: look again.
            continue


def _ticks(pid: int) -> int:
    """CPU of a process and of its ended children, in system and user mode (proc(5): fields 14 to 17)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15]))


WAYS: dict[str, Callable[[], Any]] = {
    "standard": standard,
    "fast": fast,
    "plain": plain,
    "plain, tagged": lambda: plain(pdf_variant="pdf/ua-1"),
    "Chromium": chromium,
    "Chromium, tagged": lambda: chromium(tagged=True, outline=True),
}


class Worker:
    """A process that prints one way."""

    def __init__(self, way: str) -> None:
        self.way = way
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.presses", way], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._answer()

    def print(self, file: Path) -> dict[str, float]:
        """Print a document; `ms`, `pages`, `bytes` and `megabytes`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{file}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The process that prints by {self.way} ended with {self._process.wait()}.")
        answer: dict[str, float] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)


def main() -> None:
    """Print what is asked for until nobody asks any more."""
    import django
    from pypdf import PdfReader

    django.setup()
    with WAYS[sys.argv[1]]() as (printing, cpu_seconds):
        printing("<!DOCTYPE html><html lang='da'><head><title>Varm</title></head><body><p>Varm</p></body></html>")
        print(json.dumps({"ms": 0}), flush=True)
        for line in sys.stdin:
            html = Path(line.strip()).read_text(encoding="utf-8")
            start = cpu_seconds()
            pdf = printing(html)
            milliseconds = (cpu_seconds() - start) * 1000
            pages = len(PdfReader(io.BytesIO(pdf)).pages)
            if not gc.isenabled():
                # Counting the pages is no part of what is measured, and must not fill the memory.
                gc.collect()
            answer = {"ms": milliseconds, "pages": pages, "bytes": len(pdf), "megabytes": resident_megabytes()}
            print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
