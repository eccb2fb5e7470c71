"""Setting an integration up and changing it: the form, its mapping editor, and what it shows and tries."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from delivery.auth import auth_from_json
from delivery.models import Delivery, Endpoint
from integrations.mapping import Entry, exportable_fields, mapping_of
from integrations.models import Integration
from lasso.encryption import decrypt
from tests.integrations.conftest import LASSO, integrated, register
from tests.integrations.conftest import receiver as receiver_fixture
from tests.receivers import FaultyReceiver, answer

__all__ = ["register"]
pytestmark = pytest.mark.django_db
receiver = receiver_fixture
NEW = "/portal/integrations/add/own-api"
SECRET = "hemmelig-9f3c"


def rows(*fields: str, **more: str) -> dict[str, Any]:
    """Rows of the mapping editor: "name" is exported, "name!" is marked Update too, "-name" is neither."""
    sent: dict[str, Any] = {"row": []}
    for key, text in enumerate(fields):
        name = text.strip("!-")
        sent["row"].append(f"{key}:{name}")
        if not text.startswith("-"):
            sent[f"export-{key}"] = "on"
        if text.endswith("!"):
            sent[f"update-{key}"] = "on"
    return {**sent, **more}


def form(url: str, *fields: str, **more: str) -> dict[str, Any]:
    """What the browser sends of a whole form."""
    return {
        "name": "CRM",
        "export-url": url,
        "export-method": "POST",
        "export-sign_in": "none",
        "update-url": "",
        "update-method": "PUT",
        "update-sign_in": "none",
        **rows(*(fields or ("cvr!", "name"))),
        **more,
    }


def page_of(client: Client, path: str, data: dict[str, Any] | None = None, **headers: str) -> str:
    answered = client.get(path) if data is None else client.post(path, data, headers=headers)
    assert answered.status_code == 200, answered.status_code
    return html.unescape(answered.content.decode())


def rows_shown(page: str) -> list[str]:
    """The fields of the mapping editor in their order, those in the message only."""
    return re.findall(r'value="\d+:(\w*)"[^<]*>\s*<input type="checkbox"[^>]*\bchecked', page)


def error_at(page: str, field: str) -> str:
    """What stands at a field."""
    found = re.search(rf'id="id_{field}_error">(.*?)</div>', page, re.DOTALL)
    return re.sub(r"<[^>]*>|\s+", " ", found[1]).strip() if found else ""


def test_it_shows_every_field_with_its_name_in_the_message(portal: Client):
    page = page_of(portal, NEW)
    for field in exportable_fields():
        assert f"{field.label_da} ({field.name})" in page
    assert "Telefon (telephone)" in page
    assert rows_shown(page) == ["cvr", "name"]


def test_it_shows_the_fields_in_the_readers_language(portal: Client, organisation: Organisation):
    portal.cookies["lasso-language"] = "en"
    assert "Telephone (telephone)" in page_of(portal, NEW)


def test_it_sets_an_integration_up(portal: Client, organisation: Organisation, receiver: FaultyReceiver):
    sent = form(
        receiver.url("/ny/{cvr}"),
        "name",
        "cvr!",
        "-telephone",
        "",
        **{
            "name-0": "firma",
            "name-3": "kilde",
            "constant-3": "Lasso",
            "export-sign_in": "BasicAuth",
            "export-key": "os",
            "export-secret": SECRET,
            "update-url": receiver.url("/ret/{lassoId}"),
        },
    )
    answered = portal.post(NEW, sent)
    made = Integration.objects.get()
    assert answered["location"] == f"/portal/integrations/{made.pk}"
    assert (made.name, made.organisation) == ("CRM", organisation)
    assert mapping_of(made).entries == (
        Entry(field="name", name="firma"),
        Entry(field="cvr", name="cvr", is_update=True),
        Entry(name="kilde", constant="Lasso"),
    )
    auth = auth_from_json(decrypt(made.export_endpoint.auth))
    assert auth is not None
    assert (auth.method, auth.key, auth.value) == ("BasicAuth", "os", SECRET)
    assert made.update_endpoint is not None
    assert (made.update_endpoint.method, made.update_endpoint.auth) == ("PUT", "")
    # What signs in is never shown again, on no page.
    for path in (f"/portal/integrations/{made.pk}", f"/portal/integrations/{made.pk}/change"):
        assert SECRET not in page_of(portal, path)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("12", 12),
        ('"12"', "12"),
        ("true", True),
        ("null", None),
        ('{"a": [1]}', {"a": [1]}),
        ("ganske alm. tekst", "ganske alm. tekst"),
        ("NaN", "NaN"),
        ("1e999", "1e999"),
        ('"\\ud800"', '"\\ud800"'),
    ],
)
def test_it_reads_a_constant_as_what_it_is_and_shows_it_so_again(
    portal: Client, receiver: FaultyReceiver, typed: str, stored: Any
):
    assert (
        portal.post(NEW, form(receiver.url("/"), "cvr!", "", **{"name-1": "fast", "constant-1": typed})).status_code
        == 302
    )
    made = Integration.objects.get()
    assert mapping_of(made).entries[1] == Entry(name="fast", constant=stored)
    page = page_of(portal, f"/portal/integrations/{made.pk}/change")
    shown = re.search(r'name="constant-1"[^>]*value="(.*?)"\s+maxlength', page, re.DOTALL)
    assert shown
    saved = portal.post(
        f"/portal/integrations/{made.pk}/change",
        form(receiver.url("/"), "cvr!", "", **{"name-1": "fast", "constant-1": shown[1]}),
    )
    assert saved.status_code == 302
    assert mapping_of(Integration.objects.get()).entries[1].constant == stored


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"name": " "}, "name", "Dette felt er påkrævet."),
        ({"export-url": ""}, "export-url", "Dette felt er påkrævet."),
        ({"export-url": "ftp://x.example"}, "export-url", "Adressen skal begynde med https:// eller http://."),
        (
            {"export-url": "https://x.example/{navn}"},
            "export-url",
            "Adressen har pladsholderen {navn}",
        ),
        ({"export-url": "https://10.0.0.1/"}, "export-url", "uden for det offentlige internet"),
        ({"update-url": "https://a:b@x.example/"}, "update-url", "Adressen har et brugernavn i sig."),
        ({"export-method": "DELETE"}, "export-method", "DELETE"),
        ({"export-sign_in": "keep"}, "export-sign_in", "keep"),
        ({"export-sign_in": "Header", "export-secret": "x"}, "export-key", "Mangler."),
        (
            {"export-sign_in": "Header", "export-key": "Host", "export-secret": "x"},
            "export-key",
            "Host sættes af kaldet",
        ),
        ({"export-sign_in": "Bearer", "export-secret": "Bearer x"}, "export-secret", "Er ikke et bearer-token."),
        (
            {
                "export-sign_in": "OAuth2",
                "export-key": "id",
                "export-secret": "x",
                "export-token_url": "http://token.example/",
            },
            "export-token_url",
            "Skal begynde med https://",
        ),
    ],
)
def test_it_says_at_the_field_what_is_wrong_and_keeps_what_was_typed(
    portal: Client, receiver: FaultyReceiver, wrong: dict[str, str], field: str, said: str
):
    sent = form(receiver.url("/behold"), "telephone", "cvr!", **{"name-0": "tlf", **wrong})
    page = page_of(portal, NEW, sent)
    assert said in error_at(page, field)
    assert "Intet er gemt endnu" in page
    assert not Integration.objects.exists()
    assert not Endpoint.objects.exists()
    assert rows_shown(page) == ["telephone", "cvr"]
    assert 'value="tlf"' in page
    for name in ("export-key", "export-secret"):
        if name in wrong:
            assert re.search(rf'name="{name}" value="{re.escape(wrong[name])}"', page)


@pytest.mark.parametrize(
    ("fields", "more", "said"),
    [
        (("-cvr",), {}, "Vælg mindst ét felt"),
        (("cvr!", "name"), {"name-1": "cvr"}, "Navnet 'cvr' er brugt allerede."),
        (("cvr!", "name"), {"name-1": "n" * 101}, "Har 101 tegn; højst 100 er muligt."),
        (("cvr!", ""), {"constant-1": "x"}, "Giv den faste værdi et navn."),
        (("cvr!", ""), {"name-1": "x", "constant-1": "y" * 1001}, "højst 1000 er muligt."),
        (("cvr!", "nothing"), {}, "Feltet findes ikke længere."),
        (("cvr!", "beneficialOwners"), {}, "Reelle ejere eksporteres aldrig."),
    ],
)
def test_it_says_what_is_wrong_with_the_mapping(
    portal: Client, receiver: FaultyReceiver, fields: tuple[str, ...], more: dict[str, str], said: str
):
    page = page_of(portal, NEW, form(receiver.url("/"), *fields, **more))
    assert said in page
    assert not Integration.objects.exists()


def test_it_tells_all_that_is_wrong_at_once(portal: Client, receiver: FaultyReceiver):
    page = page_of(portal, NEW, form("nej", "-cvr", **{"name": "", "update-url": "nej"}))
    assert error_at(page, "name")
    assert error_at(page, "export-url")
    assert error_at(page, "update-url")
    assert "Vælg mindst ét felt" in page


def test_it_moves_fields_by_buttons_that_send_the_form(portal: Client):
    sent = form("https://crm.example/", "cvr", "-website", "name", "telephone")
    assert rows_shown(page_of(portal, NEW, {**sent, "do": "up:3"})) == ["cvr", "telephone", "name"]
    assert rows_shown(page_of(portal, NEW, {**sent, "do": "down:0"})) == ["name", "cvr", "telephone"]
    assert rows_shown(page_of(portal, NEW, {**sent, "do": "up:0"})) == ["cvr", "name", "telephone"]
    page = page_of(portal, NEW, {**sent, "do": "down:77", "export-secret": SECRET})
    assert rows_shown(page) == ["cvr", "name", "telephone"]
    assert SECRET in page  # nothing of what was typed is lost on the way
    assert not Integration.objects.exists()


def test_it_adds_a_constant(portal: Client):
    page = page_of(portal, NEW, {**form("", "cvr", "-name"), "do": "constant"})
    assert rows_shown(page) == ["cvr", ""]
    assert 'name="constant-2"' in page
    assert not error_at(page, "export-url")  # nobody has asked yet whether it is good


def test_it_leaves_an_empty_constant_out(portal: Client, receiver: FaultyReceiver):
    assert portal.post(NEW, form(receiver.url("/"), "cvr!", "")).status_code == 302
    assert len(mapping_of(Integration.objects.get()).entries) == 1


@pytest.mark.usefixtures("register")
def test_it_shows_the_message_of_a_company_before_anything_is_saved(portal: Client, receiver: FaultyReceiver):
    sent = form("", "name", "cvr!", **{"name-0": "firma", "do": "preview", "preview_cvr": str(LASSO)})
    page = page_of(portal, NEW, sent)
    shown = [json.loads(text) for text in re.findall(r"<code>(\{.*?\})</code>", page, re.DOTALL)]
    assert shown == [{"firma": "LASSO X A/S", "cvr": LASSO}, {"cvr": LASSO}]
    part = page_of(portal, NEW, sent, **{"hx-request": "true", "hx-target": "preview"})
    assert part.lstrip().startswith('<div id="preview"')
    assert "Ret felterne ovenfor" in page_of(portal, NEW, {**form("", "-cvr"), "do": "preview"})


def test_it_tests_an_endpoint_before_anything_is_saved(portal: Client, receiver: FaultyReceiver):
    receiver.behaviour = answer(201)
    sent = form(
        receiver.url("/ny/{cvr}"),
        **{"export-sign_in": "Bearer", "export-secret": SECRET, "do": "test:export", "export-method": "PUT"},
    )
    page = page_of(portal, NEW, sent)
    assert "Det virker." in page
    (call,) = receiver.calls.all()
    assert (call.method, call.headers["authorization"]) == ("PUT", f"Bearer {SECRET}")
    assert list(call.json) == ["cvr", "name"]
    assert not Integration.objects.exists()
    assert not Delivery.objects.exists()


def test_it_calls_nobody_when_what_would_be_tested_is_wrong(portal: Client, receiver: FaultyReceiver):
    for wrong in (
        form("nej", do="test:export"),
        form(receiver.url("/"), "-cvr", do="test:export"),
        form(receiver.url("/"), do="test:update"),
        form(receiver.url("/"), do="test:other"),
    ):
        page = page_of(portal, NEW, wrong)
        assert "Det virker." not in page
    assert receiver.calls.all() == []


def test_it_tests_only_so_often(portal: Client, receiver: FaultyReceiver, settings: Any):
    settings.TEST_CALLS_PER_MINUTE = 1
    pages = [page_of(portal, NEW, form(receiver.url("/"), do="test:export")) for _ in range(2)]
    assert "Det virker." in pages[0]
    assert "Der er prøvet mange gange i det sidste minut." in error_at(pages[1], "export-url")
    assert len(receiver.calls.all()) == 1


def test_it_warns_when_updates_do_not_say_of_whom(portal: Client, receiver: FaultyReceiver):
    saved = portal.post(NEW, form(receiver.url("/"), "cvr", "name!", **{"update-url": receiver.url("/ret")}))
    page = page_of(portal, saved["location"])
    assert "Intet felt, der siger hvilken virksomhed det er, er mærket Opdatering." in page
    assert "{cvr} eller {lassoId}" in page


def test_it_changes_an_integration_and_keeps_its_sign_in(
    portal: Client, organisation: Organisation, receiver: FaultyReceiver
):
    portal.post(NEW, form(receiver.url("/a"), **{"export-sign_in": "Bearer", "export-secret": SECRET}))
    made = Integration.objects.get()
    path = f"/portal/integrations/{made.pk}/change"
    page = page_of(portal, path)
    assert rows_shown(page) == ["cvr", "name"]
    assert 'value="keep" selected' in page
    sent = form(receiver.url("/b"), "telephone", "cvr!", **{"name": "Nyt CRM", "export-sign_in": "keep"})
    assert portal.post(path, sent)["location"] == f"/portal/integrations/{made.pk}"
    made = Integration.objects.select_related("export_endpoint").get()
    assert (made.name, made.export_endpoint.url) == ("Nyt CRM", receiver.url("/b"))
    assert [entry.key for entry in mapping_of(made).entries] == ["telephone", "cvr"]
    auth = auth_from_json(decrypt(made.export_endpoint.auth))
    assert auth is not None
    assert auth.value == SECRET
    portal.post(path, {**sent, "export-sign_in": "none"})
    made.export_endpoint.refresh_from_db()
    assert made.export_endpoint.auth == ""


def test_it_does_not_send_what_is_stored_to_another_host(portal: Client, receiver: FaultyReceiver):
    portal.post(NEW, form("https://crm.example/", **{"export-sign_in": "Bearer", "export-secret": SECRET}))
    made = Integration.objects.get()
    path = f"/portal/integrations/{made.pk}/change"
    for deed in ("save", "test:export"):
        page = page_of(portal, path, form(receiver.url("/"), **{"export-sign_in": "keep", "do": deed}))
        assert "Skal angives igen" in error_at(page, "export-sign_in")
    made.export_endpoint.refresh_from_db()
    assert made.export_endpoint.url == "https://crm.example/"
    assert receiver.calls.all() == []


def test_it_adds_and_takes_away_the_update_endpoint(
    portal: Client, organisation: Organisation, receiver: FaultyReceiver
):
    made = integrated(organisation, receiver, update=None)
    path = f"/portal/integrations/{made.pk}/change"
    portal.post(path, form(receiver.url("/"), **{"update-url": receiver.url("/ret")}))
    made.refresh_from_db()
    assert made.update_endpoint is not None
    assert made.update_endpoint.url == receiver.url("/ret")
    portal.post(path, form(receiver.url("/")))
    made.refresh_from_db()
    assert made.update_endpoint is None


def test_it_keeps_a_mapping_of_the_greatest_size(portal: Client, organisation: Organisation, receiver: FaultyReceiver):
    constants = {f"name-{key}": f"k{key}" for key in range(1, 500)}
    values = {f"constant-{key}": str(key) for key in range(1, 500)}
    sent = form(receiver.url("/"), "cvr!", *[""] * 499, **constants, **values)
    assert portal.post(NEW, sent).status_code == 302
    assert len(mapping_of(Integration.objects.get()).entries) == 500


def test_it_shows_what_was_typed_as_text(portal: Client):
    evil = '"><script>alert(1)</script>'
    sent = form(
        f"https://x.example/{evil}",
        "cvr",
        "",
        **{"name": evil, "name-0": evil, "constant-1": evil, "export-key": evil, "preview_cvr": evil, "do": "preview"},
    )
    answered = portal.post(NEW, sent)
    assert "<script>alert" not in answered.content.decode()
