"""The way in: a composed report and the name of an engine give a PDF."""

from __future__ import annotations

import gc

from reporting.engines import Engine

WARMING = (
    '<!DOCTYPE html><html lang="da"><head><title>Opvarmning</title></head>'
    "<body><h2>Æ</h2><p>Ø <b>å</b></p><table><tr><td>1.234</td></tr></table></body></html>"
)


class UnableToArchiveError(Exception):
    """The engine makes no archival PDFs; orders that ask for one of it are refused, so this is a fault of ours."""


def render_pdf(html: str, *, engine: Engine = Engine.STANDARD, data: bytes | None = None) -> bytes:
    """The PDF of a composed report (`contents.Composition.html`), the same bytes for the same arguments.

    The standard engine tags it (PDF/UA-1). Given `data`, the JSON of what the page says (`contents.attached`), it makes
    a PDF/A-3a with that attached as `report.json`. With the collector off (`freeze_collector`), the garbage of this
    one report is collected before it returns.

    Raises:
        ForeignAddressError: the document refers to anything but our own files.
        FontMissingError: the font of the reports is not installed.
        UnableToArchiveError: data for an engine that makes no archival PDFs.
    """
    if data is not None and not engine.can_archive:
        raise UnableToArchiveError(f"The {engine} engine makes no archival PDFs.")
    if engine is Engine.FAST:
        # Each engine is loaded where it is first asked for: a process may never need the other.
        from reporting.document.fast import print_fast

        # It is C++ and leaves nothing for the collector.
        return print_fast(html)
    from reporting.document.standard import press

    pdf = press().print(html, data=data)
    if not gc.isenabled():
        gc.collect()
    return pdf


def warm_up() -> None:
    """Print a small document with each engine, so that processes forked from this one inherit what they loaded."""
    for engine in Engine:
        render_pdf(WARMING, engine=engine)


def freeze_collector() -> None:
    """Take the collector out of the rendering: it costs a seventh of the time and `render_pdf` runs it once a report.

    For processes that render and do little else. What lives now is never looked at again.
    """
    gc.collect()
    gc.freeze()
    gc.disable()
