"""Moments on pages."""

from __future__ import annotations

from datetime import UTC, datetime

from lasso.language import Language, speaking
from portal.templatetags.moments import moment

NOON = datetime(2026, 7, 1, 12, 5, 59, tzinfo=UTC)


def test_it_writes_danish_time_in_danish():
    assert moment(NOON) == '<time datetime="2026-07-01T12:05:59+00:00">1. jul. 2026 kl. 14.05</time>'


def test_it_writes_danish_time_in_english():
    with speaking(Language.ENGLISH):
        assert moment(NOON) == '<time datetime="2026-07-01T12:05:59+00:00">1 Jul 2026, 14:05</time>'


def test_it_writes_a_dash_for_never():
    assert moment(None) == "–"
