"""Ordering on pages: the form, the preview that marks what is the matter, and the order that is taken once."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.organisations import add_member
from delivery.models import Endpoint
from lasso.encryption import decrypt
from portal.forgetting import forget_some_drafts
from portal.models import OrderDraft
from reporting.models import Batch, BatchItem
from tests.reporting.conftest import HAVGRUS, LASSO, NORDLYS, register

__all__ = ["register"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("register")]

UNKNOWN = "99000023"  # a right check digit, and in no register
WRONG = "99000024"


def filled(**fields: Any) -> dict[str, Any]:
    """The form as a member fills it in."""
    return {
        "name": "Årets kunder",
        "type": "Revision",
        "language": "da",
        "companies": f"{NORDLYS} {HAVGRUS}",
        "format": "{cvr}-{name}",
        "error_append": "",
        "scheduled": "",
        "email": "",
        "engine": "",
        "webhook-url": "",
        "webhook-sign_in": "none",
        "do": "preview",
        **fields,
    }


def send(client: Client, **fields: Any) -> str:
    """The address of the preview that a right form leads to."""
    answer = client.post("/portal/batches/new", filled(**fields))
    assert answer.status_code == 302, errors_of(html.unescape(answer.content.decode()))
    return answer["location"]


def refused(client: Client, **fields: Any) -> dict[str, list[str]]:
    """What stands at the fields of a form that is refused."""
    answer = client.post("/portal/batches/new", filled(**fields))
    assert answer.status_code == 200
    return errors_of(html.unescape(answer.content.decode()))


def errors_of(page: str) -> dict[str, list[str]]:
    found = re.findall(r'<div class="errors" id="id_([\w-]+)_error">(.*?)</div>', page, re.DOTALL)
    return {name: re.findall(r"<p>(.*?)</p>", text) for name, text in found}


def text_of(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def order(client: Client, path: str, which: str = "all") -> Batch:
    answer = client.post(f"{path}/order", {"which": which})
    assert answer.status_code == 302
    return Batch.objects.get(pk=answer["location"].rpartition("/")[2])


def test_it_orders_what_was_pasted(portal: Client, organisation: Organisation, member: User):
    path = send(portal, companies=f"DK-{NORDLYS}, 99.00.00.15", type="Finans", language="en", error_append="#fejl")
    assert Batch.objects.count() == 0
    page = text_of(portal, path)
    assert "Alle virksomheder er kendte" in page
    assert "99000007-Nordlys Testværft ApS.pdf" in page
    batch = order(portal, path)
    assert (batch.organisation, batch.ordered_by, batch.name) == (organisation, member, "Årets kunder")
    assert (batch.type, batch.language, batch.error_append, batch.status) == ("Finans", "en", "#fejl", "Executing")
    assert list(BatchItem.objects.order_by("position").values_list("cvr", flat=True)) == ["99000007", "99000015"]


def test_it_marks_what_is_unknown_wrong_doubled_or_no_number(portal: Client):
    path = send(portal, companies=f"{NORDLYS}\n{UNKNOWN}\n{WRONG}\n{NORDLYS}\n99OO0015\n{HAVGRUS}")
    page = text_of(portal, path)
    for title in ("Ukendte virksomheder: 1", "Forkerte CVR-numre: 1", "Gentagelser: 1", "Ikke CVR-numre: 1"):
        assert title in page
    assert "nr. 4" in page
    assert "Bestil kun de gode (2)" in page
    assert "Bestil alle (5)" in page


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        ("good", ["99000007", "99000015"]),
        ("all", ["99000007", UNKNOWN, WRONG, "99000007", "99000015"]),
    ],
)
def test_it_orders_all_or_only_the_good_ones(portal: Client, which: str, expected: list[str]):
    path = send(portal, companies=f"{NORDLYS}\n{UNKNOWN}\n{WRONG}\n{NORDLYS}\n99OO0015\n{HAVGRUS}")
    batch = order(portal, path, which)
    assert list(batch.items.order_by("position").values_list("cvr", flat=True)) == expected
    assert batch.size == len(expected)


def test_a_double_click_orders_once(portal: Client):
    path = send(portal)
    assert order(portal, path) == order(portal, path)
    assert Batch.objects.count() == 1
    assert portal.get(path)["location"] == f"/portal/batches/{Batch.objects.get().pk}"


def test_it_orders_nothing_by_looking_nor_by_what_it_does_not_know(portal: Client):
    path = send(portal)
    assert portal.get(f"{path}/order").status_code == 405
    assert portal.post(f"{path}/order", {"which": "some"}).status_code == 404
    assert Batch.objects.count() == 0


def test_it_orders_nothing_when_no_company_is_good(portal: Client):
    path = send(portal, companies=UNKNOWN)
    assert "Bestil kun de gode" not in text_of(portal, path)
    assert portal.post(f"{path}/order", {"which": "good"})["location"] == path
    assert "Skal udfyldes." in text_of(portal, path)
    assert Batch.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"companies": ""}, "companies", "Indsæt CVR-numre, eller vælg en fil."),
        ({"companies": "99OO0015"}, "companies", "Her er ingen CVR-numre. De har otte cifre."),
        (
            {"format": "{kunde}"},
            "format",
            "Har den ukendte variabel {kunde}. Brug {name}, {cvr}, {type}, {balanceday} eller {rundate}.",
        ),
        (
            {"format": "{cvr"},
            "format",
            "Har en klamme, der ikke lukkes. Variabler skrives {name}, {cvr}, {type}, {balanceday} og {rundate}.",
        ),
        ({"email": "anna"}, "email", "Skal være en e-mailadresse, for eksempel navn@eksempel.dk."),
        ({"is_listener": "on"}, "is_listener", "Kun rapporter om reelle ejere kan overvåge. Vælg den type."),
        (
            {"is_listener": "on", "type": "ReelleEjere", "scheduled": "2030-01-01T08:00"},
            "scheduled",
            "Kan ikke vælges sammen med overvågning, som kører, når noget ændrer sig.",
        ),
        (
            {"engine": "fast", "is_archival": "on"},
            "is_archival",
            "Hurtig udskrift kan ikke arkivformat. Vælg grundig udskrift.",
        ),
        (
            {"scheduled": "2027-03-28T02:30"},
            "scheduled",
            "Klokken 02:30 findes ikke den nat: urene stilles frem fra 2 til 3. Vælg et andet tidspunkt.",
        ),
        (
            {"scheduled": "2027-10-31T02:30"},
            "scheduled",
            "Klokken 02:30 er der to gange den nat: urene stilles tilbage. Vælg et andet tidspunkt.",
        ),
        ({"scheduled": "i morgen"}, "scheduled", "Skriv dag og klokkeslæt, for eksempel 2026-11-23 08:00."),
        (
            {"webhook-url": "ftp://modtager.example"},
            "webhook-url",
            "Adressen skal begynde med https:// eller http://.",
        ),
        ({"webhook-sign_in": "Bearer"}, "webhook-url", "Skriv også den adresse, der skal logges ind på."),
        (
            {"webhook-url": "https://modtager.example", "webhook-sign_in": "Bearer"},
            "webhook-secret",
            "Mangler.",
        ),
    ],
)
def test_it_says_at_the_field_what_is_wrong(portal: Client, fields: dict[str, Any], field: str, sentence: str):
    assert refused(portal, **fields) == {field: [sentence]}
    assert Batch.objects.count() == 0


def test_it_asks_for_a_name(portal: Client):
    assert list(refused(portal, name=" ")) == ["name"]


def test_it_takes_danish_time(portal: Client):
    for local, expected in (
        ("2030-01-15T08:00", datetime(2030, 1, 15, 7, tzinfo=UTC)),
        ("2030-07-15T08:00", datetime(2030, 7, 15, 6, tzinfo=UTC)),
    ):
        batch = order(portal, send(portal, scheduled=local))
        assert (batch.scheduled_at, batch.status) == (expected, Batch.Status.SCHEDULED)


def test_it_orders_a_listener_that_also_runs_now(portal: Client):
    path = send(portal, type="ReelleEjere", is_listener="on", trigger_now="on")
    assert "Nu, og hver gang ejerne ændrer sig" in text_of(portal, path)
    batch = order(portal, path)
    assert (batch.status, batch.is_listener, batch.trigger_now) == (Batch.Status.LISTENING, True, True)


def test_it_sends_reports_by_mail_and_webhook_with_the_sign_in_kept_secret(portal: Client):
    secret = "hemmelig-nøgle".replace("ø", "o")
    path = send(
        portal,
        email="bogholder@revision.example",
        **{
            "webhook-url": "https://modtager.example/rapport",
            "webhook-sign_in": "Header",
            "webhook-key": "X-API-KEY",
            "webhook-secret": secret,
        },
    )
    draft = OrderDraft.objects.get()
    assert secret not in draft.auth
    assert secret in decrypt(draft.auth)
    assert secret not in text_of(portal, path)
    again = text_of(portal, f"/portal/batches/new?draft={draft.pk}")
    assert secret not in again
    assert 'value="X-API-KEY"' in again
    batch = order(portal, path)
    assert batch.notification_email == "bogholder@revision.example"
    assert isinstance(batch.webhook_endpoint, Endpoint)
    assert batch.webhook_endpoint.url == "https://modtager.example/rapport"
    assert secret in decrypt(batch.webhook_endpoint.auth)
    draft.refresh_from_db()
    assert (draft.auth, draft.companies) == ("", [])


def test_what_was_filled_in_comes_back_to_be_changed(portal: Client):
    path = send(portal, name="Til rettelse", scheduled="2030-07-15T08:00", companies=f"{NORDLYS}\n{LASSO}")
    draft = OrderDraft.objects.get()
    page = text_of(portal, f"/portal/batches/new?draft={draft.pk}")
    assert 'value="Til rettelse"' in page
    assert 'value="2030-07-15T08:00"' in page
    assert f"{NORDLYS}\n{LASSO}" in page
    assert send(portal, name="Rettet", companies="", draft=str(draft.pk)) == path
    batch = order(portal, path)
    assert (batch.name, batch.size) == ("Rettet", 2)


def test_the_form_is_filled_in_by_what_the_address_names(portal: Client):
    page = text_of(portal, f"/portal/batches/new?cvr={NORDLYS}&type=ReelleEjere")
    assert 'value="Nordlys Testværft ApS"' in page
    assert '<option value="ReelleEjere" selected>' in page
    assert re.search(rf"<textarea[^>]*>\s*{NORDLYS}</textarea>", page)


def test_it_shows_what_a_file_will_be_called(portal: Client):
    part = text_of(portal, "/portal/batches/new/file-name?format={cvr}-{type}&type=Finans")
    assert "34580820-Finans.pdf" in part
    assert "<html" not in part
    assert "Har den ukendte variabel {kunde}" in text_of(portal, "/portal/batches/new/file-name?format={kunde}")
    assert "34580820-LASSO X A-S-Revision.pdf" in text_of(portal, "/portal/batches/new")


def test_a_draft_is_its_members_alone(portal: Client, organisation: Organisation, other_organisation: Organisation):
    path = send(portal)
    draft = OrderDraft.objects.get()
    for name, theirs in (("bo@revision.example", organisation), ("eva@advokat.example", other_organisation)):
        user = User.objects.create_user(username=name, email=name)
        add_member(organisation=theirs, user=user)
        client = Client(headers={"accept": "text/html"})
        client.force_login(user)
        assert client.get(path).status_code == 404
        assert client.post(f"{path}/order", {"which": "all"}).status_code == 404
        assert "Årets kunder" not in text_of(client, f"/portal/batches/new?draft={draft.pk}")
        assert send(client, draft=str(draft.pk)) != path
    assert Batch.objects.count() == 0


def test_it_is_for_members_only(stranger: Client):
    for path in ("/portal/batches/new", "/portal/batches/new/file-name"):
        assert stranger.get(path)["location"].startswith("/portal/sign-in?next=")


def test_an_order_needs_the_forms_token(member: User):
    client = Client(enforce_csrf_checks=True, headers={"accept": "text/html"})
    client.force_login(member)
    assert client.post("/portal/batches/new", filled()).status_code == 403
    assert OrderDraft.objects.count() == 0


def test_a_draft_is_forgotten_after_a_day(portal: Client):
    path = send(portal)
    now = timezone.now()
    assert forget_some_drafts(now + timedelta(hours=23)) == 0
    assert forget_some_drafts(now + timedelta(hours=25)) == 1
    assert portal.get(path).status_code == 404


def test_it_escapes_what_people_wrote(portal: Client):
    evil = '<script>alert(1)</script>"onload="x'
    path = send(portal, name=evil, companies=f"{NORDLYS} <b>9X</b>", error_append="<i>", format="{cvr}<u>")
    for page in (path, f"/portal/batches/new?draft={OrderDraft.objects.get().pk}"):
        text = portal.get(page).content.decode()
        for tag in ("<script>alert", "<b>9X", "<i>", "<u>", '"onload="'):
            assert tag not in text


def test_a_long_list_costs_no_more_queries(portal: Client, django_assert_max_num_queries):
    few = send(portal)
    many = send(portal, companies="\n".join(str(10_000_000 + number) for number in range(3000)))
    with django_assert_max_num_queries(7):
        portal.get(few)
    with django_assert_max_num_queries(7):
        assert "Forkerte CVR-numre: 2" in text_of(portal, many)
