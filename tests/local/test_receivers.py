"""The receivers of demo and tests: they keep what comes and say that it is well."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import requests

from local.receivers import MailReceiver, WebhookReceiver


def mail() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@sender.example", "b@receiver.example", "Blåbær"
    message.set_content("Æblegrød")
    message.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="a.pdf")
    return message


def send(receiver: MailReceiver) -> None:
    with smtplib.SMTP(receiver.url.removeprefix("smtp://")) as server:
        server.send_message(mail())


def test_it_keeps_a_call_as_it_came() -> None:
    with WebhookReceiver() as receiver:
        answer = requests.post(
            receiver.url("/hook?a=1"), json={"name": "Æ"}, headers={"X-Key": "k"}, timeout=5, proxies={"http": ""}
        )
        (call,) = receiver.calls.wait_for(1, seconds=5)

    assert answer.status_code == 200
    assert (call.method, call.path, call.headers["x-key"], call.json) == ("POST", "/hook?a=1", "k", {"name": "Æ"})


def test_it_returns_what_came_when_the_time_is_over() -> None:
    with WebhookReceiver() as receiver:
        assert receiver.calls.wait_for(1, seconds=0.01) == []


def test_it_keeps_a_mail_as_it_came() -> None:
    with MailReceiver() as receiver:
        send(receiver)
        (received,) = receiver.mails.wait_for(1, seconds=5)

    assert (received.sender, received.recipients) == ("a@sender.example", ["b@receiver.example"])
    assert received.message["subject"] == "Blåbær"
    assert [part.get_filename() for part in received.message.iter_attachments()] == ["a.pdf"]
