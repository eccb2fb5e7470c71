"""HTML to PDF: same bytes, own font, no foreign address."""

from __future__ import annotations

import gc
import http.server
import threading
from pathlib import Path

import pytest

from reporting import document, fonts
from reporting.contents.composing import compose
from tests.reporting import makers
from tests.reporting.pdf_text import reader

PAGE = '<!doctype html><html lang="da"><title>Prøve</title><body><p>{}</p></body></html>'


class CountingHandler(http.server.BaseHTTPRequestHandler):
    """Counts what is asked of it."""

    asked: list[str] = []

    def do_GET(self) -> None:
        """Note the path and answer with nothing."""
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server():
    CountingHandler.asked = []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), CountingHandler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def test_it_gives_the_same_bytes_for_the_same_html():
    html = compose(makers.material()).html

    assert document.render_pdf(html) == document.render_pdf(html)


def test_it_composes_the_same_html_from_the_same_material():
    assert compose(makers.material()).html == compose(makers.material()).html


def test_it_carries_title_author_and_the_time_of_extraction():
    composition = compose(makers.material())

    metadata = reader(document.render_pdf(composition.html)).metadata

    assert metadata is not None
    assert metadata.title == composition.title == f"Revisionsrapport: Havnelys Elektronik A/S, CVR {makers.cvr(1)}"
    assert metadata.author == "Lasso"
    assert metadata.creation_date == makers.EXTRACTED_AT


def test_it_is_tagged_and_says_its_language():
    root = reader(document.render_pdf(compose(makers.material()).html)).trailer["/Root"]

    assert root["/Lang"] == "da"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root


def test_it_has_a_bookmark_for_each_section():
    outline = reader(document.render_pdf(compose(makers.material()).html)).outline

    titles = [entry["/Title"] for entry in outline[1]]
    assert outline[0]["/Title"] == "Havnelys Elektronik A/S"
    assert titles[0] == "Det vigtigste"
    assert titles[1] == "1 Virksomheden"
    assert titles[-1] == "9 Om rapporten"


def test_it_embeds_only_its_own_font():
    found = set()
    for page in reader(document.render_pdf(compose(makers.material()).html)).pages:
        for font in page["/Resources"]["/Font"].values():
            found.add(font.get_object()["/BaseFont"].split("+")[-1].split("-")[0])

    assert found == {"Inter"}


def test_it_sets_all_digits_equally_wide():
    pages = document.press().lay_out(PAGE.format("<span>1111111</span><br><span>8888888</span>")).pages

    widths = {round(box.width, 3) for box in pages[0]._page_box.descendants() if getattr(box, "text", "").isdigit()}
    assert len(widths) == 1


def test_it_refuses_a_remote_image_and_asks_nobody(server: str):
    with pytest.raises(document.ForeignAddressError, match="only files below reports/"):
        document.render_pdf(PAGE.format(f'<img src="{server}/logo.png" alt="">'))

    assert CountingHandler.asked == []


@pytest.mark.parametrize(
    "address",
    ["file:///etc/hostname", "data:image/png;base64,AAAA", "ftp://127.0.0.1/x", "../../manage.py", "file://host/x.png"],
)
def test_it_refuses_every_address_but_its_own_files(address: str):
    with pytest.raises(document.ForeignAddressError):
        document.render_pdf(PAGE.format(f'<img src="{address}" alt="">'))


def test_it_refuses_a_stylesheet_from_elsewhere(server: str):
    with pytest.raises(document.ForeignAddressError):
        document.render_pdf(PAGE.format(f'</p><link rel="stylesheet" href="{server}/x.css"><p>'))

    assert CountingHandler.asked == []


def test_it_parses_the_stylesheet_once_a_process():
    document.render_pdf(PAGE.format("et"))
    first = document.press()
    document.render_pdf(PAGE.format("to"))

    assert document.press() is first


def test_it_runs_the_collector_itself_when_that_is_off():
    document.warm_up()
    runs: list[str] = []

    def note(phase: str, _info: dict[str, int]) -> None:
        runs.append(phase)

    document.freeze_collector()
    gc.callbacks.append(note)
    try:
        assert not gc.isenabled()
        document.render_pdf(PAGE.format("tre"))
    finally:
        gc.callbacks.remove(note)
        gc.unfreeze()
        gc.enable()

    assert runs == ["start", "stop"]


def test_it_says_which_font_is_missing_and_what_to_install(tmp_path: Path):
    with pytest.raises(fonts.FontMissingError, match=r"The font Inter was not found below .*fonts-inter"):
        fonts.require_fonts([tmp_path])


def test_it_finds_the_font_below_any_of_its_folders(tmp_path: Path):
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr" / "Inter-Regular.otf").touch()

    assert fonts.find_font([tmp_path / "absent", tmp_path]) == tmp_path / "usr" / "Inter-Regular.otf"


def test_it_passes_the_system_check_here():
    assert fonts.check_fonts() == []
