"""The mail server in one variable."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from lasso.email_url import PRINTING, SENDING, MailServer, parse_email_url


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", MailServer(backend=PRINTING)),
        ("smtp://mail.example", MailServer(backend=SENDING, host="mail.example", port=25)),
        ("smtp://127.0.0.1:2525", MailServer(backend=SENDING, host="127.0.0.1", port=2525)),
        (
            "smtp+tls://lasso%40mail.example:p%2Fw%23@mail.example",
            MailServer(
                backend=SENDING,
                host="mail.example",
                port=587,
                user="lasso@mail.example",
                password="p/w#",
                uses_starttls=True,
            ),
        ),
        (
            "smtps://lasso:secret@mail.example:4465",
            MailServer(backend=SENDING, host="mail.example", port=4465, user="lasso", password="secret", uses_tls=True),
        ),
    ],
)
def test_it_reads_the_server(url, server):
    assert parse_email_url(url) == server


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mail.example", "use a URL with smtp, smtp\\+tls or smtps"),
        ("https://mail.example", "starts with 'https'"),
        ("smtp://", "names no host"),
        ("smtp://mail.example:many", "host or port that cannot be read"),
        ("smtp://lasso@mail.example", "a user without a password"),
        ("smtp://lasso:secret@mail.example/inbox", "something behind the host"),
        ("smtp://lasso:sec#ret@mail.example", "host or port that cannot be read|something behind|names no host"),
    ],
)
def test_it_says_what_is_wrong_without_the_password(url, reason):
    with pytest.raises(ImproperlyConfigured, match=reason) as caught:
        parse_email_url(url)
    assert "secret" not in str(caught.value)


def test_it_does_not_show_the_password():
    assert "secret" not in repr(parse_email_url("smtp://lasso:secret@mail.example"))
