"""Mails over real SMTP: what is in them, and what each answer of the server comes to."""

from __future__ import annotations

import socket
from datetime import timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from ipaddress import ip_network
from typing import Any

import pytest
import time_machine
from aiosmtpd.smtp import AuthResult
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from delivery.endpoints import find_or_create_mailbox
from delivery.mails import report_mail
from delivery.models import Delivery
from delivery.transports import mail as mail_transport
from lasso import mail
from tests.lasso.certificates import make_authority
from tests.mail_receivers import FaultyMailReceiver

Status = Delivery.Status
pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7 not really"


def report(**options: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "language": "da",
        "batch_name": "Kvartal 1",
        "report_type": "Revision",
        "cvr": "99000007",
        "company_name": "Ørsnæs & Søn <ApS>",
        "file_name": "99000007-Ørsnæs.pdf",
        "link": "https://lasso.example/pdf/abc",
    }
    return dict(report_mail(**(facts | options)))


@pytest.fixture
def stored() -> str:
    return default_storage.save("reports/one.pdf", ContentFile(PDF))


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_it_sends_the_report_as_an_attachment(mailbox, mail_server, queue, run_lane, stored):
    delivery = queue(mailbox, purpose="report_email", body=report(storage_key=stored, warnings=["Intet årsregnskab."]))
    run_lane(mailbox)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.last_status_code) == (Status.DELIVERED, 250)

    [mail] = mail_server.mails.all()
    message = mail.message
    assert mail.recipients == ["modtager@fiktiv.example"]
    assert message["From"] == "Lasso <reports@lasso.example>"
    assert message["Subject"] == "Rapport: Ørsnæs & Søn <ApS> (Revision)"
    assert message["Message-ID"] == f"<{delivery.public_id}@lasso.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    (attachment,) = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_content_type()) == ("99000007-Ørsnæs.pdf", "application/pdf")
    assert attachment.get_content() == PDF
    plain, html = text_of(message, "plain"), text_of(message, "html")
    assert "Rapporten er vedhæftet." in plain
    assert "Virksomhed: Ørsnæs & Søn <ApS>, CVR-nr. 99000007" in plain
    assert "- Intet årsregnskab." in plain
    assert "Ørsnæs &amp; Søn &lt;ApS&gt;" in html
    assert 'href="https://lasso.example/pdf/abc"' in html


def test_it_sends_a_link_instead_of_a_large_pdf(mailbox, mail_server, queue, run_lane, stored, monkeypatch):
    monkeypatch.setattr(mail_transport, "LARGEST_ATTACHMENT", len(PDF) - 1)
    queue(mailbox, purpose="report_email", body=report(storage_key=stored, language="en"))
    run_lane(mailbox)
    message = mail_server.mails.all()[0].message
    assert list(message.iter_attachments()) == []
    assert text_of(message, "plain").startswith(
        "The report is too large for mail. It can be fetched here:\nhttps://lasso.example/pdf/abc\n"
    )


def test_it_says_why_there_is_no_report(mailbox, mail_server, queue, run_lane):
    queue(mailbox, purpose="report_email", body=report(failure="Der er ingen virksomhed med dette CVR-nummer."))
    run_lane(mailbox)
    message = mail_server.mails.all()[0].message
    # A long one that is not ASCII is folded before its first word, which leaves a space there.
    assert message["Subject"].strip() == "Rapport kunne ikke laves: Ørsnæs & Søn <ApS> (Revision)"
    assert "Årsag: Der er ingen virksomhed med dette CVR-nummer." in text_of(message, "plain")


def test_it_keeps_a_name_with_line_breaks_out_of_the_headers(mailbox, mail_server, queue, run_lane):
    queue(mailbox, purpose="report_email", body=report(company_name="Ond\r\nBcc: alle@fiktiv.example"))
    run_lane(mailbox)
    message = mail_server.mails.all()[0].message
    assert message["Subject"] == "Rapport: Ond Bcc: alle@fiktiv.example (Revision)"
    assert message["Bcc"] is None


def test_it_keeps_a_file_name_with_line_breaks_out_of_the_headers(mailbox, mail_server, queue, run_lane, stored):
    name = "a\r\nBcc: alle@fiktiv.example\u2028b\x00.pdf"
    queue(mailbox, purpose="report_email", body=report(storage_key=stored, file_name=name))
    run_lane(mailbox)
    message = mail_server.mails.all()[0].message
    (attachment,) = message.iter_attachments()
    assert attachment.get_filename() == "a Bcc: alle@fiktiv.example b .pdf"
    assert message["Bcc"] is None


def test_it_dates_each_mail_and_sends_seven_bits(mailbox, mail_server, queue, run_lane, stored):
    before = timezone.now() - timedelta(seconds=1)
    queue(mailbox, purpose="report_email", body=report(storage_key=stored))
    run_lane(mailbox)
    message = mail_server.mails.all()[0].message
    assert before <= parsedate_to_datetime(message["Date"]) <= timezone.now()
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf",
    ]  # fmt: skip
    assert {part["Content-Transfer-Encoding"] for part in message.walk() if not part.is_multipart()} == {
        "quoted-printable",
        "base64",
    }
    message.as_bytes().decode("ascii")


def test_it_sends_to_a_domain_with_danish_letters(organisation, mail_server, queue, run_lane):
    mailbox = find_or_create_mailbox(organisation=organisation, email="modtager@blåbærgrød.example")
    delivery = queue(mailbox, purpose="report_email", body=report())
    run_lane(mailbox)
    delivery.refresh_from_db()
    assert delivery.status == Status.DELIVERED
    assert mail_server.mails.all()[0].recipients == [f"modtager@{'blåbærgrød'.encode('idna').decode()}.example"]


def test_it_tries_a_temporary_refusal_again_with_the_same_message_id(mailbox, mail_server, queue, run_lane):
    mail_server.faults["mail"] = "451 Try again later"
    delivery = queue(mailbox, purpose="report_email", body=report())
    run_lane(mailbox)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.charged_count, delivery.last_status_code) == (Status.WAITING, 1, 451)
    assert delivery.last_error == "The mail server answered 451: Try again later"
    mail_server.faults.clear()
    with time_machine.travel(delivery.due_at, tick=True):
        run_lane(mailbox)
    delivery.refresh_from_db()
    assert delivery.status == Status.DELIVERED
    assert mail_server.mails.all()[0].message["Message-ID"] == f"<{delivery.public_id}@lasso.example>"


def test_it_charges_nobody_for_a_mail_server_of_ours_that_is_down(mailbox, mail_server, queue, run_lane, settings):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = unused.getsockname()[1]
        delivery = queue(mailbox, purpose="report_email", body=report())
        run_lane(mailbox)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.charged_count) == (Status.WAITING, 0)
    assert delivery.attempts.get().error_code == "mail_server_unreachable"
    assert delivery.due_at - timezone.now() < timedelta(minutes=2)


def test_it_charges_nobody_for_a_pdf_that_cannot_be_read(mailbox, mail_server, queue, run_lane):
    delivery = queue(mailbox, purpose="report_email", body=report(storage_key="reports/lost.pdf"))
    run_lane(mailbox)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.charged_count) == (Status.WAITING, 0)
    assert delivery.attempts.get().error_code == "storage_unreachable"
    assert mail_server.mails.all() == []


@pytest.mark.timeout(20, func_only=True)  # less than the deadline that is set otherwise
def test_it_gives_up_a_mail_server_that_says_nothing(mailbox, mail_server, queue, run_lane, settings, monkeypatch):
    monkeypatch.setattr(mail, "DEADLINE", timedelta(seconds=0.5))
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(5)
        settings.EMAIL_PORT = mute.getsockname()[1]
        delivery = queue(mailbox, purpose="report_email", body=report())
        run_lane(mailbox)
    assert delivery.attempts.get().error_code == "mail_server_unreachable"


def test_it_keeps_the_connection_within_a_turn(mailbox, mail_server, queue, run_lane):
    for _ in range(3):
        queue(mailbox, purpose="report_email", body=report())
    run_lane(mailbox)
    assert (len(mail_server.mails.all()), mail_server.connections) == (3, 1)


# aiosmtpd knows of no TLS but its own STARTTLS, and warns of what it takes for a password in the clear.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.parametrize("starttls", [True, False])
def test_it_signs_in_over_tls(mailbox, queue, run_lane, settings, tmp_path, starttls):
    authority, context = make_authority(tmp_path, name="localhost")
    seen: list[tuple[bytes, bytes]] = []

    def sign_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        seen.append((data.login, data.password))
        return AuthResult(success=True)

    options: dict[str, Any] = {"authenticator": sign_in, "auth_required": True}
    options |= {"tls_context": context, "require_starttls": True} if starttls else {"ssl_context": context}
    if not starttls:
        options["auth_require_tls"] = False
    settings.OUTBOUND_CA_FILE = str(authority)
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    with FaultyMailReceiver(**options) as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", server.port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "lasso", "hemmeligt"
        settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = starttls, not starttls
        delivery = queue(mailbox, purpose="report_email", body=report())
        run_lane(mailbox)
    delivery.refresh_from_db()
    assert (delivery.status, seen) == (Status.DELIVERED, [(b"lasso", b"hemmeligt")])
