"""Working days against an independent calendar, and deadlines to the second."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest

from portal.clock import add_working_days, is_working_day
from portal.county.presets import national_calendar
from portal.deadlines import Light, Limit, due_at, light

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def calendar():
    return national_calendar()


def test_every_day_of_three_years_agrees_with_an_independent_calendar(calendar):
    day = date(2024, 1, 1)
    while day.year < 2027:
        assert is_working_day(day, calendar) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_the_first_day_does_not_count(calendar):
    assert add_working_days(date(2026, 3, 2), 5, calendar) == date(2026, 3, 9)


def test_a_long_holiday_and_its_make_up_days_count_right(calendar):
    # 2026: holidays 15 to 23 February, worked on Saturday the 28th.
    assert add_working_days(date(2026, 2, 13), 1, calendar) == date(2026, 2, 14)
    assert add_working_days(date(2026, 2, 13), 2, calendar) == date(2026, 2, 24)
    assert add_working_days(date(2026, 2, 24), 4, calendar) == date(2026, 2, 28)


def test_a_year_without_data_falls_back_to_monday_to_friday():
    assert add_working_days(date(2031, 1, 3), 1, {}) == date(2031, 1, 6)


def test_a_deadline_ends_with_the_day_in_the_county(calendar):
    start = datetime(2026, 3, 2, 23, 59, tzinfo=ZONE)
    due = due_at(start, Limit(5, "working_day"), calendar)
    assert due == datetime(2026, 3, 9, 23, 59, 59, tzinfo=ZONE)


def test_plain_days_that_end_on_a_day_off_end_on_the_next_working_day(calendar):
    start = datetime(2026, 3, 2, 9, tzinfo=ZONE)
    due = due_at(start, Limit(5, "day"), calendar)  # Saturday the 7th
    assert due.date() == date(2026, 3, 9)


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="fortnight"):
        Limit.of({"days": 1, "unit": "fortnight"})


def test_a_deadline_is_overdue_one_second_after_it_and_not_on_it():
    due = datetime(2026, 3, 9, 23, 59, 59, tzinfo=ZONE)
    assert light(due, due) is Light.SOON
    assert light(due, due + timedelta(seconds=1)) is Light.OVERDUE
    assert light(due, due - timedelta(days=2)) is Light.RUNNING
    assert light(None, due) is Light.NONE


def test_what_is_due_tomorrow_is_near_from_the_morning_on():
    due = datetime(2026, 3, 9, 23, 59, 59, tzinfo=ZONE)
    assert light(due, datetime(2026, 3, 8, 0, 0, tzinfo=ZONE)) is Light.SOON
    assert light(due, datetime(2026, 3, 7, 23, 59, 59, tzinfo=ZONE)) is Light.RUNNING
