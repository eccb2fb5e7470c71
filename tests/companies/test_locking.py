"""Leases on companies: one holder at a time, free at the end, and free again when the holder died."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from companies.forgetting import forget_expired_leases
from companies.locking import LEASE, locked_companies, locked_poll
from companies.models import SourceLease

pytestmark = pytest.mark.django_db
ONE, TWO, THREE = "99000007", "99000015", "99000023"


def test_it_gives_what_nobody_else_holds_in_the_order_asked_for():
    with locked_companies(source="cvr", cvrs=[TWO]) as first:
        with locked_companies(source="cvr", cvrs=[THREE, TWO, ONE]) as second:
            assert (first, second) == ([TWO], [THREE, ONE])
        with locked_companies(source="cvr-re", cvrs=[TWO]) as other_source:
            assert other_source == [TWO]

    assert not SourceLease.objects.exists()


def test_it_is_free_again_when_the_block_breaks():
    with pytest.raises(ZeroDivisionError), locked_companies(source="cvr", cvrs=[ONE]):
        raise ZeroDivisionError

    with locked_companies(source="cvr", cvrs=[ONE]) as held:
        assert held == [ONE]


def test_what_a_dead_process_held_is_free_when_its_lease_is_over():
    dead = locked_companies(source="cvr", cvrs=[ONE])
    dead.__enter__()
    with locked_companies(source="cvr", cvrs=[ONE]) as held:
        assert held == []

    SourceLease.objects.update(expires_at=F("expires_at") - LEASE - timedelta(seconds=1))
    with locked_companies(source="cvr", cvrs=[ONE]) as held:
        assert held == [ONE]
        # Coming back from the dead, it does not take away what is another's by now.
        dead.__exit__(None, None, None)
        assert SourceLease.objects.count() == 1


def test_a_poll_has_one_runner():
    with locked_poll("feed") as first, locked_poll("feed") as second, locked_poll("watched") as other:
        assert (first, second, other) == (True, False, True)


def test_what_a_dead_process_never_gave_back_is_forgotten():
    dead = locked_companies(source="cvr", cvrs=[ONE, TWO])
    dead.__enter__()
    SourceLease.objects.update(expires_at=F("expires_at") - LEASE - timedelta(seconds=1))
    with locked_companies(source="cvr", cvrs=[THREE]):
        assert forget_expired_leases() == 2
        assert list(SourceLease.objects.values_list("key", flat=True)) == [f"cvr {THREE}"]
