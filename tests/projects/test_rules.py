"""How far a project should be, and what residents are told."""

from datetime import date
from decimal import Decimal

import pytest

from portal.projects.rules import PublicStatus, plan_of, planned_percent, public_status


@pytest.mark.parametrize(
    ("day", "percent"),
    [
        (date(2026, 1, 1), "4.2"),  # half of the first month
        (date(2026, 4, 30), "33.3"),  # 4/12, as bulletins count
        (date(2026, 8, 10), "62.5"),  # 7.5/12: the first half of August
        (date(2026, 8, 31), "66.7"),
        (date(2026, 10, 31), "83.3"),
        (date(2026, 12, 31), "100"),
    ],
)
def test_a_straight_plan_counts_half_months(day, percent):
    assert planned_percent(date(2026, 1, 1), date(2026, 12, 31), day) == Decimal(percent)


def test_before_the_start_nothing_is_planned_and_after_the_end_all():
    start, due = date(2026, 5, 1), date(2026, 6, 30)
    assert planned_percent(start, due, date(2026, 4, 30)) == 0
    assert planned_percent(start, due, date(2026, 5, 20)) == 50
    assert planned_percent(start, due, date(2027, 1, 1)) == 100


def test_without_dates_the_plan_is_the_year():
    assert plan_of(2026, None, None, date(2026, 6, 30)) == 50


def told(**facts):
    given = {"is_completed": False, "is_started": True, "percent": None}
    given |= {"planned": Decimal(50), "due": False}
    return public_status(**(given | facts))


def test_ten_points_behind_is_late_and_nine_are_not():
    assert told(percent=Decimal(40)) is PublicStatus.LATE
    assert told(percent=Decimal("40.1")) is PublicStatus.ON_TIME


def test_a_passed_day_is_late_whatever_the_percent():
    assert told(percent=Decimal(99), due=True) is PublicStatus.LATE
    assert told(is_completed=True, due=True) is PublicStatus.COMPLETED


def test_a_project_without_a_report_is_late_only_when_it_should_long_have_begun():
    assert told() is PublicStatus.ON_TIME
    assert told(is_started=False, planned=Decimal(10)) is PublicStatus.PLANNED
    assert told(is_started=False, planned=Decimal(30)) is PublicStatus.LATE
