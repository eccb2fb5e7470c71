"""The moments of a crontab in a time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting.recurrence import Recurrence, RecurrenceError, beat_fields, read_crontab, read_time_zone

COPENHAGEN = "Europe/Copenhagen"


def moments(crontab: str, after: str, most: int = 3, zone: str = COPENHAGEN) -> list[str]:
    """In UTC, such as "2027-01-01 05:00"."""
    start = datetime.fromisoformat(after).replace(tzinfo=UTC)
    found = Recurrence(read_crontab(crontab), read_time_zone(zone)).moments_after(start, most=most)
    return [f"{moment:%Y-%m-%d %H:%M}" for moment in found]


@pytest.mark.parametrize(
    ("crontab", "found"),
    [
        ("0 6 * * *", ["2026-11-22 05:00", "2026-11-23 05:00", "2026-11-24 05:00"]),
        ("0 6 * * mon", ["2026-11-23 05:00", "2026-11-30 05:00", "2026-12-07 05:00"]),
        ("0 6 * * 7", ["2026-11-22 05:00", "2026-11-29 05:00", "2026-12-06 05:00"]),
        ("0 6 * * fri-sun", ["2026-11-22 05:00", "2026-11-27 05:00", "2026-11-28 05:00"]),
        ("0 6 1 * *", ["2026-12-01 05:00", "2027-01-01 05:00", "2027-02-01 05:00"]),
        ("30 7 1 1,4,7,10 *", ["2027-01-01 06:30", "2027-04-01 05:30", "2027-07-01 05:30"]),
        ("0 6 1 JAN *", ["2027-01-01 05:00", "2028-01-01 05:00", "2029-01-01 05:00"]),
        ("5 */12 * * *", ["2026-11-22 11:05", "2026-11-22 23:05", "2026-11-23 11:05"]),
        ("0 0 29 2 *", ["2028-02-28 23:00", "2032-02-28 23:00", "2036-02-28 23:00"]),
        ("0 0 31 * *", ["2026-12-30 23:00", "2027-01-30 23:00", "2027-03-30 22:00"]),
    ],
)
def test_it_finds_the_moments_behind_one(crontab: str, found: list[str]) -> None:
    # 04:59:59 in Denmark's winter is 03:59:59 UTC: nothing of the day has been.
    assert moments(crontab, "2026-11-22 03:59:59") == found


def test_a_moment_is_not_behind_itself() -> None:
    assert moments("0 6 * * *", "2026-11-22 05:00", most=1) == ["2026-11-23 05:00"]


def test_a_time_that_the_night_lacks_is_an_hour_later_and_one_that_it_has_twice_is_the_first() -> None:
    assert moments("30 2 * * *", "2027-03-27 12:00", most=2) == ["2027-03-28 01:30", "2027-03-29 00:30"]
    assert moments("30 2 * * *", "2027-10-30 12:00", most=2) == ["2027-10-31 00:30", "2027-11-01 01:30"]
    # Every hour: neither night has a moment twice.
    assert moments("30 * * * *", "2027-03-28 00:00") == ["2027-03-28 00:30", "2027-03-28 01:30", "2027-03-28 02:30"]
    assert moments("30 * * * *", "2027-10-31 00:00") == ["2027-10-31 00:30", "2027-10-31 02:30", "2027-10-31 03:30"]


def test_other_zones_have_their_own_nights() -> None:
    # Beirut's clock goes from 24:00 to 01:00; Havana's from 01:00 back to 00:00.
    assert moments("0 0 * * *", "2027-03-26 23:00", most=2, zone="Asia/Beirut") == [
        "2027-03-27 22:00",
        "2027-03-28 21:00",
    ]
    assert moments("30 0 * * *", "2027-11-07 00:00", most=2, zone="America/Havana") == [
        "2027-11-07 04:30",
        "2027-11-08 05:30",
    ]


@given(
    minute=st.integers(0, 59),
    hours=st.sampled_from(["*", "2", "*/3", "1-4", "0,2,23"]),
    zone=st.sampled_from([COPENHAGEN, "America/Havana", "Australia/Lord_Howe", "Africa/Cairo", "UTC"]),
    start=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001,
)
@settings(max_examples=60, deadline=None)
def test_moments_are_in_order_and_once_for_each_day_and_hour_of_the_clock(minute, hours, zone, start) -> None:
    found = list(Recurrence(f"{minute} {hours} * * *", zone).moments_after(start, most=60))

    assert found == sorted(set(found))
    assert found[0] > start
    local = [moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for moment in found]
    assert len(set(local)) == len(local)
    assert all(later - earlier <= timedelta(days=1, hours=2) for earlier, later in pairwise(found))


@pytest.mark.parametrize(
    ("crontab", "sentence"),
    [
        ("0 6 1 *", "must have five fields (minute, hour, day of the month, month, day of the week), such as "),
        ("@monthly", "must have five fields"),
        ("60 6 1 * *", 'has "60" as its minute, which goes from 0 to 59; write 0 or 30.'),
        ("0 25 1 * *", 'has "25" as its hour, which goes from 0 to 23; write 6, 8-16 or */2.'),
        ("0 5-1 * * *", 'has "5-1" as its hour'),
        ("0 */0 * * *", 'has "*/0" as its hour'),
        ("0 6 0 * *", 'has "0" as its day of the month, which goes from 1 to 31; write 1, 1,15 or *.'),
        ("0 6 L * *", 'has "l" as its day of the month'),
        ("0 6 1, * *", 'has "1," as its day of the month'),
        ("0 6 1 13 *", 'has "13" as its month, which goes from 1 to 12; write 1, jan-jun, */3 or *.'),
        ("0 6 * * monday", 'has "monday" as its day of the week, which goes from 0 to 7; write 1, mon-fri or *.'),
        ("0,30 6 1 * *", 'runs more than once an hour: the field minute is "0,30"; give one minute, such as 0. '),
        ("* * * * *", 'runs more than once an hour: the field minute is "*"'),
        ("0 6 1 * mon", 'has a day of the month ("1") and a day of the week ("mon"), which programs read differently'),
        ("0 6 30,31 2 *", 'never runs: no month of "2" has a day "30,31".'),
        ("0 " * 200, "may have at most 200 characters, found 400."),
    ],
)
def test_it_says_which_field_is_wrong_what_was_found_and_what_to_write(crontab: str, sentence: str) -> None:
    with pytest.raises(RecurrenceError) as refusal:
        read_crontab(crontab)

    assert str(refusal.value).startswith(sentence)


def test_it_knows_the_time_zones_of_the_world_by_name() -> None:
    assert read_time_zone(" europe/copenhagen ") == COPENHAGEN
    for name in ("CET+1", "localtime", "", "../Europe/Copenhagen"):
        with pytest.raises(RecurrenceError, match="must be the name of a time zone such as Europe/Copenhagen or UTC"):
            read_time_zone(name)


def test_it_tells_beat_in_numbers() -> None:
    assert beat_fields(read_crontab("0  */8 * jan-mar sun,fri-7")) == {
        "minute": "0",
        "hour": "0,8,16",
        "day_of_month": "*",
        "month_of_year": "1,2,3",
        "day_of_week": "0,5,6",
    }
