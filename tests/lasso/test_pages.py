"""People find a start page, and no page may load anything from elsewhere."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders

from lasso.middleware import CONTENT_SECURITY_POLICY


def test_it_says_what_this_is_and_leads_on(client) -> None:
    page = client.get("/")
    links = re.findall(r'<a href="([^"]+)"', page.content.decode())

    assert page.status_code == 200
    assert "Rapporter om danske virksomheder" in page.content.decode()
    assert links == ["/docs", "/schema", "/docs/errors", "/admin/", "/readyz"]


@pytest.mark.parametrize("path", ["/", "/docs/errors"])
def test_it_loads_only_files_of_its_own(client, path) -> None:
    text = client.get(path).content.decode()
    files = re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"', text)

    assert files == ["/static/lasso/icon.svg", "/static/lasso/pages.css"]
    assert all(finders.find(file.removeprefix("/static/")) for file in files)
    assert "style=" not in text
    assert "<script" not in text


@pytest.mark.parametrize("path", ["/", "/docs/errors", "/healthz", "/nowhere", "/schema"])
def test_it_sends_a_strict_policy_with_everything(client, path) -> None:
    assert client.get(path).headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_it_sends_a_strict_policy_with_the_administration(client, db) -> None:
    assert client.get("/admin/login/").headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


def test_it_speaks_danish_to_people_and_english_to_those_who_run_it(client, db) -> None:
    start, entrance = (client.get(path).content.decode() for path in ("/", "/admin/login/"))
    assert ('<html lang="da">' in start, "Rapporter om danske virksomheder" in start) == (True, True)
    assert ('<html lang="en' in entrance, "Log in" in entrance, "Lasso administration" in entrance) == (True,) * 3


def test_it_only_reads(client) -> None:
    assert client.post("/").status_code == 405
