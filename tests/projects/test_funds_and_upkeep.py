"""Money that adds up, and revisits that come when they should."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.projects.funds.rules import Pace, add_up, days_late, faults, pace, total
from portal.projects.kinds import FundKind
from portal.projects.upkeep.rules import Service, Visit, months_after, schedule, service

COUNTY, CENTRAL = FundKind.COUNTY, FundKind.CENTRAL


def test_money_is_added_up_by_kind_and_in_all():
    sources = [(1, COUNTY, 500, 400), (2, CENTRAL, 300, 300), (3, COUNTY, 100, 0)]
    money = total(sources, [(1, 250), (2, 300), (3, 1), (None, 7)])
    assert (money.approved, money.in_place, money.paid) == (900, 700, 558)
    assert money.by_kind == {CENTRAL: (300, 300, 300), COUNTY: (600, 400, 251)}
    assert money.paid_unassigned == 7
    assert money.paid_percent == 62
    assert money.in_place_percent == Decimal("77.8")


def test_nothing_approved_has_no_share():
    money = total([], [])
    assert money.paid_percent is None
    assert faults(money) == []


def test_more_paid_than_in_place_or_in_place_than_approved_is_a_fault():
    assert len(faults(total([(1, COUNTY, 10, 11)], [(1, 12)]))) == 2
    assert len(faults(total([(1, COUNTY, 10, 9)], [(1, 10)]))) == 1
    assert faults(total([(1, COUNTY, 10, 10)], [(1, 10)])) == []


@given(st.lists(st.tuples(st.sampled_from(FundKind), st.integers(0, 10**14)), max_size=20))
def test_projects_add_up_to_the_fen(rows):
    sums = [total([(1, kind, amount, amount)], [(1, amount)]).by_kind for kind, amount in rows]
    found = add_up(sums)
    assert sum(approved for approved, _, _ in found.values()) == sum(a for _, a in rows)
    assert all(len(set(three)) == 1 for three in found.values())


@pytest.mark.parametrize(
    ("paid", "done", "word"),
    [
        ("70", "50", Pace.EVEN),
        ("70.1", "50", Pace.AHEAD),
        ("29.9", "50", Pace.BEHIND),
        ("100", "286", Pace.EVEN),
        (None, "50", Pace.UNKNOWN),
        ("50", None, Pace.UNKNOWN),
    ],
)
def test_payments_are_held_against_the_work(paid, done, word):
    read = [None if n is None else Decimal(n) for n in (paid, done)]
    assert pace(*read, Decimal(20)) is word


def test_a_payment_is_late_from_the_day_after_it_was_due():
    due = date(2026, 5, 10)
    assert days_late(due, date(2026, 5, 10), date(2026, 9, 1)) == 0
    assert days_late(due, date(2026, 5, 12), date(2026, 9, 1)) == 2
    assert days_late(due, None, date(2026, 5, 20)) == 10
    assert days_late(None, date(2026, 5, 12), date(2026, 9, 1)) == 0


def test_months_later_is_the_same_day_or_the_last_of_the_month():
    assert months_after(date(2025, 11, 30), 3) == date(2026, 2, 28)
    assert months_after(date(2025, 12, 15), 12) == date(2026, 12, 15)
    assert months_after(date(2025, 12, 31), 1) == date(2026, 1, 31)


def test_revisits_come_three_six_and_twelve_months_after():
    assert schedule(date(2025, 8, 31), [12, 3, 6, 3]) == [
        (3, date(2025, 11, 30)),
        (6, date(2026, 2, 28)),
        (12, date(2026, 8, 31)),
    ]


def stage(*visits, done=True):
    return service(done, [Visit(*v) for v in visits], good=80, excellent=90)


def test_a_project_goes_from_there_over_good_to_excellent():
    assert stage(done=False) is Service.NOT_YET
    assert stage() is Service.EXISTS
    assert stage((3, None, 0)) is Service.EXISTS
    assert stage((3, 79, 0)) is Service.EXISTS
    assert stage((3, 80, 0)) is Service.GOOD
    assert stage((3, 95, 0)) is Service.GOOD  # one good day is not enough
    assert stage((3, 85, 0), (6, 90, 0)) is Service.EXCELLENT


def test_the_last_revisit_decides_and_open_problems_hold_back():
    assert stage((6, 70, 0), (3, 95, 0)) is Service.EXISTS
    assert stage((3, 70, 0), (6, 85, 0)) is Service.GOOD
    assert stage((3, 90, 0), (6, 95, 1)) is Service.EXISTS
