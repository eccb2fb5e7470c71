"""What each misbehaviour of the mail server comes to, at each stage; and that nothing is ever sent in the clear."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from delivery.models import Delivery
from lasso import mail
from tests.delivery.test_mail import report
from tests.lasso.certificates import make_authority
from tests.mail_receivers import DROP, HANG, FaultyMailReceiver

Status = Delivery.Status
pytestmark = [pytest.mark.django_db, pytest.mark.timeout(20, func_only=True)]
STAGES = ["greeting", "EHLO", "MAIL", "RCPT", "DATA", "content", "mail"]


@pytest.fixture
def sent(mailbox, queue, run_lane):
    """Send one report by mail; returns the delivery, its turn over."""

    def send() -> Delivery:
        delivery: Delivery = queue(mailbox, purpose="report_email", body=report())
        run_lane(mailbox)
        delivery.refresh_from_db()
        return delivery

    return send


def assert_refused(delivery: Delivery, server: FaultyMailReceiver, *, code: int, status: Status) -> None:
    attempt = delivery.attempts.get()
    assert (delivery.status, delivery.charged_count, delivery.last_status_code) == (status, 1, code)
    assert (attempt.error_code, attempt.status_code) == ("mail_refused", code)
    assert delivery.last_error == f"The mail server answered {code}: Told to"
    assert server.mails.all() == []


def assert_our_fault(delivery: Delivery, server: FaultyMailReceiver, *, error_code: str, sentence: str) -> None:
    attempt = delivery.attempts.get()
    assert (delivery.status, delivery.charged_count, delivery.last_status_code) == (Status.WAITING, 0, None)
    assert (attempt.error_code, attempt.is_charged) == (error_code, False)
    assert attempt.error == f"{sentence} It will be tried again."
    assert delivery.due_at - attempt.started_at < timedelta(minutes=2)
    assert server.mails.all() == []


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "content", "mail"])
@pytest.mark.parametrize("code", [450, 451, 452])
def test_it_tries_again_what_is_refused_for_now(sent, mail_server, stage, code):
    mail_server.faults[stage] = f"{code} Told to"
    assert_refused(sent(), mail_server, code=code, status=Status.WAITING)


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "content", "mail"])
@pytest.mark.parametrize("code", [550, 552, 553, 554])
def test_it_takes_what_is_refused_for_good_as_final(sent, mail_server, stage, code):
    mail_server.faults[stage] = f"{code} Told to"
    assert_refused(sent(), mail_server, code=code, status=Status.FAILED)


def test_it_takes_a_mail_that_is_too_large_as_final(sent, mail_server):
    mail_server.faults["MAIL"] = "552 Told to"
    assert_refused(sent(), mail_server, code=552, status=Status.FAILED)


@pytest.mark.parametrize("stage", STAGES)
def test_it_charges_nobody_when_the_server_closes(sent, mail_server, stage):
    mail_server.faults[stage] = "421 Told to"
    delivery = sent()
    assert delivery.attempts.get().error_code in {"mail_server_refused", "mail_server_unreachable"}
    assert (delivery.status, delivery.charged_count, mail_server.mails.all()) == (Status.WAITING, 0, [])


@pytest.mark.parametrize(
    ("stage", "code"), [("greeting", 554), ("MAIL", 450), ("MAIL", 452), ("MAIL", 530), ("MAIL", 550), ("MAIL", 554)]
)
def test_it_charges_nobody_for_what_would_meet_any_mail_of_ours(sent, mail_server, stage, code):
    mail_server.faults[stage] = f"{code} Told to"
    sentence = f"Our mail server answered {code} and took no mail."
    assert_our_fault(sent(), mail_server, error_code="mail_server_refused", sentence=sentence)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("fault", [HANG, DROP])
def test_it_charges_nobody_for_a_server_that_hangs_or_breaks_off(sent, mail_server, monkeypatch, stage, fault):
    monkeypatch.setattr(mail, "DEADLINE", timedelta(seconds=1))
    mail_server.faults[stage] = fault
    delivery = sent()
    assert delivery.attempts.get().error_code == "mail_server_unreachable"
    assert (delivery.status, delivery.charged_count, mail_server.mails.all()) == (Status.WAITING, 0, [])


def test_it_goes_on_over_the_same_connection_after_a_refusal(mailbox, mail_server, queue, run_lane):
    mail_server.faults_once["RCPT"] = "550 Told to"
    for _ in range(2):
        queue(mailbox, purpose="report_email", body=report())
    run_lane(mailbox)
    assert sorted(Delivery.objects.filter(endpoint=mailbox).values_list("status", flat=True)) == ["Delivered", "Failed"]
    assert mail_server.connections == 1


@pytest.mark.parametrize(("limit", "hangs_up", "connections"), [(2, False, 3), (1000, True, 5), (1000, False, 1)])
def test_it_opens_the_connection_anew_when_the_server_closed_it(
    mailbox, mail_server, queue, run_lane, limit, hangs_up, connections
):
    mail_server.mails_a_connection, mail_server.hangs_up_after_each = limit, hangs_up
    deliveries = [queue(mailbox, purpose="report_email", body=report()) for _ in range(5)]
    run_lane(mailbox)
    assert sorted(mail.message["Message-ID"] for mail in mail_server.mails.all()) == sorted(
        f"<{delivery.public_id}@lasso.example>" for delivery in deliveries
    )
    assert set(Delivery.objects.values_list("status", "attempt_count")) == {(Status.DELIVERED, 1)}
    assert mail_server.connections == connections


# --- TLS and sign-in --------------------------------------------------------------------------------------------------


@pytest.fixture
def authority(settings: Any, tmp_path: Any) -> Any:
    """A server context that our trust reaches to; the mail server is called by its name, and signed in at."""
    file, context = make_authority(tmp_path, name="localhost")
    settings.OUTBOUND_CA_FILE = str(file)
    settings.OUTBOUND_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "lasso.mail.SMTPBackend", "localhost"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "lasso", "hemmeligt"
    settings.DEFAULT_FROM_EMAIL = "Lasso <reports@lasso.example>"
    return context


def accept(*_: Any) -> AuthResult:
    return AuthResult(success=True)


def refuse(*_: Any) -> AuthResult:
    return AuthResult(success=False, handled=False)


def test_it_sends_nothing_in_the_clear_when_starttls_is_not_offered(mailbox, sent, settings, authority):
    settings.EMAIL_USE_TLS = True
    with FaultyMailReceiver(authenticator=accept, auth_require_tls=False) as server:
        settings.EMAIL_PORT = server.port
        delivery = sent()
        sentence = "Our mail server offers no STARTTLS, or no sign-in; nothing was sent."
        assert_our_fault(delivery, server, error_code="mail_server_insecure", sentence=sentence)
        assert server.commands == ["EHLO"]


@pytest.mark.parametrize("reply", ["454 Told to", "501 Told to"])
def test_it_sends_nothing_in_the_clear_when_starttls_is_refused(mailbox, sent, settings, authority, reply):
    settings.EMAIL_USE_TLS = True
    with FaultyMailReceiver(authenticator=accept, tls_context=authority) as server:
        server.faults["STARTTLS"] = reply
        settings.EMAIL_PORT = server.port
        delivery = sent()
        sentence = f"Our mail server answered {reply[:3]} and took no mail."
        assert_our_fault(delivery, server, error_code="mail_server_refused", sentence=sentence)
        assert server.commands == ["EHLO", "STARTTLS"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS:UserWarning")
@pytest.mark.parametrize("starttls", [True, False])
def test_it_signs_in_at_no_server_whose_certificate_is_another_ones(
    mailbox, sent, settings, authority, tmp_path, starttls
):
    (tmp_path / "other").mkdir()
    _, wrong = make_authority(tmp_path / "other", name="localhost")
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = starttls, not starttls
    options: dict[str, Any] = {"tls_context": wrong} if starttls else {"ssl_context": wrong, "auth_require_tls": False}
    with FaultyMailReceiver(authenticator=accept, **options) as server:
        settings.EMAIL_PORT = server.port
        delivery = sent()
        attempt = delivery.attempts.get()
        assert (attempt.error_code, delivery.charged_count) == ("mail_server_insecure", 0)
        assert attempt.error.startswith("No TLS with our mail server: ")
        assert set(server.commands) <= {"EHLO", "STARTTLS"}


def test_it_charges_nobody_for_a_sign_in_that_is_refused(mailbox, sent, settings, authority):
    settings.EMAIL_USE_TLS = True
    with FaultyMailReceiver(
        authenticator=refuse, auth_required=True, tls_context=authority, require_starttls=True
    ) as server:
        settings.EMAIL_PORT = server.port
        delivery = sent()
        sentence = "Our mail server answered 535 and took no mail."
        assert_our_fault(delivery, server, error_code="mail_server_refused", sentence=sentence)
        assert "MAIL" not in server.commands
        assert "hemmeligt" not in str(delivery.attempts.values())


def test_it_never_uses_a_connection_that_is_half_open(mailbox, queue, run_lane, settings, authority):
    settings.EMAIL_USE_TLS = True
    with FaultyMailReceiver(
        authenticator=refuse, auth_required=True, tls_context=authority, require_starttls=True
    ) as server:
        settings.EMAIL_PORT = server.port
        for _ in range(2):
            queue(mailbox, purpose="report_email", body=report())
        run_lane(mailbox)
        assert server.connections >= 1
        assert server.commands.count("STARTTLS") == server.connections
        assert "MAIL" not in server.commands


def test_what_the_server_says_is_kept_whatever_is_in_it(sent, mail_server):
    """A database that refused to note it would have the mail sent again and again."""
    mail_server.faults["RCPT"] = "550 Told\0 to"
    delivery = sent()
    assert (delivery.status, delivery.last_status_code) == (Status.FAILED, 550)
    assert delivery.last_error == "The mail server answered 550: Told\ufffd to"


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "content"])
def test_a_reply_without_a_code_is_no_word_about_the_mail(sent, mail_server, stage):
    mail_server.faults[stage] = "what"
    delivery = sent()
    attempt = delivery.attempts.get()
    assert (delivery.status, delivery.charged_count, attempt.error_code) == (
        Status.WAITING,
        0,
        "mail_server_unreachable",
    )
