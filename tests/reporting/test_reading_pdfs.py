"""What is read of a PDF is there, or it is said that it has another shape."""

from __future__ import annotations

import pytest

from reporting.document.fast import _print
from reporting.document.reading import PDFShapeError, Written


@pytest.fixture(scope="module")
def written() -> Written:
    return _print('<!doctype html><html lang="da"><head><title>Prøve</title></head><body><p>Prøve</p></body></html>')


@pytest.mark.parametrize("read", [Written.object, Written.content])
def test_it_names_an_object_that_is_not_there(written, read):
    with pytest.raises(PDFShapeError, match=r"Object 99999 is not in the PDF\."):
        read(written, 99999)


def test_it_reads_no_drawing_out_of_what_is_none(written):
    with pytest.raises(PDFShapeError, match=f"Object {written.root} is not a stream in the PDF"):
        written.content(written.root)
