"""HTML to PDF by either engine: same bytes, own font, no foreign address."""

from __future__ import annotations

import gc
import hashlib
import http.server
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from reporting import document, fonts
from reporting.contents.composing import compose
from reporting.document.standard import press
from reporting.engines import Engine
from reporting.models import ReportType
from tests.reporting import makers
from tests.reporting.pdf_text import reader

PAGE = '<!doctype html><html lang="da"><head><title>Prøve</title></head><body><p>{}</p></body></html>'
both = pytest.mark.parametrize("engine", Engine)
# What another process prints of the document on its standard input, as a hash.
PRINT_ELSEWHERE = """
import django, hashlib, sys
django.setup()
from reporting.document import render_pdf
from reporting.engines import Engine
print(hashlib.sha256(render_pdf(sys.stdin.read(), engine=Engine(sys.argv[1]))).hexdigest())
"""


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


@both
def test_it_gives_the_same_bytes_for_the_same_html_in_another_process_too(engine: Engine):
    html = compose(makers.material()).html
    pdf = document.render_pdf(html, engine=engine)

    elsewhere = subprocess.run(
        [sys.executable, "-c", PRINT_ELSEWHERE, engine],
        input=html,
        cwd=django_settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )

    assert document.render_pdf(html, engine=engine) == pdf
    assert elsewhere.stdout.strip() == hashlib.sha256(pdf).hexdigest()


def test_it_composes_the_same_html_from_the_same_material():
    assert compose(makers.material()).html == compose(makers.material()).html


@both
def test_it_carries_title_author_and_the_time_of_extraction(engine: Engine):
    composition = compose(makers.material())

    metadata = reader(document.render_pdf(composition.html, engine=engine)).metadata

    assert metadata is not None
    assert metadata.title == composition.title == f"Revisionsrapport: Havnelys Elektronik A/S, CVR {makers.cvr(1)}"
    assert metadata.author == "Lasso"
    assert metadata.creation_date == makers.EXTRACTED_AT


@both
def test_it_says_its_language_and_shows_its_title(engine: Engine):
    root = reader(document.render_pdf(compose(makers.material()).html, engine=engine)).trailer["/Root"]

    assert root["/Lang"] == "da"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 - a PDF's own truth


def test_it_is_tagged_for_screen_readers_by_the_standard_engine():
    root = reader(document.render_pdf(compose(makers.material()).html)).trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_data()


@both
def test_it_has_a_bookmark_for_each_section(engine: Engine):
    composition = compose(makers.material())
    outline = reader(document.render_pdf(composition.html, engine=engine)).outline

    own = [entry["/Title"] for entry in outline[1] if not isinstance(entry, list)]
    sections = [f"{number} {section.title}" for number, section in enumerate(composition.content.sections, start=1)]
    assert outline[0]["/Title"] == "Havnelys Elektronik A/S"
    assert own == ["Det vigtigste", *sections]
    within = [entry["/Title"] for entries in outline[1] if isinstance(entries, list) for entry in entries]
    assert {"Direktion", "Bestyrelse"} <= set(within)


def test_it_points_with_its_bookmarks_to_the_same_pages_by_either_engine():
    html = compose(makers.material()).html

    standard, fast = (reader(document.render_pdf(html, engine=engine)) for engine in Engine)

    assert _places(standard) == _places(fast)


def _places(pdf: Any) -> list[tuple[str, int]]:
    """Each bookmark's title and page."""

    def walk(entries: list[Any]) -> Iterator[tuple[str, int]]:
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry)
            else:
                yield entry["/Title"], pdf.get_destination_page_number(entry)

    return list(walk(pdf.outline))


@both
def test_it_embeds_only_its_own_font(engine: Engine):
    found = set()
    for page in reader(document.render_pdf(compose(makers.material()).html, engine=engine)).pages:
        for font in page["/Resources"]["/Font"].values():
            found.add(font.get_object()["/BaseFont"].split("+")[-1].replace("-", "")[:9])

    assert found == {"LassoSans"}


@both
def test_it_writes_figures_and_signs_so_that_they_can_be_copied(engine: Engine):
    pdf = document.render_pdf(PAGE.format("1.234.567,89 (01-02-2026; 10:45) ½ – 33,33 %"), engine=engine)

    assert reader(pdf).pages[0].extract_text().strip() == "1.234.567,89 (01-02-2026; 10:45) ½ – 33,33 %"


def test_it_sets_all_digits_equally_wide():
    pages = press().lay_out(PAGE.format("<span>1111111</span><br><span>8888888</span>")).pages

    widths = {round(box.width, 3) for box in pages[0]._page_box.descendants() if getattr(box, "text", "").isdigit()}
    assert len(widths) == 1


@both
def test_it_refuses_a_remote_image_and_asks_nobody(server: str, engine: Engine):
    with pytest.raises(document.ForeignAddressError, match="only files below reports/"):
        document.render_pdf(PAGE.format(f'<img src="{server}/logo.png" alt="">'), engine=engine)

    assert CountingHandler.asked == []


@both
@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "data:image/png;base64,AAAA",
        "ftp://127.0.0.1/x",
        "../../manage.py",
        "//host/x.png",
        "file://host/x.png",
    ],
)
def test_it_refuses_every_address_but_its_own_files(address: str, engine: Engine):
    with pytest.raises(document.ForeignAddressError):
        document.render_pdf(PAGE.format(f'<img src="{address}" alt="">'), engine=engine)


@both
@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="stylesheet" href="{}/x.css">',
        '<p style="background-image: url({}/x.png)">x</p>',
        '<svg width="9" height="9"><image href="{}/x.png" width="5" height="5"></image></svg>',
    ],
)
def test_it_refuses_what_is_elsewhere_however_it_is_asked_for(server: str, engine: Engine, markup: str):
    with pytest.raises(document.ForeignAddressError):
        document.render_pdf(PAGE.format(f"</p>{markup.format(server)}<p>"), engine=engine)

    assert CountingHandler.asked == []


def test_it_parses_the_stylesheet_once_a_process():
    document.render_pdf(PAGE.format("et"))
    first = press()
    document.render_pdf(PAGE.format("to"))

    assert press() is first


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


@both
def test_it_keeps_its_memory_flat(engine: Engine):
    # What would leak does so with each report, however short.
    html = compose(makers.unknown_material(ReportType.REVISION)).html
    document.freeze_collector()
    try:
        for _ in range(5):
            document.render_pdf(html, engine=engine)
        before = _resident_kilobytes()
        for _ in range(15):
            document.render_pdf(html, engine=engine)
        grown = _resident_kilobytes() - before
    finally:
        gc.unfreeze()
        gc.enable()

    # A font configuration that is made anew for each report would leak a quarter of a megabyte with each.
    assert grown < 15 * 200


def _resident_kilobytes() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def test_it_says_which_font_is_missing_and_what_to_install(tmp_path: Path):
    with pytest.raises(fonts.FontMissingError, match=r"The font Inter was not found below .*fonts-inter"):
        fonts.require_fonts([tmp_path])


def test_it_finds_the_font_below_any_of_its_folders(tmp_path: Path):
    (tmp_path / "usr").mkdir()
    (tmp_path / "usr" / "Inter-Regular.otf").touch()

    assert fonts.find_font([tmp_path / "absent", tmp_path]) == tmp_path / "usr" / "Inter-Regular.otf"


def test_it_passes_the_system_check_here():
    assert fonts.check_fonts() == []


def test_it_makes_the_same_font_wherever_it_is_made(tmp_path: Path):
    made = fonts.use_report_fonts()
    regular = fonts.require_fonts()

    fonts._make_font(regular, tmp_path / "again.otf", "Regular")

    assert (tmp_path / "again.otf").read_bytes() == (made / f"LassoSans-Regular{regular.suffix}").read_bytes()
