"""Ordering reports in a real browser beside real workers: from a list of companies to their PDFs."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Browser, FilePayload

from local.receivers import WebhookReceiver
from tests.e2e.browsing import Visitor
from tests.e2e.housing import NOBODY, House, new_address, own
from tests.waiting import wait_until

pytestmark = pytest.mark.e2e
SCRIPTS = pytest.mark.parametrize("has_scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
UNKNOWN = "99773006"  # a right number that stands in no register
HEAD = ("cvr", "format", "internalCustomerId", "note")


def rows_of(house: House) -> list[tuple[str, str, str, str]]:
    """A list with one of each kind: two good ones, one of them twice, an unknown one and a wrong one."""
    first, second = house.companies[:2]
    return [
        (first, "", "1001", ""),
        (second, "{cvr} særskilt", "1002", "a column for nothing"),
        (first, "", "1001", ""),
        (UNKNOWN, "", "", ""),
        (NOBODY, "", "", ""),
    ]


def csv_file(house: House) -> FilePayload:
    """As Danish Excel writes it."""
    text = "\r\n".join(";".join(row) for row in (HEAD, *rows_of(house)))
    return FilePayload(name="kunder.csv", mimeType="text/csv", buffer=text.encode("windows-1252"))


def excel_file(house: House) -> FilePayload:
    """The same as a spreadsheet."""
    workbook, data = Workbook(), io.BytesIO()
    sheet = workbook.active
    assert sheet is not None
    for row in (HEAD, *rows_of(house)):
        sheet.append(row)
    workbook.save(data)
    return FilePayload(name="kunder.xlsx", mimeType="application/octet-stream", buffer=data.getvalue())


def order(visitor: Visitor, name: str, **fields: str) -> None:
    """Fill in the form and go on to its preview."""
    visitor.open("/portal/batches/new")
    visitor.fill("Bestillingens navn", name)
    for label, text in fields.items():
        visitor.fill(label, text)


def wait_for(visitor: Visitor, text: str) -> None:
    """The page says so by itself, or without JavaScript when it is asked anew."""
    if visitor.has_scripts:
        visitor.sees(text)
    else:
        wait_until(lambda: visitor.page.reload() and visitor.main.get_by_text(text).count(), seconds=60)


def require_zip(visitor: Visitor, *, entries: int) -> None:
    """The download has that many files."""
    with visitor.page.expect_download() as download:
        visitor.follow("Hent alle som zip")
    with zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())) as archive:
        assert len(archive.namelist()) == entries


def require_pdf(visitor: Visitor) -> None:
    """The report stands in the page, and can be had as a file."""
    frame = visitor.page.locator("iframe")
    frame.wait_for()
    shown = visitor.page.request.get(f"{visitor.url}{frame.get_attribute('src')}")
    assert (shown.status, shown.body()[:5]) == (200, b"%PDF-")
    with visitor.page.expect_download() as download:
        visitor.follow("Hent PDF")
    assert Path(download.value.path()).read_bytes() == shown.body()


@SCRIPTS
def test_it_orders_reports_of_pasted_numbers_and_shows_them(browser: Browser, house: House, has_scripts: bool):
    name, good = f"Indsat {own()}", house.companies[0]
    with house.member(browser, has_scripts=has_scripts) as visitor:
        order(visitor, name, Format="{cvr}-{type}")
        if has_scripts:
            visitor.sees(re.compile(r"^\d{8}-Revision"))  # the example's name
        visitor.fill("Indsæt CVR-numre", f"{good}\n{good}\n{NOBODY}")
        visitor.press("Videre til gennemsyn")
        visitor.sees("Gentagelser: 1")
        visitor.sees("Forkerte CVR-numre: 1")
        visitor.press("Bestil alle (3)")
        visitor.reads(name)
        wait_for(visitor, "3 af 3")
        visitor.sees("Færdig med fejl")
        assert visitor.page.locator("#batch progress").get_attribute("value") == "100"
        require_zip(visitor, entries=3)
        visitor.follow(re.compile("^Færdig"))
        visitor.follow(re.compile(good))
        require_pdf(visitor)


@pytest.mark.parametrize("file", [csv_file, excel_file], ids=["CSV", "Excel"])
def test_it_orders_reports_of_an_uploaded_list_and_sends_them(browser: Browser, house: House, file):
    name, address = f"Fil {own()}", new_address("post")
    with WebhookReceiver() as receiver, house.member(browser) as visitor:
        order(visitor, name, **{"E-mail": address})
        visitor.main.get_by_label("Eller vælg en fil").set_input_files(file(house))
        visitor.main.get_by_text("Webhook", exact=True).click()
        visitor.fill("Adresse (URL)", receiver.url())
        visitor.choose("Log ind med", "Bearer-token")
        visitor.page.locator("[name=webhook-secret]").fill("t0ken")
        visitor.press("Prøv webhooken")
        visitor.sees("Det virker.")
        assert receiver.calls.all()[0].headers["authorization"] == "Bearer t0ken"
        visitor.press("Videre til gennemsyn")
        for title in ("Forkerte CVR-numre: 1", "Gentagelser: 1", "Ukendte virksomheder: 1", "note"):
            visitor.sees(title)
        visitor.sees(f"1002-{house.companies[1]} særskilt")
        visitor.press("Bestil kun de gode (2)")
        visitor.reads(name)
        visitor.sees("2 af 2")
        sent = {call.json["internalCustomerId"] for call in receiver.calls.wait_for(3, seconds=30)[1:]}
        assert {str(one) for one in sent} == {"1001", "1002"}
        house.mail_to(address, count=2)
        visitor.follow("Leveringer")
        wait_until(
            lambda: visitor.page.reload() and visitor.main.get_by_text("Leveret", exact=True).count() == 5, seconds=30
        )
        assert visitor.main.locator("tbody tr").count() == 4


def test_it_says_what_is_wrong_and_keeps_what_was_typed(browser: Browser, house: House):
    with house.member(browser) as visitor:
        order(visitor, "Skæv", Format="{cvr", **{"E-mail": "ingen adresse"})
        visitor.page.locator("form.order").evaluate("form => form.noValidate = true")
        visitor.press("Videre til gennemsyn")
        visitor.sees("Noget skal rettes. Det står ved felterne.")
        wrong = visitor.page.locator("[aria-invalid=true]")
        assert wrong.evaluate_all("fields => fields.map(field => field.name)") == ["companies", "format", "email"]
        for field in wrong.all():
            described = (field.get_attribute("aria-describedby") or "").split()
            assert any(one.endswith("_error") and visitor.page.locator(f"#{one}").inner_text() for one in described)
        assert wrong.first.evaluate("field => field === document.activeElement")
        assert visitor.main.get_by_label("Format", exact=True).input_value() == "{cvr"
        assert visitor.main.get_by_label("E-mail", exact=True).input_value() == "ingen adresse"
        visitor.look()


def test_it_retries_stops_and_cancels(browser: Browser, house: House):
    with house.member(browser) as visitor:
        failed = house.order(f"Fejl {own()}", NOBODY)
        house.finish(failed)
        visitor.open(f"/portal/batches/{failed}?status=Failed")
        visitor.sees(re.compile("CVR"))
        visitor.press("Prøv de mislykkede igen")
        visitor.sees("De mislykkede dannes igen.")
        visitor.sees("1 af 1")
        visitor.sees("Færdig med fejl")

        order(visitor, f"Lytter {own()}", **{"Indsæt CVR-numre": house.companies[0]})
        visitor.choose("Type", "Reelle ejere")
        visitor.main.get_by_label("Overvåg virksomhederne").check()
        visitor.press("Videre til gennemsyn")
        visitor.sees("Hver gang ejerne ændrer sig")
        visitor.press("Bestil 1")
        visitor.press("Stop overvågningen")
        visitor.sees("Overvågningen er stoppet.")

        name = f"Senere {own()}"
        order(visitor, name, **{"Indsæt CVR-numre": house.companies[0], "Dan rapporterne": "2999-01-02T06:30"})
        visitor.press("Videre til gennemsyn")
        visitor.press("Bestil 1")
        visitor.sees("Planlagt til")
        assert house.batch_named(name)["scheduledTime"].startswith("2999-01-02T05:30")  # Danish winter time
        visitor.press("Annullér")
        visitor.sees("Bestillingen er annulleret.")

        visitor.open("/portal/batches")
        visitor.main.get_by_label("Navn", exact=True).press_sequentially(name)
        visitor.choose("Tilstand", "Stoppet eller annulleret")
        visitor.page.wait_for_url(re.compile("state=ended"))
        wait_until(lambda: visitor.main.locator("tbody tr").count() == 1, seconds=10)
        visitor.follow(name)
        visitor.reads(name)
