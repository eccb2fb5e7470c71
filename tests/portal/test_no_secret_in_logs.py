"""No secret is in a log line or in a report of an error, whatever is done with it and however that goes."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

import psycopg
import pytest
import structlog
from django.conf import settings as django_settings
from django.core.mail import get_connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from accounts.inviting import invite
from accounts.keys import create_api_key
from accounts.models import Organisation, User
from companies.errors import SourceUnreachable
from companies.fetching import Needs, fetch_for_report
from companies.importing import import_documents
from delivery.models import Endpoint
from delivery.sending import deliver
from delivery.transports.kept import close_kept
from lasso import error_reports, urls
from lasso.embedded.redis import free_port
from lasso.encryption import decrypt
from lasso.logging import formatter
from portal.tasks import send_invitations, send_password_reset
from tests.companies.distribution import Distribution, switch_on
from tests.integrations.driving import ShortTurn, wait_is_over
from tests.mail_receivers import FaultyMailReceiver
from tests.portal.conftest import PASSWORD
from tests.receivers import FaultyReceiver, answer, reset
from tests.reporting.conftest import NORDLYS, company_document, place, render_all

pytestmark = pytest.mark.django_db
BATCHES = "/apps/reporting/batches"
# What customers give us, by each way to sign in that needs nothing else of this machine.
VALUES = {method: f"Value-Of-{method}-9c1e55" for method in ("Header", "BasicAuth", "Bearer", "OAuth2")}


def breaks(request: Any, **_: Any) -> HttpResponse:
    """A page that fails with everything in its hands."""
    raise RuntimeError(f"{request.get_full_path()} {request.headers} {request.COOKIES} {request.POST}")


urlpatterns = [
    path("apps/breaks", breaks),
    path("portal/new-password/<str:user_id>/<str:token>/breaks", breaks),
    path("portal/join/<str:token>/breaks", breaks),
    path("reports/<str:token>/breaks", breaks),
    *urls.urlpatterns,
]
handler500 = urls.handler500


@dataclass
class Watched:
    """Everything that is written meanwhile, in both layouts and as reports of errors, and the secrets so far."""

    streams: list[io.StringIO] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """All of it."""
        return "\n".join([*(stream.getvalue() for stream in self.streams), *self.reports])

    def leaked(self) -> dict[str, str]:
        """The secrets that are in it, each with the line that has it."""
        lines = self.text().splitlines()
        return {name: line for name, secret in self.secrets.items() for line in lines if secret in line}


class Reports(logging.Handler):
    """What Sentry would be sent of each record: `lasso.error_reports` shapes it, without a server."""

    def __init__(self, watched: Watched) -> None:
        super().__init__()
        self.watched = watched

    def emit(self, record: logging.LogRecord) -> None:
        """Shape it as Sentry's own handler has it shaped."""
        event: Any = {"logentry": {"message": record.getMessage()}, "request": {"headers": {"Cookie": "none"}}}
        self.watched.reports.append(str(error_reports._shaped(event, {"log_record": record})))


@pytest.fixture
def watched(settings: Any) -> Iterator[Watched]:
    """Every logger at its loudest."""
    settings.ROOT_URLCONF = __name__
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    watched, root = Watched(), logging.getLogger()
    handlers: list[logging.Handler] = [Reports(watched)]
    for layout in ("json", "console"):
        watched.streams.append(io.StringIO())
        handlers.append(logging.StreamHandler(watched.streams[-1]))
        handlers[-1].setFormatter(formatter(layout))
    before = root.level
    root.setLevel(logging.DEBUG)
    for handler in handlers:
        root.addHandler(handler)
    yield watched
    root.setLevel(before)
    for handler in handlers:
        root.removeHandler(handler)
    close_kept()


def test_no_secret_of_a_customer_is_logged(watched: Watched, organisation: Organisation, settings: Any) -> None:
    settings.OUTBOUND_DEADLINE = settings.OUTBOUND_LONGEST_DEADLINE
    key = create_api_key(organisation=organisation, name="test").text
    watched.secrets |= {"API key": key.partition(".")[2], "unknown key": "B" * 32, **VALUES}
    client = Client(raise_request_exception=False, headers={"accept": "application/json"})
    with FaultyReceiver() as receiver:
        for sent in (f"?accessKey={key}", f"?accessKey=AAAAAAAA.{'B' * 32}", "?accessKey=short"):
            client.get(f"{BATCHES}{sent}")
            client.get(f"/apps/breaks{sent}", headers={"lasso-api-key": key, "authorization": f"Bearer {key}"})
        for method, value in VALUES.items():
            auth = {"Method": method, "Key": "X-Key", "Value": value} | (
                {"TokenUrl": receiver.url("/token")} if method == "OAuth2" else {}
            )
            auth = {name: text for name, text in auth.items() if (method, name) != ("Bearer", "Key")}
            _tell(client, key, organisation, receiver, auth)
        _rotate(client, key, watched)

    assert "delivery_tried" in watched.text()
    assert watched.leaked() == {}


def _tell(client: Client, key: str, organisation: Organisation, receiver: FaultyReceiver, auth: dict[str, str]) -> None:
    """A webhook with this sign-in: tried, ordered, refused by its receiver, broken off, and with a wrong field."""
    headers, query = {"lasso-api-key": key}, {"lassoId": f"CVR-1-{NORDLYS}", "batchId": "1", "reportType": "0"}
    order = {"batchName": "P", "format": "{cvr}", "type": "Revision", "items": [{"cvr": 99000023}], "authConfig": auth}
    for url in (receiver.url("/report"), "http://127.0.0.1:1/closed"):
        client.post(
            "/apps/reporting/webhooktest", auth, "application/json", query_params=query | {"url": url}, headers=headers
        )
        order["notificationWebhookUrl"] = url
        batch = client.post(BATCHES, order, "application/json", headers=headers).json()
        render_all(batch["id"])
    client.post(BATCHES, order | {"authConfig": auth | {"Method": "None"}}, "application/json", headers=headers)
    for behaviour in (answer(401, str(auth).encode()), reset):
        receiver.behaviour = behaviour
        for endpoint in Endpoint.objects.filter(organisation=organisation, url__startswith="http"):
            turn: Any = ShortTurn()
            deliver(endpoint.pk, turn)
        wait_is_over()
        Endpoint.objects.update(paused_until=None)


def _rotate(client: Client, key: str, watched: Watched) -> None:
    endpoint = Endpoint.objects.exclude(signing_secret="").earliest("created_at")
    watched.secrets["signing secret"] = decrypt(endpoint.signing_secret)
    address, headers = f"/apps/endpoints/{endpoint.pk}/rotate", {"lasso-api-key": key, "idempotency-key": "one"}
    new = client.post(address, {}, "application/json", headers=headers).json()["signingSecret"]
    structlog.get_logger("ours").info("rotated", said=f"the secret is {new}", secret=new)
    watched.secrets["new signing secret"] = new


def test_no_secret_of_a_member_is_logged(
    watched: Watched, organisation: Organisation, member: User, settings: Any
) -> None:
    browser = Client(raise_request_exception=False, headers={"accept": "text/html"})
    watched.secrets |= {"password": PASSWORD, "wrong password": "galt kodeord 51", "new password": "helt nyt kodeord 8"}
    with FaultyMailReceiver() as server:
        _mail_by(server, password="")
        send_password_reset(email=member.email, language="da")
        invite(organisation=organisation, email="ny@revision.example", invited_by=member, now=timezone.now())
        send_invitations()
        links = [_link_in(mail.message.get_body(("plain",))) for mail in server.mails.all()]
    reset_link, invitation = links
    watched.secrets |= {"reset link": reset_link.rsplit("/", 1)[1], "invitation": invitation.rsplit("/", 1)[1]}
    for link in links:
        assert browser.get(link).status_code == 200
        browser.get(f"{link}x")
        browser.get(f"{link}/breaks")
        browser.get("/portal", headers={"referer": f"https://lasso.example{link}"})
    for password in ("galt kodeord 51", PASSWORD):
        browser.post("/portal/sign-in", {"email": member.email, "password": password})
        browser.post("/admin/login/", {"username": member.email, "password": password})
    watched.secrets["session"] = str(browser.session.session_key)
    watched.secrets["form token"] = browser.cookies["csrftoken"].value
    browser.post("/apps/breaks", {"password": PASSWORD})
    browser.logout()
    browser.post(reset_link, {"password": "helt nyt kodeord 8", "again": "helt nyt kodeord 8"})

    assert "request_failed" in watched.text()
    assert watched.leaked() == {}


def _link_in(body: Any) -> str:
    """The path of the first link in a mail."""
    link = next(word for word in str(body.get_content()).split() if "://" in word)
    return f"/{link.partition('://')[2].partition('/')[2]}"


def test_no_link_to_a_report_is_logged(watched: Watched, organisation: Organisation) -> None:
    import_documents([company_document(NORDLYS, "Nordlys ApS")], now=timezone.now(), source="test")
    batch = place(organisation, NORDLYS, engine="fast")
    render_all(batch.pk)
    key = create_api_key(organisation=organisation, name="test").text
    client = Client(raise_request_exception=False, headers={"lasso-api-key": key})
    [item] = client.get(f"{BATCHES}/{batch.pk}/items").json()["results"]
    link = item["pdfurl"].removeprefix(django_settings.PUBLIC_URL)
    token = link.split("/")[2]
    watched.secrets["link"] = token
    shown = client.get(link)
    assert shown.status_code == 200
    shown.getvalue()  # closes the file
    client.get(link.replace(token, f"{token[:-1]}x"))
    client.get(f"/reports/{token}/breaks")
    watched.secrets["tampered link"] = token[:-1]

    assert watched.leaked() == {}


def test_no_secret_of_ours_is_logged(watched: Watched, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    log = structlog.get_logger("ours")
    watched.secrets |= {"database": "Pass-Of-Db-77", "mail": "Pass-Of-Mail-77", "register": "Pass-Of-Register-77"}
    try:
        psycopg.connect(f"postgres://lasso:Pass-Of-Db-77@127.0.0.1:{free_port()}/lasso", connect_timeout=1)
    except psycopg.OperationalError:
        log.exception("database_away", url="postgres://lasso:Pass-Of-Db-77@127.0.0.1/lasso")
    with FaultyMailReceiver() as server:
        server.faults["AUTH"] = "535 5.7.8 Pass-Of-Mail-77 is wrong"
        _mail_by(server, password="Pass-Of-Mail-77")
        try:
            get_connection().open()
        except OSError:
            log.exception("mail_refused")
    with Distribution() as register:
        switch_on(register, settings, monkeypatch)
        settings.REGISTER_PASSWORD = "Pass-Of-Register-77"
        register.behaviour = answer(401, b"Pass-Of-Register-77")
        _fetch(log)
        register.behaviour = reset
        _fetch(log)
    log.warning("settings", register_password="Pass-Of-Register-77", text="password='Pass-Of-Db-77' host=x")

    assert watched.leaked() == {}


def _fetch(log: Any) -> None:
    try:
        fetch_for_report(cvr=str(NORDLYS), needs=Needs(), now=timezone.now())
    except SourceUnreachable:
        log.exception("register_away")


def _mail_by(server: FaultyMailReceiver, *, password: str) -> None:
    django_settings.EMAIL_BACKEND = "lasso.mail.SMTPBackend"
    django_settings.EMAIL_HOST, django_settings.EMAIL_PORT = "127.0.0.1", server.port
    django_settings.EMAIL_HOST_USER, django_settings.EMAIL_HOST_PASSWORD = ("lasso", password) if password else ("", "")
