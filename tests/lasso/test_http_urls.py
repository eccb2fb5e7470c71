"""Which URLs are refused for their form, before any name is looked up."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import settings as options
from hypothesis import strategies as st

from lasso.http import ErrorCode, OutboundError, Target, checked_target
from lasso.http.addresses import is_public

REFUSED = [
    ("", "must start with http:// or https://"),
    ("myserver.com/hook", "must start with http:// or https://"),
    ("//myserver.com/hook", "must start with http:// or https://"),
    ("ftp://myserver.com/hook", "must start with http:// or https://"),
    ("file:///etc/passwd", "must start with http:// or https://"),
    ("gopher://myserver.com/", "must start with http:// or https://"),
    ("javascript:alert(1)", "must start with http:// or https://"),
    ("unix:///var/run/docker.sock", "must start with http:// or https://"),
    ("http://", "has no host"),
    ("https:///hook", "has no host"),
    ("http://myserver.com:0/", "has no host or a port that does not exist"),
    ("http://myserver.com:99999/", "cannot be read"),
    ("http://myserver.com:abc/", "cannot be read"),
    ("http://myserver.com:25/", "has the port 25, which is not one of those that are called (80, 443, 1024 to 65535)"),
    ("http://myserver.com:22/", "has the port 22"),
    ("http://myserver.com:1023/", "has the port 1023"),
    ("http://127%2e0%2e0%2e1/", "has a % in its host"),
    ("http://[2606:4700::1111%25eth0]/", "has a % in its host"),
    ("http://[2606:4700::1111%eth0]/", "has a % in its host"),
    ("http://myserver.com/\ud800", "a control character"),
    ("http://.myserver.com/", "has a host that cannot be a name"),
    ("http://my..server.com/", "has a host that cannot be a name"),
    ("http://*.myserver.com/", "has a host that cannot be a name"),
    (f"http://{'a' * 64}.com/", "has a host that cannot be a name"),
    (f"http://{'a.' * 127}com/", "has a host that cannot be a name"),
    ("http://my!server.com/", "has a host that cannot be a name"),
    ("http://user@myserver.com/", "has a user name in it"),
    ("http://user:password@myserver.com/", "has a user name in it"),
    ("http://8.8.8.8@127.0.0.1/", "has a user name in it"),
    ("http://@myserver.com/", "has a user name in it"),
    ("http://myserver.com\\@127.0.0.1/", "a backslash"),
    ("http://my server.com/", "a space"),
    ("http://myserver.com/a b", "a space"),
    ("http://myserver.com/\r\nX-Injected: 1", "a control character"),
    ("http://myserver.com/\0", "a control character"),
    ("http://myserver.com/" + "x" * 2000, "is longer than 2000 characters"),
]


@pytest.mark.parametrize(("url", "reason"), REFUSED)
def test_it_refuses_what_is_no_plain_http_url(url, reason):
    with pytest.raises(OutboundError) as caught:
        checked_target(url)
    assert caught.value.code is ErrorCode.URL_REFUSED
    assert reason in caught.value.sentence
    assert "password" not in caught.value.sentence.removeprefix("The URL")


def test_it_calls_the_ports_that_the_settings_name(settings):
    settings.OUTBOUND_PORTS = [range(8443, 8444)]
    assert checked_target("https://myserver.com:8443/").port == 8443
    with pytest.raises(OutboundError, match=r"has the port 443, which is not one of those that are called \(8443\)"):
        checked_target("https://myserver.com/")
    settings.OUTBOUND_ALLOWED_HOSTS = ["intranet.example"]
    assert checked_target("http://intranet.example:81/").port == 81


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://myserver.com/reportwebhook", Target("https", "myserver.com", 443)),
        ("http://myserver.com", Target("http", "myserver.com", 80)),
        ("HTTPS://MyServer.com:8443/a?b=c#d", Target("https", "myserver.com", 8443)),
        ("https://my_server.com./", Target("https", "my_server.com.", 443)),
        ("http://localserver/", Target("http", "localserver", 80)),
        ("http://8.8.8.8/", Target("http", "8.8.8.8", 80)),
        ("http://[2606:4700::1111]:8081/", Target("http", "2606:4700::1111", 8081)),
        ("https://rødgrød.example/", Target("https", "xn--rdgrd-vuad.example", 443)),
    ],
)
def test_it_takes_http_and_https_urls(url, target):
    assert checked_target(url) == target


@given(
    host=st.one_of(
        st.text(max_size=30),
        st.text("0123456789abcdefx.:[]%@\\ \t１②。-", max_size=30),
        st.ip_addresses().map(str),
        st.integers(0, 2**32).map(str),
        st.integers(0, 2**32).map(hex),
    ),
    rest=st.text(max_size=10),
)
@options(max_examples=400, deadline=None)
def test_it_takes_any_text_apart_or_refuses_it(host, rest):
    """Nothing else is raised, and what is taken is no spelling of an address that is not public."""
    try:
        target = checked_target(f"http://{host}{rest}")
    except OutboundError:
        return
    try:
        meant = socket.inet_aton(target.host)
    except (OSError, UnicodeEncodeError):
        return
    assert is_public(ip_address(meant))
